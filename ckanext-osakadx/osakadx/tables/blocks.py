"""Reads delimited text a block at a time, for as long as nothing in it needs a closer look.

A line without quotation marks is what stands between its separators; only lines with marks go through the parser.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from osakadx.tables.dialect import Dialect
from osakadx.tables.evenrows import EvenRows, TextRows
from osakadx.tables.lines import Text
from osakadx.tables.quotes import Quotes

BLOCK = 1 << 16
NEWLINES = ("\r\n", "\n", "\r")
# From so many marks per line on, the parser does the whole block: most of its lines are quoted.
_MANY_MARKS = 1
Records = Sequence[list[str]]


@dataclass(frozen=True)
class Block:
    """Whole records of a text.

    Attributes:
        text: as it stands. records: its cells; None where the strict parser refuses it, or it was cut in a record.
        newlines: the line ends between its records.
        marks: whether a quotation mark may stand where none should.
    """

    text: str
    records: Records | None
    newlines: frozenset[str] = frozenset()
    marks: bool = False


class BlockParser:
    """Takes whole records of a text apart; what it says of them is true of the same text read line by line.

    Args:
        dialect: how fields are separated and quoted.
        cap: longest cell, in characters.
        mixed: whether the text has more than one kind of line end.

    Attributes:
        end: how lines end that are not told otherwise; the caller sets it before the first block.
    """

    def __init__(self, dialect: Dialect, cap: int, *, mixed: bool) -> None:
        self.end = ""
        self._dialect = dialect
        self._mixed = mixed
        self._quotes = Quotes(dialect, cap)

    def parse(self, text: str, marks: int) -> Block:
        """Return the block of a text.

        Args:
            text: whole records, of which the last may have no line end. marks: number of quotation marks in it.
        """
        mark, end = self._dialect.quotechar, self.end
        lines = text.split(end)
        closed = not lines[-1]
        if closed:
            lines.pop()
        others = self._others(text, len(lines) - (not closed)) if self._mixed else (0, 0, 0)
        if not marks and not any(others):
            return Block(text, self._plain(lines), frozenset((end,)))
        try:
            if marks > _MANY_MARKS * len(lines):
                quoted = records = self.strict(text)
                stray = any(mark in cell for record in records for cell in record)
            else:
                records, quoted, stray = self._both(lines, sum(others), closed)
        except csv.Error:
            return Block(text, None)
        return Block(text, records, self._between(others, quoted) if any(others) else frozenset((end,)), stray)

    def _others(self, text: str, ends: int) -> tuple[int, int, int]:
        """Count the line ends of other kinds than the usual one, of which there are so many: CRLF, LF and CR alone."""
        cr = text.count("\r")
        crlf = ends if self.end == "\r\n" else text.count("\r\n") if cr else 0
        counts = (crlf, text.count("\n") - crlf, cr - crlf)
        usual = NEWLINES.index(self.end)
        return tuple(0 if place == usual else count for place, count in enumerate(counts))  # type: ignore[return-value]

    def _between(self, others: tuple[int, ...], quoted: Records) -> frozenset[str]:
        """The line ends that do not stand inside cells."""
        cells = "\0".join(chain.from_iterable(quoted))
        inside = self._others(cells, cells.count(self.end))
        outside = (all_ - in_cells for all_, in_cells in zip(others, inside, strict=True))
        return frozenset((self.end, *(end for end, count in zip(NEWLINES, outside, strict=True) if count > 0)))

    def _plain(self, lines: list[str]) -> Records:
        delimiter = self._dialect.delimiter
        if lines and (width := lines[0].count(delimiter) + 1) > 1:
            # A cell that no text holds goes between the lines: where all of them are as wide, it lies at even steps.
            cells = f"{delimiter}\0{delimiter}".join(lines).split(delimiter)
            between = cells[width :: width + 1]
            if len(cells) == len(lines) * (width + 1) - 1 and between.count("\0") == len(between):
                del cells[width :: width + 1]
                return TextRows(cells, width)
        records = [line.split(delimiter) for line in lines]
        if "" in lines:
            return [record if line else [] for line, record in zip(lines, records, strict=True)]
        return records

    def _both(self, lines: list[str], others: int, closed: bool) -> tuple[Records, Records, bool]:
        """Return all records, those that went through the parser, and whether marks stand where they should not."""
        mark = self._dialect.quotechar
        records = _Together()
        quoted: list[list[str]] = []
        odd = [place for place, line in enumerate(lines) if mark in line]
        if others > sum(_breaks(lines[place]) for place in odd):
            odd = [place for place, line in enumerate(lines) if mark in line or _breaks(line)]
        done, stray = 0, False
        for place in odd:
            if place < done:
                continue
            records.add(self._plain(lines[done:place]))
            done = place + 1
            record = lines[place]
            while record.count(mark) % 2:
                record += self.end + lines[done]
                done += 1
            open_at_end = done == len(lines) and not closed
            parsed = self.strict(record if open_at_end else record + self.end)
            records.add(parsed)
            quoted += parsed
            stray = stray or any(self.stray(cells, record) for cells in parsed)
        records.add(self._plain(lines[done:]))
        return records.all(), quoted, stray

    def strict(self, text: str) -> list[list[str]]:
        """Return the records of a text as RFC 4180 has them.

        Raises:
            csv.Error: it breaks the rules.
        """
        lines = io.StringIO(text, newline="")
        return list(
            csv.reader(lines, delimiter=self._dialect.delimiter, quotechar=self._dialect.quotechar, strict=True)
        )

    def stray(self, cells: Sequence[str], record: str) -> bool:
        """Say whether a record has a mark inside a field that is not quoted."""
        return self._quotes.stray(cells, [record])


class TextBlocks:
    """Gives out a text block by block.

    Args:
        text: opened without newline translation.
        dialect: how fields are separated and quoted.
        cap: longest record that is looked for, in characters. line: longest line that is read.
        mixed: whether the text has more than one kind of line end.
    """

    def __init__(self, text: Text, dialect: Dialect, cap: int, line: int, *, mixed: bool) -> None:
        self._parser = BlockParser(dialect, cap, mixed=mixed)
        self._mark = dialect.quotechar
        self._text = text
        self._cap = cap
        self._line = line

    def read(self, size: int) -> Block | None:
        """Return the next block, of about so many characters; None at the end of the text."""
        text, parser = self._text.read(size), self._parser
        if not text:
            return None
        if not text.endswith("\n"):
            text += self._text.readline(self._line)
        marks = text.count(self._mark)
        if marks % 2:
            more, marks = self._to_the_mark(marks, self._cap - len(text))
            text += more
        if len(text) > self._cap or marks % 2:
            return Block(text, None)
        parser.end = parser.end or next((end for end in NEWLINES if end in text), "\n")
        return parser.parse(text, marks)

    def _to_the_mark(self, marks: int, room: int) -> tuple[str, int]:
        """Return the lines up to the one that closes the mark that is open, and how many marks there are then."""
        mark, lines = self._mark, list[str]()
        while marks % 2 and room >= 0 and (line := self._text.readline(self._line)):
            lines.append(line)
            marks += line.count(mark)
            room -= len(line)
        return "".join(lines), marks


class _Together:
    """Puts records behind each other, even for as long as all of them are."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._width = 0
        self._uneven: list[list[str]] | None = None

    def add(self, records: Records) -> None:
        if not records:
            return
        if self._uneven is not None:
            self._uneven += records
            return
        self._width = self._width or len(records[0])
        if isinstance(records, TextRows) and records.width == self._width:
            self._cells += records.cells
        elif self._width and all(len(record) == self._width for record in records):
            self._cells += chain.from_iterable(records)
        else:
            self._uneven = [*self.all(), *records]

    def all(self) -> Records:
        if self._uneven is not None:
            return self._uneven
        return TextRows(self._cells, self._width) if self._cells else []


def _breaks(line: str) -> int:
    return line.count("\n") + line.count("\r")


def widest(records: Sequence[Sequence[str]]) -> int:
    """Return the number of cells of the widest record."""
    return records.width if isinstance(records, EvenRows) else max(map(len, records), default=0)
