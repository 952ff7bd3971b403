"""Walks once over the rows of a sheet and returns the table in it, with what a program stumbles over."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from osakadx.quality.finding import Finding
from osakadx.tables import header
from osakadx.tables.findings import found
from osakadx.tables.header import Layout
from osakadx.tables.kinds import kind
from osakadx.tables.table import Merged, Note, Row, Rows, Table, is_blank

Report = Callable[[Finding], None]

_LISTED = 10_000
_MANY_COLUMNS = 1_000
_TAIL = 50
_NOTE_CHARS = 500
_FOOTNOTE = re.compile(r"\s*(?:[※*＊]|[(（]?注|[(（]?備考|資料|出典|出所|[（(]?なお|[-‐―－]+$)")
_TOTALS = frozenset({"合計", "総計", "小計", "計", "総数", "平均", "累計", "全体"})
_TOTAL_ENDS = ("合計", "小計", "総計", "区計", "市計", "町計", "村計", "県計", "府計")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, before anybody has said where the table is.

    Attributes:
        sheet: sheet of a workbook, or None; name: what the table is called.
        first: the rows, telling what goes wrong on the way; again: the same rows, silently.
        merged: merged ranges, from 1.
        even: rows of a sheet all have the same number of cells, so that a short row says nothing.
    """

    sheet: str | None
    name: str
    first: Callable[[Report], Iterator[Row]] = field(repr=False)
    again: Rows = field(repr=False)
    merged: tuple[Merged, ...] = ()
    even: bool = False


def survey(grid: Grid, report: Report) -> Table | None:
    """Return the table of a grid, or None where every cell is blank; findings go to `report`."""

    def tell(rule: str, **facts: object) -> None:
        report(found(rule, sheet=grid.sheet, **facts))  # type: ignore[arg-type]

    rows = grid.first(report)
    top = list(islice(rows, header.LOOKED_AT))
    layout = header.locate(top, grid.merged)
    if layout is None and (later := next((row for row in rows if not is_blank(row[1])), None)) is not None:
        top, layout = [later], header.locate([later])
    if layout is None:
        return None
    columns = len(layout.header)
    body = _Body(columns, layout.first_data_row, tell)
    body.walk(chain(top, rows))
    footnotes = body.footnotes()
    _tell_header(layout, columns, tell)
    for note in footnotes:
        tell("footnote", row=note.row, value=note.text)
    count = body.count - len(footnotes)
    if not count:
        tell("no-data", row=layout.header_rows[-1] if layout.header_rows else None)
    last = footnotes[0].row - 1 if footnotes else body.last
    ragged = [(row, width) for row, width in body.ragged if row <= last and not grid.even]
    for row, width in ragged:
        tell("ragged-row", row=row, value=str(width), count=width, columns=columns)
    return Table(
        sheet=grid.sheet,
        name=grid.name,
        header_rows=layout.header_rows,
        header=layout.header,
        first_data_row=body.first if count else None,
        rows=count,
        columns=columns,
        ragged_rows=tuple(row for row, _ in ragged),
        notes_above=tuple(Note(number, _line(cells)) for number, cells in layout.above),
        footnotes=footnotes,
        last_data_row=last if count else None,
        source=grid.again,
    )


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.strip() for cell in cells if cell.strip())[:_NOTE_CHARS]


def _tell_header(layout: Layout, columns: int, tell: Callable[..., None]) -> None:
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
    seen: dict[str, int] = {}
    for column, name in enumerate(layout.header, start=1):
        plain = name.strip()
        if not plain:
            tell("header-empty", row=last, column=column)
        elif plain in seen:
            tell("header-duplicate", row=last, column=column, value=plain, other=seen[plain])
        seen.setdefault(plain, column)


class _Body:
    """Counts the data rows while they pass and keeps the last ones, where footnotes may be."""

    def __init__(self, columns: int, start: int, tell: Callable[..., None]) -> None:
        self._columns = columns
        self._start = start
        self._tell = tell
        self._tail: deque[tuple[int, Sequence[str], bool]] = deque(maxlen=_TAIL)
        self.ragged: list[tuple[int, int]] = []
        self.count = 0
        self.first: int | None = None
        self.last = 0

    def walk(self, rows: Iterator[Row]) -> None:
        columns, start, after_blank = self._columns, self._start, False
        for number, cells in rows:
            if number < start:
                continue
            if is_blank(cells):
                after_blank = True
                continue
            self.count += 1
            self.first = self.first or number
            self.last = number
            if len(cells) != columns and len(self.ragged) < _LISTED:
                self.ragged.append((number, len(cells)))
            label = next(filter(None, cells))
            if label[-1] in "計数均体" and _is_total(label, cells):
                self._tell("total-row", row=number, value=label)
            self._tail.append((number, cells, after_blank))
            after_blank = False

    def footnotes(self) -> tuple[Note, ...]:
        """Return the lines of text at the very end; a line after a blank row, or one that begins like a note."""
        notes: list[Note] = []
        pending: list[Note] = []
        for number, cells, after_blank in reversed(self._tail):
            places = [column for column, cell in enumerate(cells) if cell.strip()]
            lone = len(places) == 1 and kind(cells[places[0]]) == "text"
            if not (lone and (self._columns > 2 or _FOOTNOTE.match(cells[places[0]]))):
                break
            pending.append(Note(number, _line(cells)))
            if after_blank or _FOOTNOTE.match(cells[places[0]]):
                notes += pending
                pending = []
        return tuple(reversed(notes))


def _is_total(label: str, cells: Sequence[str]) -> bool:
    plain = "".join(label.split())
    if plain not in _TOTALS and not plain.endswith(_TOTAL_ENDS):
        return False
    return any(kind(cell) == "number" for cell in cells)
