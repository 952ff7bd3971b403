"""Which body publishes which standard data set, and how well (公開状況): the matrix, its counts and its trend.

Pure: a shell says what the catalog knows of each data set, `ckanext.osakadx.quality.coverage` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from osakadx import data

State = Literal["conforming", "published", "planned", "none"]
STATES: tuple[State, ...] = ("conforming", "published", "planned", "none")
"""From the best: 基準に合う, 公開済み, 準備中 (there is nothing to take yet), まだない."""

History = Sequence[tuple[date, float | None]]
"""Days from which the part of the points for standard and formats was so much, the oldest first."""

Place = tuple[str, str]
"""A body (its local government code) and a standard (its number, ``01`` to ``31``)."""


@dataclass(frozen=True)
class Entry:
    """What the catalog knows of one data set, as far as coverage needs it.

    Attributes:
        body: six-digit code of its publisher. dataset, title: its name in addresses and for people.
        declared: number of the standard that the publisher names, or empty.
        seen: number of a standard → confidence (0 to 1) with which one of the files was recognised as it.
        conformance: part (0 to 1) of the points for standard and formats; None where no file was compared yet.
        grade, points: its score, points of a hundred examined; None while it waits (採点待ち).
        offered: whether there is a file to take, not only one in preparation (配信準備中).
        since: day on which it came into the catalog.
    """

    body: str
    dataset: str
    title: str
    declared: str = ""
    seen: Mapping[str, float] = field(default_factory=dict[str, float])
    conformance: float | None = None
    grade: str | None = None
    points: float | None = None
    offered: bool = True
    since: date = date.min


@dataclass(frozen=True)
class Cell:
    """What a body has of a standard: the state of its best data set, that data set, and how many there are."""

    state: State
    entry: Entry | None = None
    datasets: int = 0


NOTHING = Cell("none")


@dataclass(frozen=True)
class Counts:
    """How many cells are in each state."""

    conforming: int = 0
    published: int = 0
    planned: int = 0
    none: int = 0

    @property
    def covered(self) -> int:
        """Cells with data that can be taken, whether they conform or not."""
        return self.conforming + self.published

    @property
    def total(self) -> int:
        """All cells."""
        return self.covered + self.planned + self.none

    def as_dict(self) -> dict[str, int]:
        """Return the four counts by state, and ``covered``."""
        return {**vars(self), "covered": self.covered}


@dataclass(frozen=True)
class Coverage:
    """The matrix: bodies as rows, standards as columns, both in the order they were asked for."""

    bodies: tuple[str, ...]
    standards: tuple[str, ...]
    cells: Mapping[Place, Cell]

    def cell(self, body: str, standard: str) -> Cell:
        """Return what a body has of a standard."""
        return self.cells.get((body, standard), NOTHING)

    def row(self, body: str) -> Counts:
        """Count the standards of a body by state."""
        return _counts(self.cell(body, standard) for standard in self.standards)

    def column(self, standard: str) -> Counts:
        """Count the bodies that have a standard, by state."""
        return _counts(self.cell(body, standard) for body in self.bodies)

    @property
    def counts(self) -> Counts:
        """Count all cells by state."""
        return _counts(self.cell(body, standard) for body in self.bodies for standard in self.standards)


@dataclass(frozen=True)
class Point:
    """A day of the trend: cells with data, and those of them that conform."""

    day: date
    covered: int
    conforming: int


def standard_of(entry: Entry) -> str:
    """Return the number of the standard that a data set is; empty for none.

    What was seen in the files counts; without it, or where that is not sure enough, what the publisher says.
    """
    sure = {number: confidence for number, confidence in entry.seen.items() if confidence >= _measures()["confidence"]}
    if not sure or entry.declared in sure:
        return entry.declared
    return max(sure, key=lambda number: (sure[number], number))


def state(entry: Entry) -> State:
    """Say how a data set stands to its own standard; it conforms only where its files were recognised as it."""
    if not entry.offered:
        return "planned"
    return "conforming" if recognised(entry) and conforms(entry.conformance) else "published"


def recognised(entry: Entry) -> bool:
    """Say whether a file of the data set was recognised as its standard, by columns and values."""
    return entry.seen.get(standard_of(entry), 0.0) >= _measures()["confidence"]


def conforms(conformance: float | None) -> bool:
    """Say whether a part (0 to 1) of the points for standard and formats is enough to conform."""
    return conformance is not None and 100 * conformance >= _measures()["conforming"]


def publishing_minutes() -> int:
    """Return how long publishing a standard data set for the first time usually takes."""
    return int(_measures()["publishing"])


def coverage(entries: Iterable[Entry], bodies: Sequence[str], standards: Sequence[str]) -> Coverage:
    """Make the matrix; data sets of other bodies or of no standard are left out."""
    held: dict[Place, list[Entry]] = {}
    for entry in entries:
        held.setdefault((entry.body, standard_of(entry)), []).append(entry)
    wanted = {(body, standard) for body in bodies for standard in standards}
    cells = {place: _cell(found) for place, found in held.items() if place in wanted}
    return Coverage(tuple(bodies), tuple(standards), cells)


def trend(
    matrix: Coverage, entries: Iterable[Entry], history: Mapping[str, History], days: Sequence[date]
) -> list[Point]:
    """Count the cells as they were at the end of each of some days.

    A data set counts since it came into the catalog and conforms while its history says so; one that left the catalog
    is not known any more.

    Args:
        matrix: whose bodies and standards count.
        entries: the data sets of today. history: by name of the data set.
        days: in any order; the answer has theirs.
    """
    wanted = {(body, standard) for body in matrix.bodies for standard in matrix.standards}
    known = [(place, entry) for entry in entries if (place := (entry.body, standard_of(entry))) in wanted]
    offered = [(place, entry) for place, entry in known if entry.offered]
    return [_point(day, offered, history) for day in days]


def _point(day: date, known: Sequence[tuple[Place, Entry]], history: Mapping[str, History]) -> Point:
    there = [(place, entry) for place, entry in known if entry.since <= day]
    good = (place for place, one in there if recognised(one) and conforms(_at(history.get(one.dataset, ()), day)))
    return Point(day, len({place for place, _ in there}), len(set(good)))


def _at(history: History, day: date) -> float | None:
    before = [conformance for since, conformance in history if since <= day]
    return before[-1] if before else None


def _cell(entries: Sequence[Entry]) -> Cell:
    best = min(entries, key=lambda entry: (STATES.index(state(entry)), -(entry.points or 0.0), entry.dataset))
    return Cell(state(best), best, len(entries))


def _counts(cells: Iterator[Cell]) -> Counts:
    return Counts(**Counter(cell.state for cell in cells))


@cache
def _measures() -> Mapping[str, float]:
    said = data.document("coverage.yaml")
    return {key: float(said[key]) for key in ("confidence", "conforming", "publishing")}
