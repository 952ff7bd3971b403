import pytest
from hypothesis import given
from osakadx.quality.advice import examine
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from .evidences import csv, data_sets, evidence, file

BOOK = rulebook()


def steps(*found):
    return examine(evidence(*found), BOOK)[1]


def test_a_step_says_what_where_how_long_and_what_it_gains():
    data = csv(10, encoding="cp932") + "余り,,,,\r\n".encode("cp932") * 2
    first, second = steps(file(data=data))
    assert (first.rule.slug, first.gain, first.finding.cell) == ("encoding-is-utf-8", 1.0, None)
    assert second.as_dict() | {"message": "", "fix": ""} == {
        "rule": "rows-are-even", "dimension": "readable", "label": "どの行も列の数が同じ",
        "label_en": "Every row has the same number of cells", "severity": "error", "message": "", "fix": "",
        "message_en": "", "fix_en": "", "where": "12行目", "sheet": None, "row": 12, "column": None, "cell": None,
        "value": "5", "resource_id": "a", "resource_name": "shisetsu.csv", "places": 2, "minutes": 5, "lost": 1.2,
        "gain": 1.2,
    }  # fmt: skip
    assert "5 列" in second.finding.message


def test_the_gain_is_what_mending_really_brings():
    flawed = csv(10) + "余り,,,,\r\n".encode()
    (step,) = steps(file(data=flawed))
    before, after = (score(evidence(file(data=data)), BOOK).points for data in (flawed, csv(11)))
    assert step.gain == pytest.approx(after - before)


def test_mending_the_lesser_of_two_formats_gains_nothing():
    same = "https://data.example.jp/same.csv"
    (step,) = steps(file("a", url=same), file("b", csv(encoding="cp932"), url=same))
    assert (step.file, step.lost, step.gain) == ("b", 1.0, 0.0)


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
