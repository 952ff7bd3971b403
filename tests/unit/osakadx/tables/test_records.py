import json

import pytest
from osakadx.tables.read import read

ROWS = [{"区": "北区", "人口": 100, "緯度": 34.70}, {"区": "西区", "備考": None, "場所": {"町": "靱"}}]
HEADER = ("区", "人口", "緯度", "備考", "場所.町")


def a_file(said):
    content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return read(content.encode(), "人口.json")


@pytest.mark.parametrize(
    "document",
    [ROWS, {"records": ROWS}, {"success": True, "result": {"total": 2, "records": ROWS}}, {"a": [1], "b": ROWS}],
)
def test_objects_become_rows(document):
    reading = a_file(document)
    (table,) = reading.tables
    assert (reading.format, table.header, table.rows, table.header_rows) == ("JSON", HEADER, 2, ())
    assert list(table.records()) == [("北区", "100", "34.7", "", ""), ("西区", "", "", "", "靱")]


def test_digits_stay_as_they_are_written():
    (table,) = a_file('[{"a": 1.50, "b": 12345678901234567890, "c": true, "d": [1, 2]}]').tables
    assert list(table.records()) == [("1.50", "12345678901234567890", "true", "[1,2]")]


def test_arrays_become_rows_below_their_names():
    (table,) = a_file([["区", "人口", "人口"], ["北区", 1, 2], ["西区", 3, 4]]).tables
    assert (table.header, table.header_rows, table.first_data_row, table.rows) == (("区", "人口", "人口_3"), (1,), 2, 2)
    assert list(table.records()) == [("北区", "1", "2"), ("西区", "3", "4")]


@pytest.mark.parametrize(
    "document",
    [{"a": 1}, [1, 2], [], [{"a": 1}, 2], {"id": "x", "type": "Museum", "hours": ROWS}, [{}], {"records": []}],
)
def test_other_json_is_no_table(document):
    reading = a_file(document)
    assert reading.tables == ()
    assert not reading.readable


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": ', '[{"a": 1} {"a": 2}]', '{"records": [{"a": 1}]', "[" * 5000])
def test_broken_json_is_told(text):
    reading = a_file(text)
    assert not reading.readable
    assert reading.tables == ()
