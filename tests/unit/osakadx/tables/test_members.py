"""Objects of a map or of a JSON document have members, and no cells that a person could look for."""

import json

import pytest
from osakadx.quality.advice import place
from osakadx.quality.check import check
from osakadx.quality.checked import judged
from osakadx.quality.finding import Finding
from osakadx.quality.sheet import Place, Shape, sheet
from osakadx.tables import page, report
from osakadx.tables.members import MENDED_BEFORE
from osakadx.tables.read import read
from osakadx.tables.table import Reading

ROWS = [("北区役所", "34.701944", "135.510000"), ("西区役所", "135.484000", "34.676000")]
JSON = json.dumps([dict(zip(("名称", "緯度", "経度"), row, strict=True)) for row in ROWS], ensure_ascii=False)
MAP = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"名称": name, "定員": "１２"},
                "geometry": {"type": "Point", "coordinates": [135.51, 34.7]},
            }
            for name, *_ in ROWS
        ],
    },
    ensure_ascii=False,
)
CSV = "名称,緯度,経度\n" + "".join(",".join(row) + "\n" for row in ROWS)


def looked_at(content, name):
    reading = read(content.encode(), name)
    return judged(reading, check(reading))


@pytest.mark.parametrize(
    "content, name, where, where_en",
    [
        (JSON, "a.json", "2 件目の「緯度」", 'entry 2, "緯度"'),
        (MAP, "a.geojson", "1 件目の「定員」", 'entry 1, "定員"'),
        (CSV, "a.csv", "B3", "B3"),
    ],
)
def test_a_place_is_told_as_its_file_has_places(content, name, where, where_en):
    found = looked_at(content, name)
    first = next(finding for finding in found.findings if finding.row and finding.column)
    assert (str(first.place), first.place.en, place(first)) == (where, where_en, where)
    assert f"{where}: " in "\n".join(report.lines(found.whole))
    assert f"場所: {where}" in page.page([found.told()]).replace("&quot;", '"')
    assert (first.cell is None) == (name != "a.csv")


@pytest.mark.parametrize("content, name, told", [(JSON, "a.json", True), (CSV, "a.csv", False)])
def test_where_to_mend_is_told_for_files_without_cells(content, name, told):
    found = looked_at(content, name)
    assert (MENDED_BEFORE in "\n".join(report.lines(found.whole))) == told
    assert (MENDED_BEFORE in page.page([found.told()])) == told


def test_they_come_back_from_what_was_written_down():
    found = looked_at(JSON, "a.json")
    back = Reading.from_dict(json.loads(json.dumps(found.whole.as_dict())))
    assert [one.place for one in back.findings] == [one.place for one in found.findings]
    assert back.tables[0].features
    assert Finding.from_dict({**Finding(rule="x", severity="error", message="y").as_dict()}).member is None


def test_columns_without_a_row_of_names_are_called_by_their_names():
    shape = Shape(header_rows=(), header=("名称", ""), first_data_row=1, rows=2)
    assert sheet([Place(1, row=2, column=1)], shape, {}).columns == ("名称", "B")
