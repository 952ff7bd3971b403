"""One table in a zip, and everything else that is met in one."""

import pytest
from osakadx.tables.read import read

from tests.corpus.formats import Sheet, kml, ods, placemark, xlsx, zipped, zipped_cp932

CSV = "区,人口\n北区,100\n西区,200\n".encode()
BOOK = xlsx(Sheet("表", [["区", "人口"], ["北区", 100], ["西区", 200]]))


def told(content, name="a.zip"):
    reading = read(content, name)
    return reading, [finding.rule for finding in reading.findings]


@pytest.mark.parametrize(
    "parts",
    [
        {"人口.csv": CSV},
        {"表/人口.xlsx": BOOK},
        {"人口.ods": ods(Sheet("表", [["区", "人口"], ["北区", 100], ["西区", 200]]))},
        {"人口.csv": CSV, "読んでください.txt": b"x", "__MACOSX/._人口.csv": b"x", ".DS_Store": b"x"},
    ],
)
def test_one_table_is_taken_out_and_read(parts):
    reading, rules = told(zipped(parts))
    (table,) = reading.tables
    assert (reading.format, rules) == ("ZIP", ["table-is-packed"])
    assert list(table.records()) == [("北区", "100"), ("西区", "200")]


def test_names_in_cp932_are_read():
    reading, rules = told(zipped_cp932({"人口一覧.csv": CSV}))
    assert (reading.findings[0].value, reading.tables[0].name, rules) == (
        "人口一覧.csv",
        "人口一覧",
        ["table-is-packed"],
    )


@pytest.mark.parametrize(
    "parts, expected",
    [
        ({"a.csv": CSV, "b.csv": CSV}, ["archive-of-tables"]),
        ({"a.pdf": b"%PDF-1.4"}, ["is-archive"]),
        ({"a.csv": zipped({"b.csv": CSV})}, ["table-is-packed", "archive-nested"]),
        ({"a.zip": zipped({"b.csv": CSV})}, ["is-archive"]),
        ({"a.csv": b""}, ["table-is-packed", "file-empty"]),
        ({"a.csv": BOOK}, ["table-is-packed", "format-differs"]),
        ({"a.csv": CSV, "b.kml": kml(placemark("x", 135, 34))}, ["archive-of-tables"]),
    ],
)
def test_what_is_no_single_table_is_told(parts, expected):
    assert told(zipped(parts))[1] == expected


def test_a_table_named_as_its_container_would_be_is_told():
    assert told(zipped({"a.csv": CSV}), "a.csv")[1] == ["format-differs", "table-is-packed"]
