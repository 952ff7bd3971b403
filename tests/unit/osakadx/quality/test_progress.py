"""Praise goes to what was mended, and to nothing else that makes a finding vanish."""

from dataclasses import replace

import pytest
from osakadx.quality.advice import examine
from osakadx.quality.progress import lifts, looked_at, mended, newest_look, share
from osakadx.quality.rulebook import rulebook

from .evidences import csv, evidence, file

BOOK = rulebook()
CP932 = csv(10, encoding="cp932")
RAGGED = csv(10) + "余り,,,,\r\n".encode() * 2


def findings(found):
    return [step.as_dict() for step in examine(found, BOOK)[1]]


def between(before, after):
    """What was mended between two states of the files."""
    return mended(findings(evidence(*before)), findings(evidence(*after)), looked_at(evidence(*after)), BOOK)


def rules(found):
    return [one["rule"] for one in found]


def test_a_file_saved_in_utf_8_is_mended():
    (found,) = between([file(data=CP932)], [file(data=csv(10))])
    assert found.pop("message")
    assert found.pop("points") > 0
    found.pop("message_en")
    assert found == {
        "rule": "encoding-is-utf-8", "label": "文字コードが UTF-8", "label_en": "Encoded in UTF-8", "resource_id": "a",
        "resource_name": "shisetsu.csv", "places": 1, "whole": True,
    }  # fmt: skip


def test_nothing_changed_is_nothing_mended():
    assert between([file(data=CP932)], [file(data=CP932)]) == []


def test_what_became_worse_is_not_mended():
    assert between([file(data=csv(10))], [file(data=CP932)]) == []


def test_one_file_mended_beside_one_that_is_not():
    before = [file("a", CP932), file("b", csv(30, encoding="cp932"))]
    found = between(before, [file("a", csv(10)), before[1]])
    assert [(one["rule"], one["resource_id"]) for one in found] == [("encoding-is-utf-8", "a")]


def test_a_file_that_was_taken_away_was_not_mended():
    assert between([file("a", CP932), file("b")], [file("b")]) == []


def test_a_file_that_nobody_could_get_was_not_mended():
    assert rules(between([file(data=CP932)], [file(verdict="gone", reason="404")])) == []


def test_a_file_that_was_not_read_yet_was_not_mended():
    assert between([file(data=CP932)], [replace(file(), reading=None)]) == []


def test_a_file_that_is_no_table_any_more_hides_its_findings():
    assert between([file(data=RAGGED)], [file(data=b"%PDF-1.7\n" + b"0" * 4000)]) == []


def test_a_link_that_answers_again_is_mended():
    assert rules(between([file(verdict="gone", reason="404")], [file()])) == ["file-answers"]


def test_a_part_that_was_mended_counts_as_a_part():
    (finding,) = findings(evidence(file(data=RAGGED)))
    one, many = ({**finding, "lost": lost} for lost in (0.4, 2.0))
    (found,) = mended([many], [one], {"a"}, BOOK)
    assert (found["points"], found["whole"]) == (1.6, False)


def test_a_finding_of_the_data_set_itself_needs_no_file():
    of_dataset = {**findings(evidence(file(data=CP932)))[0], "resource_id": ""}
    assert rules(mended([of_dataset], [], set(), BOOK)) == ["encoding-is-utf-8"]


def test_a_rule_that_is_no_more_breaks_nothing():
    old = {**findings(evidence(file(data=CP932)))[0], "rule": "rule-of-old"}
    assert rules(mended([old], [], {"a"}, BOOK)) == ["rule-of-old"]


@pytest.mark.parametrize("points, maximum, found", [(24.0, 25.0, 96.0), (0.0, 0.0, 0.0), (2.0, 3.0, 66.7)])
def test_points_are_compared_of_a_hundred(points, maximum, found):
    assert share(points, maximum) == found


def test_the_newest_look_is_that_of_the_file_asked_last():
    early, late = (f"2026-11-{day}T03:00:00+00:00" for day in (20, 26))
    files = [
        replace(one, link=replace(one.link, checked=when)) for one, when in ((file("a"), late), (file("b"), early))
    ]
    assert newest_look(evidence(*files)) == late
    assert newest_look(evidence()) == ""


@pytest.mark.parametrize(
    "then, now, better",
    [("A", "B", "A"), ("B", "B", ""), ("C", "B", ""), (None, "B", ""), ("A", None, "")],
)
def test_a_step_may_lift_the_grade(then, now, better):
    assert lifts({"grade": then}, now) == better
    assert lifts({}, now) == ""
