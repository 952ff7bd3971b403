"""Reports of ours as CSV that a spreadsheet program opens as it is. Data files are never written this way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a report as CSV: UTF-8 with BOM, CRLF, and no text that a spreadsheet would run as a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return (BOM + written.getvalue()).encode()


def harmless(cell: object) -> object:
    """A cell as it is or, where it is text that begins like a formula, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
