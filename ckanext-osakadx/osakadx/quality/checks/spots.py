"""Collects what the checks meet: the first places of each kind with their wording, the others as a number.

A kind is a case of a rule in one column: what is wrong with one column never hides what is wrong with another, and a
warning never hides an error. What is listed is bounded by the cases and columns there are, never by the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from osakadx.bilingual import Bilingual
from osakadx.quality.evidence import Count
from osakadx.quality.finding import Finding
from osakadx.tables.findings import found

PLACES = 20  # listed of one case in one column
# Once so many places of one case are listed in a sheet, further columns are listed with their first place alone…
_ENOUGH = 60
_COLUMNS = 1_000  # … and no more columns than these; the places in others are counted.
_COLUMNS_NAMED = 5
_SHOWN = 60

# Makes the finding of a rule's case out of its facts: (rule, case, facts) → (severity, message, fix, and both in
# English).
Speak = Callable[[str, str, Mapping[str, Any]], Finding]
_Case = tuple[str, str, str | None]  # rule, case, sheet


@dataclass(slots=True)
class _Kind:
    """A case of a rule in one column: its first finding, how many places were told and how many of them are listed."""

    first: Finding
    column: str
    told: int = 0
    listed: int = 0


@dataclass
class Spots:
    """The places found in one file.

    Attributes:
        speak: puts a rule's case into words.
        sheet: the sheet that is looked at now, None in files without sheets.
        header: the names of the columns looked at now.
    """

    speak: Speak
    sheet: str | None = None
    header: Sequence[str] = ()
    findings: list[Finding] = field(default_factory=list[Finding])
    met: Counter[str] = field(default_factory=Counter[str])
    seen: Counter[str] = field(default_factory=Counter[str])
    _kinds: dict[tuple[_Case, int | None], _Kind] = field(default_factory=dict[tuple[_Case, int | None], _Kind])
    _listed: Counter[_Case] = field(default_factory=Counter[_Case])

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
            value: what stands there. facts: named by the wording.
            places: how many places this finding stands for; 0 for what is asked about and costs nothing.
        """
        self.met[rule] += places
        of = (rule, case, self.sheet)
        kind = self._kinds.get((of, column))
        if kind is not None and not self._room(kind, of):
            kind.told += 1
            return
        shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
        said = self.speak(rule, case, {"value": shown, "row": row, **facts})
        finding = replace(said, rule=rule, sheet=self.sheet, row=row, column=column, value=shown or None)
        if kind is None:
            kind = self._kinds[of, column] = _Kind(finding, self._name(column))
        kind.told += 1
        if self._room(kind, of):
            kind.listed += 1
            self._listed[of] += 1
            self.findings.append(finding)

    def _room(self, kind: _Kind, of: _Case) -> bool:
        """Say whether one more place of a kind is listed."""
        if kind.listed:
            return kind.listed < PLACES and self._listed[of] < _ENOUGH
        return self._listed[of] < _ENOUGH + _COLUMNS

    def _name(self, column: int | None) -> str:
        if column is None:
            return ""
        return (self.header[column - 1].strip() if column <= len(self.header) else "") or f"{column}列目"

    def all(self) -> tuple[Finding, ...]:
        """Return the findings, and after them, for all that are mended alike but not all listed, how many there are."""
        together: dict[tuple[Any, ...], list[_Kind]] = {}
        for kind in self._kinds.values():
            together.setdefault(kind.first.alike, []).append(kind)
        capped = (kinds for kinds in together.values() if any(kind.told > kind.listed for kind in kinds))
        return (*self.findings, *map(_rest, capped))

    def counts(self) -> dict[str, Count]:
        """Return how often each rule was broken, for those that were."""
        broken = sorted((rule, places) for rule, places in self.met.items() if places)
        return {rule: Count(places, max(places, self.seen[rule])) for rule, places in broken}


def _rest(kinds: Sequence[_Kind]) -> Finding:
    """The finding that stands for those that are mended alike and not listed."""
    first, told = kinds[0].first, sum(kind.told for kind in kinds)
    columns = Counter[str]()
    for kind in kinds:
        columns[kind.column] += kind.told
    if len(columns) > 1:
        summary = found("and-more-in-columns", count=told, listed=PLACES, columns=_by_column(columns))
    else:
        summary = found("and-more", count=told, listed=sum(kind.listed for kind in kinds))
    return replace(
        first,
        row=None,
        column=None,
        value=str(told),
        message=summary.message,
        message_en=summary.message_en,
        more=told - sum(kind.listed for kind in kinds),
    )


def _by_column(columns: Mapping[str, int]) -> Bilingual:
    """Say how many places are in which columns; the first ones by their names."""
    named = [*columns.items()][:_COLUMNS_NAMED]
    rest = sum(columns.values()) - sum(count for _, count in named)
    ja = "、".join(f"「{name}」{count}" for name, count in named)
    en = ", ".join(f'"{name}" {count}' for name, count in named)
    if not rest:
        return Bilingual(ja, en)
    others = len(columns) - len(named)
    return Bilingual(f"{ja}、ほか {others} 列 {rest}", f"{en}, {others} other columns {rest}")
