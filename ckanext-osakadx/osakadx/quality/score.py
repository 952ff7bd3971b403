"""The score of a data set (採点): a pure function of its evidence and the rulebook.

Each rule says how much of each file is affected; the best file of a group counts for the group, and groups are
weighed by
their rows. What a rule takes away follows from how much of the whole data set is affected, so that dividing it into
other
files changes nothing. What nobody has looked at yet is left out of points and maximum alike; what was looked at and
could not be told earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from osakadx.quality.evidence import Evidence, File
from osakadx.quality.finding import Severity
from osakadx.quality.groups import Group, balance
from osakadx.quality.rule import Shortfall
from osakadx.quality.rulebook import Dimension, Grade, Rule, Rulebook

# The heaviest contents that make up this share of all rows are the body of a data set: what is beside it may cost
# points, but not lift them above those of the body.
_BODY = 0.9
_ALL_OR_NONE = frozenset({"check", "identity"})
Forgiven = frozenset[tuple[str, int]]
_NOTHING: Forgiven = frozenset()


@dataclass(frozen=True)
class Mark:
    """How far a rule is broken: the share affected, None where nobody can tell yet, and where it falls short."""

    rule: Rule
    affected: float | None
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A file with its marks by rule, and the points it would have alone."""

    file: File
    marks: Mapping[str, Mark]
    total: float
    told: bool

    @property
    def worst(self) -> Severity | None:
        """The gravest severity of what costs it points."""
        return _worst(self.marks.values())


Weighed = tuple[Marked, float]
Whole = Mapping[str, Mark]  # marks of the rules that look at a data set as a whole


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
        held: the points alone would give a better grade, but an error stands (`caps` of the rules).
    """

    grade: Grade | None
    points: float
    maximum: float
    parts: tuple[Part, ...]
    waiting: int
    rules_version: str
    held: bool = False


def score(evidence: Evidence, book: Rulebook) -> Score:
    """Score a data set."""
    return combine([mark(file, book) for file in evidence.files], balance(evidence.files), whole(evidence, book), book)


def mark(file: File, book: Rulebook, forgiven: Forgiven = _NOTHING) -> Marked:
    """Mark one file by every rule that looks at files.

    Args:
        file: the file.
        book: the rules.
        forgiven: (slug, number) of shortfalls to be taken as mended, to see what mending them gains.
    """
    marks: dict[str, Mark] = {}
    lost, worth, told = 0.0, 0.0, False
    for rule in book.rules:
        if not rule.of_file:
            continue
        one = marks[rule.slug] = _mark(rule, file, marks, forgiven)
        if one.affected is not None:
            told = True
            worth += rule.points
            lost += rule.points * rule.loss(one.affected)
    return Marked(file, marks, worth - lost, told)


def whole(evidence: Evidence, book: Rulebook, forgiven: Forgiven = _NOTHING) -> Whole:
    """Mark a data set by every rule that looks at it as a whole."""
    marks: dict[str, Mark] = {}
    for rule in book.rules:
        if not rule.of_file:
            found = None if getattr(evidence, rule.on) is None else rule.judge(evidence, rule.costs)
            marks[rule.slug] = Mark(rule, None) if found is None else _sum(rule, tuple(found), forgiven)
    return marks


def alone(file: File, book: Rulebook) -> tuple[Part, ...]:
    """Return what a file has by itself, in the dimensions that all their rules can tell from a file."""
    one = mark(file, book)
    told = {rule.slug: Mark(rule, None) for rule in book.rules if not rule.of_file}
    return _parts([(one, 1.0)], told, book)


def combine(marked: Sequence[Marked], weighed: Sequence[tuple[Group, float]], whole: Whole, book: Rulebook) -> Score:
    """Make the score of a data set from the marks of its files, what each group of them weighs, and its own marks."""
    best, waiting = _best(marked, weighed)
    if not best:
        return Score(None, 0.0, 0.0, (), waiting, book.version)
    parts = _parts(best, whole, book)
    if len(best) > 1:
        parts = min(parts, _parts(_body(best), whole, book), key=_points)
    points, maximum = _points(parts), round(fsum(part.maximum for part in parts), 1)
    worst = _gravest((*(one.worst for one, _ in best), _worst(whole.values())))
    grade, earned = book.grade(points, maximum, worst), book.grade(points, maximum)
    return Score(grade, points, maximum, parts, waiting, book.version, held=grade != earned)


def affected(evidence: Evidence, weighed: Sequence[tuple[Group, float]], book: Rulebook) -> dict[str, float | None]:
    """Return by rule how much of a data set is affected; None where nobody can tell, and where nothing was examined."""
    best, _ = _best([mark(file, book) for file in evidence.files], weighed)
    own = whole(evidence, book)
    return {rule.slug: _affected(rule, best, own) if best else None for rule in book.rules}


def _best(marked: Sequence[Marked], weighed: Sequence[tuple[Group, float]]) -> tuple[list[Weighed], int]:
    """The best file of each group with its weight, and how many files nothing is known of."""
    by_id = {one.file.id: one for one in marked if one.told}
    if all(one.file.link is not None and one.file.link.verdict == "unknown" for one in by_id.values()):
        by_id = {}  # a first failure everywhere proves nothing yet; beside files that came, it earns nothing
    best: list[Weighed] = []
    for group, weight in weighed:
        told = [by_id[file.id] for file in group if file.id in by_id]
        if told:
            best.append((max(told, key=lambda one: one.total), weight))
    return best, len(marked) - len(by_id)


def _mark(rule: Rule, file: File, before: Mapping[str, Mark], forgiven: Forgiven) -> Mark:
    for slug in rule.needs:
        affected = before[slug].affected
        if affected is None:
            return Mark(rule, None)
        if affected >= 1:
            return Mark(rule, 1.0)
    if getattr(file, rule.on) is None:
        return Mark(rule, None)
    if rule.looks_at_cells and _spotless(rule, file):
        return Mark(rule, 0.0)
    return _sum(rule, tuple(rule.judge(file, rule.costs)), forgiven)


def _spotless(rule: Rule, file: File) -> bool:
    """Whether a rule about cells has nothing to say, without asking it: most say nothing about most files."""
    check, reading = file.check, file.reading
    if check is None or reading is None or rule.slug in check.counts:
        return False
    return not rule.costs or reading.rules.isdisjoint(rule.costs)


def _sum(rule: Rule, shortfalls: tuple[Shortfall, ...], forgiven: Forgiven) -> Mark:
    affected = fsum(
        one.cost * one.affected
        for number, one in enumerate(shortfalls)
        if not forgiven or (rule.slug, number) not in forgiven
    )
    return Mark(rule, min(1.0, affected), shortfalls)


def _parts(weighed: Sequence[Weighed], whole: Whole, book: Rulebook) -> tuple[Part, ...]:
    """Points by dimension, for those of which every rule could be told of some file."""
    parts: list[Part] = []
    for dimension in book.dimensions:
        points = 0.0
        for rule in dimension.rules:
            affected = _affected(rule, weighed, whole)
            if affected is None:
                break
            points += rule.points * (1.0 - rule.loss(affected))
        else:
            parts.append(Part(dimension, round(points, 1), dimension.points))
    return tuple(parts)


def _affected(rule: Rule, weighed: Sequence[Weighed], whole: Whole) -> float | None:
    """How much of the whole data set is affected: the mean over the files for which it could be told, by weight."""
    if not rule.of_file:
        return whole[rule.slug].affected
    if len(weighed) == 1:
        return weighed[0][0].marks[rule.slug].affected
    told = [(one.marks[rule.slug].affected, weight) for one, weight in weighed]
    known = [(affected, weight) for affected, weight in told if affected is not None]
    # Cells that nobody has looked at yet (evidence of an older version) are not told by another file that has none.
    if not known or (rule.on in _ALL_OR_NONE and len(known) < len(told)):
        return None
    return fsum(affected * weight for affected, weight in known) / fsum(weight for _, weight in known)


def _body(weighed: Sequence[Weighed]) -> list[Weighed]:
    """The heaviest groups, down to the weight at which they hold nine tenths of the rows."""
    heaviest_first = sorted((weight for _, weight in weighed), reverse=True)
    reached = accumulate(heaviest_first)
    enough = _BODY * fsum(heaviest_first)
    least = next((weight for weight in heaviest_first if next(reached) >= enough), 0.0)
    return [(one, weight) for one, weight in weighed if weight >= least]


def _points(parts: Sequence[Part]) -> float:
    return round(fsum(part.points for part in parts), 1)


_GRAVITY: tuple[Severity, ...] = ("error", "warning", "advice")


def severity(rule: Rule, shortfall: Shortfall) -> Severity:
    """Return how grave a shortfall is: as the finding says that speaks for it, else as its wording."""
    return shortfall.finding.severity if shortfall.finding is not None else rule.cases[shortfall.case].severity


def _worst(marks: Iterable[Mark]) -> Severity | None:
    return _gravest(
        severity(mark.rule, shortfall)
        for mark in marks
        if mark.affected and mark.shortfalls
        for shortfall in mark.shortfalls
    )


def _gravest(found: Iterable[Severity | None]) -> Severity | None:
    there = frozenset(found)
    return next((severity for severity in _GRAVITY if severity in there), None)
