from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.evidence import Evidence
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from .evidences import csv, data_sets, evidence, file, files

BOOK = rulebook()


def points(*found):
    return score(evidence(*found), BOOK).points


def test_a_clean_file_gets_every_examined_point():
    result = score(evidence(file()), BOOK)
    assert (result.grade, result.points, result.maximum) == ("A", 25.0, 25.0)
    assert {part.dimension.slug: part.points for part in result.parts} == {"reachable": 10.0, "readable": 15.0}


def test_what_nobody_has_looked_at_has_no_grade():
    result = score(evidence(replace(file(), link=None, reading=None)), BOOK)
    assert (result.grade, result.points, result.maximum, result.waiting) == (None, 0.0, 0.0, 1)


def test_a_data_set_without_files_has_no_grade():
    assert score(evidence(), BOOK).grade is None


@pytest.mark.parametrize(
    ("data", "name", "lost"),
    [
        (csv(encoding="cp932"), "a.csv", 1.0),
        (csv(encoding="euc-jp"), "a.csv", 2.0),
        (csv() + "余り,,,,\r\n".encode(), "a.csv", 1.0),
        ("一覧\r\n".encode() + csv(), "a.csv", 1.0),
        (csv(), "a.xlsx", 2.0),
        (csv()[:-1], "a.csv", 0.0),
    ],
)
def test_each_flaw_costs_its_points(data, name, lost):
    format = name.rpartition(".")[2].upper()
    assert points(file(data=data, name=name, format=format)) == pytest.approx(25.0 - lost, abs=0.05)


def test_a_pdf_is_scored_as_what_it_is():
    result = score(evidence(file(data=b"%PDF-1.7\n%1234", name="a.pdf", format="PDF")), BOOK)
    assert (result.grade, result.points, result.maximum) == ("D", 12.0, 70.0)


def test_a_first_failure_waits_alone_and_earns_nothing_beside_others():
    unknown = file("b", verdict="unknown", name="b.csv")
    alone = score(evidence(unknown), BOOK)
    assert (alone.grade, alone.maximum, alone.waiting) == (None, 0.0, 1)
    assert points(file("a"), unknown) == 12.0


@pytest.mark.parametrize("verdict", ["gone", "refused", "html"])
def test_a_file_that_does_not_come_earns_nothing(verdict):
    result = score(evidence(file(verdict=verdict)), BOOK)
    assert (result.grade, result.points, result.maximum) == ("D", 0.0, 70.0)


def test_a_file_in_the_catalog_itself_needs_no_tls_of_its_own():
    here = file()
    here = replace(here, uploaded=True, url="", link=replace(here.link, url=""))
    assert points(here) == 25.0
    assert points(file(url="http://data.example.jp/a.csv")) == 23.0


def test_files_are_weighed_by_their_rows():
    good, bad = file("a", csv(60)), file("b", csv(40, encoding="euc-jp"), name="b.csv")
    assert points(good, bad) == pytest.approx(25.0 - 2.0 * 40 / 100, abs=0.05)


def test_of_one_content_in_two_formats_the_better_counts():
    worse = file("b", csv(20, encoding="cp932"), name="shisetsu.csv", url="https://data.example.jp/a/shisetsu.csv")
    assert points(file("a"), worse) == 25.0


def test_a_pdf_beside_its_table_costs_nothing():
    assert points(file("a"), file("b", b"%PDF-1.7\n", name="shisetsu.pdf", format="PDF")) == 25.0


def test_a_waiting_file_leaves_the_score_of_the_others_alone():
    waiting = replace(file("b", name="b.csv"), link=None, reading=None)
    result = score(evidence(file("a"), waiting), BOOK)
    assert (result.points, result.waiting) == (25.0, 1)


@given(data_sets, st.randoms())
def test_the_same_evidence_gives_the_same_score_in_any_order(found, chance):
    shuffled = list(found.files)
    chance.shuffle(shuffled)
    assert score(Evidence(found.dataset, tuple(shuffled)), BOOK) == score(found, BOOK)


@given(data_sets)
def test_points_stay_between_nothing_and_what_was_examined(found):
    result = score(found, BOOK)
    assert 0 <= result.points <= result.maximum <= sum(dimension.points for dimension in BOOK.dimensions)
    assert (result.grade is None) == (result.maximum == 0)


@given(data_sets, files())
def test_a_data_set_is_never_better_than_its_best_file(found, other):
    all_files = [*found.files, replace(other, id="other")]
    best = max(score(evidence(one), BOOK).points for one in all_files)
    assert score(evidence(*all_files), BOOK).points <= best + 0.1
