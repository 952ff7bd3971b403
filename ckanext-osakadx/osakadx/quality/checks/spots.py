"""Collects what the checks meet: the first places of each rule with their wording, the others as a number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from osakadx.quality.evidence import Count
from osakadx.quality.finding import Finding
from osakadx.tables.findings import found

PLACES = 20
_SHOWN = 60

# Makes the finding of a rule's case out of its facts: (rule, case, facts) → (severity, message, fix, and both in
# English).
Speak = Callable[[str, str, Mapping[str, Any]], Finding]


@dataclass
class Spots:
    """The places found in one file.

    Attributes:
        speak: puts a rule's case into words.
        sheet: the sheet that is looked at now, None in files without sheets.
    """

    speak: Speak
    sheet: str | None = None
    findings: list[Finding] = field(default_factory=list[Finding])
    met: Counter[str] = field(default_factory=Counter[str])
    seen: Counter[str] = field(default_factory=Counter[str])
    _told: defaultdict[tuple[str, str | None], int] = field(default_factory=lambda: defaultdict(int))

    def looked(self, rule: str, places: int = 1) -> None:
        """Note that a rule was looked for in so many places."""
        self.seen[rule] += places

    def tell(
        self, rule: str, case: str = "", *, row: int | None = None, column: int | None = None, value: str = "",
        places: int = 1, **facts: Any,
    ) -> None:  # fmt: skip
        """Note a place where a rule is broken; enough of one kind are only counted.

        Args:
            rule, case: as in `schemas/quality.yaml`. row, column: where, as a spreadsheet numbers them.
            value: what stands there. places: how many places this finding stands for. facts: named by the wording.
        """
        self.met[rule] += places
        key = (rule, self.sheet)
        self._told[key] += 1
        if self._told[key] > PLACES:
            return
        shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
        said = self.speak(rule, case, {"value": shown, "row": row, **facts})
        self.findings.append(
            Finding(
                rule=rule,
                severity=said.severity,
                message=said.message,
                fix=said.fix,
                sheet=self.sheet,
                row=row,
                column=column,
                value=shown or None,
                message_en=said.message_en,
                fix_en=said.fix_en,
            )
        )

    def all(self) -> tuple[Finding, ...]:
        """Return the findings, and for every kind of which only some are listed one that says how many there are."""
        more = [(*key, told) for key, told in self._told.items() if told > PLACES]
        return (*self.findings, *(self._rest(rule, sheet, told) for rule, sheet, told in more))

    def _rest(self, rule: str, sheet: str | None, told: int) -> Finding:
        first = next(one for one in self.findings if (one.rule, one.sheet) == (rule, sheet))
        summary = found("and-more", sheet=sheet, count=told, listed=PLACES)
        return replace(summary, rule=rule, severity=first.severity, fix=first.fix, value=str(told), fix_en=first.fix_en)

    def counts(self) -> dict[str, Count]:
        """Return how often each rule was broken, for those that were."""
        return {rule: Count(places, max(places, self.seen[rule])) for rule, places in sorted(self.met.items())}
