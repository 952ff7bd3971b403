"""Walks once over the rows of a sheet and returns the tables in it, with what a program stumbles over."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from osakadx.quality.finding import Finding
from osakadx.tables import fragments, header
from osakadx.tables.columns import Columns
from osakadx.tables.evenrows import EvenRows
from osakadx.tables.feed import Block, Cells, Feed
from osakadx.tables.findings import found
from osakadx.tables.header import Layout
from osakadx.tables.kinds import kind
from osakadx.tables.table import Merged, Note, Row, Rows, Table, is_blank
from osakadx.tables.totals import LABELS, Labelled, is_total, label_columns, labelled

Report = Callable[[Finding], None]

_LISTED = 10_000
_CORNER = (8, 8, 24)  # rows, columns, characters of a cell
_MOST_TABLES = 50
_LOOKS_AHEAD = 200  # blank rows behind which a second table is looked for, beyond the first rows
_MANY_COLUMNS = 1_000
_TAIL = 50
_NOTE_CHARS = 500
_FOOTNOTE = re.compile(r"\s*(?:以上$|以下余白|[※*＊]|[(（]?注|[(（]?備考|資料|出典|出所|[（(]?なお|[-‐―－]+$)")
_TOTAL_LAST = "計数均体"
# A first cell that ends like this may be a total, or blank: every space that `str.isspace` knows.
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_LOOKED_AT = frozenset(_TOTAL_LAST + _SPACES)


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, before anybody has said where the table is.

    Attributes:
        sheet: sheet of a workbook, or None; name: what the table is called.
        first: the rows, many at a time, telling what goes wrong on the way; again: the same rows, silently.
        merged: merged ranges, from 1.
        even: rows of a sheet all have the same number of cells, so that a short row says nothing.
    """

    sheet: str | None
    name: str
    first: Callable[[Report], Iterator[Block]] = field(repr=False)
    again: Rows = field(repr=False)
    merged: tuple[Merged, ...] = ()
    even: bool = False


def survey(grid: Grid, report: Report, *, profile: bool = False) -> list[Table]:
    """Return the tables of a grid from top to bottom, none where every cell is blank.

    Args:
        grid: the sheet. report: is told what is found.
        profile: count what the columns hold, too (see `osakadx.tables.columns`).
    """
    tables: list[Table] = []
    feed = Feed(grid.first(report))
    for place in range(_MOST_TABLES):
        table, more = _Survey(grid, report, place, profile).table(feed)
        if table is not None:
            tables.append(table)
        if not more:
            break
    return tables


@dataclass(frozen=True)
class _Survey:
    """The look at one table of a grid; `place` counts those above it."""

    grid: Grid
    report: Report
    place: int
    profile: bool

    def tell(self, rule: str, **facts: object) -> None:
        self.report(found(rule, sheet=self.grid.sheet, **facts))  # type: ignore[arg-type]

    def table(self, feed: Feed) -> tuple[Table | None, bool]:
        """Return the next table, and whether another one begins below it."""
        top = feed.take(header.LOOKED_AT)
        cut = fragments.split(top)
        if cut is not None:
            rest, top = top[cut:], top[:cut]
            feed.put_back(rest[0][0], [cells for _, cells in rest])
        if self.grid.even and (self.place or cut is not None):  # a sheet is as wide as its widest table
            width = max(len(cells) - _blank_at_end(cells) for _, cells in top)
            top = [(number, cells[:width]) for number, cells in top]
        layout = header.locate(top, self.grid.merged)
        while layout is None and cut is None and (top := feed.take(header.LOOKED_AT)):
            layout = header.locate(top)
        if layout is None:
            return None, False
        if self.place:
            number, cells = next(row for row in top if not is_blank(row[1]))
            column = next(column for column, cell in enumerate(cells, start=1) if cell.strip())
            self.tell("several-tables", row=number, column=column, value=_line(cells))
        elif is_blank(top[0][1]):
            self.tell("blank-row", row=top[0][0])
        body = _Body(layout, top, self.tell, Columns(len(layout.header)) if self.profile else None)
        body.through(top[0][0], [cells for _, cells in top], known=top[-1][0])
        more = cut is not None or body.walk(feed)
        return self._told(layout, body, top), more

    def _told(self, layout: Layout, body: _Body, top: Sequence[Row]) -> Table:
        """Say what was seen, and return the table."""
        tell, grid, columns = self.tell, self.grid, len(layout.header)
        footnotes = body.footnotes()
        _tell_header(layout, top, grid.merged, tell)
        for note in footnotes:
            tell("footnote", row=note.row, value=note.text)
        count = body.count - len(footnotes)
        if not count:
            tell("no-data", row=layout.header_rows[-1] if layout.header_rows else None)
        last = footnotes[0].row - 1 if footnotes else body.last
        ragged = [(row, width) for row, width in body.ragged if row <= last and not grid.even]
        for row, width in ragged:
            tell("ragged-row", row=row, value=str(width), count=width, columns=columns)
        for row in body.blanks:
            if row < last:
                tell("blank-row", row=row)
        return Table(
            sheet=grid.sheet,
            name=f"{grid.name} ({self.place + 1})" if self.place else grid.name,
            header_rows=layout.header_rows,
            header=layout.header,
            first_data_row=layout.first_data_row if count else None,
            rows=count,
            columns=columns,
            ragged_rows=tuple(row for row, _ in ragged),
            notes_above=tuple(Note(number, _line(cells)) for number, cells in layout.above),
            footnotes=footnotes,
            last_data_row=last if count else None,
            totals=tuple(body.totals),
            source=grid.again,
            corner=_corner(top),
            contents=body.profile.settled(layout.header, len(footnotes)) if body.profile else None,
        )


def _corner(top: Sequence[Row]) -> tuple[Row, ...]:
    rows, columns, chars = _CORNER
    return tuple((number, tuple(cell[:chars] for cell in cells[:columns])) for number, cells in top[:rows])


def _blank_at_end(cells: Cells) -> int:
    """Count the blank cells at the end of a row."""
    return next((place for place, cell in enumerate(reversed(cells)) if cell.strip()), len(cells))


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.strip() for cell in cells if cell.strip())[:_NOTE_CHARS]


def _tell_header(layout: Layout, top: Sequence[Row], merged: Sequence[Merged], tell: Callable[..., None]) -> None:
    columns = len(layout.header)
    for number, cells in layout.above:
        tell("preamble" if cells[0].startswith("#") else "notes-above", row=number, value=_line(cells))
    if not layout.header_rows:
        tell("header-missing", row=layout.first_data_row)
        return
    first, last = layout.header_rows[0], layout.header_rows[-1]
    if layout.units_row:
        tell("unit-row", row=layout.units_row)
    if len(layout.header_rows) - bool(layout.units_row) > 1:
        tell("header-of-several-rows", row=first, count=len(layout.header_rows), last=last)
    if columns > _MANY_COLUMNS:
        tell("many-columns", row=last, count=columns)
    names = next(list(cells) for number, cells in top if number == last)
    below = [row for row in top if row[0] >= layout.first_data_row and not is_blank(row[1])]
    body = [row for row in below if list(row[1]) != names]
    # A row of totals has blanks of its own, which say nothing about the labels above it.
    cell = fragments.written_once([row for row in body if not is_total(next(filter(None, row[1])), row[1])])
    if cell and not any(span[0] <= cell[0] <= span[2] and span[1] <= cell[1] <= span[3] for span in merged):
        tell("labels-left-out", row=cell[0], column=cell[1])
    second = fragments.beside(layout.header, [cells for _, cells in body])
    if second:
        tell("tables-side-by-side", row=first, column=second, value=layout.header[second - 1].strip())
    _tell_names(layout, second, tell)


def _tell_names(layout: Layout, second: int | None, tell: Callable[..., None]) -> None:
    """Names that are missing or stand twice; what a second table beside the first repeats was told already."""
    last = layout.header_rows[-1]
    seen: dict[str, int] = {}
    for column, name in enumerate(layout.header, start=1):
        plain = name.strip()
        if second and (column >= second or not plain):
            continue
        if not plain:
            tell("header-empty", row=last, column=column)
        elif plain in seen:
            tell("header-duplicate", row=last, column=column, value=plain, other=seen[plain])
        seen.setdefault(plain, column)


class _Body:
    """Counts the data rows while they pass and keeps the last ones, where footnotes may be."""

    def __init__(
        self, layout: Layout, top: Sequence[Row], tell: Callable[..., None], profile: Columns | None = None
    ) -> None:
        self.profile = profile
        self._columns = max(len(layout.header), 1)
        self._start = layout.first_data_row
        self._report = tell
        self._top = top
        self._names = next((list(cells) for number, cells in top if number in layout.header_rows[-1:]), list[str]())
        self._label = next(filter(None, self._names), None)
        self._label_columns = label_columns([cells for number, cells in top if number >= self._start])
        self._unproved: Labelled | None = None  # the row right above, a total if this one is a part of it
        self._blank = 0  # the first of the blank rows right above, 0 where there is none
        self._tail = _Tail()
        self.ragged: list[tuple[int, int]] = []
        self.blanks: list[int] = []
        self.totals: list[int] = []
        self.count = 0
        self.last = 0

    def _tell(self, rule: str, *, row: int, **facts: object) -> None:
        if rule == "total-row" and len(self.totals) < _LISTED:
            self.totals.append(row)
        self._report(rule, row=row, **facts)

    def walk(self, feed: Feed) -> bool:
        """Take the rows of this table; True where another one begins, which is the next to come out of the feed."""
        looks, known = _LOOKS_AHEAD, 0
        while (block := feed.block()) is not None:
            number, cells = block
            stopped = self.through(number, cells, known)
            if stopped is None:
                continue
            feed.put_back(number + stopped, cells[stopped:])
            ahead = feed.take(fragments.AHEAD)
            feed.put_back(ahead[0][0], [cells for _, cells in ahead])
            if fragments.begins(self._top, ahead):
                return True
            looks -= 1
            known = ahead[-1][0] if looks else sys.maxsize
        return False

    def through(self, number: int, block: Sequence[Cells], known: int) -> int | None:
        """Count plain rows as a whole and look at the others; return the place of one that may begin another table."""
        if number < self._start:
            number, block = self._start, block[self._start - number :]
        columns = self._columns
        if isinstance(block, EvenRows) and block.width == columns:
            odd = self._odd(block.column(0)) if self._needs_a_look(block.values(0)) else []
            odd = self._with_totals(odd, block)
        elif set(map(len, block)) == {columns}:
            odd = self._with_totals(self._odd([cells[0] for cells in block]), block)
        else:
            odd = [place for place, cells in enumerate(block) if len(cells) != columns or self._odd(cells[:1])]
            odd = self._with_totals(odd, block)
        place = 0
        for at in (*odd, len(block)):
            if self._blank and place < at:  # the row right below a blank one
                if self._judge(number + place, block[place], known):
                    return place
                place += 1
            if place < at:
                self._count(number + place, block[place:at], even=True)
            if at < len(block) and self._judge(number + at, block[at], known):
                return at
            place = at + 1
        return None

    def _odd(self, firsts: Sequence[str]) -> list[int]:
        """Return the places of the rows that need a look by what stands in their first cells."""
        label = self._label
        if not self._needs_a_look(firsts):
            return []
        return [place for place, first in enumerate(firsts) if not first or first[-1] in _LOOKED_AT or first == label]

    def _with_totals(self, odd: list[int], block: Sequence[Cells]) -> list[int]:
        """Add the places of the rows that another label column calls totals."""
        even = isinstance(block, EvenRows)
        for column in self._label_columns:
            if even and not (column < block.width and block.holds(column, LABELS)):
                continue
            cells = block.column(column) if even else [row[column] if column < len(row) else "" for row in block]
            if not LABELS.isdisjoint(cells):
                odd = sorted({*odd, *(place for place, cell in enumerate(cells) if cell in LABELS)})
        return odd

    def _needs_a_look(self, firsts: Collection[str]) -> bool:
        return not all(firsts) or self._label in firsts or not _LOOKED_AT.isdisjoint([first[-1] for first in firsts])

    def _count(self, number: int, block: Sequence[Cells], *, even: bool = False, after_blank: bool = False) -> None:
        if self._unproved and block:
            if self._unproved.has_part(block[0]):
                self._tell("total-row", row=self._unproved.row, value=self._unproved.label)
            self._unproved = None
        self.count += len(block)
        self.last = number + len(block) - 1
        self._tail.add(number, block, after_blank=after_blank)
        if self.profile is not None:
            self.profile.see(block, even=even)

    def _judge(self, number: int, cells: Cells, known: int) -> bool:
        """Look at one row; True where it stands behind a blank one and may begin another table: it is not taken."""
        if is_blank(cells):
            self._blank = self._blank or number
            return False
        if self._blank:
            if number > known:
                return True
            if self.count and len(self.blanks) < _LISTED:
                self.blanks.append(self._blank)
        after_blank = self._blank > 0
        self._blank = 0
        if len(cells) != self._columns and len(self.ragged) < _LISTED:
            self.ragged.append((number, len(cells)))
        label = next(filter(None, cells))
        beside = None
        if label[-1] in _TOTAL_LAST and is_total(label, cells):
            self._tell("total-row", row=number, value=label)
        elif (beside := labelled(number, cells, self._label_columns)) and beside.has_part(self._tail.last()):
            self._tell("total-row", row=number, value=beside.label)
            beside = None
        if label == self._label and list(cells) == self._names:
            self._tell("header-repeated", row=number)
        self._count(number, [cells], after_blank=after_blank)
        self._unproved = beside
        return False

    def footnotes(self) -> tuple[Note, ...]:
        """Return the lines of text at the very end; a line after a blank row, or one that begins like a note."""
        notes: list[Note] = []
        pending: list[Note] = []
        for number, cells, after_blank in self._tail.upwards():
            places = [column for column, cell in enumerate(cells) if cell.strip()]
            lone = len(places) == 1 and kind(cells[places[0]]) == "text"
            if not (lone and (self._columns > 2 or _FOOTNOTE.match(cells[places[0]]))):
                break
            pending.append(Note(number, _line(cells)))
            if after_blank or _FOOTNOTE.match(cells[places[0]]):
                notes += pending
                pending = []
        return tuple(reversed(notes))


class _Tail:
    """The last rows of a table, where its footnotes are, with whether a blank row stands above each."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[int, Sequence[Cells], bool]] = deque()
        self._count = 0

    def add(self, number: int, block: Sequence[Cells], *, after_blank: bool) -> None:
        self._blocks.append((number, block, after_blank))
        self._count += len(block)
        while self._count - len(self._blocks[0][1]) >= _TAIL:
            self._count -= len(self._blocks.popleft()[1])

    def last(self) -> Cells | None:
        """Return the last row, None where there is none."""
        return self._blocks[-1][1][-1] if self._blocks else None

    def upwards(self) -> Iterator[tuple[int, Cells, bool]]:
        """Yield the rows from the last one on."""
        rows = (
            (number + place, block[place], after_blank and not place)
            for number, block, after_blank in reversed(self._blocks)
            for place in reversed(range(len(block)))
        )
        return islice(rows, _TAIL)
