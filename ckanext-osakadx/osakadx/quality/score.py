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
from osakadx.quality.groups import Group
from osakadx.quality.rule import Shortfall
from osakadx.quality.rulebook import Dimension, Grade, Rule, Rulebook

# The heaviest contents that make up this share of all rows are the body of a data set: what is beside it may cost
# points, but not lift them above those of the body.
_BODY = 0.9
_ALL_OR_NONE = frozenset({"check", "identity"})
Forgiven = frozenset[tuple[str, int]]
_NOTHING: Forgiven = frozenset()
Shortfalls = Mapping[str, tuple[Shortfall, ...]]


@dataclass(frozen=True)
class Marked:
    """How far a file, or a data set as a whole, breaks the rules.

    Attributes:
        file: None for the data set as a whole.
        affected: slug of a rule → the share that is affected, for the rules that are broken at all.
        untold: slugs of the rules of which nobody can tell yet.
        shortfalls: where it falls short, by rule.
        told: there is any rule of which one can tell.
    """

    file: File | None
    affected: Mapping[str, float]
    untold: frozenset[str]
    shortfalls: Shortfalls
    told: bool = True

    def total(self, book: Rulebook) -> float:
        """Return the points over the rules that could be told, to find the best of several files."""
        rules = book.by_slug
        worth = book.worth - fsum(rules[slug].points for slug in self.untold)
        return worth - fsum(rules[slug].points * rules[slug].loss(share) for slug, share in self.affected.items())

    def share(self, slug: str) -> float | None:
        """Return how much is affected by a rule, None where nobody can tell."""
        return None if slug in self.untold else self.affected.get(slug, 0.0)

    def worst(self, book: Rulebook) -> Severity | None:
        """Return the gravest severity of what costs points."""
        return _gravest(
            severity(book.by_slug[slug], shortfall)
            for slug, shortfalls in self.shortfalls.items()
            if self.affected.get(slug)
            for shortfall in shortfalls
        )


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
    return combine([mark(file, book) for file in evidence.files], evidence.balance, whole(evidence, book), book)


def mark(file: File, book: Rulebook, forgiven: Forgiven = _NOTHING) -> Marked:
    """Mark one file by every rule that looks at files.

    Args:
        file: the file.
        book: the rules.
        forgiven: (slug, number) of shortfalls to be taken as mended, to see what mending them gains.
    """
    affected: dict[str, float] = {}
    untold: set[str] = set()
    shortfalls: dict[str, tuple[Shortfall, ...]] = {}
    for rule in book.loud:
        _mark(rule, file, affected, untold, shortfalls, forgiven)
    found = _spoken_of(file, book)
    for way, slugs in book.quiet.items():
        known = _known(way, file, affected, untold)
        if known is None:
            untold |= slugs
        elif not known:
            affected.update(dict.fromkeys(slugs, 1.0))
        else:
            for slug in found & slugs:
                _ask(book.by_slug[slug], file, affected, shortfalls, forgiven)
    return Marked(file, affected, frozenset(untold), shortfalls, told=len(untold) < len(book.of_files))


def whole(evidence: Evidence, book: Rulebook, forgiven: Forgiven = _NOTHING) -> Marked:
    """Mark a data set by every rule that looks at it as a whole."""
    affected: dict[str, float] = {}
    untold: set[str] = set()
    shortfalls: dict[str, tuple[Shortfall, ...]] = {}
    for rule in book.of_dataset:
        found = None if getattr(evidence, rule.on) is None else rule.judge(evidence, rule.costs)
        if found is None:
            untold.add(rule.slug)
        elif found:
            shortfalls[rule.slug] = tuple(found)
            affected[rule.slug] = _sum(rule, shortfalls[rule.slug], forgiven)
    return Marked(None, affected, frozenset(untold), shortfalls)


def alone(file: File, book: Rulebook) -> tuple[Part, ...]:
    """Return what a file has by itself, in the dimensions that all their rules can tell from a file."""
    nothing = Marked(None, {}, frozenset(rule.slug for rule in book.of_dataset), {})
    return _parts([(mark(file, book), 1.0)], nothing, book)


def combine(marked: Sequence[Marked], weighed: Sequence[tuple[Group, float]], whole: Marked, book: Rulebook) -> Score:
    """Make the score of a data set from the marks of its files, what each group of them weighs, and its own marks."""
    best, waiting = _best(marked, weighed, book)
    if not best:
        return Score(None, 0.0, 0.0, (), waiting, book.version)
    parts = _parts(best, whole, book)
    body = _body(best)
    if len(body) < len(best):
        parts = min(parts, _parts(body, whole, book), key=_points)
    points, maximum = _points(parts), round(fsum(part.maximum for part in parts), 1)
    worst = _gravest((*(one.worst(book) for one, _ in best), whole.worst(book)))
    grade, earned = book.grade(points, maximum, worst), book.grade(points, maximum)
    return Score(grade, points, maximum, parts, waiting, book.version, held=grade != earned)


def affected(evidence: Evidence, book: Rulebook) -> dict[str, float | None]:
    """Return by rule how much of a data set is affected; None where nobody can tell, and where nothing was examined."""
    best, _ = _best([mark(file, book) for file in evidence.files], evidence.balance, book)
    own = whole(evidence, book)
    return {
        rule.slug: (_affected(rule, best) if rule.of_file else own.share(rule.slug)) if best else None
        for rule in book.rules
    }


def _best(
    marked: Sequence[Marked], weighed: Sequence[tuple[Group, float]], book: Rulebook
) -> tuple[list[Weighed], int]:
    """The best file of each group with its weight, and how many files nothing is known of."""
    by_id = {one.file.id: one for one in marked if one.told and one.file is not None}
    if all(one.file and one.file.link and one.file.link.verdict == "unknown" for one in by_id.values()):
        by_id = {}  # a first failure everywhere proves nothing yet; beside files that came, it earns nothing
    best: list[Weighed] = []
    for group, weight in weighed:
        told = [by_id[file.id] for file in group if file.id in by_id]
        if told:
            best.append((told[0] if len(told) == 1 else max(told, key=lambda one: one.total(book)), weight))
    return best, len(marked) - len(by_id)


def _spoken_of(file: File, book: Rulebook) -> frozenset[str]:
    """Slugs of the quiet rules that have something to say about a file."""
    if file.reading is None:
        return frozenset()
    names = file.reading.rules if file.check is None else file.reading.rules.union(file.check.counts)
    return frozenset[str]().union(*(book.speaking[name] for name in names if name in book.speaking))


def _known(
    way: tuple[tuple[str, ...], str], file: File, affected: Mapping[str, float], untold: Iterable[str]
) -> bool | None:
    """Whether a rule is to be asked: True; False where what it needs is broken; None where nobody can tell."""
    needs, on = way
    for slug in needs:
        if slug in untold:
            return None
        if affected.get(slug, 0.0) >= 1:
            return False
    return None if getattr(file, on) is None else True


def _mark(
    rule: Rule, file: File, affected: dict[str, float], untold: set[str], shortfalls: dict[str, tuple[Shortfall, ...]],
    forgiven: Forgiven,
) -> None:  # fmt: skip
    known = _known(rule.way, file, affected, untold)
    if known is None:
        untold.add(rule.slug)
    elif known:
        _ask(rule, file, affected, shortfalls, forgiven)
    else:
        affected[rule.slug] = 1.0


def _ask(
    rule: Rule, file: File, affected: dict[str, float], shortfalls: dict[str, tuple[Shortfall, ...]], forgiven: Forgiven
) -> None:
    found = tuple(rule.judge(file, rule.costs))
    if found:
        shortfalls[rule.slug] = found
        affected[rule.slug] = _sum(rule, found, forgiven)


def _sum(rule: Rule, shortfalls: tuple[Shortfall, ...], forgiven: Forgiven) -> float:
    if forgiven:
        shortfalls = tuple(one for number, one in enumerate(shortfalls) if (rule.slug, number) not in forgiven)
    return min(1.0, fsum(one.cost * one.affected for one in shortfalls))


def _parts(weighed: Sequence[Weighed], whole: Marked, book: Rulebook) -> tuple[Part, ...]:
    """Points by dimension, for those of which every rule could be told of some file."""
    unsure = whole.untold.union(*(one.untold for one, _ in weighed))
    known = _together(weighed, unsure, book)
    known.update(whole.affected)
    parts: list[Part] = []
    for dimension in book.dimensions:
        if not unsure.isdisjoint(dimension.slugs) and _untold(dimension.slugs & unsure, weighed, book):
            continue
        broken = dimension.slugs & known.keys()
        lost = fsum(book.by_slug[slug].points * book.by_slug[slug].loss(known[slug]) for slug in broken)
        parts.append(Part(dimension, round(dimension.points - lost, 1), dimension.points))
    return tuple(parts)


def _together(weighed: Sequence[Weighed], unsure: Iterable[str], book: Rulebook) -> dict[str, float]:
    """How much of all files together is affected by each rule that any of them breaks."""
    if len(weighed) == 1:
        return dict(weighed[0][0].affected)
    total = fsum(weight for _, weight in weighed)
    shares: dict[str, list[float]] = {}
    for one, weight in weighed:
        for slug, share in one.affected.items():
            shares.setdefault(slug, []).append(share * weight)
    return {
        slug: (_affected(book.by_slug[slug], weighed) or 0.0) if slug in unsure else fsum(parts) / total
        for slug, parts in shares.items()
    }


def _untold(slugs: Iterable[str], weighed: Sequence[Weighed], book: Rulebook) -> bool:
    """Whether one of the rules cannot be told of the data set."""
    return any(not book.by_slug[slug].of_file or _affected(book.by_slug[slug], weighed) is None for slug in slugs)


def _affected(rule: Rule, weighed: Sequence[Weighed]) -> float | None:
    """How much of all files is affected: the mean over those for which it could be told, by weight."""
    if len(weighed) == 1:
        return weighed[0][0].share(rule.slug)
    told = [(one.share(rule.slug), weight) for one, weight in weighed]
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


def _gravest(found: Iterable[Severity | None]) -> Severity | None:
    there = frozenset(found)
    return next((severity for severity in _GRAVITY if severity in there), None)
