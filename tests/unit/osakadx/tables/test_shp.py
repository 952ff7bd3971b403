import json

import pytest
from osakadx.tables.read import read

from tests.corpus.formats import JGD2011, TOKYO, dbf, plane_6, polygons, shapefile, shp, zipped

ATTRIBUTES = dbf([("名称", "C", 20), ("人口", "N", 6)], [("北区", "100"), ("西区", "200")])
DEGREES = shp([(135.5, 34.7), (135.48, 34.68)])
PLANE = shp([(-45805.67297945767, -144102.91428836243), (-47683.0, -146300.0)])


def a_shapefile(main, prj, cpg=None, attributes=ATTRIBUTES):
    reading = read(zipped(shapefile("区/人口", main, attributes, prj, cpg)), "人口.zip")
    return reading, [finding.rule for finding in reading.findings]


def test_points_in_degrees_become_rows():
    reading, rules = a_shapefile(DEGREES, JGD2011, "SJIS")
    (table,) = reading.tables
    assert (reading.format, reading.encoding, rules) == ("SHP", "cp932", [])
    assert (table.name, table.header, table.rows) == ("人口", ("名称", "人口", "緯度", "経度"), 2)
    assert list(table.records()) == [("北区", "100", "34.7", "135.5"), ("西区", "200", "34.68", "135.48")]


@pytest.mark.parametrize("datum", ["JGD_2011", "JGD_2000"])
def test_the_plane_system_of_osaka_becomes_degrees(datum):
    reading, rules = a_shapefile(PLANE, plane_6(datum), "932")
    *_, latitude, longitude = next(reading.tables[0].records())
    assert rules == []
    assert (float(latitude), float(longitude)) == pytest.approx((34.7, 135.5), abs=1e-8)


def test_the_old_datum_is_told_and_put_right():
    reading, rules = a_shapefile(DEGREES, TOKYO, "SJIS")
    assert rules == ["datum-tokyo"]
    *_, latitude, longitude = next(reading.tables[0].records())
    assert (float(latitude), float(longitude)) == pytest.approx((34.703243, 135.497170), abs=2e-4)


def test_what_is_missing_is_told():
    assert a_shapefile(DEGREES, None)[1] == ["shapefile-encoding-unsaid", "shapefile-without-prj"]
    assert a_shapefile(DEGREES, JGD2011, "UTF-8")[1] == ["shapefile-encoding-wrong"]
    alone = read(zipped({"a.shp": DEGREES, "a.prj": JGD2011.encode()}), "a.zip")
    assert [(finding.rule, finding.sheet) for finding in alone.findings] == [("shapefile-incomplete", "a")]
    assert list(alone.tables[0].records()) == [("34.7", "135.5"), ("34.68", "135.48")]


def test_metres_without_a_system_are_no_degrees():
    reading, rules = a_shapefile(PLANE, None, "SJIS")
    assert rules == ["shapefile-without-prj", "coordinates-not-degrees", "coordinates-not-degrees"]
    assert reading.readable


def test_a_polygon_with_a_hole_keeps_its_rings():
    outer = [(135.0, 34.0), (135.0, 35.0), (136.0, 35.0), (136.0, 34.0), (135.0, 34.0)]
    inner = [(135.2, 34.2), (135.4, 34.2), (135.4, 34.4), (135.2, 34.2)]
    reading, rules = a_shapefile(polygons([outer, inner]), JGD2011, "SJIS", dbf([("a", "C", 2)], [("x",)]))
    geometry = json.loads(next(reading.tables[0].records())[-1])
    assert (rules, geometry["type"], [len(ring) for ring in geometry["coordinates"]]) == ([], "Polygon", [5, 4])


def test_a_shape_without_geometry_keeps_its_attributes():
    reading, rules = a_shapefile(shp([(135.5, 34.7), None]), JGD2011, "SJIS")
    assert rules == ["geometry-missing"]
    assert list(reading.tables[0].records())[1] == ("西区", "200", "", "")


def test_several_layers_are_several_tables():
    parts = shapefile("a", DEGREES, ATTRIBUTES, JGD2011, "932") | shapefile("b", DEGREES, ATTRIBUTES, JGD2011, "932")
    assert [table.name for table in read(zipped(parts), "a.zip").tables] == ["a", "b"]


@pytest.mark.parametrize("main", [b"", DEGREES[:40], DEGREES[:110], b"\0" * 200, DEGREES[:100] + b"\xff" * 40])
def test_a_broken_one_is_a_finding(main):
    reading, rules = a_shapefile(main, JGD2011, "SJIS")
    assert rules == ["file-broken"] or reading.readable
    assert reading.format == "SHP"
