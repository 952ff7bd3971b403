"""Column names out of header rows: one name per column, unique and fit for a database where one is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osakadx.tables.table import Row

# The separator of compound names in 自治体標準オープンデータセット (所在地_都道府県).
SEPARATOR = "_"
_BREAK = re.compile(r"\s*[\r\n]+\s*")
# Blanks that only spread Japanese words over a cell (学　級　数).
_LAYOUT = re.compile(r"(?<=[^\x00-\x7f])[ \u3000]+(?=[^\x00-\x7f])")
_BRACKETED = re.compile(r"[(（\[［].*[)）\]］]")
# PostgreSQL cuts identifiers at 63 bytes.
_NAME_BYTES = 63
_CONTROLS = re.compile(r'[\x00-\x1f\x7f"]')


def single(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of one header row: its cells, line breaks inside them taken out."""
    return tuple(_BREAK.sub("", cell) for cell in cells)


def joined(
    block: Sequence[Row], width: int, merged: Sequence[tuple[int, int, int, int]] = (), units_row: int | None = None
) -> tuple[str, ...]:
    """Return one name per column from header rows that stand above each other.

    A cell over a group of columns is repeated for each of them, by its merged range or, where nothing is merged, up to
    the next filled cell. Units are put in brackets behind the name.

    Args:
        block: the header rows from top to bottom; width: number of columns.
        merged: merged ranges of the sheet (first row, first column, last row, last column, from 1).
        units_row: number of the row that holds units only.
    """
    if not block:
        return ("",) * width
    if len(block) == 1:
        return single((*block[0][1], *[""] * (width - len(block[0][1]))))
    levels = [_spread(block, place, width, merged) for place, row in enumerate(block) if row[0] != units_row]
    columns = [_join([level[column] for level in levels]) for column in range(width)]
    units = next((cells for number, cells in block if number == units_row), ())
    return tuple(_with_unit(name, units[column] if column < len(units) else "") for column, name in enumerate(columns))


def _spread(block: Sequence[Row], place: int, width: int, merged: Sequence[tuple[int, int, int, int]]) -> list[str]:
    number, cells = block[place]
    level = [_LAYOUT.sub("", _BREAK.sub("", cell)).strip() for cell in (*cells, *[""] * (width - len(cells)))]
    numbers = {number for number, _ in block}
    spans = [span for span in merged if numbers & set(range(span[0], span[2] + 1))]
    for first_row, first, _, last in spans:
        if first_row == number and first <= width:
            level[first - 1 : min(last, width)] = [level[first - 1]] * (min(last, width) - first + 1)
    if spans or place == len(block) - 1:
        return level
    lower = block[place + 1][1]
    for column in range(1, width):
        if not level[column] and column < len(lower) and lower[column].strip():
            level[column] = level[column - 1]
    return level


def _join(parts: Sequence[str]) -> str:
    return SEPARATOR.join(dict.fromkeys(part for part in parts if part))


def _with_unit(name: str, unit: str) -> str:
    unit = unit.strip()
    if not unit:
        return name
    return name + (unit if _BRACKETED.fullmatch(unit) else f"({unit})")


def field_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return names that a database takes: filled, unique, at most 63 bytes of UTF-8, no quotes, no leading underscore.

    A column without a name becomes ``列3``, the second of two equal names ``名称_2``.
    """
    taken: set[str] = set()
    fields: list[str] = []
    for place, name in enumerate(header, start=1):
        plain = " ".join(_CONTROLS.sub(" ", name).split()).lstrip("_ ") or f"列{place}"
        field, count = _cut(plain), 1
        while field in taken:
            count += 1
            field = _cut(plain, f"_{count}")
        taken.add(field)
        fields.append(field)
    return tuple(fields)


def _cut(name: str, suffix: str = "") -> str:
    room = _NAME_BYTES - len(suffix)
    return name.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").rstrip() + suffix
