"""Tables for Excel as they are sent, line by line: CSV with a byte order mark, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from osakadx.spreadsheets import BOM, harmless

__all__ = ["BOM", "line", "lines"]


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of a CSV file, the byte order mark first."""
    yield BOM
    for row in rows:
        yield line(row)


def line(cells: Iterable[object]) -> str:
    """One row; a text that a spreadsheet would calculate gets an apostrophe before it."""
    written = io.StringIO()
    csv.writer(written).writerow([harmless(cell) for cell in cells])
    return written.getvalue()
