"""What is listed of many places, what is only counted, and that nothing is hidden by it."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.quality.check import check
from osakadx.quality.checks.spots import PLACES, Spots
from osakadx.quality.evidence import File, Link, Reading
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import mark
from osakadx.tables.read import read
from osakadx.tables.report import groups, lines

BOOK = rulebook()
# Two cases of one rule, of which one is an error; a second rule beside it.
ZERO = ("phones-are-plain", "zero", {})
SPELLING = ("phones-are-plain", "spelling", {"plain": "06-6941-0351"})
BLANK = ("required-cells-are-filled", "blank", {})


def told(*spots, sheet=None, header=()):
    """The findings of places: (rule, case, facts), column, how many rows."""
    kept = Spots(BOOK.say, sheet, header)
    row = 1
    for (rule, case, facts), column, count in spots:
        for _ in range(count):
            row += 1
            kept.tell(rule, case, row=row, column=column, value="x", column_name=f"列{column}", **facts)
    return kept.all()


def rest(findings):
    return [finding for finding in findings if finding.more is not None]


def test_an_error_is_listed_however_many_warnings_of_its_rule_came_before():
    findings = told((SPELLING, 20, 2_000), (ZERO, 20, 15))
    assert [finding.row for finding in findings if finding.severity == "error"] == [*range(2_002, 2_017)]
    (more,) = rest(findings)
    assert (more.severity, more.value, more.more) == ("warning", "2000", 2_000 - PLACES)


def test_a_column_is_listed_however_many_places_there_are_in_another():
    findings = told((BLANK, 3, 40), (BLANK, 5, 1))
    assert [finding.cell for finding in findings if finding.column == 5] == ["E42"]


def test_how_many_there_are_is_said_of_what_is_mended_alike_with_its_columns():
    findings = told((BLANK, 1, 40), (ZERO, 2, 3), (BLANK, 2, 24), (ZERO, 1, 30), header=("名称", "電話番号"))
    said = {(more.rule, more.value): more for more in rest(findings)}
    assert said.keys() == {("required-cells-are-filled", "64"), ("phones-are-plain", "33")}
    blank = said["required-cells-are-filled", "64"]
    assert "64 か所" in blank.message and "「名称」40、「電話番号」24" in blank.message
    assert '"名称" 40, "電話番号" 24' in blank.message_en
    assert blank.more == 64 - 2 * PLACES


def test_many_columns_are_named_as_a_number():
    (more,) = rest(told(*((BLANK, column, 30) for column in range(1, 9))))
    assert "「5列目」30、ほか 3 列 90" in more.message


_CASES = st.sampled_from([ZERO, SPELLING, BLANK])
_PLACED = st.lists(st.tuples(_CASES, st.sampled_from([None, 1, 2, 30]), st.integers(1, 70)), max_size=12)


@given(_PLACED)
def test_every_kind_is_listed_and_every_number_is_that_of_its_own_group(placed):
    findings = told(*placed)
    met = Counter[tuple]()
    for (rule, case, _), column, count in placed:
        met[rule, BOOK.by_slug[rule].cases[case].severity, column] += count
    listed = [finding for finding in findings if finding.more is None]
    assert {(one.rule, one.severity, one.column) for one in listed} == met.keys()
    by_group = defaultdict(int)
    for (rule, severity, _), count in met.items():
        by_group[rule, severity] += count
    shown = {(group[0].rule, group[0].severity): group for group in groups(findings)}
    assert shown.keys() == by_group.keys()
    for key, group in shown.items():
        counted = rest(group)
        assert len(counted) <= 1 and sum(1 if one.more is None else one.more for one in group) == by_group[key]
        assert not counted or (counted[0] is group[-1] and counted[0].value == str(by_group[key]))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 2_000), st.integers(1, 60))
def test_what_is_listed_is_bounded_by_columns_and_not_by_rows(columns, rows):
    kept = Spots(BOOK.say)
    for row in range(rows):
        for column in range(columns):
            kept.tell("required-cells-are-filled", "blank", row=row + 2, column=column + 1, column_name="列")
    findings = kept.all()
    assert len(findings) <= 61 + min(columns, 1_000)
    assert len({finding.column for finding in findings if finding.column}) >= min(columns, 1_000)
    assert kept.counts()["required-cells-are-filled"].places == rows * columns


PHONES = "名称,電話番号\n" + "".join(f"館{n},072(924)38{n:02}\n" for n in range(25))
LOST = "".join(f"支所{n},7292439{n:02}\n" for n in range(15))


def examined(text):
    reading = read(text.encode(), "a.csv")
    known = Reading.from_dict(reading.as_dict())
    return File(
        "a", name="a.csv", url="https://e.jp/a.csv", link=Link("ok"), reading=replace(known, check=check(reading))
    )


@pytest.mark.parametrize(("text", "worst"), [(PHONES, "warning"), (PHONES + LOST, "error")])
def test_the_gravest_finding_of_a_rule_speaks_in_the_score(text, worst):
    file = examined(text)
    (shortfall,) = mark(file, BOOK).shortfalls["phones-are-plain"]
    assert shortfall.finding.severity == worst
    assert shortfall.places == file.check.counts["phones-are-plain"].places == 25 + 15 * (worst == "error")


def test_the_report_names_the_first_place_of_each_column():
    text = "名称,館名,部屋\n" + "".join(f"甲{n} ,乙{n} ,丙{n} \n" for n in range(9))
    reading = read(text.encode(), "a.csv")
    report = list(lines(reading, check(reading).findings))
    places = next(line for line in report if "同じ指摘" in line)
    assert places == "      同じ指摘: B2、C2、A3、A4、A5 ほか 21 か所"
    assert any(line.startswith("  指摘: 注意 27、") for line in report)


def test_what_only_reading_finds_counts_with_all_its_places():
    text = "区分,地域,人数\n" + "".join(f"北{n},区,{n}\n合計,,{n}\n" for n in range(50))
    file = examined(text)
    file = replace(file, reading=replace(file.reading, check=replace(file.check, counts={})))
    (shortfall,) = mark(file, BOOK).shortfalls["data-is-not-fragmented"]
    assert (shortfall.finding.rule, shortfall.places, shortfall.affected) == ("total-row", 50, 0.5)
