"""The score of a data set (採点): a pure function of its evidence and the rulebook.

Each rule marks each file; the best file of a group counts for the group; groups are weighed by their rows. What nobody
has looked at yet is left out of points and maximum alike; what was looked at and could not be told earns nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from osakadx.quality.evidence import Evidence, File
from osakadx.quality.groups import Group, balance
from osakadx.quality.rule import Shortfall
from osakadx.quality.rulebook import Dimension, Grade, Rule, Rulebook

# The heaviest contents that make up this share of all rows are the body of a data set: what is beside it may cost
# points, but not lift them above those of the body.
_BODY = 0.9
Forgiven = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Mark:
    """What a file gets for a rule: a share of its points, None where nobody can tell yet, and where it fell short."""

    rule: Rule
    share: float | None
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A file with its marks, in the order of the rules."""

    file: File
    marks: tuple[Mark, ...]
    points: tuple[float | None, ...]  # by dimension of the rulebook

    @property
    def total(self) -> float:
        """Points over the dimensions that could be told."""
        return fsum(points for points in self.points if points is not None)


Weighed = tuple[Marked, float]


@dataclass(frozen=True)
class Part:
    """What a data set has in one dimension, to a tenth of a point."""

    dimension: Dimension
    points: float
    maximum: float


@dataclass(frozen=True)
class Score:
    """The score of a data set.

    Attributes:
        grade: None while nothing was examined (採点待ち).
        points, maximum: of the examined dimensions only.
        waiting: files that nobody has looked at yet, or not one of the data set's files could be fetched yet.
    """

    grade: Grade | None
    points: float
    maximum: float
    parts: tuple[Part, ...]
    waiting: int
    rules_version: str


def score(evidence: Evidence, book: Rulebook) -> Score:
    """Score a data set."""
    return combine([mark(file, book) for file in evidence.files], balance(evidence.files), book)


def mark(file: File, book: Rulebook, forgiven: Forgiven = frozenset()) -> Marked:
    """Mark one file by every rule.

    Args:
        file: the file.
        book: the rules.
        forgiven: (slug, number) of shortfalls to be taken as mended, to see what mending them gains.
    """
    marks: dict[str, Mark] = {}
    points: list[float | None] = []
    for dimension in book.dimensions:
        for rule in dimension.rules:
            marks[rule.slug] = _mark(rule, file, marks, forgiven)
        shares = [(rule.points, marks[rule.slug].share) for rule in dimension.rules]
        told = [worth * share for worth, share in shares if share is not None]
        points.append(fsum(told) if len(told) == len(shares) else None)
    return Marked(file, tuple(marks.values()), tuple(points))


def combine(marked: Sequence[Marked], weighed: Sequence[tuple[Group, float]], book: Rulebook) -> Score:
    """Make the score of a data set from the marks of its files and what each group of them weighs."""
    by_id = {one.file.id: one for one in marked if any(points is not None for points in one.points)}
    if all(one.file.link is not None and one.file.link.verdict == "unknown" for one in by_id.values()):
        by_id = {}  # a first failure everywhere proves nothing yet; beside files that came, it earns nothing
    best: list[Weighed] = []
    for group, weight in weighed:
        told = [by_id[file.id] for file in group if file.id in by_id]
        if told:
            best.append((max(told, key=lambda one: one.total), weight))
    parts = min(_mean(best, book), _mean(_body(best), book), key=_points)
    points, maximum = _points(parts), round(fsum(part.maximum for part in parts), 1)
    return Score(book.grade(points, maximum), points, maximum, parts, len(marked) - len(by_id), book.version)


def _mark(rule: Rule, file: File, before: Mapping[str, Mark], forgiven: Forgiven) -> Mark:
    needed = [before[slug].share for slug in rule.needs]
    if any(share == 0 for share in needed):
        return Mark(rule, 0.0)
    if None in needed or getattr(file, rule.on) is None:
        return Mark(rule, None)
    shortfalls = tuple(rule.judge(file, rule.costs))
    costs = (one.cost for number, one in enumerate(shortfalls) if (rule.slug, number) not in forgiven)
    return Mark(rule, max(0.0, 1.0 - fsum(costs)), shortfalls)


def _mean(weighed: Sequence[Weighed], book: Rulebook) -> tuple[Part, ...]:
    """Weighted mean by dimension, over the files for which it could be told."""
    parts: list[Part] = []
    for number, dimension in enumerate(book.dimensions):
        told = [(points, weight) for one, weight in weighed if (points := one.points[number]) is not None]
        if told:
            mean = fsum(points * weight for points, weight in told) / fsum(weight for _, weight in told)
            parts.append(Part(dimension, round(mean, 1), dimension.points))
    return tuple(parts)


def _body(weighed: Sequence[Weighed]) -> list[Weighed]:
    """The heaviest groups, down to the weight at which they hold nine tenths of the rows."""
    heaviest_first = sorted((weight for _, weight in weighed), reverse=True)
    reached = accumulate(heaviest_first)
    enough = _BODY * fsum(heaviest_first)
    least = next((weight for weight in heaviest_first if next(reached) >= enough), 0.0)
    return [(one, weight) for one, weight in weighed if weight >= least]


def _points(parts: Sequence[Part]) -> float:
    return round(fsum(part.points for part in parts), 1)
