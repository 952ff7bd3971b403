"""Rows and columns that a workbook hides: nobody sees them in the sheet, everybody has them who downloads the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from osakadx.bilingual import Bilingual
from osakadx.quality.finding import Finding, column_letters
from osakadx.tables.findings import found
from osakadx.tables.kinds import kind
from osakadx.tables.table import Row

# From the first number to the last, from 1.
Span = tuple[int, int]

_MOST_SPANS = 100_000
_SHOWN = 8
_ROW = re.compile(rb'row (?=[^>]*?\br="(\d{1,9})")[^>]*?\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col ([^>]*)>")
_SAID = re.compile(rb'\b(min|max|hidden|width)="([^"]{1,20})"')
_DATA = b"sheetData"


class HiddenParts:
    """Watches a sheet of an .xlsx go by, a window at a time; windows overlap.

    Attributes:
        rows, columns: what is hidden, whether or not there is something in it.
    """

    def __init__(self) -> None:
        self.rows: list[Span] = []
        self.columns: list[Span] = []
        self._head = True

    def see(self, window: bytes) -> None:
        """Look at the next window."""
        if self._head:
            head, data, _ = window.partition(_DATA)
            self._head = not data
            for said in map(dict, map(_SAID.findall, _COLUMN.findall(head))):
                if _is_hidden(said) and said.keys() >= {b"min", b"max"}:
                    add(self.columns, int(said[b"min"]), int(said[b"max"]))
        if b"hidden=" in window:
            for number in map(int, _ROW.findall(window)):
                add(self.rows, number, number)


def _is_hidden(said: dict[bytes, bytes]) -> bool:
    return said.get(b"hidden") in (b"1", b"true") or said.get(b"width") == b"0"


def add(spans: list[Span], first: int, last: int) -> None:
    """Add what comes behind the last span, as one with it where it is next to it; what was met before is left out."""
    end = spans[-1][1] if spans else 0
    if last <= end:
        return
    if spans and first <= end + 1:
        spans[-1] = (spans[-1][0], last)
    elif len(spans) < _MOST_SPANS:
        spans.append((first, last))


def tell(sheet: str, hidden_rows: Sequence[Span], hidden_columns: Sequence[Span], rows: Iterable[Row]) -> list[Finding]:
    """Return what is hidden and not blank: a finding for each column, and one for all the rows.

    Args:
        hidden_rows, hidden_columns: in order. rows: of the sheet, all as wide as it is.
    """
    if not hidden_rows and not hidden_columns:
        return []
    filled: list[Span] = []
    columns: dict[int, tuple[int, str]] = {}
    blank: list[int] | None = None
    at = 0
    for number, cells in rows:
        if blank is None:
            blank = [column for first, last in hidden_columns for column in range(first, min(last, len(cells)) + 1)]
        while at < len(hidden_rows) and hidden_rows[at][1] < number:
            at += 1
        if at < len(hidden_rows) and hidden_rows[at][0] <= number and any(map(str.strip, cells)):
            add(filled, number, number)
        if met := {column: (number, cells[column - 1].strip()) for column in blank if cells[column - 1].strip()}:
            columns |= met
            blank = [column for column in blank if column not in met]
        if not blank and at == len(hidden_rows):
            break
    findings = [_column(sheet, column, *columns[column]) for column in sorted(columns)]
    return [*findings, *([_rows(sheet, filled)] if filled else [])]


def _column(sheet: str, column: int, row: int, first: str) -> Finding:
    """The first text in it is its name; a number there may be just what must not be shown once more."""
    name = Bilingual(f"(「{first}」)", f" ({first})") if kind(first) == "text" else ""
    letters = column_letters(column)
    return found("columns-hidden", sheet=sheet, row=row, column=column, letters=letters, name=name)


def _rows(sheet: str, spans: Sequence[Span]) -> Finding:
    shown = ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in spans[:_SHOWN])
    count = sum(last - first + 1 for first, last in spans)
    rows = shown + (" …" if len(spans) > _SHOWN else "")
    return found("rows-hidden", sheet=sheet, row=spans[0][0], value=rows, count=count)
