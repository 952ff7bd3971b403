"""The index of an organisation (組織の指標), and whom it is compared with.

Not the mean of its data sets, which hiding a bad one would lift: of every standard data set that applies, and of every
theme for whatever else it publishes, the best data set counts, and what is missing counts nothing. So publishing never
sinks it and taking away never lifts it.

The design had the mean of the rest in the second part; a mean rises when its worst member is deleted. The best by theme
does not, rewards breadth in its place, and gains nothing by dividing a data set, whose parts have one theme.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from osakadx import vocab
from osakadx.vocab import Municipality

# What coverage of the standard data sets is worth; the rest of the data sets make up what is left.
COVERAGE = 0.7
_LARGE_CITY = 100_000
# A list may shrink by a fifth, as toilets are pulled down; what shrinks more was divided or cut to look better.
_SHRINKING = 0.8


@dataclass(frozen=True)
class Standing:
    """How one data set of an organisation stands.

    Attributes:
        share: its points of a hundred examined ones; 0 while it waits to be examined.
        standard: number of the standard data set that its content is, by `osakadx.quality.check`; empty for none.
        theme: name of its theme (`vocabularies/themes.csv`), empty for none.
        rows: what it has now. peak: the most that it, or what it took the place of, ever had.
    """

    dataset: str
    share: float
    standard: str = ""
    theme: str = ""
    rows: int = 0
    peak: int = 0

    @property
    def value(self) -> float:
        """Its share, less where most of it went away."""
        lasting = self.peak * _SHRINKING
        return self.share * min(1.0, self.rows / lasting) if lasting > 0 else self.share


@dataclass(frozen=True)
class Index:
    """The index of an organisation, 0 to 100.

    Attributes:
        coverage: number of a standard → value of its best data set, 0 where there is none, for all that apply.
        themes: theme → value of the best data set beside the standard ones.
    """

    points: float
    coverage: Mapping[str, float]
    themes: Mapping[str, float]

    @property
    def missing(self) -> tuple[str, ...]:
        """Numbers of the standards that apply and are not there."""
        return tuple(number for number, value in self.coverage.items() if not value)


def index(standings: Sequence[Standing], applicable: Collection[str], coverage: float = COVERAGE) -> Index:
    """Return the index of an organisation.

    Args:
        standings: of its public data sets.
        applicable: numbers of the standard data sets that it could publish (a town without a port has no port).
        coverage: weight of the standard data sets, 0 to 1.
    """
    best = {number: _best(one for one in standings if one.standard == number) for number in sorted(applicable)}
    others = [one for one in standings if one.standard not in best]
    themes = {theme.name: _best(one for one in others if one.theme == theme.name) for theme in vocab.themes()}
    covered = fsum(best.values()) / len(best) if best else 0.0
    beside = fsum(themes.values()) / len(themes)
    weight = coverage if best else 0.0
    return Index(
        round(covered * weight + beside * (1 - weight), 1), best, {key: one for key, one in themes.items() if one}
    )


def _best(standings: Iterable[Standing]) -> float:
    return max((one.value for one in standings), default=0.0)


PEERS = ("政令市", "中核市", "市(人口10万人以上)", "市(人口10万人未満)", "町村", "府の部局")


def peer_group(municipality: Municipality | None) -> str:
    """Return whom a municipality is compared with, by kind and population (census); None is a department (部局)."""
    if municipality is None:
        return "府の部局"
    if municipality.kind == "政令指定都市":
        return "政令市"
    if municipality.kind == "中核市":
        return "中核市"
    if municipality.kind in ("町", "村"):
        return "町村"
    return PEERS[2] if municipality.population >= _LARGE_CITY else PEERS[3]


def ranks(points: Mapping[str, float]) -> dict[str, int]:
    """Return the place of each member of a peer group by its index, 1 first; equals share a place."""
    return {name: 1 + sum(1 for other in points.values() if other > own) for name, own in points.items()}


def praised(points: Mapping[str, float]) -> tuple[str, ...]:
    """Return the upper half of a peer group, the best first; they are named in public, the others see themselves."""
    ordered = sorted(points, key=lambda name: (-points[name], name))
    return tuple(ordered[: (len(ordered) + 1) // 2])
