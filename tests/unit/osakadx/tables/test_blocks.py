"""A text read by blocks says what the same text says line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.tables import blocks, delimited, encodedblocks, encoding
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
    rows = list(open_delimited(source, decoded, limits).rows(found.append))
    return rows, [(finding.rule, finding.row, finding.column) for finding in found]


def told_encoded(content):
    """The same of the blocks that are decoded only where one looks."""
    source = Source("a.csv", content)
    decoded = encoding.detect(source)
    assert decoded is not None
    found, rows = [], []
    for number, block in open_delimited(source, decoded, Limits()).blocks(found.append):
        rows += enumerate(map(list, block), start=number)
    return rows, [(finding.rule, finding.row, finding.column) for finding in found]


CELLS = st.text(st.sampled_from(list('区町,"\r\n= ab1')), max_size=8)
LINE = st.lists(CELLS, min_size=1, max_size=4).map(",".join)
# Mostly even rows, as files have them; few of the quoted ones break a rule.
PLAIN = st.text(st.sampled_from("区町①ソ表ab1 "), max_size=6)
QUOTED = st.text(st.sampled_from('区ソ,"\r\na '), max_size=6).map(lambda cell: '"' + cell.replace('"', '""') + '"')
EVEN = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, QUOTED), min_size=3, max_size=3).map(",".join)


@given(st.lists(LINE, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_blocks_and_lines_agree_on_any_text(lines, end, closed):
    content = (end.join(lines) + end * closed).encode()
    assert told(content, Limits()) == told(content, LINES) == told_encoded(content)


@pytest.fixture(autouse=True)
def dense(monkeypatch):
    """Small files have more marks for their bytes than those the limit was made for."""
    monkeypatch.setattr(encodedblocks, "_BYTES_FOR_A_MARK", 1)


@given(
    st.lists(st.one_of(EVEN, EVEN, EVEN, EVEN, LINE), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp_ext", "utf-16"]),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_they_agree_in_any_encoding(lines, end, codec, closed):
    content = (end.join(lines) + end * closed).encode(codec, "replace")
    if encoding.detect(Source("a.csv", content)):
        assert told(content, Limits()) == told(content, LINES) == told_encoded(content)


@pytest.mark.parametrize(
    "odd",
    [
        ["港区,1,x\n"],  # another line end, alone and behind a mark
        ["港区,1,x\r\n"],
        ['港区,1,"x"\n'],
        ['港区,1,"x"\r\n'],
        ['港区,1,"x\ny"\r\n', "港区,1,x\n"],
        ["港区,1,x\ry\r\n"],
        ["港区,1\n", "港区,1,x,y\n"],  # as many cells as two even rows
        ["港区,1,x,y\n", "港区,1\n"],
        ['港区,1"2"3,x,y\n'],  # marks where none should be
        ['"港"区,1,x\n'],
        ['港区,"1" ,x\n'],
        ['港区,"1"",x\n', '港区,"",x\n'],
        ['港区,"①""ソ""",髙\n'],
        ["港区,=1,x\n"],
        ['港区,"=1",x\n'],
        ["ポ区,1,x\n"],
        ["港区,1,ポ表ソ能\n"],  # second bytes that look like separators
        ["港区,1,x\0\n"],
        ["\n", "\n"],
        ["港区,1,x"],
    ],
)
@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "eucjp-ms", "utf-8 cut"])
def test_they_agree_on_what_is_odd(odd, delimiter, end, codec):
    rows = ["ポ区,人口,注"] + ["ポ区ソ,100,表"] * 9
    around = "".join(row + end for row in rows)
    text = (around + "".join(odd) + around).replace(",", delimiter)
    content = encoded(text, codec.removesuffix(" cut"))
    if codec.endswith("cut"):
        content += "港区".encode()[:-1]
    assert told(content, Limits()) == told(content, LINES) == told_encoded(content)


def encoded(text, codec):
    """EUC-JP as Windows writes it: ① and 髙 stand where they stand in CP932."""
    if codec != "eucjp-ms":
        return text.encode(codec)
    vendor = {"①": b"\xad\xa1", "髙": b"\xfc\xe2"}
    return b"".join(vendor.get(char) or char.encode("euc_jp") for char in text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ['"a\nb",c', '"a\r\nb",c', 'x"y,z', '"open,z', "=1+2,z", "", "a,b,c", '"a""b",c'])
def test_they_agree_wherever_a_block_ends(end, odd, monkeypatch):
    content = end.join(["区,人口", *["北区,100"] * 9, odd, *["西区,200"] * 9, odd, "港区,1"]).encode()
    expected = told(content, LINES)
    for size in (1, 7, 16, 50):
        monkeypatch.setattr(blocks, "BLOCK", size)
        monkeypatch.setattr(delimited, "BLOCK", size)
        assert told(content, Limits()) == told_encoded(content) == expected


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
