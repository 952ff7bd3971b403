"""Rows on their way through a survey: many at a time, with a way to put some back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from osakadx.tables.table import Row

Cells = Sequence[str]
# Consecutive rows: the number of the first, and the cells of each.
Block = tuple[int, Sequence[Cells]]

_MANY = 256  # few enough to stay in the processor's cache


def blocks(rows: Iterable[Row]) -> Iterator[Block]:
    """Gather rows that are numbered without gaps."""
    numbered = iter(rows)
    while some := list(islice(numbered, _MANY)):
        yield some[0][0], [cells for _, cells in some]


class Feed:
    """Gives out the rows of a sheet from top to bottom."""

    def __init__(self, source: Iterator[Block]) -> None:
        self._source = source
        self._again: deque[Block] = deque()

    def block(self) -> Block | None:
        """Return the next rows, None at the end."""
        return self._again.popleft() if self._again else next(self._source, None)

    def put_back(self, number: int, cells: Sequence[Cells]) -> None:
        """Give these rows, the last ones given out, once more."""
        if cells:
            self._again.appendleft((number, cells))

    def take(self, count: int) -> list[Row]:
        """Return the next rows, so many or as many as there are."""
        rows: list[Row] = []
        while len(rows) < count and (block := self.block()) is not None:
            number, cells = block
            rest = count - len(rows)
            rows += enumerate(cells[:rest], start=number)
            self.put_back(number + rest, cells[rest:])
        return rows
