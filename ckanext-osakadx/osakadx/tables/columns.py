"""Counts what the columns of a table hold while its rows pass: filled cells, different values, the narrowest type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osakadx.tables.profile import type_of
from osakadx.tables.table import Content, FieldType

# So many different values are told apart; more are a column of names or ids, and memory is not endless.
MOST_DISTINCT = 10_000
_HELD = 64
# What most columns of numbers are made of, many cells at a time; what is missed here is looked at cell by cell.
_MANY: dict[FieldType | None, re.Pattern[str]] = {
    "int": re.compile(r"(?:(?:[1-9][0-9]{0,8}|0)\n)*"),
    "numeric": re.compile(r"(?:(?:[1-9][0-9]{0,27}|0)(?:\.[0-9]{1,27})?\n)*"),
}


class Columns:
    """The columns of one table; rows that are shorter than the header have blank cells.

    Args:
        width: number of columns.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._columns = [_Column() for _ in range(width)]
        self._rows: list[Sequence[str]] = []
        self._even = True

    def see(self, rows: Sequence[Sequence[str]], *, even: bool = False) -> None:
        """Look at the next rows of data; `even` says that all are as wide as the header."""
        self._even = self._even and even
        held = [*self._rows, *rows]
        if len(held) > 2 * _HELD:  # the last ones may be footnotes, which are taken away at the end
            self._pass(held[:-_HELD])
            held = held[-_HELD:]
        self._rows = held

    def _pass(self, rows: Sequence[Sequence[str]]) -> None:
        width = self._width
        if not self._even:
            rows = [row if len(row) == width else (*row, *[""] * width)[:width] for row in rows]
        for column, cells in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.see(cells)

    def settled(self, header: Sequence[str], footnotes: int) -> tuple[Content, ...]:
        """Return what was counted.

        Args:
            header: names, for as many columns as there are. footnotes: so many of the last rows are no data.
        """
        rows = self._rows[: len(self._rows) - footnotes] if footnotes else self._rows
        if rows:
            self._pass(rows)
        self._rows = []
        return tuple(column.content() for column, _ in zip(self._columns, header, strict=True))


class _Column:
    def __init__(self) -> None:
        self._filled = self._blank = 0
        self._type: FieldType | None = None
        self._distinct: set[str] = set()

    def see(self, cells: Sequence[str]) -> None:
        blank = cells.count("")
        self._blank += blank
        self._filled += len(cells) - blank
        if len(self._distinct) < MOST_DISTINCT:
            self._distinct.update(cells)
        if self._type != "text" and blank < len(cells):
            self._narrow(cells, blank)

    def _narrow(self, cells: Sequence[str], blank: int) -> None:
        """All at once where they are what those before them were, else one by one until it is text."""
        if self._type in _MANY:
            filled = filter(None, cells) if blank else cells
            if _MANY[self._type].fullmatch("\n".join(filled) + "\n"):
                return
        for cell in cells:
            if cell:
                found = type_of(cell)
                if self._type in (None, found):
                    self._type = found
                elif {self._type, found} == {"int", "numeric"}:
                    self._type = "numeric"
                else:
                    self._type = "text"
                    return

    def content(self) -> Content:
        distinct = len(self._distinct - {""})
        return Content(self._filled, self._blank, distinct, len(self._distinct) >= MOST_DISTINCT, self._type or "text")
