"""Counts what the columns of a table hold while its rows pass: filled cells, different values, the narrowest type."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Collection, Sequence

from osakadx.tables.evenrows import EncodedRows, EvenRows
from osakadx.tables.profile import type_of
from osakadx.tables.table import Content, FieldType

# So many different values are told apart; more are a column of names or ids, and memory is not endless.
MOST_DISTINCT = 10_000
_HELD = 64
# What most columns of numbers are made of, many cells at a time; what is missed here is looked at cell by cell.
_NEVER_BACK = "+" if sys.version_info >= (3, 11) else ""  # possessive: a third less time, the same answer
_INT, _BEFORE, _AFTER = 9, 28, 27  # digits at most: of an int, before and after the point
_MANY: dict[FieldType | None, re.Pattern[str]] = {
    "int": re.compile(rf"(?:(?:[1-9][0-9]{{0,{_INT - 1}}}{_NEVER_BACK}|0)\n)*{_NEVER_BACK}"),
    "numeric": re.compile(
        rf"(?:(?:[1-9][0-9]{{0,{_BEFORE - 1}}}{_NEVER_BACK}|0)(?:\.[0-9]{{1,{_AFTER}}}{_NEVER_BACK})?{_NEVER_BACK}\n)"
        rf"*{_NEVER_BACK}"
    ),
}
_MANY_ENCODED = {type_: re.compile(pattern.pattern.encode()) for type_, pattern in _MANY.items()}


def are_numbers(lines: bytes, *, whole: bool) -> bool:
    """Say whether each line is a number as the type ``int`` (whole) or ``numeric`` writes it.

    Args:
        lines: each with its line feed, one or more.
    """
    return _are_alike(lines, whole=whole) or bool(_MANY_ENCODED["int" if whole else "numeric"].fullmatch(lines))


def _are_alike(lines: bytes, *, whole: bool) -> bool:
    """Say so of lines of one length with the point at one place, as ids and coordinates are: a fifth of the time."""
    width = lines.index(b"\n") + 1
    point = lines.find(b".", 0, width)
    before, after = (width - 1, 0) if point < 0 else (point, width - 2 - point)
    if not 1 <= before <= (_INT if whole else _BEFORE) or after > _AFTER or (point >= 0 and (whole or not after)):
        return False
    count = len(lines) // width
    if lines.translate(None, b"0123456789") != (b"\n" if point < 0 else b".\n") * count:
        return False
    if before > 1 and b"0" in lines[::width]:
        return False
    points = b"" if point < 0 else lines[point::width]
    return lines[width - 1 :: width] == b"\n" * count and points == b"." * len(points)


class Columns:
    """The columns of one table; rows that are shorter than the header have blank cells.

    Args:
        width: number of columns.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._columns = [_Column() for _ in range(width)]
        self._held: deque[Sequence[Sequence[str]]] = deque()
        self._count = 0
        self._even = True

    def see(self, rows: Sequence[Sequence[str]], *, even: bool = False) -> None:
        """Look at the next rows of data; `even` says that all are as wide as the header."""
        self._even = self._even and even
        if len(rows) < _HELD and self._held and len(self._held[-1]) < 2 * _HELD:
            rows = [*self._held.pop(), *rows]  # single rows come where a sheet is uneven
            self._count = sum(map(len, self._held))
        self._held.append(rows)
        self._count += len(rows)
        # The last ones may be footnotes, which are taken away at the end.
        while self._count - len(self._held[0]) >= _HELD:
            self._count -= len(self._held[0])
            self._pass(self._held.popleft())

    def _pass(self, rows: Sequence[Sequence[str]]) -> None:
        width = self._width
        if isinstance(rows, EncodedRows) and rows.width == width:
            for place, column in enumerate(self._columns):
                column.see_encoded(rows, place)
            return
        if isinstance(rows, EvenRows) and rows.width == width:
            for place, column in enumerate(self._columns):
                column.see(rows.column(place))
            return
        if not self._even:
            rows = [row if len(row) == width else (*row, *[""] * width)[:width] for row in rows]
        for column, cells in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.see(cells)

    def settled(self, header: Sequence[str], footnotes: int) -> tuple[Content, ...]:
        """Return what was counted.

        Args:
            header: names, for as many columns as there are. footnotes: so many of the last rows are no data.
        """
        rows = [row for block in self._held for row in block][: self._count - footnotes]
        if rows:
            self._pass(rows)
        self._held.clear()
        self._count = 0
        return tuple(column.content() for column, _ in zip(self._columns, header, strict=True))


class _Column:
    def __init__(self) -> None:
        self._filled = self._blank = 0
        self._type: FieldType | None = None
        self._distinct: set[str] = set()
        self._encoded: set[bytes] = set()  # values that were seen as their file has them

    def see(self, cells: Sequence[str]) -> None:
        blank = 0 if all(cells) else cells.count("")
        self._blank += blank
        self._filled += len(cells) - blank
        if len(self._distinct) < MOST_DISTINCT:
            new = set(cells).difference(self._distinct)  # what was seen before has been looked at
            self._distinct |= new
            cells, blank = tuple(new), int("" in new)
        if self._type != "text" and blank < len(cells):
            self._narrow(cells, blank)

    def see_encoded(self, rows: EncodedRows, place: int) -> None:
        """Look at a column as the file has it; a value is decoded once."""
        cells = rows.encoded(place)
        new: Collection[bytes] = cells
        if len(self._distinct) < MOST_DISTINCT:
            values = rows.encoded_values(place)
            blank = cells.count(b"") if b"" in values else 0
            new = () if values <= self._encoded else values - self._encoded
            self._encoded.update(new)
            self._distinct.update(rows.texts(new))
        else:
            self._encoded.clear()
            blank = 0 if all(cells) else cells.count(b"")
        self._blank += blank
        self._filled += len(cells) - blank
        if self._type != "text" and new:
            filled = filter(None, new) if blank else new
            if self._type not in _MANY or not are_numbers(b"\n".join(filled) + b"\n", whole=self._type == "int"):
                self._narrow(rows.texts(new), blank)

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
