"""How relevant a data set is to a query: three facts compared, no words. The rules stand in README.md."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from .corpus import JUDGED, Truth, places, topics

FULL, PART, NONE = 2, 1, 0


@dataclass(frozen=True)
class Query:
    """One judged query. Empty place or years: the query names none."""

    id: str
    group: str
    text: str
    topics: frozenset[str]
    related: frozenset[str]
    places: frozenset[str]
    years: frozenset[int]


def queries() -> list[Query]:
    """The frozen queries."""
    with (JUDGED / "queries.csv").open(encoding="utf-8", newline="") as file:
        return [_query(row) for row in csv.DictReader(file)]


def _query(row: dict[str, str]) -> Query:
    asked = frozenset(row["topics"].split("|"))
    related = {topic for name in asked if name in topics() for topic in topics()[name]["related"]}
    if row["related"]:
        related = set(row["related"].split("|"))
    years = frozenset(int(year) for year in row["years"].split("|") if year)
    place = frozenset(filter(None, row["place"].split("|")))
    return Query(row["id"], row["class"], row["query"], asked, frozenset(related - asked), place, years)


def grade(query: Query, truth: Truth) -> int:
    """2 exact, 1 related, 0 not relevant: all three facts fit, all but one which fits in part, or less."""
    fits = (_topic(query, truth), _place(query, truth), _year(query, truth))
    if NONE in fits:
        return 0
    return {0: 2, 1: 1}.get(fits.count(PART), 0)


def _topic(query: Query, truth: Truth) -> int:
    if query.topics & truth.topics:
        return FULL
    return PART if query.related & truth.topics or query.topics & truth.half else NONE


def _place(query: Query, truth: Truth) -> int:
    if not query.places or truth.place in query.places:
        return FULL
    return PART if any(_one_holds_the_other(asked, truth.place) for asked in query.places) else NONE


def _one_holds_the_other(one: str, other: str) -> bool:
    return other in _holders(one) or one in _holders(other)


def _holders(code: str) -> set[str]:
    within = places()[code]["within"]
    return {within} | _holders(within) if within else set()


def _year(query: Query, truth: Truth) -> int:
    return FULL if not query.years or query.years & truth.years else PART


def confused(query: Query, truth: Truth) -> bool:
    """Whether the data set is another municipality's than the one asked for (the prefecture's own is not)."""
    return bool(query.places) and _place(query, truth) == NONE
