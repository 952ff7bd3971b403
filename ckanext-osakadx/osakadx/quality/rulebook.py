"""The rules with their points and wording: the functions of `rules/` and `schemas/quality.yaml`, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from osakadx import data
from osakadx.errors import DataFileError
from osakadx.quality.finding import Severity
from osakadx.quality.rule import RULES, Costs, Judge, Kind
from osakadx.quality.rules import reachable, readable

PATH = "quality.yaml"
_MODULES = (reachable, readable)  # importing them registers their rules

Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class Wording:
    """How one case of a rule speaks; braces name facts of the shortfall."""

    severity: Severity
    message: str
    fix: str = ""
    message_en: str = ""
    fix_en: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule: what it is worth, what must hold before it counts, who judges, how it speaks.

    Attributes:
        points: of the hundred. needs: slugs of earlier rules; where one is not met this one earns nothing, silently.
        on: the kind of evidence it looks at. minutes: what mending it usually takes.
        cases: wording by case; the only one of a rule is named "". costs: what each finding of the reading takes away.
    """

    slug: str
    dimension: str
    points: float
    label: str
    label_en: str
    minutes: int
    needs: tuple[str, ...]
    judge: Judge
    on: Kind
    cases: Mapping[str, Wording]
    costs: Costs


@dataclass(frozen=True)
class Dimension:
    """One of the parts the hundred points are divided into."""

    slug: str
    label: str
    label_en: str
    points: float
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Rulebook:
    """All rules of one version.

    Attributes:
        version: stored with every score.
        grades: least percentage of the examined points, from the best grade down.
        dimensions: only those that have rules.
    """

    version: str
    grades: tuple[tuple[Grade, float], ...]
    dimensions: tuple[Dimension, ...]

    def grade(self, points: float, maximum: float) -> Grade | None:
        """Return the grade of so many points of so many that were examined; None where nothing was (採点待ち)."""
        if maximum <= 0:
            return None
        share = 100 * points / maximum
        return next(grade for grade, least in self.grades if share >= least)


@cache
def rulebook() -> Rulebook:
    """Return the rules in force.

    Raises:
        DataFileError: the file and the functions do not fit together.
    """
    said = data.document(PATH)
    rules = [_rule(slug, entry) for slug, entry in said["rules"].items()]
    _check(said, rules)
    return Rulebook(
        version=str(said["version"]),
        grades=tuple(said["grades"].items()),
        dimensions=tuple(
            Dimension(
                slug,
                entry["label"],
                entry["label_en"],
                float(entry["points"]),
                tuple(rule for rule in rules if rule.dimension == slug),
            )
            for slug, entry in said["dimensions"].items()
        ),
    )


def _rule(slug: str, entry: Mapping[str, Any]) -> Rule:
    if slug not in RULES:
        raise _broken(f"規則 {slug} を判定する関数がありません。")
    cases = entry.get("cases") or {"": entry}
    return Rule(
        slug=slug,
        dimension=entry["dimension"],
        points=float(entry["points"]),
        label=entry["label"],
        label_en=entry["label_en"],
        minutes=int(entry["minutes"]),
        needs=tuple(entry.get("needs", ())),
        judge=RULES[slug].judge,
        on=RULES[slug].on,
        cases={name: _wording(entry, case) for name, case in cases.items()},
        costs={name: float(cost) for name, cost in entry.get("findings", {}).items()},
    )


def _wording(entry: Mapping[str, Any], case: Mapping[str, Any]) -> Wording:
    texts = {key: str(case.get(key, "")) for key in ("message", "fix", "message_en", "fix_en")}
    return Wording(severity=case.get("severity", entry.get("severity", "warning")), **texts)


def _check(said: Mapping[str, Any], rules: list[Rule]) -> None:
    known: set[str] = set()
    for rule in rules:
        if rule.dimension not in said["dimensions"]:
            raise _broken(f"規則 {rule.slug} の観点 {rule.dimension} がありません。")
        if not known.issuperset(rule.needs):
            raise _broken(f"規則 {rule.slug} の前提 {'、'.join(rule.needs)} は、その規則より前に書いてください。")
        known.add(rule.slug)
    if unused := RULES.keys() - known:
        raise _broken(f"規則 {'、'.join(sorted(unused))} の配点がありません。")
    for slug, entry in said["dimensions"].items():
        points = sum(rule.points for rule in rules if rule.dimension == slug)
        if abs(points - entry["points"]) > 1e-6:
            raise _broken(f"観点 {slug} の規則の配点は合わせて {points:g} 点で、{entry['points']} 点ではありません。")


def _broken(message: str) -> DataFileError:
    return DataFileError(message, where=f"schemas/{PATH}", fix="schemas/README.md の説明に合わせて直してください。")
