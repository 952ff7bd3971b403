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
from osakadx.tables.lines import Text
from osakadx.tables.quotes import Quotes

BLOCK = 1 << 15
_NEWLINES = ("\r\n", "\n", "\r")
# From so many marks per line on, the parser does the whole block: most of its lines are quoted.
_MANY_MARKS = 1
Records = list[list[str]]


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


class Blocks:
    """Gives out a text block by block; what a block says of itself is true of the same text read line by line.

    Args:
        text: opened without newline translation.
        dialect: how fields are separated and quoted.
        cap: longest record that is looked for, in characters. line: longest line that is read.
        mixed: whether the text has more than one kind of line end.
    """

    def __init__(self, text: Text, dialect: Dialect, cap: int, line: int, *, mixed: bool) -> None:
        self._text = text
        self._dialect = dialect
        self._cap = cap
        self._line = line
        self._mixed = mixed
        self._end = ""
        self._quotes = Quotes(dialect, cap)

    def next(self, read: str) -> Block:
        """Return the block that begins with what was read; of no records where it is empty."""
        text, mark = read, self._dialect.quotechar
        if text and not text.endswith("\n"):
            text += self._text.readline(self._line)
        marks = text.count(mark)
        if marks % 2:
            more, marks = self._to_the_mark(marks, self._cap - len(text))
            text += more
        if len(text) > self._cap or marks % 2:
            return Block(text, None)
        self._end = self._end or next((end for end in _NEWLINES if end in text), "\n")
        return self._parsed(text, marks)

    def _to_the_mark(self, marks: int, room: int) -> tuple[str, int]:
        """Return the lines up to the one that closes the mark that is open, and how many marks there are then."""
        mark, lines = self._dialect.quotechar, list[str]()
        while marks % 2 and room >= 0 and (line := self._text.readline(self._line)):
            lines.append(line)
            marks += line.count(mark)
            room -= len(line)
        return "".join(lines), marks

    def _parsed(self, text: str, marks: int) -> Block:
        mark, end = self._dialect.quotechar, self._end
        lines = text.split(end)
        closed = not lines[-1]
        if closed:
            lines.pop()
        others = self._others(text) if self._mixed else (0, 0, 0)
        if not marks and not any(others):
            return Block(text, self._plain(lines), frozenset((end,)))
        try:
            if marks > _MANY_MARKS * len(lines):
                quoted = records = self._strict(text)
                stray = any(mark in cell for record in records for cell in record)
            else:
                records, quoted, stray = self._both(lines, sum(others), closed)
        except csv.Error:
            return Block(text, None)
        return Block(text, records, self._between(others, quoted) if any(others) else frozenset((end,)), stray)

    def _others(self, text: str) -> tuple[int, int, int]:
        """Count the line ends of other kinds than the usual one: CRLF, LF and CR by themselves."""
        cr = text.count("\r")
        crlf = text.count("\r\n") if cr else 0
        counts = (crlf, text.count("\n") - crlf, cr - crlf)
        usual = _NEWLINES.index(self._end)
        return tuple(0 if place == usual else count for place, count in enumerate(counts))  # type: ignore[return-value]

    def _between(self, others: tuple[int, ...], quoted: Records) -> frozenset[str]:
        """The line ends that do not stand inside cells."""
        cells = "\0".join(chain.from_iterable(quoted))
        outside = (all_ - inside for all_, inside in zip(others, self._others(cells), strict=True))
        return frozenset((self._end, *(end for end, count in zip(_NEWLINES, outside, strict=True) if count > 0)))

    def _plain(self, lines: list[str]) -> Records:
        delimiter = self._dialect.delimiter
        records = [line.split(delimiter) for line in lines]
        if "" in lines:
            return [record if line else [] for line, record in zip(lines, records, strict=True)]
        return records

    def _both(self, lines: list[str], others: int, closed: bool) -> tuple[Records, Records, bool]:
        """Return all records, those that went through the parser, and whether marks stand where they should not."""
        mark = self._dialect.quotechar
        records: Records = []
        quoted: Records = []
        odd = [place for place, line in enumerate(lines) if mark in line]
        if others > sum(_breaks(lines[place]) for place in odd):
            odd = [place for place, line in enumerate(lines) if mark in line or _breaks(line)]
        done, stray = 0, False
        for place in odd:
            if place < done:
                continue
            records += self._plain(lines[done:place])
            done = place + 1
            record = lines[place]
            while record.count(mark) % 2:
                record += self._end + lines[done]
                done += 1
            open_at_end = done == len(lines) and not closed
            parsed = self._strict(record if open_at_end else record + self._end)
            records += parsed
            quoted += parsed
            stray = stray or any(self._quotes.stray(cells, [record]) for cells in parsed)
        return records + self._plain(lines[done:]), quoted, stray

    def _strict(self, text: str) -> Records:
        lines = io.StringIO(text, newline="")
        return list(
            csv.reader(lines, delimiter=self._dialect.delimiter, quotechar=self._dialect.quotechar, strict=True)
        )


def _breaks(line: str) -> int:
    return line.count("\n") + line.count("\r")


def widest(records: Sequence[Sequence[str]]) -> int:
    """Return the number of cells of the widest record."""
    return max(map(len, records), default=0)
