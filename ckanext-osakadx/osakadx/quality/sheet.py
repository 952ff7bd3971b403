"""A published sheet with its findings marked in place: which rows and columns to show, and what stands in each cell.

Rows and columns are numbered as a spreadsheet shows them. Nothing here reads a file: the rows come from where they were
loaded, and where they cannot be trusted only what the findings themselves saw is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from osakadx import text
from osakadx.quality.finding import column_letters

_AROUND = 1  # rows shown before and after a row with findings
_MOST_ROWS = 60
_MOST_COLUMNS = 40
_CUT = "..."  # … folded

Rows = Mapping[int, Sequence[str]]
"""Cells by row number."""


@dataclass(frozen=True)
class Place:
    """Where a finding stands: its number in the list beside the sheet (from 1), and what it saw there.

    Attributes:
        row: None for the whole sheet. column: None for the whole row. value: None where it names none.
    """

    number: int
    row: int | None
    column: int | None
    value: str | None = None
    severity: str = "warning"


@dataclass(frozen=True)
class Shape:
    """What is known of a table without its rows: see `osakadx.tables.table.Table`."""

    header_rows: tuple[int, ...]
    header: tuple[str, ...]
    first_data_row: int | None
    rows: int

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Shape:
        """Return the shape of a table that `osakadx.tables.table.Table.as_dict` wrote down."""
        return cls(tuple(said["header_rows"]), tuple(said["header"]), said["first_data_row"], said["rows"])


@dataclass(frozen=True)
class Cell:
    """A cell: its address (``C12``), its text (None: not known here), its findings by number, the worst severity."""

    address: str
    text: str | None
    numbers: tuple[int, ...] = ()
    severity: str = ""


@dataclass(frozen=True)
class Line:
    """A row to show: its number, whether it is a header, whether rows were left out before it, row-wide findings."""

    number: int
    header: bool
    gap: bool
    cells: tuple[Cell, ...]
    numbers: tuple[int, ...] = ()
    severity: str = ""


@dataclass(frozen=True)
class Sheet:
    """What to show of a sheet.

    Attributes:
        columns: letters above the columns, or their names where objects have them. lines: the rows.
        whole: False where cells beside the findings are not known.
        shown: numbers of the findings that are marked somewhere.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    whole: bool
    shown: frozenset[int]


def wanted(places: Iterable[Place], shape: Shape) -> list[int]:
    """Return the data rows to fetch for these findings: theirs and their neighbours, in order."""
    first = shape.first_data_row
    if first is None:
        return []
    near = {
        row
        for place in places
        if place.row is not None and place.row >= first
        for row in range(place.row - _AROUND, place.row + _AROUND + 1)
    }
    if not near:
        near = set(range(first, first + 3))
    return sorted(row for row in near if first <= row < first + shape.rows)[:_MOST_ROWS]


def agree(places: Iterable[Place], rows: Rows) -> bool:
    """Say whether fetched rows are the ones that the findings saw: each value that one names stands in its cell.

    Rows that were loaded lose blank rows of the sheet, and then every number below is one too small.
    """
    return all(_same(place.value, _at(rows, place)) for place in places if _comparable(place, rows))


def sheet(places: Sequence[Place], shape: Shape, rows: Rows) -> Sheet:
    """Lay out the header and the rows of some findings.

    Args:
        places: findings that stand in this sheet. shape: of its table.
        rows: the rows of `wanted`, as far as they are known.
    """
    if not agree(places, rows):
        rows = {}
    numbers = sorted({*rows, *(place.row for place in places if place.row is not None), *shape.header_rows})
    numbers = _first(numbers, shape)
    columns = _columns(places, shape)
    lines = tuple(_lines(numbers, columns, places, shape, rows))
    marked = {number for line in lines for number in line.numbers}
    marked |= {number for line in lines for cell in line.cells for number in cell.numbers}
    return Sheet(tuple(_above(column, shape) for column in columns), lines, bool(rows), frozenset(marked))


def _above(column: int, shape: Shape) -> str:
    """What stands above a column: its letters, or its name where no row of the sheet has the names."""
    named = shape.header[column - 1 : column] if not shape.header_rows else ()
    return next(filter(None, named), column_letters(column))


def _first(numbers: list[int], shape: Shape) -> list[int]:
    header = [number for number in numbers if number in shape.header_rows]
    return sorted({*header, *numbers[:_MOST_ROWS]})


def _columns(places: Sequence[Place], shape: Shape) -> list[int]:
    """All columns of a narrow table; of a wide one those with findings, the first three, and their neighbours."""
    last = max([len(shape.header), *(place.column for place in places if place.column is not None)], default=0)
    if last <= _MOST_COLUMNS:
        return list(range(1, last + 1))
    near = {column + step for place in places if (column := place.column) is not None for step in (-1, 0, 1)}
    return sorted(column for column in near | {1, 2, 3} if 1 <= column <= last)[:_MOST_COLUMNS]


def _lines(
    numbers: Sequence[int], columns: Sequence[int], places: Sequence[Place], shape: Shape, rows: Rows
) -> Iterator[Line]:
    before = 0
    for number in numbers:
        here = [place for place in places if place.row == number]
        header = number in shape.header_rows
        written = _header(shape, number) if header else rows.get(number)
        whole = [place for place in here if place.column is None or place.column not in columns]
        yield Line(
            number,
            header,
            number > before + 1,
            tuple(_cell(number, column, here, written) for column in columns),
            tuple(place.number for place in whole),
            _worst(whole),
        )
        before = number


def _header(shape: Shape, number: int) -> Sequence[str] | None:
    """The names of the columns stand once, in the last of several header rows."""
    return shape.header if number == shape.header_rows[-1] else None


def _cell(row: int, column: int, here: Sequence[Place], cells: Sequence[str] | None) -> Cell:
    found = [place for place in here if place.column == column]
    written = cells[column - 1] if cells is not None and column <= len(cells) else None
    seen = next((place.value for place in found if place.value is not None), None)
    return Cell(
        f"{column_letters(column)}{row}",
        seen if seen is not None else written,
        tuple(place.number for place in found),
        _worst(found),
    )


_GRAVITY = ("error", "warning", "advice")


def _worst(places: Sequence[Place]) -> str:
    return min((place.severity for place in places), key=_GRAVITY.index, default="")


def _comparable(place: Place, rows: Rows) -> bool:
    return bool(place.value) and place.column is not None and place.row in rows


def _at(rows: Rows, place: Place) -> str:
    cells = rows[place.row or 0]
    column = (place.column or 1) - 1
    return cells[column] if column < len(cells) else ""


def _same(seen: str | None, written: str) -> bool:
    """Compare loosely: what was seen may be cut, and a loaded number has lost its own way of writing."""
    seen, written = text.fold(seen or ""), text.fold(written)
    if seen.endswith(_CUT):
        return written.startswith(seen.rstrip("."))
    number = _number(seen)
    return seen == written or (number is not None and number == _number(written))


def _number(written: str) -> float | None:
    try:
        return float(written.replace(",", ""))
    except ValueError:
        return None
