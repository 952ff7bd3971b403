"""Reads the table of an HTML page that a system saved under the name of a workbook (.xls), as spreadsheets do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from osakadx.tables.feed import blocks
from osakadx.tables.survey import Grid
from osakadx.tables.table import Merged, Row

_SPAN_MAX = 100
_CELLS = ("td", "th")


def grid(text: str, name: str) -> Grid | None:
    """Return the largest table of a page, or None where no table has two rows and two columns."""
    tables = (table for table in LexborHTMLParser(text).css("table") if table.css_first("table table") is None)
    sizes = [(len(table.css("td, th")), table) for table in tables]
    for _, table in sorted(sizes, key=lambda size: -size[0]):
        rows, merged = _rows(table)
        if len(rows) > 1 and max(map(len, rows)) > 1:
            return _grid(name, rows, merged)
    return None


def _grid(name: str, rows: Sequence[Sequence[str]], merged: tuple[Merged, ...]) -> Grid:
    width = max(map(len, rows))
    even = [(*cells, *[""] * (width - len(cells))) for cells in rows]

    def numbered() -> Iterator[Row]:
        return iter(enumerate(even, start=1))

    return Grid(None, name, lambda _: blocks(numbered()), numbered, merged, even=True)


def _rows(table: LexborNode) -> tuple[list[list[str]], tuple[Merged, ...]]:
    """Lay cells out as a browser does; a cell over several rows or columns fills only the first of its places."""
    rows: list[list[str]] = []
    merged: list[Merged] = []
    hanging: dict[int, int] = {}  # column → rows still covered from above
    for number, line in enumerate(table.css("tr"), start=1):
        cells: list[str] = []
        for cell in (child for child in line.iter() if child.tag in _CELLS):
            _skip_covered(cells, hanging)
            left, down, right = len(cells), _span(cell, "rowspan"), _span(cell, "colspan")
            cells += [cell.text(strip=True), *[""] * (right - 1)]
            for column in range(left, left + right):
                hanging[column] = down - 1
            if down > 1 or right > 1:
                merged.append((number, left + 1, number + down - 1, left + right))
        _skip_covered(cells, hanging)
        rows.append(cells)
    return rows, tuple(merged)


def _skip_covered(cells: list[str], hanging: dict[int, int]) -> None:
    while hanging.get(len(cells), 0):
        hanging[len(cells)] -= 1
        cells.append("")


def _span(cell: LexborNode, name: str) -> int:
    written = cell.attributes.get(name) or ""
    return min(max(int(written), 1), _SPAN_MAX) if written.isdecimal() and len(written) < 6 else 1
