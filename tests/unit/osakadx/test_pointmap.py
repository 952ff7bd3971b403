import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import pointmap
from osakadx.pointmap import Columns, Point

OSAKA, SAKAI = Point(34.69389, 135.50222, "大阪市役所"), Point(34.57333, 135.48306, "堺市役所")
places = st.builds(Point, st.floats(34.2, 35.1), st.floats(135.0, 135.8), st.just("所"))


@pytest.mark.parametrize(
    "labels, found",
    [
        (["名称", "緯度", "経度"], Columns(1, 2, 0)),
        (["X", "Y", "施設名"], Columns(1, 0, 2)),
        (["場所の名前", "経度", "緯度"], Columns(2, 1, 0)),
        (["ＬＡＴＩＴＵＤＥ", "Longitude"], Columns(0, 1, -1)),
        (["地名", "緯度"], None),
        (["避難場所名", "lat", "lng"], Columns(1, 2, 0)),
    ],
)
def test_columns_are_found_by_what_they_are_called(labels, found):
    assert pointmap.columns(labels) == found


@pytest.mark.parametrize("cells", [("", "135.5"), (None, None), ("34度", "135度"), ("135.5", "34.6"), ("0", "0")])
def test_what_is_no_place_in_japan_is_left_out(cells):
    assert pointmap.point(*cells, "所") is None


def test_north_is_up_and_east_is_right():
    drawing = pointmap.draw([OSAKA, SAKAI])
    osaka, sakai = drawing.marks
    assert osaka.y < sakai.y
    assert osaka.x > sakai.x


def test_the_bar_of_the_scale_agrees_with_the_distance_of_two_offices():
    drawing = pointmap.draw([OSAKA, SAKAI])
    osaka, sakai = drawing.marks
    metres = math.dist((osaka.x, osaka.y), (sakai.x, sakai.y)) * drawing.scale_metres / drawing.scale_length
    assert metres == pytest.approx(13_530, rel=0.01)


def test_labels_outside_the_drawing_and_on_top_of_each_other_are_left_out():
    middle = Point(34.63, 135.49, "間")
    drawing = pointmap.draw([OSAKA, SAKAI], [middle, middle, Point(43.06, 141.35, "札幌市")])
    assert [label.name for label in drawing.labels] == ["間"]


def test_no_point_no_drawing():
    assert pointmap.draw([]) is None


@given(st.lists(places, min_size=1, max_size=20))
def test_every_point_lies_inside_the_drawing(points):
    drawing = pointmap.draw(points)
    assert all(0 <= mark.x <= drawing.width and 0 <= mark.y <= drawing.height for mark in drawing.marks)
    assert drawing.path.count("M") == len(points)
