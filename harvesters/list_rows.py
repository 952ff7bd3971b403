"""Rows of a list of data sets: what merged cells say in them, and as many as can be held.

All are kept until it is known which are one data set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from osakadx import text
from osakadx.tables.limits import MEBI
from osakadx.tables.table import SheetMarks

from .listing import RECORDS, Notes

CHARACTERS = 64 * MEBI


class Row(Protocol):
    """A row that names a data set; `raw`: name of a column → its text."""

    @property
    def raw(self) -> Mapping[str, str]:
        """What stands in it."""
        ...


Kept = TypeVar("Kept", bound=Row)


def bounded(rows: Iterable[Kept], notes: Notes, where: Callable[[Kept], str]) -> Iterator[Kept]:
    """The rows up to RECORDS or CHARACTERS; what comes after is told, and the listing is partial.

    Args:
        where: the place of a row, for people. Merged cells make many rows of one long text.
    """
    characters = 0
    for count, row in enumerate(rows):
        characters += sum(map(len, row.raw.values()))
        if count >= RECORDS or characters > CHARACTERS:
            said = f"一覧が大きすぎるため(上限は{RECORDS:,}行、{CHARACTERS:,}字)、ここから先を読んでいません。"
            notes.partial("list-too-large", said + "一覧をいくつかに分けてください。", where(row))
            return
        yield row


class Merges:
    """Carries the values of merged cells down, row by row.

    Args:
        marks: of the sheet.
    """

    def __init__(self, marks: SheetMarks) -> None:
        self._down = {(top, left): bottom for top, left, bottom, _ in marks.merged if bottom > top}
        self._wide = {(top, left) for top, left, bottom, right in marks.merged if right > left and top == bottom}
        self._open: dict[int, tuple[int, str]] = {}  # column → last row, value

    def filled(self, number: int, cells: Sequence[str]) -> tuple[list[str], set[int]]:
        """The cells with what is merged into them from above, and the columns where that is so."""
        filled, carried = list(cells), set[int]()
        for column, cell in enumerate(cells, start=1):
            last, value = self._open.get(column, (0, ""))
            if number <= last and not cell.strip():
                filled[column - 1] = value
                carried.add(column)
            elif bottom := self._down.get((number, column)):
                self._open[column] = (bottom, cell)
        return filled, carried

    def heading(self, number: int, cells: Sequence[str]) -> str:
        """The words of a row whose one filled cell is merged across columns; empty for any other row."""
        places = [column for column, cell in enumerate(cells, start=1) if cell.strip()]
        if len(places) == 1 and (number, places[0]) in self._wide:
            return text.clean(cells[places[0] - 1])
        return ""
