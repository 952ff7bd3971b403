"""What somebody is asked: the most worthwhile, once, three things."""

from hypothesis import given
from hypothesis import strategies as st
from osakadx.mails.asks import MOST, choose, facts, identity


def step(package="p1", worth=1.0, **values):
    return {
        "package_id": package, "title": "避難所一覧", "resource_id": "r1", "resource_name": "list.csv", "rule": "a",
        "message": "緯度と経度が入れ替わっています。", "fix": "入れ替えてください。", "where": "C12", "cell": "C12",
        "gain": 6.0, "minutes": 5, "places": 3, "link": "L", "edit_link": "E", "original": "O", "worth": worth,
        **values,
    }  # fmt: skip


def names(found):
    return [one["package_id"] for one in found]


def test_the_most_worthwhile_come_first():
    assert names(choose([step("a", 1), step("b", 9), step("c", 3), step("d", 2)], ())) == ["b", "c", "d"]


def test_what_was_told_is_left_out_and_the_next_moves_up():
    steps = [step("a", 4), step("b", 3), step("c", 2), step("d", 1)]
    assert names(choose(steps, {identity(steps[0])})) == ["b", "c", "d"]


def test_what_has_changed_is_told_again():
    before, after = step(), step(message="緯度が空です。")
    assert names(choose([after], {identity(before)})) == ["p1"]


def test_what_only_gains_more_is_the_same_thing():
    assert identity(step(gain=1.0, worth=1, minutes=9)) == identity(step())


def test_a_rule_is_named_once_for_a_file():
    assert len(choose([step(cell="C12"), step(cell="C13")], ())) == 1


def test_no_steps_are_no_mail():
    assert choose([], ()) == []


def test_words_that_english_lacks_are_japanese():
    said = facts(step(), 1)
    assert (said["message_en"], said["fix_en"]) == (said["message"], said["fix"])
    assert (said["gain"], said["more"]) == ("6", 2)


def test_a_grade_is_named_where_no_points_are_gained():
    said = facts(step(gain=0.0, lifts_to="A"), 1)
    assert (said["gain"], said["grade"]) == ("", "A")
    assert facts(step(lifts_to=None), 1)["grade"] == ""


def test_the_original_is_named_where_the_catalog_cannot_mend_it():
    assert facts(step(), 1)["original"] == ""
    assert facts(step(edit_link=None), 1)["original"] == "O"
    described = step(edit_link=None, resource_name="")
    assert [facts(each, 1)["elsewhere"] for each in (step(), step(edit_link=None), described)] == ["", "", "1"]
    assert facts(step(edit_link=None, original=None), 1)["edit"] == ""


steps = st.lists(st.builds(step, st.sampled_from("abcdef"), st.floats(0, 99), rule=st.sampled_from("xyz")), max_size=30)


@given(steps, st.integers(0, 5))
def test_weeks_of_mails_tell_each_thing_once(found, weeks):
    told: list[str] = []
    for _ in range(weeks):
        chosen = choose(found, told)
        assert len(chosen) <= MOST
        told += [identity(one) for one in chosen]
    assert len(told) == len(set(told))
