"""How a rule is written: a function that looks at a file or a data set and yields where it falls short.

What it is worth, what it needs and how it speaks stands in `schemas/quality.yaml` under the same slug. Rules that
look at cells stand in `checks/`; here they are judged by what `osakadx.quality.check` counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from osakadx.quality.evidence import Evidence, File
from osakadx.quality.finding import Finding
from osakadx.tables.findings import same_as, whole

# Attribute of `File` or, from metadata on, of `Evidence` that must be known for a rule to judge.
Kind = Literal["link", "reading", "check", "identity", "metadata", "answers", "pace", "files"]
FILE_KINDS: frozenset[Kind] = frozenset({"link", "reading", "check", "identity"})


@dataclass(frozen=True)
class Shortfall:
    """One way in which a file or a data set falls short of a rule.

    Attributes:
        cost: share of the rule's points that is lost for it where all is affected, 0 to 1.
        affected: share of the places that are so, 0 to 1; how much a small share costs is the rule's.
        case: which of the rule's wordings says it, empty for its only one.
        value: what was met there. facts: what the wording names in braces.
        finding: what the reading or the check said of it, which speaks instead of the rule's wording.
        places: how often it was met.
    """

    cost: float = 1.0
    affected: float = 1.0
    case: str = ""
    value: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    finding: Finding | None = None
    places: int = 1


Costs = Mapping[str, float]  # finding of the reading → cost, from `schemas/quality.yaml`
Judge = Callable[[File, Costs], Iterator[Shortfall]]
# Of a data set as a whole; None where nobody can tell.
DatasetJudge = Callable[[Evidence, Costs], list[Shortfall] | None]


@dataclass(frozen=True)
class Registered:
    """A rule's function and the kind of evidence it looks at; without that evidence nobody can tell.

    A quiet one says nothing unless the check counted something for it or the reading has a finding that costs.
    """

    judge: Any
    on: Kind
    quiet: bool = False


RULES: dict[str, Registered] = {}


def rule(slug: str, *, on: Kind, quiet: bool = False) -> Callable[[Judge], Judge]:
    """Register a function as the rule of this slug, asked about each file.

    Args:
        slug: stable kebab-case sentence, as in `schemas/quality.yaml`.
        on: attribute of `File` that must be known for the rule to judge.
        quiet: it only speaks of counts and of findings of the reading, so it need not be asked without them.
    """

    def register(judge: Judge) -> Judge:
        RULES[slug] = Registered(judge, on, quiet)
        return judge

    return register


def dataset_rule(slug: str, *, on: Kind) -> Callable[[DatasetJudge], DatasetJudge]:
    """Register a function as the rule of this slug, asked once about a data set.

    Args:
        slug: stable kebab-case sentence, as in `schemas/quality.yaml`.
        on: attribute of `Evidence` that must be known for the rule to judge.
    """

    def register(judge: DatasetJudge) -> DatasetJudge:
        RULES[slug] = Registered(judge, on)
        return judge

    return register


def quoted(file: File, costs: Costs, *, by_row: bool = False) -> Iterator[Shortfall]:
    """Yield one shortfall for every kind of finding that costs something, with its first place and how many there are.

    Args:
        file: whose reading is quoted. costs: finding → cost.
        by_row: the findings stand for rows, so that their share is counted; but for those that are `whole`.
    """
    reading = file.reading
    if reading is None or reading.rules.isdisjoint(costs):
        return
    for name, cost in costs.items():
        said = reading.of(name)
        if said:
            places = sum(finding.places for finding in said)
            affected = min(1.0, places / max(1, reading.rows)) if by_row and not whole(name) else 1.0
            yield Shortfall(cost=cost, affected=affected, finding=said[0], places=places)


def counted(slug: str) -> Judge:
    """Return the judge of a rule that looks at cells: what the check counted, and what the reading found beside.

    What both found is one thing to mend, as large as the larger of them.
    """

    def judge(file: File, costs: Costs) -> Iterator[Shortfall]:
        check = file.check
        count = check.counts.get(slug) if check is not None else None
        beside = list(quoted(file, costs, by_row=True))
        if check is not None and count is not None:
            # The gravest speaks for all: an error is not to be held for a warning because that came first.
            told = (finding for finding in check.findings if finding.rule == slug)
            first = min(told, key=lambda finding: finding.gravity, default=None)
            twins = [one for one in beside if one.finding is not None and same_as(one.finding.rule) == slug]
            share = max([count.share, *(one.cost * one.affected for one in twins)])
            yield Shortfall(affected=share, finding=first, places=count.places)
            beside = [one for one in beside if one not in twins]
        yield from beside

    return judge
