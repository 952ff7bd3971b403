"""Columns that must agree within a row: when something begins and when it ends, a total and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from osakadx import dates
from osakadx.quality.checks.check import Counts, Row, Table, Watch, row_check
from osakadx.quality.checks.column import Column
from osakadx.quality.checks.spots import Spots

_UNIT = re.compile(r"\(人\)$")
_TOTAL, _MALE, _FEMALE = (
    frozenset({"総人口", "人口総数", "総数", "人口", "人口計", "人口合計", "男女計"}),
    frozenset({"男", "男性", "男人口", "男性人口", "人口_男", "人口_男性", "人口(男)"}),
    frozenset({"女", "女性", "女人口", "女性人口", "人口_女", "人口_女性", "人口(女)"}),
)
_NEITHER = re.compile("不詳|不明|その他|回答")  # a third part, so that two make no total
_AGREE, _LEAST = 0.8, 5
_DIGITS = 16  # more are no number of people
_END = re.compile("終了|満了")
_DAY = 10  # characters of YYYY-MM-DD; what is less exact can be the same month


@row_check("dates-are-iso")
def spans_end_after_their_begin(table: Table, spots: Spots) -> Watch | None:
    """No day of an end (終了日、満了日) lies before the day of the begin (開始日) of the same name."""
    pairs = list(_pairs(table))
    if not pairs:
        return None

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        for begin, end in pairs:
            first, last = begin.number - 1, end.number - 1
            wrong = {said for said in {(cells[first], cells[last]) for _, cells in rows} if _reversed(*said)}
            for number, cells in rows if wrong else ():
                if (cells[first], cells[last]) in wrong:
                    facts: dict[str, Any] = {"column_name": end.shown, "begin": begin.shown, "first": cells[first]}
                    spots.tell("dates-are-iso", "reversed", row=number, column=end.number, value=cells[last], **facts)
                    bad.add(number)
        return bad

    return Watch(see)


def _pairs(table: Table) -> Iterator[tuple[Column, Column]]:
    dated = {column.name: column for column in table.of_role("date")}
    for name, column in dated.items():
        begin = dated.get(_END.sub("開始", name))
        if begin is not None and begin is not column:
            yield begin, column


def _reversed(first: str, last: str) -> bool:
    if first <= last and len(first) == len(last) == _DAY:
        return False  # as nearly all are, at once
    begin, end = (dates.partial_date(said) if said else None for said in (first, last))
    return begin is not None and end is not None and len(begin) == len(end) == _DAY and end < begin


@row_check("code-fits-the-name")
def men_and_women_make_the_population(table: Table, spots: Spots) -> Watch | None:
    """Where the population is the sum of men and women in nearly all rows, it is in the others."""
    columns = [_only(table, names) for names in (_TOTAL, _MALE, _FEMALE)]
    total, male, female = columns
    if total is None or male is None or female is None or any(_NEITHER.search(one.name) for one in table.columns):
        return None
    places = [column.number - 1 for column in (total, male, female)]
    known = [agrees for cells in table.sample if (agrees := _agrees([cells[place] for place in places])) is not None]
    if sum(known) < max(_LEAST, _AGREE * len(known)):
        return None

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        spots.looked("code-fits-the-name", len(rows))
        for number, cells in rows:
            if _adds_up(cells[places[0]], cells[places[1]], cells[places[2]]):
                continue
            said = [cells[place] for place in places]
            if _agrees(said) is False:
                facts: dict[str, Any] = {"column_name": total.shown, "sum": int(said[1]) + int(said[2])}
                facts["parts"] = f"{male.shown} {said[1]}、{female.shown} {said[2]}"
                spots.tell("code-fits-the-name", "sum", row=number, column=total.number, value=said[0], **facts)
                bad.add(number)
        return bad

    return Watch(see)


def _only(table: Table, names: frozenset[str]) -> Column | None:
    found = [column for column in table.of_role("number") if _UNIT.sub("", column.name) in names]
    return found[0] if len(found) == 1 else None


def _adds_up(total: str, male: str, female: str) -> bool:
    """The same for most rows, at once; what is no number is looked at again."""
    try:
        return int(total) == int(male) + int(female)
    except ValueError:
        return False


def _agrees(said: Sequence[str]) -> bool | None:
    """Whether the first number is the sum of the others; None where one of them is no plain number."""
    if not all(len(one) < _DIGITS and one.isascii() and one.isdecimal() for one in said):
        return None
    total, *parts = map(int, said)
    return total == sum(parts)
