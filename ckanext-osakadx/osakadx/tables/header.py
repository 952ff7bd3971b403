"""Where a table begins: notes above it, header rows of one or more lines, a row of units, the first row of data."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from osakadx.tables import names
from osakadx.tables.kinds import Kind, kind, prevailing
from osakadx.tables.numberednames import names_columns
from osakadx.tables.table import Merged, Row

# So many rows are looked at; titles and legends above a table are shorter.
LOOKED_AT = 200
_MOST_HEADER_ROWS = 4
_FEW_ROWS = (4, 8)
_YEAR_LIKE = re.compile(r"(?:1[89]|20|21)\d\d")
_NOTE = re.compile(
    r"時点|現在|単位|出典|資料|作成|更新|[※☆★■◆●【〔]|^表|^第.+表|^[(（]?注|一覧|について|調査|\d年.*\d月.*\d日"
)
_UNIT = re.compile(
    r"[(（\[［]?(?:単位[:：]?)?"
    r"(?:人|件|円|千円|百万円|億円|世帯|戸|棟|箇所|か所|ヶ所|台|本|枚|冊|回|日|時間|分|年|歳|点|t|ｔ|トン|kg|km2?|km²|㎢|㎞|ha|m2?|m²|㎡"
    r"|m3|㎥|cm|mm|%|％|‰|℃|mg/l|ppm|ppb|kwh|kl|度|階|席|床|名|頭|羽|株|基|校|園|学級|組|倍|指数|緯度|経度)"
    r"[)）\]］]?",
    re.I,
)
# What is written where a number is not known, not told, has no limit or stands in words; no column is named so.
_NO_NUMBER = re.compile(
    r"(?:要|お)?問い?合わ?せ.*|要(?:確認|相談|予約)|応相談|(?:調査|集計|確認|準備|作成|検討|休止)中|未(?:定|調査|集計|公表|回答|確認)"
    r"|非(?:公表|公開)|公表(?:なし|せず)|無料|有料|無制限|(?:制限|該当|定員|上限)(?:なし|無し)|不(?:明|詳)|秘匿|若干名?|数名|多数|随時|適宜|約.+"
    r"|[〇一二三四五六七八九十百千万億]{2,}"  # numbers in words
)
_PREAMBLE_HEADER = "#property"


@dataclass(frozen=True)
class Layout:
    """How the top of a sheet is laid out; row numbers as the rows came.

    Attributes:
        header_rows: empty where the first row is data already.
        header: one name per column, as wide as the header rows.
        first_data_row: the number from which rows are data.
        above: rows before the data that are no header: titles, notes, the "#" preamble of IMI.
        units_row: the header row that holds units only.
    """

    header_rows: tuple[int, ...]
    header: tuple[str, ...]
    first_data_row: int
    above: tuple[Row, ...] = ()
    units_row: int | None = None


def locate(rows: Sequence[Row], merged: Sequence[Merged] = ()) -> Layout | None:
    """Return the layout of a sheet from its first rows (`LOOKED_AT` of them), or None where every cell is blank.

    Evidence: columns of numbers or dates further down tell the first data row; the rows right above it that hold text
    are the header. Where all columns are text, the first row that is filled like the rows below is the header.
    """
    filled = [row for row in rows if _filled(row[1])]
    if not filled:
        return None
    return _preamble(filled) or _typed(filled, merged) or _textual(filled, merged)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell and not cell.isspace())


def _preamble(rows: Sequence[Row]) -> Layout | None:
    """Files for IMI (共通語彙基盤) start with lines of ``#key,value``; ``#property`` is the header."""
    marked = next((place for place, row in enumerate(rows) if not row[1][0].startswith("#")), len(rows))
    heads = [place for place in range(marked) if rows[place][1][0].strip().lower() == _PREAMBLE_HEADER]
    if not heads:
        return None
    head = rows[heads[0]]
    first = rows[marked][0] if marked < len(rows) else rows[marked - 1][0] + 1
    above = tuple(row for row in rows[:marked] if row is not head)
    return Layout((head[0],), names.single(head[1]), first, above)


def _typed(rows: Sequence[Row], merged: Sequence[Merged]) -> Layout | None:
    """Use the columns that are numbers or dates further down; None where there are none."""
    body = [cells for _, cells in rows[min(len(rows) // 3, 10) :]]
    kinds = column_kinds(body)
    if not kinds and _FEW_ROWS[0] <= len(rows) <= _FEW_ROWS[1]:  # a third of them may still be header
        body = [cells for _, cells in rows[len(rows) // 2 :]]
        kinds = column_kinds(body)
    if not kinds:
        return None
    usual = statistics.median(_filled(cells) for cells in body)
    fitting = (place for place, row in enumerate(rows) if _fits(row[1], kinds, usual))
    start = next((place for place in fitting if not names_columns(rows, place)), None)
    if start is None:
        return None
    if _exception(rows, start, kinds, merged):
        start -= 1
    return _with_header(rows, start, merged)


def column_kinds(body: Sequence[Sequence[str]]) -> dict[int, Kind]:
    """Return the kinds of the columns (from 0) that hold numbers, dates or codes, from rows of data."""
    width = max(map(len, body))
    kinds = {column: prevailing(cells[column] for cells in body if column < len(cells)) for column in range(width)}
    return {column: name for column, name in kinds.items() if name in ("number", "date", "code")}


def _fits(cells: Sequence[str], kinds: dict[int, Kind], usual: float) -> bool:
    """Say whether a row is data: its typed columns hold what they hold below, and it is filled at least by half."""
    seen: list[tuple[Kind, Kind]] = [
        (kind(cells[column]), expected) for column, expected in kinds.items() if column < len(cells)
    ]
    same = sum(1 for found, expected in seen if _alike(found, expected))
    other = sum(1 for found, expected in seen if found != "blank" and not _alike(found, expected))
    return same > other and _filled(cells) >= usual / 2 and not _years(cells, kinds)


def _exception(rows: Sequence[Row], start: int, kinds: dict[int, Kind], merged: Sequence[Merged]) -> bool:
    """Say whether the row above the first data is data too, with words where the others have numbers (要問合せ).

    Evidence: it and the row above it are filled like the data, no cells are merged, it names no unit, no name comes
    twice in the row above, and either one of its cells stands in the same column below, or words for a number that
    nobody has (調査中, 無料) stand in a column of numbers.
    """
    if start < 2 or merged:
        return False
    (above, names_), (number, cells), (_, data) = rows[start - 2 : start + 1]
    full = len(data)
    if above != number - 1 or any(_filled(row) != full or len(row) != full for row in (names_, cells, data)):
        return False
    if any(_UNIT.fullmatch(cells[column].strip()) for column in kinds if column < full):
        return False
    if _is_note(names_, cells) or any(kind(name) != "text" for name in names_) or len(set(names_)) < full:
        return False
    below = [row for _, row in rows[start : start + _MOST_HEADER_ROWS * 5] if len(row) == full]
    if any(cell in {row[column] for row in below} for column, cell in enumerate(cells)):
        return True
    return full > 1 and any(_NO_NUMBER.fullmatch(cells[column].strip()) for column in kinds)


def _alike(found: Kind, expected: Kind) -> bool:
    return found == expected or (found == "mark" and expected == "number") or {found, expected} == {"code", "number"}


def _years(cells: Sequence[str], columns: Iterable[int]) -> bool:
    """A header may be years: 2019, 2020, 2021 over columns of numbers."""
    seen = [cells[column].strip() for column in columns if column < len(cells) and cells[column].strip()]
    years = [int(cell) for cell in seen if _YEAR_LIKE.fullmatch(cell)]
    return len(years) >= 3 and len(years) == len(seen) and all(b > a for a, b in pairwise(years))


def _with_header(rows: Sequence[Row], start: int, merged: Sequence[Merged]) -> Layout:
    """Add the header rows above the first data row: the nearest one, and those that belong to it."""
    top = start
    if start and not _is_note(rows[start - 1][1], rows[start][1]):
        top = start - 1
        while top and start - top < _MOST_HEADER_ROWS and _belongs(rows[top - 1], rows[top], rows[start], merged):
            top -= 1
    return _layout(rows, top, start, merged)


def _layout(rows: Sequence[Row], top: int, start: int, merged: Sequence[Merged]) -> Layout:
    block = rows[top:start]
    width = max((len(cells) for _, cells in block), default=len(rows[start][1]) if start < len(rows) else 0)
    first = rows[start][0] if start < len(rows) else rows[-1][0] + 1
    units = block[-1][0] if len(block) > 1 and _is_units(block[-1][1]) else None
    numbers = tuple(number for number, _ in block)
    return Layout(numbers, names.joined(block, width, merged, units), first, tuple(rows[:top]), units)


def _is_units(cells: Sequence[str]) -> bool:
    said = [cell.strip() for cell in cells if cell.strip()]
    return bool(said) and all(_UNIT.fullmatch(cell) for cell in said)


def _is_note(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Say whether a row is a title or a note: few cells over a wider table, or words that notes are made of."""
    filled, width = _filled(cells), _filled(below)
    if filled > 2 or _is_units(cells):
        return False
    told = any(_NOTE.search(cell) for cell in cells) or any(kind(cell) in ("date", "number") for cell in cells)
    dated = any(kind(cell) == "date" for cell in cells)
    return (told and (dated or filled < width)) or filled * 3 < width


def _belongs(upper: Row, lower: Row, data: Row, merged: Sequence[Merged]) -> bool:
    """Say whether the upper row is part of one header with the lower one."""
    if upper[0] != lower[0] - 1:
        return False
    width = max(len(lower[1]), len(data[1]))
    if _merged_into(upper, lower[0], width, merged):
        return True
    if _is_units(lower[1]) and _filled(upper[1]) >= _filled(lower[1]):
        return True
    if any(kind(cell) in ("date", "number") for cell in upper[1]) and not _years(upper[1], range(width)):
        return False
    if _filled(upper[1]) * 2 >= width and _filled(upper[1]) > 1:
        return not _is_note(upper[1], lower[1])
    return _groups(upper[1], lower[1])


def _merged_into(upper: Row, below: int, width: int, merged: Sequence[Merged]) -> bool:
    """Say whether merged cells tie a row to the one below: they reach down into it, or head groups of columns."""
    number, cells = upper
    for top, left, bottom, right in merged:
        if not top <= number <= bottom:
            continue
        if bottom >= below:
            return True
        said = cells[left - 1] if left <= len(cells) else ""
        lone_title = _filled(cells) == 1 and (right - left + 1) * 2 > width
        if 1 < right - left + 1 < width and said.strip() and not _NOTE.search(said) and not lone_title:
            return True
    return False


def _groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Say whether the cells of the upper row stand over groups of the lower: not in its first column, no title."""
    places = [column for column, cell in enumerate(upper) if cell.strip()]
    under = [column for column, cell in enumerate(lower) if cell.strip()]
    if not places or any(_NOTE.search(upper[column]) for column in places):
        return False
    if places[0] == 0 and (len(places) < 2 or 0 in under):  # a title; a name that stands for both rows is none
        return False
    return any(column in under for column in places) and under[-1] > places[0] and len(under) + places.count(0) > 1


def _textual(rows: Sequence[Row], merged: Sequence[Merged]) -> Layout:
    """Find the header of a table whose columns are all text: the first row that is filled like the rows below it."""
    body = [cells for _, cells in rows[len(rows) // 3 :]]
    usual = statistics.median(_filled(cells) for cells in body)
    enough = 1 if usual <= 1 else max(2, 0.6 * usual)
    below = (*(cells for _, cells in rows[1:]), ())
    top = next(
        (
            place
            for place, (_, cells) in enumerate(rows)
            if _filled(cells) >= enough and not (below[place] and _is_note(cells, below[place]))
        ),
        0,
    )
    start = top + 1
    while start < len(rows) and start - top < _MOST_HEADER_ROWS and _continues(rows, top, start, merged):
        start += 1
    return _layout(rows, top, start, merged)


def _continues(rows: Sequence[Row], top: int, place: int, merged: Sequence[Merged]) -> bool:
    """Say whether a row goes on with the header above it, by merged cells, units, or by filling exactly its gaps."""
    upper, lower = rows[top], rows[place]
    if any(span[0] <= upper[0] and span[2] >= lower[0] for span in merged):
        return True
    if _is_units(lower[1]):
        return True
    gaps = {column for column, cell in enumerate(upper[1]) if not cell.strip()}
    filled = {column for column, cell in enumerate(lower[1]) if cell.strip()}
    grouped = gaps | {column - 1 for column in gaps}
    return place == top + 1 and bool(gaps) and gaps <= filled <= grouped and len(filled) < len(lower[1])
