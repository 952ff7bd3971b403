"""Rows of totals among the data: named in the first filled cell, or in another label column beside their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osakadx.tables.kinds import kind, prevailing

_TOTALS = frozenset({"合計", "総計", "小計", "計", "総数", "平均", "累計", "全体"})
_TOTAL_ENDS = ("合計", "小計", "総計", "区計", "市計", "町計", "村計", "県計", "府計")
# What a whole cell of another label column says; a name such as 会計課 or 設計 is none of these.
_BESIDE_PARTS = ("合計", "総計", "小計", "計", "総数")
LABELS = frozenset(
    {*_BESIDE_PARTS, *(f"{word[0]}{space}{word[1]}" for word in _BESIDE_PARTS if word[1:] for space in " \u3000")}
)
# Behind the first column; labels further to the right are remarks.
_LABEL_COLUMNS = range(1, 5)
_MANY_ROWS = 50

Cells = Sequence[str]


def is_total(label: str, cells: Cells) -> bool:
    """Say whether a row is one of totals by its first filled cell, which is the label."""
    plain = "".join(label.split())
    return (plain in _TOTALS or plain.endswith(_TOTAL_ENDS)) and _counts(cells)


def label_columns(body: Sequence[Cells]) -> tuple[int, ...]:
    """Return the columns (from 0, without the first) that may hold the name of a total, from rows of data.

    They are texts, up to the one that tells many rows apart: what follows it (readings, addresses) is said of a row.
    """
    columns: list[int] = []
    for column in _LABEL_COLUMNS:
        cells = [row[column] for row in body if column < len(row)]
        if not cells or prevailing(cells) != "text":
            continue
        columns.append(column)
        if len(cells) >= _MANY_ROWS and len(set(cells)) == len(cells):
            break
    return tuple(columns)


@dataclass(frozen=True)
class Labelled:
    """A row that is one of totals if a part of it stands in the row above or below.

    Attributes:
        row: its number. label: as it stands there. column: of the label, from 0.
    """

    row: int
    label: str
    column: int
    cells: Cells

    def has_part(self, other: Cells | None) -> bool:
        """Say whether another row is a part: another label under the same names; numbers and dates may differ."""
        if other is None or len(other) <= self.column:
            return False
        label = other[self.column].strip()
        if not label or label in LABELS:
            return False
        sides = zip(self.cells[: self.column], other, strict=False)
        return all(not mine.strip() or mine == theirs or kind(mine) != "text" for mine, theirs in sides)


def labelled(row: int, cells: Cells, columns: Sequence[int]) -> Labelled | None:
    """Return a row that one of the label columns calls a total, None for another one.

    Args:
        row: its number. columns: what `label_columns` said.
    """
    column = next((column for column in columns if column < len(cells) and cells[column].strip() in LABELS), None)
    if column is None or not _counts(cells[column + 1 :]):
        return None
    return Labelled(row, cells[column].strip(), column, cells)


def _counts(cells: Cells) -> bool:
    return any(kind(cell) == "number" for cell in cells)
