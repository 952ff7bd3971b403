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


def distinct(header: Sequence[str], room: int | None = None) -> tuple[str, ...]:
    """Return names that are filled and unique: a nameless third column becomes ``列3``, a second 名称 ``名称_2``.

    Args:
        header: names as written. room: longest name in bytes of UTF-8, or None.
    """
    taken: set[str] = set()
    names: list[str] = []
    for place, written in enumerate(header, start=1):
        plain = written.strip() or f"列{place}"
        name, count = _cut(plain, "", room), 1
        while name in taken:
            count += 1
            name = _cut(plain, f"{SEPARATOR}{count}", room)
        taken.add(name)
        names.append(name)
    return tuple(names)


def field_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return names that CKAN's DataStore takes: as `distinct`, at most 63 bytes, no quotes, no leading underscore."""
    return distinct([" ".join(_CONTROLS.sub(" ", name).split()).lstrip("_ ") for name in header], _NAME_BYTES)


def _cut(name: str, suffix: str, room: int | None) -> str:
    if room is None:
        return name + suffix
    return name.encode("utf-8", "ignore")[: room - len(suffix)].decode("utf-8", "ignore").rstrip() + suffix
