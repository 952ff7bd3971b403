from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.quality.advice import agenda, examine
from osakadx.quality.evidence import Answers, Metadata
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from .evidences import csv, data_sets, evidence, file, full, toilets

BOOK = rulebook()


def steps(*found, data=None):
    return examine(replace(data, files=found) if data else evidence(*found), BOOK)[1]


def evidence_without_words():
    return replace(full(metadata=Metadata(), answers=Answers(3, 1, 2)), day="2031-01-01")


def test_a_step_says_what_where_how_long_and_what_it_gains():
    data = csv(10, encoding="cp932") + "余り,,,,\r\n".encode("cp932") * 2
    first, second = steps(file(data=data))
    assert (first.rule.slug, first.gain, first.finding.cell) == ("encoding-is-utf-8", 1.0, None)
    assert second.as_dict() | {"message": "", "fix": "", "message_en": "", "fix_en": ""} == {
        "rule": "rows-are-even", "dimension": "readable", "label": "どの行も列の数が同じ",
        "label_en": "Every row has the same number of cells", "severity": "error", "message": "", "fix": "",
        "message_en": "", "fix_en": "", "where": "12行目", "sheet": None, "row": 12, "column": None, "cell": None,
        "value": "5", "resource_id": "a", "resource_name": "shisetsu.csv", "places": 2, "minutes": 5, "lost": 1.2,
        "gain": 1.2, "grade": "A", "mend": "replace-file",
    }  # fmt: skip
    assert "5 列" in second.finding.message


def test_the_gain_is_what_mending_really_brings():
    flawed = csv(10) + "余り,,,,\r\n".encode()
    (step,) = steps(file(data=flawed))
    before, after = (score(evidence(file(data=data)), BOOK).points for data in (flawed, csv(11)))
    assert step.gain == pytest.approx(after - before)


def test_mending_the_lesser_of_two_formats_gains_nothing():
    same = "https://data.example.jp/same.csv"
    found = steps(file("a", url=same), file("b", csv(encoding="cp932"), url=same))
    step = next(step for step in found if step.rule.slug == "encoding-is-utf-8")
    assert (step.file, step.lost, step.gain) == ("b", 1.0, 0.0)


def test_every_step_speaks_both_languages_and_leads_to_where_it_is_mended():
    twins = [replace(toilets(id), url="https://e.jp/same.csv") for id in "ab"]
    found = steps(*twins, data=evidence_without_words())
    assert {step.mend for step in found} >= {"replace-file", "edit-dataset", "edit-resource", "questions"}
    for step in found:
        assert step.finding.message and step.finding.fix and step.message_en and step.fix_en
        assert "{" not in step.finding.message + step.finding.fix + step.message_en + step.fix_en


@pytest.mark.parametrize(
    ("said", "gains", "count"),
    [
        (Answers(), False, None), (Answers(2, 2, 0, 0), False, "2"), (Answers(3, 1, 2, 0), False, "2"),
        (Answers(3, 1, 2, 1), True, "1"),
    ],
)  # fmt: skip
def test_nobody_is_asked_to_get_questions_or_to_answer_what_is_answered(said, gains, count):
    now, found = examine(full(answers=said), BOOK)
    (step,) = found
    assert (step.rule.slug, step.gain > 0) == ("questions-are-answered", gains)
    assert gains or step.grade == now.grade
    assert count is None or f" {count} 件" in step.finding.message


def test_what_the_reading_found_is_said_in_english_with_its_own_facts():
    (step,) = steps(file(data="施設の一覧\r\n".encode() + csv()))
    assert step.message_en.startswith("A title or notes stand above the table (施設の一覧)")
    assert step.fix_en == step.finding.fix_en and "{" not in step.message_en + step.fix_en


def test_an_agenda_prefers_what_many_people_look_at():
    flawed = examine(evidence(file(data=csv(10, encoding="cp932"))), BOOK)[1]
    worse = examine(evidence(file(data=csv(10, encoding="euc-jp"))), BOOK)[1]
    found = agenda([("seen by many", 900.0, flawed), ("seen by few", 3.0, worse)])
    assert [name for name, _ in found] == ["seen by many", "seen by few"]


def test_the_most_worthwhile_comes_first():
    broken = steps(file("a", csv(100, encoding="euc-jp")), file("b", verdict="gone", reason="(404)", name="b.csv"))
    assert [step.rule.slug for step in broken] == ["file-answers", "encoding-is-utf-8"]
    assert "404" in broken[0].finding.message


@given(data_sets)
def test_mending_never_lowers_a_score(found):
    now, advised = examine(found, BOOK)
    assert now == score(found, BOOK)
    assert all(step.gain >= 0 for step in advised)
    assert all(step.finding.message and step.rule.minutes > 0 for step in advised)


FLAWS = {
    "cp932": ({"encoding": "cp932"}, {}),
    "no place": ({"c5": ""}, {}),
    "swapped": ({"c6": "135.482905", "c7": "34.573305"}, {}),
    "unit": ({"c8": "1基"}, {}),
    "vocabulary": ({"c12": "あり"}, {}),
    "phone": ({}, {"電話番号": "０７２－２３３"}),
    "same id": ({"c1": "3"}, {}),
    "old date": ({}, {"供用開始日": "令和2年4月1日"}),
}


@settings(deadline=None, max_examples=40)
@given(st.sets(st.sampled_from(sorted(FLAWS)), min_size=1), st.data())
def test_mending_one_real_flaw_of_a_real_file_never_lowers_a_score(flaws, chance):
    mended = flaws - {chance.draw(st.sampled_from(sorted(flaws)))}

    def points(kinds):
        cells, columns = {}, {}
        for kind in kinds:
            cells |= FLAWS[kind][0]
            columns |= FLAWS[kind][1]
        return score(full(toilets(columns=columns, **cells)), BOOK).points

    assert points(mended) >= points(flaws)
