"""A change of rules says what it does before it does it."""

from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.movement import Move, Standing, lines, movement

GRADES = st.sampled_from(["A", "B", "C", "D", None])
standings = st.builds(Standing, GRADES, st.floats(0, 100).map(lambda points: round(points, 1)))
moves = st.lists(st.builds(Move, st.just("n"), st.just("t"), st.none() | standings, standings), max_size=40)


def move(before, after, name="town"):
    return Move(name, f"{name}の表", before and Standing(*before), Standing(*after))


THREE = [
    move(("B", 80.0), ("A", 90.0), "up"),
    move(("A", 86.0), ("C", 60.0), "down"),
    move(("A", 99.0), ("A", 98.0), "same"),
    move(None, ("A", 99.0), "new"),
    move((None, 0.0), ("D", 10.0), "examined"),
]


def test_grades_are_counted_by_where_they_go():
    found = movement(THREE)
    assert (found.total, found.new) == (5, 1)
    assert (found.count(1), found.count(-1), found.count(0)) == (1, 1, 2)
    assert found.grades["B", "A"] == 1
    assert [one.name for one in found.up] == ["up"]
    assert [one.name for one in found.down] == ["down", "same"]


def test_the_table_says_it_in_japanese():
    said = "\n".join(lines(movement(THREE)))
    assert "データセット 5 件: 評価が上がる 1、下がる 1、同じ 2" in said
    assert "  A → A 1、C 1\n" in said
    assert "  採点待ち → D 1\n" in said
    assert "まだ採点していないもの: 1 件" in said
    assert "  -26.0  A → C  downの表(down)" in said


def test_no_data_sets_make_no_table():
    assert list(lines(movement([]))) == ["データセット 0 件: 評価が上がる 0、下がる 0、同じ 0"]


def test_programs_get_the_same_numbers():
    found = movement(THREE).as_dict()
    assert {key: found[key] for key in ("total", "new", "rise", "fall", "keep")} == {
        "total": 5, "new": 1, "rise": 1, "fall": 1, "keep": 2
    }  # fmt: skip
    assert {"before": "B", "after": "A", "datasets": 1} in found["grades"]
    assert found["down"][0] == {
        "name": "down", "title": "downの表", "before": "A", "points_before": 86.0, "after": "C", "points": 60.0
    }  # fmt: skip


@given(moves)
def test_every_data_set_is_counted_once(found):
    counted = movement(found)
    assert counted.total == len(found)
    assert counted.new + sum(counted.count(direction) for direction in (-1, 0, 1)) == len(found)


@given(moves)
def test_the_biggest_are_kept_however_many_there_are(found):
    many = movement(found * 20, listed=2)
    steps = sorted((one.step for one in found * 20), reverse=True)
    assert [one.step for one in many.up] == [step for step in steps[:2] if step > 0]
    assert [one.step for one in many.down] == [step for step in reversed(steps[-2:]) if step < 0]
