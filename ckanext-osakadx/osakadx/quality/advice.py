"""What to mend next (助言): every shortfall with its wording, its place, its minutes and exactly what it would gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from osakadx.quality.evidence import Evidence
from osakadx.quality.finding import Finding
from osakadx.quality.groups import balance
from osakadx.quality.rule import Shortfall
from osakadx.quality.rulebook import Rule, Rulebook
from osakadx.quality.score import Mark, Marked, Score, combine, mark


@dataclass(frozen=True)
class Step:
    """One thing to mend.

    Attributes:
        rule: whose points are lost. file: id of the file; file_name: as people see it.
        finding: what is wrong, where first, and how to mend it, in Japanese. message_en, fix_en: the same where known.
        places: how often it was met in the file; mending means all of them.
        lost: points of the hundred that the file loses by it. gain: points the data set would have more.
    """

    rule: Rule
    file: str
    file_name: str
    finding: Finding
    message_en: str
    fix_en: str
    places: int
    lost: float
    gain: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "rule": self.rule.slug,
            "dimension": self.rule.dimension,
            "label": self.rule.label,
            "label_en": self.rule.label_en,
            "severity": self.finding.severity,
            "message": self.finding.message,
            "fix": self.finding.fix,
            "message_en": self.message_en,
            "fix_en": self.fix_en,
            "where": place(self.finding),
            "sheet": self.finding.sheet,
            "row": self.finding.row,
            "column": self.finding.column,
            "cell": self.finding.cell,
            "value": self.finding.value,
            "resource_id": self.file,
            "resource_name": self.file_name,
            "places": self.places,
            "minutes": self.rule.minutes,
            "lost": self.lost,
            "gain": self.gain,
        }


def examine(evidence: Evidence, book: Rulebook) -> tuple[Score, list[Step]]:
    """Score a data set and say what to mend, the most worthwhile first (gain by minute, then severity)."""
    marked = [mark(file, book) for file in evidence.files]
    weighed = balance(evidence.files)
    now = combine(marked, weighed, book)

    def gain(number: int, slug: str, count: int) -> float:
        mended = [*marked]
        mended[number] = mark(marked[number].file, book, frozenset({(slug, count)}))
        return round(combine(mended, weighed, book).points - now.points, 1)

    steps = [
        _step(one, each, shortfall, gain(number, each.rule.slug, count))
        for number, one in enumerate(marked)
        for each in one.marks
        for count, shortfall in enumerate(each.shortfalls)
    ]
    return now, sorted(steps, key=_worth)


def place(finding: Finding) -> str:
    """Say in Japanese where in a file something stands; empty where it is the whole file."""
    sheet = f"シート「{finding.sheet}」の" if finding.sheet else ""
    if finding.cell:
        return f"{sheet}{finding.cell}"
    if finding.row is not None:
        return f"{sheet}{finding.row}行目"
    return sheet.removesuffix("の")


def _step(one: Marked, each: Mark, shortfall: Shortfall, gain: float) -> Step:
    wording = each.rule.cases[shortfall.case]
    facts = {"name": one.file.name, "value": shortfall.value, **shortfall.facts}
    finding = shortfall.finding or Finding(
        rule=each.rule.slug,
        severity=wording.severity,
        message=wording.message.format(**facts),
        fix=wording.fix.format(**facts),
        value=shortfall.value,
    )
    return Step(
        rule=each.rule,
        file=one.file.id,
        file_name=one.file.name,
        finding=finding,
        message_en=wording.message_en.format(**facts),
        fix_en=wording.fix_en.format(**facts),
        places=shortfall.places,
        lost=round(each.rule.points * shortfall.cost, 1),
        gain=gain,
    )


_GRAVITY = ("error", "warning", "advice")


def _worth(step: Step) -> tuple[float, int, float, str, str]:
    return (
        -step.gain / step.rule.minutes,
        _GRAVITY.index(step.finding.severity),
        -step.lost,
        step.file,
        step.rule.slug,
    )
