"""Tables that are cut up: several in one sheet, below or beside each other, labels written only once for many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from osakadx.tables import header
from osakadx.tables.kinds import Kind, kind
from osakadx.tables.table import Row, is_blank

# So many rows behind a blank one tell whether another table begins there: a title, its header, its first data.
AHEAD = 5
_TYPED: tuple[Kind, ...] = ("number", "date", "code")
_LEADING_COLUMNS = 3
_DITTO = ("〃", "同上", "″", "仝")
_FEW_BLANKS, _MANY_BLANKS = 0.3, 0.95


def split(rows: Sequence[Row]) -> int | None:
    """Return the place in the first rows of a sheet where a second table begins, None where there is one only."""
    for place, ((_, upper), (_, lower)) in enumerate(pairwise(rows), start=1):
        if is_blank(upper) and not is_blank(lower) and begins(rows[:place], rows[place : place + AHEAD]):
            return place
    return None


def begins(before: Sequence[Row], ahead: Sequence[Row]) -> bool:
    """Say whether another table begins behind a blank row.

    Evidence: a row of nothing but text, with text where the table above holds numbers or dates, and data below it.

    Args:
        before: rows of the table above, from its top. ahead: the rows behind the blank one.
    """
    filled = [cells for _, cells in ahead if not is_blank(cells)]
    if len(filled) > 2 and _width(filled[0]) == 1 and _width(filled[1]) > 1:
        filled = filled[1:]  # a title of its own
    if len(filled) < 2 or not _names(filled[0]) or not _under(filled[0], filled[1]):
        return False
    layout = header.locate([row for row in before if not is_blank(row[1])])
    if layout is None or not layout.header_rows:
        return False
    last = next(cells for number, cells in before if number == layout.header_rows[-1])
    if list(filled[0]) == list(last):
        return False  # the same header again, as on every page of a printed table
    body = [cells for number, cells in before if number >= layout.first_data_row and not is_blank(cells)]
    if len(body) < 2:
        return False
    typed = header.column_kinds(body)
    return any(column < len(filled[0]) and filled[0][column].strip() for column in typed)


def _width(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _names(cells: Sequence[str]) -> bool:
    return _width(cells) > 1 and all(kind(cell) in ("text", "blank") for cell in cells)


def _under(names: Sequence[str], cells: Sequence[str]) -> bool:
    """Say whether a row of data stands under names: something that is no text in a named column."""
    return any(kind(cell) in _TYPED and name.strip() for name, cell in zip(names, cells, strict=False))


def beside(names: Sequence[str], body: Sequence[Sequence[str]]) -> int | None:
    """Return the column (from 1) where a second table begins beside the first, None where there is one only.

    Evidence: a column that is blank from top to bottom, with two named columns or more on each side, which share a
    name or do not end in the same row.

    Args:
        names: the header. body: the first rows of data.
    """
    for gap in _gaps(names, body):
        left, right = _named(names[:gap]), _named(names[gap + 1 :])
        if min(len(left), len(right)) > 1 and (set(left) & set(right) or _end(body, 0, gap) != _end(body, gap, None)):
            return next(column for column, name in enumerate(names, start=1) if column > gap + 1 and name.strip())
    return None


def _gaps(names: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[int]:
    for column, name in enumerate(names):
        if not name.strip() and not any(column < len(cells) and cells[column].strip() for cells in body):
            yield column


def _named(names: Sequence[str]) -> list[str]:
    return [name.strip() for name in names if name.strip()]


def _end(body: Sequence[Sequence[str]], first: int, last: int | None) -> int:
    return max((place for place, cells in enumerate(body) if not is_blank(cells[first:last])), default=-1)


def written_once(body: Sequence[Row]) -> tuple[int, int] | None:
    """Return row and column of the first cell that is left blank because the label above is meant, or None.

    Evidence: a mark that says so (〃, 同上); or one of the first columns begins with a label, has others further down,
    each different, and blanks between them, while the column to its right is filled throughout.

    Args:
        body: the first rows of data, with their numbers.
    """
    for number, row in body:
        if ditto := next((column for column, cell in enumerate(row, start=1) if cell in _DITTO), None):
            return number, ditto
    for column in range(_LEADING_COLUMNS):
        cells = [_cell(row, column) for _, row in body]
        labels = [cell for cell in cells if cell]
        beside_it = [_cell(row, column + 1) for _, row in body]
        share = 1 - len(labels) / max(len(cells), 1)
        if (
            len(labels) > 1
            and cells[0]
            and all(beside_it)
            and len(set(labels)) == len(labels)
            and all(kind(label) == "text" for label in labels)
            and _FEW_BLANKS <= share <= _MANY_BLANKS
        ):
            return body[cells.index("")][0], column + 1
        if not all(cells):
            return None
    return None


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""
