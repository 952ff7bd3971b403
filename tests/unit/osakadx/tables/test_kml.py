import json

import pytest
from osakadx.tables.read import read

from tests.corpus.formats import kml, placemark, zipped

POINTS = placemark("北区役所", 135.5, 34.7, 電話="06-1") + placemark("西区役所", 135.48, 34.68, 電話="06-2")


def told(reading):
    return [finding.rule for finding in reading.findings]


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "euc-jp", "utf-16"])
def test_placemarks_become_rows_in_any_encoding(encoding):
    reading = read(kml(POINTS, encoding=encoding), "区役所.kml")
    (table,) = reading.tables
    assert reading.format == "KML"
    row = dict(zip(table.header, next(table.records()), strict=True))
    assert row == {"name": "北区役所", "電話": "06-1", "緯度": "34.7", "経度": "135.5"}


def test_folders_schema_data_and_times():
    body = (
        "<Folder><name>避難所</name><Placemark><name>a</name><TimeStamp><when>2024-04-01</when></TimeStamp>"
        '<ExtendedData><SchemaData><SimpleData name="階数">3</SimpleData></SchemaData></ExtendedData>'
        "<Style><IconStyle><Icon><href>x.png</href></Icon></IconStyle></Style>"
        "<Point><coordinates> 135.5,34.7 </coordinates></Point></Placemark></Folder>"
    )
    reading = read(kml(body), "a.kml")
    (table,) = reading.tables
    row = dict(zip(table.header, next(table.records()), strict=True))
    assert (told(reading), row) == (
        [],
        {"Folder": "避難所", "name": "a", "when": "2024-04-01", "階数": "3", "緯度": "34.7", "経度": "135.5"},
    )


def test_lines_polygons_and_several_of_them():
    ring = "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>"
    body = (
        "<Placemark><LineString><coordinates>0,0,5\n1,1,5</coordinates></LineString></Placemark>"
        f"<Placemark><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs><innerBoundaryIs>{ring}</innerBoundaryIs>"
        "</Polygon></Placemark><Placemark><MultiGeometry><Point><coordinates>1,2</coordinates></Point>"
        f"{ring}</MultiGeometry></Placemark><Placemark><name>x</name></Placemark>"
    )
    reading = read(kml(body), "a.kml")
    geometries = [json.loads(row[-1]) if row[-1] else None for row in reading.tables[0].records()]
    assert told(reading) == ["geometry-missing"]
    assert geometries[0] == {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    assert [len(ring) for ring in geometries[1]["coordinates"]] == [4, 4]
    assert [part["type"] for part in geometries[2]["geometries"]] == ["Point", "LineString"]


def test_a_link_is_told_and_not_followed():
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    (finding,) = read(kml(link + POINTS), "a.kml").findings
    assert (finding.rule, finding.value) == ("kml-network-link", "http://127.0.0.1:9/x.kml")


@pytest.mark.parametrize(
    "content, expected",
    [
        (kml(POINTS, head='<!DOCTYPE kml [<!ENTITY x "y">]>'), "xml-doctype"),
        (kml(POINTS)[:-9], "file-broken"),
        (
            kml("<Placemark><name>a</name><Point><coordinates>x,y</coordinates></Point></Placemark>"),
            "coordinates-not-degrees",
        ),
        (
            kml("<Placemark><name>a</name><Point><coordinates>34.6,135.6,0</coordinates></Point></Placemark>"),
            "coordinates-swapped",
        ),
        (kml(""), "no-data"),
    ],
)
def test_what_is_wrong_is_a_finding(content, expected):
    assert told(read(content, "a.kml")) == [expected]


def test_kmz_is_a_zip_around_it():
    reading = read(zipped({"doc.kml": kml(POINTS), "files/icon.png": b"x"}), "a.kmz")
    assert (reading.format, reading.tables[0].rows, told(reading)) == ("KMZ", 2, [])
    assert read(zipped({"地図.kml": kml(POINTS)}), "a.kmz").tables[0].rows == 2
