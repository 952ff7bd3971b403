"""Rows of a list of data sets, as many as can be held: all are kept until it is known which are one data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from osakadx.tables.limits import MEBI

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
