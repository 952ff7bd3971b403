"""How a rule is written: a function that looks at one file and yields where it falls short.

What it is worth, what it needs and how it speaks stands in `schemas/quality.yaml` under the same slug.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from osakadx.quality.evidence import File
from osakadx.quality.finding import Finding

Kind = Literal["link", "reading"]


@dataclass(frozen=True)
class Shortfall:
    """One place where a file falls short of a rule.

    Attributes:
        cost: share of the rule's points that is lost for it, 0 to 1; costs of one file add up to at most 1.
        case: which of the rule's wordings says it, empty for its only one.
        value: what was met there. facts: what the wording names in braces.
        finding: what the reading said of it, which speaks instead of the rule's wording. places: how often it was met.
    """

    cost: float = 1.0
    case: str = ""
    value: str | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    finding: Finding | None = None
    places: int = 1


Costs = Mapping[str, float]  # finding of the reading → cost, from `schemas/quality.yaml`
Judge = Callable[[File, Costs], Iterator[Shortfall]]


@dataclass(frozen=True)
class Registered:
    """A rule's function and the kind of evidence it looks at; without that evidence nobody can tell."""

    judge: Judge
    on: Kind


RULES: dict[str, Registered] = {}


def rule(slug: str, *, on: Kind) -> Callable[[Judge], Judge]:
    """Register a function as the rule of this slug.

    Args:
        slug: stable kebab-case sentence, as in `schemas/quality.yaml`.
        on: attribute of `File` that must be known for the rule to judge.
    """

    def register(judge: Judge) -> Judge:
        RULES[slug] = Registered(judge, on)
        return judge

    return register
