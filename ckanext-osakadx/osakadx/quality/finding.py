"""One thing found in a file or a data set, said to the person who can mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from osakadx.bilingual import Bilingual

Severity = Literal["error", "warning", "advice"]
_GRAVITY: tuple[Severity, ...] = ("error", "warning", "advice")
_QUOTED = re.compile("「[^」]*」")


def column_letters(column: int) -> str:
    """Return the letters a spreadsheet shows above a column: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found, where, and how to mend it.

    Attributes:
        rule: stable kebab-case name of what was looked for; weights and wording hang on it.
        severity: ``error`` (read wrongly, lost or not at all), ``warning`` (read, but a program stumbles), ``advice``.
        message: one Japanese sentence that says what was found; empty fix where nothing can be done.
        sheet: sheet of a workbook, or None.
        row: as a spreadsheet numbers it, first row 1; in GeoJSON the number of the feature. column: first column 1.
        value: what stood there, as written, cut to a readable length by whoever found it.
        member: in a file without cells (JSON, a map) the name that its objects give to the column; None elsewhere.
        message_en, fix_en: the same in English, empty where nobody has put it into words.
        more: in a finding that stands for the places of others that are not listed, how many these are; None elsewhere.
    """

    rule: str
    severity: Severity
    message: str
    fix: str = ""
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    value: str | None = None
    message_en: str = ""
    fix_en: str = ""
    member: str | None = None
    more: int | None = None

    @property
    def alike(self) -> tuple[str, Severity, str | None, str]:
        """What findings share that are mended alike and told together: all but what the fix quotes to write instead."""
        return self.rule, self.severity, self.sheet, _QUOTED.sub("", self.fix)

    @property
    def places(self) -> int:
        """How many places it is about: one, or those that it stands for."""
        return 1 if self.more is None else self.more

    @property
    def gravity(self) -> int:
        """Its place among the severities, 0 for the gravest."""
        return _GRAVITY.index(self.severity)

    @property
    def cell(self) -> str | None:
        """The address a spreadsheet shows, ``C12``; None unless both row and column are known, and in no sheet."""
        if self.row is None or self.column is None or self.member is not None:
            return None
        return f"{column_letters(self.column)}{self.row}"

    @property
    def place(self) -> Bilingual:
        """Where in its sheet or file it stands, in words; empty where it is the whole of it."""
        if self.member is not None and self.row is not None:
            named = Bilingual(f"の「{self.member}」", f', "{self.member}"') if self.member else Bilingual("", "")
            return Bilingual(f"{self.row:,} 件目{named}", f"entry {self.row:,}{named.en}")
        if self.cell:
            return Bilingual(self.cell, self.cell)
        return Bilingual(f"{self.row} 行目", f"row {self.row}") if self.row else Bilingual("", "")

    def as_dict(self) -> dict[str, Any]:
        """Return it as it stands in reports: rule, severity, sheet, row, column, cell, value, message, fix.

        With ``message_en`` and ``fix_en`` where they are known, ``member`` where there are no cells, and ``more`` where
        it stands for places that are not listed.
        """
        keys = ("rule", "severity", "sheet", "row", "column", "cell", "value", "message", "fix")
        known = asdict(self) | {"cell": self.cell}
        more = {key: known[key] for key in ("message_en", "fix_en") if known[key]}
        more |= {key: known[key] for key in ("member", "more") if known[key] is not None}
        return {key: known[key] for key in keys} | more

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Finding:
        """Return the finding that `as_dict` wrote down."""
        return cls(**{key: value for key, value in said.items() if key != "cell"})
