"""Turns what reading meets into findings, with the wording of `schemas/reading.yaml`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from osakadx import data
from osakadx.bilingual import english
from osakadx.errors import UnreadableFile
from osakadx.quality.finding import Finding

WORDING = "reading.yaml"
_VALUE_CHARS = 80


def found(
    rule: str,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: int | None = None,
    value: str | None = None,
    **facts: Any,
) -> Finding:
    """Return the finding of a rule of `schemas/reading.yaml`.

    Args:
        rule: its name there. sheet, row, column, value: where it stands and what stood there.
        facts: what the message and the fix name in braces; `Bilingual` where English has other words for it.
    """
    wording = data.document(WORDING)[rule]
    shown = None if value is None else value if len(value) <= _VALUE_CHARS else value[:_VALUE_CHARS] + "…"
    facts |= {"sheet": sheet, "row": row, "value": shown}
    return Finding(
        rule=rule,
        severity=wording["severity"],
        message=wording["message"].format(**facts),
        fix=wording.get("fix", "").format(**facts),
        sheet=sheet,
        row=row,
        column=column,
        value=shown,
        message_en=wording["message_en"].format(**english(facts)),
        fix_en=wording.get("fix_en", "").format(**english(facts)),
    )


class RefusedFile(UnreadableFile):
    """A file that is not read any further; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message, fix=finding.fix, slug=finding.rule)
        self.finding = finding


def unreadable(rule: str) -> bool:
    """Say whether a rule means that nothing of the file could be read as a table."""
    return bool(data.document(WORDING).get(rule, {}).get("unreadable"))


def whole(rule: str) -> bool:
    """Say whether a rule speaks of a whole file or sheet, also where its finding points at one row."""
    return bool(data.document(WORDING).get(rule, {}).get("whole"))


def same_as(rule: str) -> str:
    """Return the rule of `schemas/quality.yaml` that finds the same by its own look at the cells; empty for none."""
    return str(data.document(WORDING).get(rule, {}).get("same_as", ""))


def severity(rule: str) -> str | None:
    """Return how grave a rule is: error, warning or advice; None for what is no rule of reading."""
    said = data.document(WORDING).get(rule, {}).get("severity")
    return None if said is None else str(said)


class Findings:
    """Collects findings: places of one rule in one sheet up to a cap, the rest as a number.

    Args:
        places: the cap.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._kept: list[Finding] = []
        self._met: Counter[tuple[str, str | None]] = Counter()

    def add(self, finding: Finding) -> None:
        """Keep a finding, or count it where enough of its kind are kept."""
        key = (finding.rule, finding.sheet)
        self._met[key] += 1
        if self._met[key] <= self._places:
            self._kept.append(finding)

    def extend(self, other: Findings) -> None:
        """Take over what another collector kept and counted."""
        self._kept += other._kept
        self._met += other._met

    def all(self) -> tuple[Finding, ...]:
        """Return what was kept, and for every rule that was capped one finding that says how many there are in all."""
        return (*self._kept, *(self._rest(*key, met) for key, met in self._met.items() if met > self._places))

    def _rest(self, rule: str, sheet: str | None, met: int) -> Finding:
        first = next(kept for kept in self._kept if (kept.rule, kept.sheet) == (rule, sheet))
        summary = found("and-more", sheet=sheet, count=met, listed=self._places)
        mending = {"fix": first.fix, "fix_en": first.fix_en}
        more = met - self._places
        return replace(summary, rule=rule, severity=first.severity, value=str(met), more=more, **mending)
