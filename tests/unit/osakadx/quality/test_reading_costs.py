"""What the reader of files finds has its price: each finding against its rule of `schemas/quality.yaml`."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx import data
from osakadx.quality.check import check
from osakadx.quality.checked import checked, judged
from osakadx.quality.evidence import File, Link, Reading
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import mark
from osakadx.tables.read import read

from tests import corpus

BOOK = rulebook()
NAMED = {name: rule for rule in BOOK.rules for name in rule.costs}
UNSCORED = {name for name, said in data.document("reading.yaml").items() if said.get("unscored")}
FILES = corpus.files()


TWINS = {said["same_as"] for said in data.document("reading.yaml").values() if "same_as" in said}


def look(content, name):
    reading = read(content, name)
    known = Reading.from_dict(reading.as_dict())
    found = check(reading) if any(table.rows for table in reading.tables) else None
    return File("a", name=name, link=Link("ok"), reading=replace(known, check=found), described=True)


@pytest.mark.parametrize("name", FILES)
def test_what_is_found_in_a_file_costs_something_by_its_rule(name):
    file = look(FILES[name], name)
    marked = mark(file, BOOK)
    lost = {slug for slug, share in marked.affected.items() if BOOK.by_slug[slug].loss(share) > 0}
    if not file.reading.readable:
        assert "file-is-a-table" in lost
        return
    assert {NAMED[finding].slug for finding in file.reading.rules - UNSCORED} <= lost


def test_what_costs_nothing_takes_nothing():
    plain, hidden = b"a,b\r\n" + b"1,2\r\n" * 2, b"a,b\r\n" + b"1,2\n" * 2
    assert [one.rule for one in read(hidden, "a.csv").findings] == ["newline-mixed"]
    assert mark(look(hidden, "a.csv"), BOOK).total(BOOK) == mark(look(plain, "a.csv"), BOOK).total(BOOK)


HEADER, ROW = "区,名称,人数,開設日", "{ward},会館{n},{n},2024-04-{n:02}"
ROWS = [ROW.format(ward="北区" if n < 6 else "西区", n=n) for n in range(1, 13)]


def table(flaws):
    """A table of twelve rows with these flaws of its layout."""
    rows = list(ROWS)
    if "labels left out" in flaws:
        rows = [row if n in (0, 5) else row[2:] for n, row in enumerate(rows)]
    if "invisible" in flaws:
        rows[3] = rows[3].replace("会館", "会\u200b館")
    if "total" in flaws:
        rows.append("合計,,78,")
    if "header again" in flaws:
        rows.insert(8, HEADER)
    if "blank row" in flaws:
        rows.insert(4, "")
    if "second table" in flaws:
        rows += ["", "", "年度,世帯数,町名,棟数", *(f"{year},{year * 3},町{year},1" for year in range(2015, 2025))]
    text = "\r\n".join([*(["会館の一覧"] if "title" in flaws else []), HEADER, *rows]) + "\r\n"
    text = text.replace(",", ";") if "semicolons" in flaws else text
    return text.encode()


FLAWS = [
    "blank row",
    "header again",
    "invisible",
    "labels left out",
    "second table",
    "semicolons",
    "title",
    "total",
]


@pytest.mark.parametrize(
    ("flaw", "rule"),
    [
        ("blank row", "data-is-not-fragmented"),
        ("header again", "data-is-not-fragmented"),
        ("invisible", "no-platform-characters"),
        ("labels left out", "nothing-is-omitted"),
        ("second table", "one-table-per-sheet"),
        ("semicolons", "format-opens-everywhere"),
    ],
)
def test_a_flaw_of_the_layout_costs_and_its_mending_brings_all_of_it_back(flaw, rule):
    bad, good = (mark(look(table(flaws), "a.csv"), BOOK) for flaws in ({flaw}, set()))
    assert BOOK.by_slug[rule].loss(bad.share(rule)) > 0 == good.share(rule)
    assert len(bad.shortfalls[rule]) == 1


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(FLAWS), min_size=1), st.data())
def test_mending_one_flaw_of_the_layout_never_lowers_the_points(flaws, chance):
    mended = flaws - {chance.draw(st.sampled_from(sorted(flaws)))}
    before, after = (mark(look(table(kinds), "a.csv"), BOOK).total(BOOK) for kinds in (flaws, mended))
    # A row less makes the share of the other rows with flaws larger: below the tenth of a point that is ever shown.
    assert after >= before - 0.1


def test_what_the_reading_and_the_check_both_find_is_said_once():
    one = checked(table({"blank row", "header again", "labels left out"}), "a.csv")
    assert {finding.rule for finding in one.reading.findings} == {"blank-row", "header-repeated", "labels-left-out"}
    told = sorted((finding.rule, finding.row) for finding in one.findings if finding.rule in TWINS)
    assert told == [("data-is-not-fragmented", 7), ("data-is-not-fragmented", 11), ("nothing-is-omitted", 3)]


def test_what_the_reading_alone_finds_stays():
    one = checked(table({"blank row"}), "a.csv")
    alone = judged(one.reading, replace(one.check, findings=()))
    assert [finding.rule for finding in alone.findings] == ["blank-row"]
