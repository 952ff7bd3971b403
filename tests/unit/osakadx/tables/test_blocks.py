"""A text read by blocks says what the same text says line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.tables import blocks, delimited, encoding
from osakadx.tables.delimited import open_delimited
from osakadx.tables.limits import Limits
from osakadx.tables.read import read
from osakadx.tables.source import Source

# Caps below which a file is read line by line.
LINES = Limits(line_chars=1 << 15, field_chars=1 << 15)


def told(content, limits):
    source = Source("a.csv", content)
    decoded = encoding.detect(source)
    assert decoded is not None
    found = []
    rows = [(number, list(cells)) for number, cells in open_delimited(source, decoded, limits).rows(found.append)]
    return rows, [(finding.rule, finding.row, finding.column) for finding in found]


CELLS = st.text(st.sampled_from(list('区町,"\r\n= ab1')), max_size=8)
LINE = st.lists(CELLS, min_size=1, max_size=4).map(",".join)


@given(st.lists(LINE, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_blocks_and_lines_agree_on_any_text(lines, end, closed):
    content = (end.join(lines) + end * closed).encode()
    assert told(content, Limits()) == told(content, LINES)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ['"a\nb",c', '"a\r\nb",c', 'x"y,z', '"open,z', "=1+2,z", "", "a,b,c", '"a""b",c'])
def test_they_agree_wherever_a_block_ends(end, odd, monkeypatch):
    content = end.join(["区,人口", *["北区,100"] * 9, odd, *["西区,200"] * 9, odd, "港区,1"]).encode()
    expected = told(content, LINES)
    for size in (1, 7, 16, 50):
        monkeypatch.setattr(blocks, "BLOCK", size)
        monkeypatch.setattr(delimited, "BLOCK", size)
        assert told(content, Limits()) == expected


def test_what_the_columns_hold_is_counted_in_the_same_pass():
    text = "ID,人口,割合,日付,備考\n" + "".join(f"{n},{n % 7},0.{n},2024-04-01,\n" for n in range(1, 999)) + "※注,,,,\n"
    (table,) = read(text.encode(), "a.csv", profile=True).tables
    said = [(each.filled, each.blank, each.distinct, each.at_least, each.type) for each in table.contents]
    assert said == [
        (998, 0, 998, False, "int"),
        (998, 0, 7, False, "int"),
        (998, 0, 998, False, "numeric"),
        (998, 0, 1, False, "date"),
        (0, 998, 0, False, "text"),
    ]


@pytest.mark.parametrize(
    "cells, type_",
    [
        (["1", "2"], "int"),
        (["1", "2.50"], "numeric"),
        (["-1", "-0.5"], "numeric"),
        (["-0", "1"], "text"),
        (["01", "1"], "text"),
        (["1"] * 500 + ["1e5"], "text"),
        (["2024-04-01", "2024-02-30"], "text"),
        (["1.5"] * 500 + ["x"], "text"),
    ],
)
def test_the_type_is_the_narrowest_that_loses_nothing(cells, type_):
    text = "名称,値\n" + "".join(f"北区{cell},{cell}\n" for cell in cells)
    (table,) = read(text.encode(), "a.csv", profile=True).tables
    assert table.contents[1].type == type_
