"""Tells a header made of numbers (ages 0-4, 5-9 …; months 4 … 3; hours 1 … 24; two years) from a row of data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from osakadx.tables.kinds import kind
from osakadx.tables.table import Row

# Up to the two ends of a class, so that phone numbers and postal codes (leading zeros, three parts) are none.
_CLASS = re.compile(r"(0|[1-9]\d{0,3})(?:-(0|[1-9]\d{0,3}))?")
_YEARS = range(1868, 2200)
_MONTHS = 12
_OLDEST = 120
_LATEST = 24
_FROM_ANY = 4
_COMPARED = 20
_ALSO_BELOW = 0.2

_Classes = list[tuple[int, int]]


def names_columns(rows: Sequence[Row], place: int) -> bool:
    """Say whether the row at a place names its columns by numbers, which rise as no row of data below it does.

    Evidence: its first cell is a text that does not come again below, or a blank above filled cells; all its numbers
    are classes that join up (0-4, 5-9), ages, months or hours one after the other, or rising years, once or once for
    each group of columns; hardly a row below is like that, nor do columns of years hold years; and no other header
    stands above it.

    Args:
        rows: the filled rows of the sheet's top.
    """
    cells = rows[place][1]
    if not cells or kind(cells[0]) not in ("text", "blank") or not _rising(cells):
        return False
    if place and _full(rows[place - 1][1]) * 2 > _full(cells):
        return False
    below = [row for _, row in rows[place + 1 : place + 1 + _COMPARED] if row and list(row) != list(cells)]
    firsts = [row[0].strip() for row in below]
    if not below or (not all(firsts) if not cells[0].strip() else cells[0].strip() in firsts):
        return False
    return sum(1 for row in below if _rising(row)) <= _ALSO_BELOW * len(below) and not _years_below(cells, below)


def _years_below(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether the columns of years hold years: when something was built and renewed."""
    columns = [column for column, cell in enumerate(cells) if _is_year(cell)]
    filled = [row[column] for row in below for column in columns if column < len(row) and row[column].strip()]
    return sum(map(_is_year, filled)) * 2 > len(filled)


def _is_year(cell: str) -> bool:
    text = unicodedata.normalize("NFKC", cell).strip()
    return len(text) == 4 and text.isdecimal() and int(text) in _YEARS


def _full(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _rising(cells: Sequence[str]) -> bool:
    """Say whether the numbers of a row are classes that follow each other; texts beside them (計, 不詳) are let be."""
    classes: _Classes = []
    for cell in cells:
        if kind(cell) in ("text", "blank"):
            continue
        said = _CLASS.fullmatch(unicodedata.normalize("NFKC", cell).strip())
        if said is None:
            return False
        classes.append((int(said[1]), int(said[2] or said[1])))
    groups = _groups(classes)
    return len(groups[0]) > 1 and all(group == groups[0] for group in groups) and _follow(groups[0])


def _groups(classes: _Classes) -> list[_Classes]:
    """Cut classes that begin again with the first one: 男 0-4, 5-9, 女 0-4, 5-9."""
    groups: list[_Classes] = [[]]
    for place, one in enumerate(classes):
        if place and one == classes[0]:
            groups.append([])
        groups[-1].append(one)
    return groups


def _follow(classes: _Classes) -> bool:
    numbers = [low for low, high in classes if low == high]
    if len(numbers) < len(classes):
        return all(low <= high for low, high in classes) and all(a[1] <= b[0] <= a[1] + 1 for a, b in pairwise(classes))
    if all(number in _YEARS for number in numbers):
        return all(a < b for a, b in pairwise(numbers))
    if len(numbers) < 3 or any(not (b == a + 1 or (a, b) == (_MONTHS, 1)) for a, b in pairwise(numbers)):
        return False
    return (numbers[0] < 2 and numbers[-1] <= _OLDEST) or (len(numbers) >= _FROM_ANY and max(numbers) <= _LATEST)
