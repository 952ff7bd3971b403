"""Tables of a page: which cells a row has, merged ones included, and which column names its data sets.

A table whose first column is a department or a category, and whose header says where the names are, is named by that
column; any other by the first cell of each row that says something, as its data sets are known by these names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from osakadx.vocab.concept import concept_of_header
from selectolax.lexbor import LexborNode

from . import link_words

WIDEST = 100  # columns
ROWS_SPANNED = 1_000  # by one cell
HEADER_WITHIN = 3  # rows

Words = Callable[[LexborNode], str]


@dataclass(frozen=True)
class Naming:
    """How the rows of one table are named.

    Attributes:
        titles: row → what the column of names says in it; empty where the first cells do as well.
        merged: first cells that stand for rows of which the other cells say different things, and nothing says which
            of them is the name.
    """

    titles: Mapping[int, str] = field(default_factory=dict[int, str])
    merged: frozenset[str] = frozenset()


def naming(table: LexborNode, words: Words) -> Naming:
    """How the rows of a table are named.

    Args:
        table: the element. words: what a cell says outside its links.
    """
    rows = list(_grid(table))
    place, column = _header(rows)
    said = [(row, [words(cell) for cell in cells]) for row, cells in rows[place:] if row.css_first("a[href]")]
    others: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    titles: dict[int, str] = {}
    for row, cells in said:
        first = next((cell for cell in cells if link_words.says_something(cell)), "")
        if column is not None:
            titles[row.mem_id] = link_words.name(cells[column]) if column < len(cells) else ""
            rest = (titles[row.mem_id],)
        else:
            rest = tuple(link_words.key(cell) for cell in cells if cell != first and link_words.says_something(cell))
        if first and any(rest):
            others[link_words.name(first)].add(rest)
    several = frozenset(first for first, rests in others.items() if len(rests) > 1)
    if column is None:
        return Naming(merged=several)
    return Naming(titles) if several else Naming()


def _header(rows: list[tuple[LexborNode, list[LexborNode]]]) -> tuple[int, int | None]:
    """Number of rows up to the header's end, and the column of which it says that it holds the names of data sets."""
    for place, (_, cells) in enumerate(rows[:HEADER_WITHIN], start=1):
        for column, cell in enumerate(cells):
            if concept_of_header(cell.text(deep=True, strip=True)) == "title":
                return place, column
    return 0, None


def _grid(table: LexborNode) -> Iterator[tuple[LexborNode, list[LexborNode]]]:
    """The rows of a table and the cells of each, those that reach into it from above in their columns."""
    down: dict[int, tuple[int, LexborNode]] = {}  # column → rows into which a cell above still reaches, that cell
    for row in table.css("tr"):
        if _table(row) != table.mem_id:
            continue
        following = {column: (left - 1, cell) for column, (left, cell) in down.items() if left > 1}
        cells: list[LexborNode] = []
        for cell in _cells(row):
            _carry(cells, down)
            for _ in range(min(_span(cell, "colspan"), WIDEST - len(cells))):
                if (rows := _span(cell, "rowspan")) > 1:
                    following[len(cells)] = (min(rows, ROWS_SPANNED) - 1, cell)
                cells.append(cell)
        _carry(cells, down)
        down = following
        yield row, cells


def _carry(cells: list[LexborNode], down: Mapping[int, tuple[int, LexborNode]]) -> None:
    while len(cells) in down:
        cells.append(down[len(cells)][1])


def _table(row: LexborNode) -> int | None:
    above = row.parent
    while above is not None and above.tag in ("tbody", "thead", "tfoot"):
        above = above.parent
    return above.mem_id if above is not None else None


def _cells(row: LexborNode) -> Iterator[LexborNode]:
    cell = row.child
    while cell is not None:
        if cell.tag in ("td", "th"):
            yield cell
        cell = cell.next


def _span(cell: LexborNode, name: str) -> int:
    attributes: Mapping[str, Any] = cell.attributes
    written = str(attributes.get(name) or "")
    return max(int(written[:6]), 1) if written.isascii() and written.isdecimal() else 1
