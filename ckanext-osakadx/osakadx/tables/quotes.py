"""Records whose quotation marks break RFC 4180: told from each other, and read as what was most likely meant."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from osakadx.tables.dialect import Dialect
from osakadx.tables.lines import Lines


class Quotes:
    """Mends the records that the strict reader refuses.

    Attributes:
        width: number of cells of the record before; tells a stray mark from one that was never closed.
    """

    def __init__(self, dialect: Dialect, field_chars: int) -> None:
        self._dialect = dialect
        self._field_chars = field_chars
        self.width = 0
        mark, delimiter = re.escape(dialect.quotechar), re.escape(dialect.delimiter)
        field = f"(?:{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*{mark}|[^{mark}{delimiter}\r\n]*)"
        self._regular = re.compile(f"{field}(?:{delimiter}{field})*[\r\n]*")

    def stray(self, cells: Sequence[str], record: Sequence[str]) -> bool:
        """Say whether a record that was read has a mark inside a field that is not quoted, as in ``5"管``."""
        mark = self._dialect.quotechar
        return mark in "".join(cells) and self._regular.fullmatch("".join(record)) is None

    def mend(self, lines: Lines) -> tuple[list[str], str]:
        """Read the record again at which the strict reader stopped, and step back to the line after it.

        Args:
            lines: `record` holds the lines the strict reader took for one record.

        Returns:
            The cells, and the rule that was broken.
        """
        record = list(lines.record)
        first = record[0].rstrip("\r\n").split(self._dialect.delimiter)
        lenient = self._lenient(record)
        if lenient is not None and (len(record) == 1 or (len(lenient) == self.width != len(first))):
            return lenient, "quote-stray"
        lines.step_back(record[1:])
        lines.record[:] = record[:1]
        if any(len(cell) > self._field_chars for cell in first):
            first = [cell[: self._field_chars] for cell in first]
            return first, "field-too-long"
        return first, "quote-unclosed"

    def _lenient(self, record: list[str]) -> list[str] | None:
        """Read the lines as one record by the lenient rules; None where a mark is still open at their end."""
        open_at_end = False

        def lines() -> Iterator[str]:
            nonlocal open_at_end
            yield from record
            open_at_end = True

        reader = csv.reader(lines(), delimiter=self._dialect.delimiter, quotechar=self._dialect.quotechar)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        return None if open_at_end else cells
