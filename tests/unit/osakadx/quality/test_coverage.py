from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.coverage import STATES, Counts, Entry, coverage, standard_of, state, trend
from osakadx.standards import all_standards
from osakadx.vocab.place import municipalities

CODES = [town.code for town in municipalities()]
NUMBERS = [one.number for one in all_standards()]
AED = Entry("271004", "271004-aed", "AED設置箇所", declared="08", points=80.0, grade="B")
SEEN = replace(AED, seen={"08": 0.9}, conformance=0.9)


@pytest.mark.parametrize(
    "entry, number",
    [
        (AED, "08"),  # nobody has looked: what the publisher says
        (replace(AED, seen={"13": 0.9}), "13"),  # toilets under the title of AEDs
        (replace(AED, seen={"13": 0.2}), "08"),  # not sure enough to contradict
        (replace(AED, seen={"08": 0.6, "13": 0.9}), "08"),  # two files, one of them is what it says
        (replace(AED, declared="", seen={"13": 0.9, "01": 0.6}), "13"),
        (replace(AED, declared=""), ""),
    ],
)
def test_files_that_were_recognised_outweigh_what_the_publisher_says(entry, number):
    assert standard_of(entry) == number


@pytest.mark.parametrize(
    "entry, wanted",
    [
        (SEEN, "conforming"),
        (replace(SEEN, conformance=0.79), "published"),
        (replace(SEEN, conformance=None), "published"),
        (AED, "published"),  # a title alone never conforms
        (replace(AED, conformance=1.0), "published"),
        (replace(SEEN, offered=False), "planned"),
    ],
)
def test_a_data_set_conforms_only_by_what_is_in_its_files(entry, wanted):
    assert state(entry) == wanted


def test_a_cell_shows_the_best_data_set_and_how_many_there_are():
    worse = replace(AED, dataset="271004-aed-2019", points=90.0)
    cell = coverage([worse, SEEN], CODES, NUMBERS).cell("271004", "08")
    assert (cell.state, cell.entry, cell.datasets) == ("conforming", SEEN, 2)
    assert coverage([], CODES, NUMBERS).cell("271004", "08").state == "none"


def test_counts_go_by_rows_columns_and_all_cells():
    matrix = coverage([SEEN, replace(AED, body="271403"), replace(AED, body="281000")], CODES, NUMBERS)
    assert matrix.row("271004") == Counts(conforming=1, none=30)
    assert matrix.column("08") == Counts(conforming=1, published=1, none=41)
    assert matrix.counts.as_dict() == {
        "conforming": 1, "published": 1, "planned": 0, "none": 43 * 31 - 2, "covered": 2
    }  # fmt: skip
    assert matrix.counts.total == 43 * 31


entries = st.lists(
    st.builds(
        Entry,
        body=st.sampled_from([*CODES, "130001"]),
        dataset=st.text("abc", min_size=1, max_size=3),
        title=st.just("x"),
        declared=st.sampled_from(["", *NUMBERS]),
        seen=st.dictionaries(st.sampled_from(NUMBERS), st.floats(0, 1), max_size=2),
        conformance=st.none() | st.floats(0, 1),
        points=st.none() | st.floats(0, 100),
        offered=st.booleans(),
        since=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    ),
    max_size=40,
)


@given(entries)
def test_rows_and_columns_add_up_to_all_cells(found):
    matrix = coverage(found, CODES, NUMBERS)
    for one in STATES:
        assert sum(getattr(matrix.row(code), one) for code in CODES) == getattr(matrix.counts, one)
        assert sum(getattr(matrix.column(number), one) for number in NUMBERS) == getattr(matrix.counts, one)


@given(entries)
def test_one_more_data_set_never_makes_a_cell_worse(found):
    if found:
        before = coverage(found[:-1], CODES, NUMBERS)
        after = coverage(found, CODES, NUMBERS)
        assert after.counts.conforming >= before.counts.conforming
        assert after.counts.covered >= before.counts.covered


@given(entries)
def test_the_trend_ends_where_the_matrix_stands(found):
    # Today's history is today's conformance.
    named = [replace(entry, dataset=str(number)) for number, entry in enumerate(found)]
    history = {entry.dataset: [(entry.since, entry.conformance)] for entry in named}
    matrix = coverage(named, CODES, NUMBERS)
    first, last = trend(matrix, named, history, [date(2020, 1, 1), date(2026, 11, 26)])
    assert (last.covered, last.conforming) == (matrix.counts.covered, matrix.counts.conforming)
    assert (first.covered, first.conforming) == (0, 0)


def test_a_data_set_conforms_since_its_history_says_so():
    entry = replace(SEEN, since=date(2026, 1, 10))
    history = {entry.dataset: [(date(2026, 1, 11), 0.4), (date(2026, 3, 1), 0.9)]}
    days = [date(2026, 1, 9), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    found = trend(coverage([entry], CODES, NUMBERS), [entry], history, days)
    assert [(point.covered, point.conforming) for point in found] == [(0, 0), (1, 0), (1, 0), (1, 1)]
