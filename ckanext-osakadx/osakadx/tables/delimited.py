"""Reads CSV and TSV strictly (RFC 4180, by the standard library) and says where a file breaks the rules.

No record is dropped: a broken one is read again by `osakadx.tables.quotes`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from osakadx.quality.finding import Finding
from osakadx.tables import dialect as dialects
from osakadx.tables.dialect import Dialect
from osakadx.tables.encoding import Encoding
from osakadx.tables.findings import found
from osakadx.tables.limits import Limits
from osakadx.tables.lines import Lines
from osakadx.tables.mixed import Mixture
from osakadx.tables.quotes import Quotes
from osakadx.tables.source import Source
from osakadx.tables.table import Row

# The csv module keeps one cap for the whole process; its default (128 KiB) is less than a long note.
csv.field_size_limit(Limits.field_chars)

# So many broken records are told of; a file of millions of them would do nothing else.
_TOLD = 10_000
_SHOWN = 200

Report = Callable[[Finding], None]


def _silent(_: Finding) -> None:
    """Nobody listens: the file was surveyed before."""


@dataclass(frozen=True)
class DelimitedFile:
    """A file of separated fields, ready to be read from its first record as often as needed."""

    source: Source
    encoding: Encoding | Mixture
    dialect: Dialect
    limits: Limits

    def rows(self, report: Report = _silent) -> Iterator[Row]:
        """Yield the records with their numbers as a spreadsheet counts them; a blank line is a record without cells.

        Args:
            report: is told where quotation marks, line ends, lengths and formulas break the rules.
        """
        with self.encoding.text(self.source) as text:
            lines = Lines(text, self.limits.line_chars, drop_nul="nul" in self.encoding.marks)
            number, columns = 0, self.limits.columns
            for number, cells in enumerate(self._watched(lines, report), start=1):
                if len(cells) > columns:
                    report(found("columns-capped", row=number, count=len(cells), limit=columns))
                    cells = cells[:columns]
                yield number, cells
            if lines.too_long:
                report(found("line-too-long", row=number + 1, limit=self.limits.line_chars))

    def _watched(self, lines: Lines, report: Report) -> Iterator[list[str]]:
        """Look at line ends and formulas too, where the bytes of the file give a reason to."""
        records = self._records(lines, report)
        mixed_ends, formulas = "+" in (self.encoding.newline or ""), "formula" in self.encoding.marks
        if report is _silent or not (mixed_ends or formulas):
            yield from records
            return
        ends: set[str] = set()
        for number, cells in enumerate(records, start=1):
            end = _line_end(lines.record[-1])
            if end and end not in ends:
                ends.add(end)
                if len(ends) == 2:
                    report(found("newline-mixed", row=number))
            if formulas:
                _tell_formulas(number, cells, report)
            yield cells

    def _records(self, lines: Lines, report: Report) -> Iterator[list[str]]:
        mark, record = self.dialect.quotechar, lines.record
        left_to_tell = 0 if report is _silent else _TOLD
        quotes = Quotes(self.dialect, self.limits.field_chars)
        reader = self._reader(lines)
        number = 0
        while True:
            number += 1
            record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells, broken = quotes.mend(lines)
                reader = self._reader(lines)
            else:
                broken = left_to_tell and mark in record[0] and quotes.stray(cells, record) and "quote-stray"
            if broken and left_to_tell:
                left_to_tell -= 1
                limit = self.limits.field_chars
                report(found(broken, row=number, value="".join(record)[:_SHOWN], limit=limit))
            quotes.width = len(cells)
            yield cells

    def _reader(self, lines: Lines) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.dialect.delimiter, quotechar=self.dialect.quotechar, strict=True)


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _tell_formulas(number: int, cells: Sequence[str], report: Report) -> None:
    for column, cell in enumerate(cells, start=1):
        if cell.startswith("=") and len(cell) > 1:
            report(found("formula-cell", row=number, column=column, value=cell))


def open_delimited(source: Source, encoding: Encoding | Mixture, limits: Limits) -> DelimitedFile:
    """Return a decoded file with the dialect that its beginning shows."""
    return DelimitedFile(source, encoding, dialects.detect(encoding.sample), limits)
