"""What to mend next (助言): every shortfall with its wording, its place, its minutes and exactly what it would gain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from osakadx.quality.evidence import Evidence, File
from osakadx.quality.finding import Finding
from osakadx.quality.rule import Shortfall
from osakadx.quality.rulebook import Grade, Mend, Rule, Rulebook
from osakadx.quality.score import Score, combine, mark, whole


@dataclass(frozen=True)
class Step:
    """One thing to mend.

    Attributes:
        rule: whose points are lost. file: id of the file, empty where it is the data set as a whole; file_name: as
            people see it.
        finding: what is wrong, where first, and how to mend it, in Japanese. message_en, fix_en: the same in English.
        places: how often it was met in the file; mending means all of them.
        lost: points of the hundred that the file loses by it. gain: points the data set would have more.
        grade: what the data set would have then. mend: what is done to mend it, for the link that leads there.
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
    grade: Grade | None = None
    mend: Mend = "replace-file"

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
            **({} if self.finding.member is None else {"member": self.finding.member}),
            "resource_id": self.file,
            "resource_name": self.file_name,
            "places": self.places,
            "minutes": self.rule.minutes,
            "lost": self.lost,
            "gain": self.gain,
            "grade": self.grade,
            "mend": self.mend,
        }

    def worth(self, views: float = 1.0) -> float:
        """Return what mending is worth: points gained times those who look at the data set, by the minute."""
        return self.gain * views / self.rule.minutes


def examine(evidence: Evidence, book: Rulebook) -> tuple[Score, list[Step]]:
    """Score a data set and say what to mend, the most worthwhile first (gain by minute, then severity)."""
    marked = [mark(file, book) for file in evidence.files]
    own = whole(evidence, book)
    weighed = evidence.balance
    now = combine(marked, weighed, own, book)

    def of_files() -> Iterator[Step]:
        for number, (file, one) in enumerate(zip(evidence.files, marked, strict=True)):
            for slug, shortfalls in one.shortfalls.items():
                for count, shortfall in enumerate(shortfalls):
                    mended = [*marked]
                    mended[number] = mark(file, book, frozenset({(slug, count)}))
                    yield _step(book.by_slug[slug], file, shortfall, now, combine(mended, weighed, own, book))

    def of_dataset() -> Iterator[Step]:
        for slug, shortfalls in own.shortfalls.items():
            for count, shortfall in enumerate(shortfalls):
                mended = whole(evidence, book, frozenset({(slug, count)}))
                yield _step(book.by_slug[slug], None, shortfall, now, combine(marked, weighed, mended, book))

    return now, sorted([*of_files(), *of_dataset()], key=_order)


def agenda(advised: Sequence[tuple[str, float, Sequence[Step]]], most: int = 3) -> list[tuple[str, Step]]:
    """Return the most worthwhile steps over many data sets: gain times views, by the minute.

    Args:
        advised: of each data set its id, how many people look at it, and its steps. most: how many steps to return.
    """
    listed = [(name, views, step) for name, views, steps in advised for step in steps]
    listed.sort(key=lambda one: (-one[2].worth(one[1]), *_order(one[2]), one[0]))
    return [(name, step) for name, _, step in listed[:most]]


def place(finding: Finding) -> str:
    """Say in Japanese where in a file something stands; empty where it is the whole file."""
    sheet = f"シート「{finding.sheet}」の" if finding.sheet else ""
    if finding.cell or finding.member is not None:
        return f"{sheet}{finding.place}"
    if finding.row is not None:
        return f"{sheet}{finding.row}行目"
    return sheet.removesuffix("の")


def _step(rule: Rule, file: File | None, shortfall: Shortfall, now: Score, mended: Score) -> Step:
    wording = rule.cases[shortfall.case] if shortfall.case in rule.cases else next(iter(rule.cases.values()))
    facts = {"name": file.name if file else "", "value": shortfall.value, **shortfall.facts}
    said = shortfall.finding
    if said is None:
        said = Finding(
            rule=rule.slug,
            severity=wording.severity,
            message=wording.message.format(**facts),
            fix=wording.fix.format(**facts),
            value=shortfall.value,
            message_en=wording.message_en.format(**facts),
            fix_en=wording.fix_en.format(**facts),
        )
    english = ("", "") if shortfall.finding and rule.looks_at_cells else (wording.message_en, wording.fix_en)
    return Step(
        rule=rule,
        file=file.id if file else "",
        file_name=file.name if file else "",
        finding=said,
        message_en=said.message_en or english[0].format_map(_Lenient(facts)),
        fix_en=said.fix_en or english[1].format_map(_Lenient(facts)),
        places=shortfall.places,
        lost=round(rule.points * rule.loss(shortfall.cost * shortfall.affected), 1),
        gain=0.0 if wording.idle else round(mended.points - now.points, 1),
        grade=now.grade if wording.idle else mended.grade,
        mend=wording.mend or rule.mend,
    )


class _Lenient(dict[str, Any]):
    """Facts of a wording that speaks beside a finding; what it does not know stays out of the sentence."""

    def __missing__(self, key: str) -> str:
        return ""


_GRAVITY = ("error", "warning", "advice")


def _order(step: Step) -> tuple[float, int, float, str, str]:
    return (
        -step.worth(),
        _GRAVITY.index(step.finding.severity),
        -step.lost,
        step.file,
        step.rule.slug,
    )
