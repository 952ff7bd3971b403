from datetime import date

from osakadx.quality.chart import line

MAY = [(date(2026, 5, 1), 50.0), (date(2026, 5, 11), 100.0)]


def test_a_line_joins_its_values_and_goes_on_to_the_right_edge():
    found = line(MAY, 100, 200, 100, date(2026, 5, 21))
    assert found is not None
    assert found.points == "0,50 100,0 200,0"
    assert found.last == (200.0, 0.0)


def test_a_score_holds_until_the_next():
    found = line(MAY, 100, 200, 100, date(2026, 5, 11), steps=True)
    assert found is not None
    assert found.points == "0,50 200,50 200,0"


def test_nothing_is_drawn_of_nothing_and_a_single_day_is_a_level_line():
    assert line([], 100, 200, 100, date(2026, 5, 1)) is None
    found = line(MAY[:1], 100, 200, 100, date(2026, 5, 1))
    assert found is not None
    assert found.points == "0,50 200,50"
    nothing = line([(date(2026, 5, 1), 0.0)], 0, 200, 100, date(2026, 5, 2))
    assert nothing is not None
    assert nothing.last == (200.0, 100.0)
