"""Reads CSV and TSV strictly (RFC 4180, by the standard library) and says where a file breaks the rules.

No record is dropped: a broken one is read again by `osakadx.tables.quotes`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, cast

from osakadx.quality.finding import Finding
from osakadx.tables import dialect as dialects
from osakadx.tables.blocks import BLOCK, Block, Records, TextBlocks, widest
from osakadx.tables.dialect import Dialect
from osakadx.tables.encodedblocks import EncodedBlocks
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
_MANY = 256

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
        """Give the records with their numbers as a spreadsheet counts them; a blank line is a record without cells.

        Args:
            report: is told where quotation marks, line ends, lengths and formulas break the rules.
        """
        return enumerate(chain.from_iterable(self._blocks(report)), start=1)

    def blocks(self, report: Report = _silent) -> Iterator[tuple[int, Records]]:
        """Yield the same records many at a time, with the number of the first of them; decoded where one looks."""
        number = 1
        for block in self._blocks(report, encoded=True):
            yield number, block
            number += len(block)

    def _blocks(self, report: Report, *, encoded: bool = False) -> Iterator[Records]:
        """By blocks while that is possible, then line by line."""
        watch = _Watch(report, self.encoding, self.limits)
        with self.encoding.text(self.source) as text:
            lines = Lines(text, self.limits.line_chars, drop_nul="nul" in self.encoding.marks)
            for block in self._read(text, watch, encoded):
                if block.records is None:
                    lines.step_back(io.StringIO(block.text, newline=""))
                    break
                yield self._judged(block, block.records, watch)
            records = self._records(lines, watch)
            while some := list(islice(self._watched(records, lines, watch), _MANY)):
                yield some
            if lines.too_long:
                report(found("line-too-long", row=watch.number + 1, limit=self.limits.line_chars))

    def _read(self, text: io.TextIOBase, watch: _Watch, encoded: bool) -> Iterator[Block]:
        if not isinstance(self.encoding, Encoding) or not self._regular():
            return
        caps = self.limits.field_chars, self.limits.line_chars
        blocks: TextBlocks | EncodedBlocks
        if encoded and EncodedBlocks.can_read(self.encoding, self.dialect):
            # What is left after the last of these blocks is read as text, from where they end.
            stream = cast("BinaryIO", text.buffer)  # type: ignore[attr-defined]
            blocks = EncodedBlocks(stream, self.encoding, self.dialect, min(caps), formulas=watch.formulas)
        else:
            text._CHUNK_SIZE = BLOCK  # type: ignore[attr-defined]  the usual 8 KiB mean thirty times the calls
            blocks = TextBlocks(text, self.dialect, *caps, mixed=watch.mixed)
        while (block := blocks.read(BLOCK)) is not None:
            yield block

    def _regular(self) -> bool:
        """Say whether blocks say the same as lines: one encoding, no characters to leave out, no tighter caps."""
        usual = min(self.limits.line_chars, self.limits.field_chars) > 2 * BLOCK
        return isinstance(self.encoding, Encoding) and "nul" not in self.encoding.marks and usual

    def _judged(self, block: Block, records: Records, watch: _Watch) -> Records:
        """Look at a block line by line where there is something to tell of it."""
        if watch.listens and (block.marks or watch.ends_change(block.newlines) or watch.may_calculate(block.text)):
            lines = Lines(io.StringIO(block.text, newline=""), self.limits.line_chars)
            return list(self._watched(self._records(lines, watch), lines, watch))
        if widest(records) > self.limits.columns:
            return list(self._watched(iter(records), None, watch))
        watch.number += len(records)
        return records

    def _watched(self, records: Iterator[list[str]], lines: Lines | None, watch: _Watch) -> Iterator[list[str]]:
        """Look at line ends, formulas and widths, record by record."""
        columns = self.limits.columns
        for cells in records:
            watch.number += 1
            if lines is not None:
                watch.see(lines.record[-1], cells)
            if len(cells) > columns:
                watch.report(found("columns-capped", row=watch.number, count=len(cells), limit=columns))
                cells = cells[:columns]
            yield cells

    def _records(self, lines: Lines, watch: _Watch) -> Iterator[list[str]]:
        mark, record = self.dialect.quotechar, lines.record
        quotes = Quotes(self.dialect, self.limits.field_chars)
        reader = self._reader(lines)
        while True:
            record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells, broken = quotes.mend(lines)
                reader = self._reader(lines)
            else:
                broken = watch.left and mark in record[0] and quotes.stray(cells, record) and "quote-stray"
            if broken:
                watch.tell_broken(broken, "".join(record))
            quotes.width = len(cells)
            yield cells

    def _reader(self, lines: Lines) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.dialect.delimiter, quotechar=self.dialect.quotechar, strict=True)


class _Watch:
    """What is known of a file while its records pass, and who is told.

    Attributes:
        number: of the records that passed. left: so many more broken records are told of.
        mixed: whether the file has more than one kind of line end. formulas: whether somebody wants to know of them.
    """

    def __init__(self, report: Report, encoding: Encoding | Mixture, limits: Limits) -> None:
        self.report = report
        self.listens = report is not _silent
        self.number = 0
        self.left = _TOLD if self.listens else 0
        self.mixed = "+" in (encoding.newline or "")
        self.formulas = self.listens and "formula" in encoding.marks
        self._field_chars = limits.field_chars
        self._ends: set[str] = set()

    def tell_broken(self, rule: str, record: str) -> None:
        """Tell of the next record, while it is not too many of them."""
        if self.left:
            self.left -= 1
            self.report(found(rule, row=self.number + 1, value=record[:_SHOWN], limit=self._field_chars))

    def ends_change(self, ends: frozenset[str]) -> bool:
        """Say whether a second kind of line end is among these."""
        if not self.mixed or len(self._ends) > 1:
            return False
        if len(self._ends | ends) > 1:
            return True
        self._ends |= ends
        return False

    def may_calculate(self, text: str) -> bool:
        """Say whether a field of a text may begin with an equals sign."""
        return self.formulas and "=" in text

    def see(self, line: str, cells: Sequence[str]) -> None:
        """Look at the line that ends a record, and at its cells."""
        if not self.listens:
            return
        end = line[len(line.rstrip("\r\n")) :]
        if end and len(self._ends) < 2 and end not in self._ends:
            self._ends.add(end)
            if len(self._ends) == 2:
                self.report(found("newline-mixed", row=self.number))
        if self.formulas:
            for column, cell in enumerate(cells, start=1):
                if cell.startswith("=") and len(cell) > 1:
                    self.report(found("formula-cell", row=self.number, column=column, value=cell))


def open_delimited(source: Source, encoding: Encoding | Mixture, limits: Limits) -> DelimitedFile:
    """Return a decoded file with the dialect that its beginning shows."""
    return DelimitedFile(source, encoding, dialects.detect(encoding.sample), limits)
