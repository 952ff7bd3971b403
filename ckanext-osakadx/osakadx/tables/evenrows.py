"""Rows of one width, held as one list of cells: made in one stroke from a text, and a column of it is one slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload


class EvenRows(Sequence[list[str]]):
    """Looks like a list of rows.

    Args:
        cells: of all rows, one after the other. width: number of cells of a row, 1 or more.
    """

    __slots__ = ("cells", "width")

    def __init__(self, cells: list[str], width: int) -> None:
        self.cells = cells
        self.width = width

    def __len__(self) -> int:
        return len(self.cells) // self.width

    @overload
    def __getitem__(self, place: int) -> list[str]: ...

    @overload
    def __getitem__(self, place: slice) -> EvenRows: ...

    def __getitem__(self, place: int | slice) -> list[str] | EvenRows:
        width = self.width
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return EvenRows(self.cells[start * width : stop * width], width)
        place = range(len(self))[place]
        return self.cells[place * width : (place + 1) * width]

    def __iter__(self) -> Iterator[list[str]]:
        cells, width = self.cells, self.width
        return (cells[start : start + width] for start in range(0, len(cells), width))

    def column(self, place: int) -> list[str]:
        """Return the cells of one column, from 0."""
        return self.cells[place :: self.width]
