"""The rules with their points and wording: the functions of `rules/` and `checks/`, and `schemas/quality.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

from osakadx import data
from osakadx.errors import DataFileError
from osakadx.quality.checks import cells, formats, places, rows
from osakadx.quality.checks.check import CELL_CHECKS, ROW_CHECKS
from osakadx.quality.finding import Finding, Severity
from osakadx.quality.rule import FILE_KINDS, RULES, Costs, Kind, Registered, counted
from osakadx.quality.rules import answers, conformance, freshness, metadata, reachable, readable, stability, structure

PATH = "quality.yaml"
# Importing them registers their rules and checks.
_MODULES = (reachable, readable, structure, conformance, freshness, metadata, stability, answers)
_CHECKS = (cells, formats, places, rows)

Grade = Literal["A", "B", "C", "D"]
# What a person does to mend something, for the link that leads there.
Mend = Literal["replace-file", "edit-resource", "edit-dataset", "data-dictionary", "questions"]


@dataclass(frozen=True)
class Wording:
    """How one case of a rule speaks; braces name facts of the shortfall.

    Attributes:
        idle: nothing can be done about it now, so nobody is asked to and it promises no points.
    """

    severity: Severity
    message: str
    fix: str = ""
    message_en: str = ""
    fix_en: str = ""
    mend: Mend | None = None
    idle: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule: what it is worth, what must hold before it counts, who judges, how it speaks.

    Attributes:
        points: of the hundred. needs: slugs of earlier rules; where one is not met this one earns nothing, silently.
        on: the kind of evidence it looks at. minutes: what mending it usually takes. mend: what is done to mend it.
        least: share of the points that the first place costs. all_at: share of places at which all is lost.
        mic: key of `vocabularies/machine_readable_rules.csv`, empty where it is none of those.
        cases: wording by case; the only one of a rule is named "". costs: what each finding of the reading takes away.
    """

    slug: str
    dimension: str
    points: float
    label: str
    label_en: str
    minutes: int
    needs: tuple[str, ...]
    judge: Any
    on: Kind
    cases: Mapping[str, Wording]
    costs: Costs
    least: float = 0.0
    all_at: float = 1.0
    mic: str = ""
    mend: Mend = "replace-file"
    looks_at_cells: bool = False
    quiet: bool = False

    @cached_property
    def way(self) -> tuple[tuple[str, ...], Kind]:
        """What must be known and hold for it to be told: rules that have it in common are told together."""
        return self.needs, self.on

    @cached_property
    def of_file(self) -> bool:
        """Whether it is asked about each file, not once about the data set."""
        return self.on in FILE_KINDS

    def loss(self, affected: float) -> float:
        """Return the share of the points that is lost where so much is affected, 0 to 1; never less for more."""
        if affected <= 0:
            return 0.0
        return self.least + (1 - self.least) * min(1.0, affected / self.all_at)


@dataclass(frozen=True)
class Dimension:
    """One of the parts the hundred points are divided into."""

    slug: str
    label: str
    label_en: str
    points: float
    rules: tuple[Rule, ...]

    @cached_property
    def slugs(self) -> frozenset[str]:
        """Slugs of its rules."""
        return frozenset(rule.slug for rule in self.rules)


@dataclass(frozen=True)
class Badge:
    """A badge; it is earned by meeting the rules in full, and those of the badges before it."""

    key: str
    label: str
    label_en: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Rulebook:
    """All rules of one version.

    Attributes:
        version: stored with every score.
        grades: least percentage of the examined points, from the best grade down.
        dimensions: only those that have rules. caps: best grade while a finding of a severity stands.
        badges: from the first to the highest.
    """

    version: str
    grades: tuple[tuple[Grade, float], ...]
    dimensions: tuple[Dimension, ...]
    caps: Mapping[str, Grade] = field(default_factory=dict[str, "Grade"])
    badges: tuple[Badge, ...] = ()

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, dimension by dimension."""
        return tuple(rule for dimension in self.dimensions for rule in dimension.rules)

    @cached_property
    def worth(self) -> float:
        """Points of all rules about files."""
        return sum(rule.points for rule in self.rules if rule.of_file)

    @cached_property
    def of_files(self) -> tuple[Rule, ...]:
        """The rules that look at files."""
        return tuple(rule for rule in self.rules if rule.of_file)

    @cached_property
    def loud(self) -> tuple[Rule, ...]:
        """The rules about files that must be asked, in their order."""
        return tuple(rule for rule in self.rules if rule.of_file and not rule.quiet)

    @cached_property
    def quiet(self) -> Mapping[tuple[tuple[str, ...], Kind], frozenset[str]]:
        """Slugs of the rules about files that need not be asked unless something was found, by what they need."""
        ways = dict.fromkeys(rule.way for rule in self.rules if rule.of_file and rule.quiet)
        return {way: frozenset(rule.slug for rule in self.rules if rule.quiet and rule.way == way) for way in ways}

    @cached_property
    def speaking(self) -> Mapping[str, frozenset[str]]:
        """What was found (by the reading, or counted for a rule) → slugs of the quiet rules that speak of it."""
        quiet = [rule for rule in self.rules if rule.of_file and rule.quiet]
        names = {name for rule in quiet for name in (*rule.costs, rule.slug)}
        return {
            name: frozenset(rule.slug for rule in quiet if name in rule.costs or name == rule.slug) for name in names
        }

    @cached_property
    def of_dataset(self) -> tuple[Rule, ...]:
        """The rules that look at a data set as a whole."""
        return tuple(rule for rule in self.rules if not rule.of_file)

    @cached_property
    def by_slug(self) -> Mapping[str, Rule]:
        """The rules by their slugs."""
        return {rule.slug: rule for rule in self.rules}

    def grade(self, points: float, maximum: float, worst: str | None = None) -> Grade | None:
        """Return the grade of so many points of so many that were examined; None where nothing was (採点待ち).

        Args:
            points, maximum: of the examined dimensions.
            worst: gravest severity of a finding that counts; an error holds the grade below the best.
        """
        if maximum <= 0:
            return None
        share = 100 * points / maximum
        earned: Grade = next(grade for grade, least in self.grades if share >= least)
        cap = self.caps.get(worst or "")
        if cap is None or earned > cap:  # A < B < C < D
            return earned
        return cap

    def say(self, slug: str, case: str, facts: Mapping[str, Any]) -> Finding:
        """Put a case of a rule into words, in both languages."""
        wording = self.by_slug[slug].cases[case]
        return Finding(
            rule=slug,
            severity=wording.severity,
            message=wording.message.format(**facts),
            fix=wording.fix.format(**facts),
            message_en=wording.message_en.format(**facts),
            fix_en=wording.fix_en.format(**facts),
        )


@cache
def rulebook() -> Rulebook:
    """Return the rules in force.

    Raises:
        DataFileError: the file and the functions do not fit together.
    """
    return read(data.document(PATH))


def read(said: Mapping[str, Any]) -> Rulebook:
    """Return the rules that a document like `schemas/quality.yaml` says, for example a draft of the next version.

    Raises:
        DataFileError: the document and the functions do not fit together.
    """
    rules = [_rule(slug, entry, said["dimensions"]) for slug, entry in said["rules"].items()]
    _check(said, rules)
    return Rulebook(
        version=str(said["version"]),
        grades=tuple(said["grades"].items()),
        caps=dict(said.get("caps", {})),
        badges=tuple(
            Badge(key, entry["label"], entry["label_en"], tuple(entry["rules"]))
            for key, entry in said.get("badges", {}).items()
        ),
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


def _registered(slug: str) -> Registered:
    if slug in RULES:
        return RULES[slug]
    if slug in CELL_CHECKS or slug in ROW_CHECKS:
        return Registered(counted(slug), "check", quiet=True)
    raise _broken(f"規則 {slug} を判定する関数がありません。")


def _rule(slug: str, entry: Mapping[str, Any], dimensions: Mapping[str, Any]) -> Rule:
    found = _registered(slug)
    cases = {"": entry} if "message" in entry or not entry.get("cases") else {}
    cases |= entry.get("cases", {})
    return Rule(
        slug=slug,
        dimension=entry["dimension"],
        points=float(entry["points"]),
        label=entry["label"],
        label_en=entry["label_en"],
        minutes=int(entry["minutes"]),
        needs=tuple(entry.get("needs", ())),
        judge=found.judge,
        on=found.on,
        cases={name: _wording(entry, case) for name, case in cases.items()},
        costs={name: float(cost) for name, cost in entry.get("findings", {}).items()},
        least=float(entry.get("least", 0)),
        all_at=float(entry.get("all_at", 1)),
        mic=entry.get("mic", ""),
        mend=entry.get("mend") or dimensions.get(entry["dimension"], {}).get("mend", "replace-file"),
        looks_at_cells=slug not in RULES,
        quiet=found.quiet,
    )


def _wording(entry: Mapping[str, Any], case: Mapping[str, Any]) -> Wording:
    texts = {key: str(case.get(key, entry.get(key, ""))) for key in ("message", "fix", "message_en", "fix_en")}
    severity = case.get("severity", entry.get("severity", "warning"))
    return Wording(severity=severity, mend=case.get("mend"), idle=case.get("idle", False), **texts)


def _check(said: Mapping[str, Any], rules: list[Rule]) -> None:
    known: set[str] = set()
    for rule in rules:
        if rule.dimension not in said["dimensions"]:
            raise _broken(f"規則 {rule.slug} の観点 {rule.dimension} がありません。")
        if not known.issuperset(rule.needs):
            raise _broken(f"規則 {rule.slug} の前提 {'、'.join(rule.needs)} は、その規則より前に書いてください。")
        known.add(rule.slug)
    for key, badge in said.get("badges", {}).items():
        if unknown := set(badge["rules"]) - known:
            raise _broken(f"バッジ {key} の規則 {'、'.join(sorted(unknown))} がありません。")
    if unused := (RULES.keys() | CELL_CHECKS.keys() | ROW_CHECKS.keys()) - known:
        raise _broken(f"規則 {'、'.join(sorted(unused))} の配点がありません。")
    for slug, entry in said["dimensions"].items():
        points = sum(rule.points for rule in rules if rule.dimension == slug)
        if abs(points - entry["points"]) > 1e-6:
            raise _broken(f"観点 {slug} の規則の配点は合わせて {points:g} 点で、{entry['points']} 点ではありません。")


def _broken(message: str) -> DataFileError:
    return DataFileError(message, where=f"schemas/{PATH}", fix="schemas/README.md の説明に合わせて直してください。")
