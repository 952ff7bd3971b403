import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st
from osakadx.tables.write import csv_utf8, geojson, json_rows

HEADER = ("名称", "人口", "緯度", "経度")
ROWS = [("北区, 大阪", "100", "34.70", "135.5"), ('"西"区\n2行', "", "", ""), ("=1+1", None, "34.6", "135.4")]


def joined(parts):
    return b"".join(parts)


def test_a_csv_for_excel_begins_with_a_byte_order_mark():
    assert joined(csv_utf8(HEADER, ROWS, bom=True)) == b"\xef\xbb\xbf" + joined(csv_utf8(HEADER, ROWS, bom=False))


def test_a_csv_keeps_every_cell_as_it_is():
    text = joined(csv_utf8(HEADER, ROWS, bom=False)).decode()
    assert text.endswith("=1+1,,34.6,135.4\r\n")
    back = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert back == [list(HEADER), *[[cell or "" for cell in row] for row in ROWS]]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=5))
def test_any_csv_comes_back(rows):
    rows = [[cell.encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    text = joined(csv_utf8(("a", "b"), rows, bom=False)).decode()
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:] == rows


def test_json_has_an_object_per_row():
    assert json.loads(joined(json_rows(HEADER, ROWS)))[0] == dict(zip(HEADER, ROWS[0], strict=True))


def test_json_numbers_keep_their_digits_and_blanks_are_null():
    written = joined(json_rows(HEADER, ROWS, ("text", "int", "numeric", "numeric"))).decode()
    assert '"人口":100,"緯度":34.70,' in written
    assert json.loads(written)[1]["人口"] is None


def test_json_keys_are_unique():
    assert json.loads(joined(json_rows(("a", "a", ""), [("1", "2", "3")]))) == [{"a": "1", "a_2": "2", "列3": "3"}]


def test_nothing_is_still_valid_json():
    assert json.loads(joined(json_rows(("a",), []))) == []


def test_points_have_longitude_first_and_the_rest_stays_without_geometry():
    features = json.loads(joined(geojson(HEADER, ROWS, 2, 3)))["features"]
    assert [feature["geometry"] and feature["geometry"]["coordinates"] for feature in features] == [
        [135.5, 34.7],
        None,
        [135.4, 34.6],
    ]
    assert features[1]["properties"]["名称"] == '"西"区\n2行'


def test_impossible_positions_are_none():
    rows = [("a", "", "0", "0"), ("b", "", "91", "135"), ("c", "", "nan", "1"), ("d", "", "1e1", "135")]
    features = json.loads(joined(geojson(HEADER, rows, 2, 3)))["features"]
    assert [feature["geometry"] and feature["geometry"]["coordinates"] for feature in features] == [
        None,
        None,
        None,
        [135, 10.0],
    ]


def test_large_tables_come_in_blocks():
    blocks = list(csv_utf8(("a",), (("x" * 1000,) for _ in range(1000)), bom=False))
    assert len(blocks) > 10
    assert max(map(len, blocks)) < 70_000
