import json

import pytest
from osakadx.tables.features import NotGeoJson, features
from osakadx.tables.geojson import table
from osakadx.tables.read import read


def collection(*members, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(members), **more}, ensure_ascii=False)


def point(*position, **properties):
    geometry = {"type": "Point", "coordinates": list(position)}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def read_table(text):
    found = []
    return table(text, "地図", found.append), [(finding.rule, finding.row) for finding in found]


def test_properties_become_columns_and_points_two_more():
    read, found = read_table(collection(point(135.5, 34.7, 名称="公園"), point(135.6, 34.8, 名称="会館", 備考="あり")))
    assert (read.header, read.rows, found) == (("名称", "備考", "緯度", "経度"), 2, [])
    assert list(read.records()) == [("公園", "", "34.7", "135.5"), ("会館", "あり", "34.8", "135.6")]


def test_no_digit_of_a_number_is_lost():
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":'
    text += '[135.49800000000000001,34.50]},"properties":{"値":1.2300,"番号":12345678901234567890}}]}'
    read, _ = read_table(text)
    assert list(read.records()) == [("1.2300", "12345678901234567890", "34.50", "135.49800000000000001")]


def test_nested_properties_are_named_with_dots_and_lists_are_json():
    read, _ = read_table(
        collection(point(135, 34, tags={"name": "橋", "k": {"a": 1}}, 種別=["一", 2], 有=True, 無=None))
    )
    assert read.header == ("tags.name", "tags.k.a", "種別", "有", "無", "緯度", "経度")
    assert next(read.records())[:5] == ("橋", "1", '["一",2]', "true", "")


def test_other_geometries_stay_geojson():
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[135.1, 34.2], [135.2, 34.3]]}}
    read, _ = read_table(collection(point(135, 34), line))
    assert read.header == ("geometry",)
    assert [json.loads(record[0])["type"] for record in read.records()] == ["Point", "LineString"]


def test_columns_of_the_same_name_as_a_property_stay_apart():
    read, _ = read_table(collection(point(135, 34, 緯度="34度")))
    assert read.header == ("緯度", "geometry_緯度", "経度")


@pytest.mark.parametrize(
    "geometry, rule",
    [
        (None, "geometry-missing"),
        ({}, "geometry-missing"),
        ({"type": "Polygon", "coordinates": [[[135, 34], [136, 34], [136, 35], [135, 35]]]}, "geometry-ring-open"),
        ({"type": "MultiPolygon", "coordinates": [[[[135, 34], [136, 34], [135, 34]]]]}, "geometry-ring-open"),
        ({"type": "Point", "coordinates": [-45000.5, -145000.1]}, "coordinates-not-degrees"),
        ({"type": "Point", "coordinates": []}, "coordinates-not-degrees"),
        ({"type": "Point", "coordinates": ["135", "34"]}, "coordinates-are-text"),
        ({"type": "Point", "coordinates": ["東", "北"]}, "coordinates-not-degrees"),
        ({"type": "Point", "coordinates": [34.6, 135.6]}, "coordinates-swapped"),
        ({"type": "LineString", "coordinates": [[34.6, 135.6], [34.7, 135.6]]}, "coordinates-swapped"),
        ({"type": "Point", "coordinates": [34.6, 235.6]}, "coordinates-not-degrees"),
        ({"type": "Polygon", "coordinates": [[[135, 34], [136, 34], [136, 35], [135, 34]]]}, None),
    ],
)
def test_a_bad_geometry_is_told_with_its_feature(geometry, rule):
    _, found = read_table(collection(point(135, 34), {"type": "Feature", "geometry": geometry, "properties": {}}))
    assert found == ([(rule, 2)] if rule else [])


def test_members_in_any_order_and_unknown_ones():
    text = '{"crs": {"a": [1]}, "features": [], "name": "x", "type": "FeatureCollection"}'
    read, found = read_table(text)
    assert (read.rows, read.first_data_row, found) == (0, None, [("no-data", None)])


@pytest.mark.parametrize(
    "text, broken",
    [
        ("[1,2]", False),
        ('{"type":"Topology"}', False),
        ('{"success": true, "result": {}}', False),
        ('{"type":"FeatureCollection","features":[', True),
        ('{"type":"FeatureCollection","features":[{}{}]}', True),
        ('{"type":"FeatureCollection","features":[{"a":NaN', True),
        ("[" * 100_000, True),
        ("[1]x,y", True),
        ('{"a":' + "[" * 100_000, True),
    ],
)
def test_what_is_no_feature_collection_is_said_so(text, broken):
    with pytest.raises(NotGeoJson) as refused:
        list(features(text))
    assert refused.value.broken is broken


def test_nesting_without_end_is_broken():
    deep = '{"type":"FeatureCollection","features":[{"properties":{"a":' + "[" * 300 + "]" * 300 + "}}]}"
    with pytest.raises(NotGeoJson):
        read_table(deep)


def test_geojson_in_cp932_is_read_and_told():
    reading = read(collection(point(135, 34, 名称="公園")).encode("cp932"), "a.geojson")
    assert [finding.rule for finding in reading.findings] == ["encoding-not-utf8"]
    assert next(reading.tables[0].records()) == ("公園", "34", "135")
