"""Rows of one width, held as one list of cells: made in one stroke from a text, and a column of it is one slice."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import overload

_BETWEEN = "\0"  # stands in no cell of a text that is read by blocks
_BETWEEN_ENCODED = b"\0"


class EvenRows(Sequence[list[str]]):
    """Looks like a list of rows.

    Attributes:
        width: number of cells of each row, 1 or more.
    """

    __slots__ = ("width",)
    width: int

    @overload
    def __getitem__(self, place: int) -> list[str]: ...

    @overload
    def __getitem__(self, place: slice) -> EvenRows: ...

    def __getitem__(self, place: int | slice) -> list[str] | EvenRows:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return self if (start, stop) == (0, len(self)) else self._part(start, stop)
        return self._row(range(len(self))[place])

    def __iter__(self) -> Iterator[list[str]]:
        return map(self._row, range(len(self)))

    @abstractmethod
    def column(self, place: int) -> list[str]:
        """Return the cells of one column, from 0."""

    def values(self, place: int) -> set[str]:
        """Return the different cells of one column, from 0."""
        return set(self.column(place))

    def holds(self, place: int, texts: frozenset[str]) -> bool:
        """Say whether one of these texts is a whole cell of one column, from 0."""
        return not texts.isdisjoint(self.column(place))

    @abstractmethod
    def _row(self, place: int) -> list[str]: ...

    @abstractmethod
    def _part(self, start: int, stop: int) -> EvenRows: ...


class TextRows(EvenRows):
    """Rows of text.

    Args:
        cells: of all rows, one after the other. width: number of cells of a row, 1 or more.
    """

    __slots__ = ("cells",)

    def __init__(self, cells: list[str], width: int) -> None:
        self.cells = cells
        self.width = width

    def __len__(self) -> int:
        return len(self.cells) // self.width

    def column(self, place: int) -> list[str]:
        """Return the cells of one column, from 0."""
        return self.cells[place :: self.width]

    def _row(self, place: int) -> list[str]:
        return self.cells[place * self.width : (place + 1) * self.width]

    def _part(self, start: int, stop: int) -> TextRows:
        return TextRows(self.cells[start * self.width : stop * self.width], self.width)


class EncodedRows(EvenRows):
    """Rows as their file has them, decoded only where somebody looks: most cells of a large file are only counted.

    Args:
        cells: of all rows, one after the other, and behind each row one cell more that is none.
        width: number of cells of a row without that, 1 or more.
        codec, errors: how cells become text; each by itself.
    """

    __slots__ = ("_cells", "_codec", "_errors", "_values")

    def __init__(self, cells: list[bytes], width: int, codec: str, errors: str) -> None:
        self._cells = cells
        self.width = width
        self._codec = codec
        self._errors = errors
        self._values: dict[int, set[bytes]] = {}

    def __len__(self) -> int:
        return len(self._cells) // (self.width + 1)

    def column(self, place: int) -> list[str]:
        """Return the cells of one column, from 0."""
        return self.texts(self.encoded(place))

    def values(self, place: int) -> set[str]:
        """Return the different cells of one column, from 0."""
        return set(self.texts(self.encoded_values(place)))

    def encoded_values(self, place: int) -> set[bytes]:
        """Return the same as the file has them; the set is kept, and nobody's to change."""
        if place not in self._values:
            self._values[place] = set(self.encoded(place))
        return self._values[place]

    def holds(self, place: int, texts: frozenset[str]) -> bool:
        """Say whether one of these texts is a whole cell of one column, from 0; nothing is decoded for it."""
        return not _encoded(texts, self._codec).isdisjoint(self._values.get(place) or self.encoded(place))

    def encoded(self, place: int) -> list[bytes]:
        """Return the cells of one column, from 0, as the file has them."""
        return self._cells[place :: self.width + 1]

    def texts(self, cells: Collection[bytes]) -> list[str]:
        """Return what some cells say."""
        return _BETWEEN_ENCODED.join(cells).decode(self._codec, self._errors).split(_BETWEEN) if cells else []

    def _row(self, place: int) -> list[str]:
        start = place * (self.width + 1)
        return self.texts(self._cells[start : start + self.width])

    def _part(self, start: int, stop: int) -> EncodedRows:
        step = self.width + 1
        return EncodedRows(self._cells[start * step : stop * step], self.width, self._codec, self._errors)


@lru_cache
def _encoded(texts: frozenset[str], codec: str) -> frozenset[bytes]:
    return frozenset(text.encode(codec) for text in texts)
