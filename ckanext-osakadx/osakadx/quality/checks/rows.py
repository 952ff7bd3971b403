"""What only whole rows tell: gaps and headings in the table, rows and ids that come twice, cells that must be filled.

統一ルール 1-6, 1-9, 1-11 to 1-13, 2-1, 2-2 (総務省, 2020-12-18) and checks without a number there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from osakadx.quality.checks.cells import unknown, western_header
from osakadx.quality.checks.check import Counts, Row, Table, Watch, row_check
from osakadx.quality.checks.column import Column, is_number
from osakadx.quality.checks.spots import Spots
from osakadx.standards.load import words_of
from osakadx.tables.kinds import kind

_MOST_REMEMBERED = 400_000  # rows of which digests are kept to find those that come twice: some 50 MiB
_UNIT_IN_NAME = re.compile(r"[(（\[［].{1,8}[)）\]］]|単位|%|％")
_COUNTED = re.compile(
    r"数$|数[_(（]|人口|件|人$|回$|台$|年|月|日|時|番号|コード|指数|順|率|割合|比$|倍|id$|no\.?$|no_|計$|得点|階|種別|区分|レベル|等級|ランク|世帯|男|女|歳"
)
_MEASURED = re.compile(
    r"面積|距離|延長|長さ|幅員|幅$|高さ|標高|高度の値|重量|重さ|容量|体積|水量|金額|価格|料金|予算|決算|費$|額$|量$|温度|気温|速度"
)
_PLACES = re.compile(r"施設|名称|場所|学校|園名|病院|店舗")
_OF_MANY = re.compile(r"数|種別|種類|区分|分類")  # of a statistic: 施設数, 学校種別
_REGIONS = re.compile(
    r"団体コード|市区?町?村|都道府県|住所|所在地|地域|地区|区名|町名|町丁|緯度|address|city|pref|area|district|校区|学区|町字"
)
_FILLERS = re.compile(
    r"[-‐―ー−－…*xX×.・0?？]+|不明|未定|なし|無し|該当なし|n/?a|null|none|調査中|確認中|テスト|test|ダミー|○+|あ+", re.I
)
_NOES = frozenset({"無", "なし", "無し"})
# Ids of the row itself; データセット_ID and 施設_ID are of what it refers to.
_OWN_IDS = frozenset(
    {"投票所_ID", "公営駐輪場_ID", "公営駐車場_ID", "赤ちゃんの駅_ID", "観光ポイント_ID", "レコードID"}
)
_OWN = re.compile("(?:名称|住所|所在地|連結表記)$")  # what no two places have in common
_SAME_ENOUGH = 10
_GROUPED = 0.3


@row_check("data-is-not-fragmented")
def data_is_not_fragmented(table: Table, spots: Spots) -> Watch | None:
    """No blank row, repeated header or lone heading stands between the data rows."""
    header = [column.title.strip() for column in table.columns]
    width = len(header)
    last: list[int] = []

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        before = last[0] if last else rows[0][0] - 1
        for number, cells in rows:
            if number != before + 1:
                spots.tell("data-is-not-fragmented", "gap", row=number)
            before = number
            first = next(filter(None, cells), "")
            if first == header[0] and [cell.strip() for cell in cells] == header:
                spots.tell("data-is-not-fragmented", "header", row=number)
            elif width > 3 and cells.count("") >= width - 1 and kind(first) == "text":
                spots.tell("data-is-not-fragmented", "heading", row=number, value=first)
        last[:] = [before]
        spots.looked("data-is-not-fragmented", len(rows))
        return set()

    return Watch(see)


@row_check("one-table-per-sheet")
def one_table_per_sheet(table: Table, spots: Spots) -> Watch | None:
    """No second header stands below a gap: words where the columns hold numbers or dates."""
    typed = [column.number - 1 for column in table.of_role("number", "date", "latitude", "longitude", "time")]
    if len(typed) < 2:
        return None
    last: list[int] = []

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        before = last[0] if last else rows[0][0] - 1
        for number, cells in rows:
            if number != before + 1:
                said = [cells[place] for place in typed if cells[place]]
                if len(said) >= 2 and all(kind(cell) == "text" for cell in said):
                    spots.tell("one-table-per-sheet", row=number, value=next(filter(None, cells), ""))
            before = number
        last[:] = [before]
        spots.looked("one-table-per-sheet")
        return set()

    return Watch(see)


@row_check("nothing-is-omitted")
def groups_are_written_out(table: Table, spots: Spots) -> Watch | None:
    """The first column is not filled for the first row of each group alone."""
    if len(table.columns) < 3 or len(table.sample) < 6:
        return None
    first = table.columns[0]
    cells = [row[0].strip() for row in table.sample]
    blanks = cells.count("")
    others = sum(1 for row in table.sample if row[1].strip())
    told = [cell for cell in cells if cell]
    groups = cells[0] and len(told) > 1 and len(set(told)) == len(told) and kind(told[0]) == "text"
    if not (groups and blanks > _GROUPED * len(cells) and blanks < 0.98 * len(cells) and others > 0.95 * len(cells)):
        return None
    row = table.header_row + 2 if table.header_row else None
    spots.tell("nothing-is-omitted", "group", row=row, column=1, column_name=first.shown, places=table.rows // 4 + 1)
    spots.looked("nothing-is-omitted", table.rows)
    return None


@row_check("units-are-stated")
def units_are_stated(table: Table, spots: Spots) -> Watch | None:
    """A column of measured numbers says its unit in its name."""
    for column in table.of_role("number"):
        if column.spec is None and _lacks_unit(column):
            spots.tell("units-are-stated", row=table.header_row, column=column.number, column_name=column.shown)
        spots.looked("units-are-stated")
    return None


def _lacks_unit(column: Column) -> bool:
    name = column.name
    if _UNIT_IN_NAME.search(name) or name.endswith(("円", "m", "㎡", "m2", "km", "kg", "t", "ha", "l")):
        return False
    return _MEASURED.search(name) is not None or (
        not _COUNTED.search(name) and any("." in value for value in column.plain) and not name.isascii()
    )


@row_check("region-is-stated")
def region_is_stated(table: Table, spots: Spots) -> Watch | None:
    """A list of places says which region it is about."""
    titles = [unicodedata.normalize("NFKC", column.title) for column in table.columns]
    named = (title for title, column in zip(titles, table.columns, strict=True) if column.role != "number")
    if any(_PLACES.search(title) and not _OF_MANY.search(title) for title in named):
        spots.looked("region-is-stated")
        if not any(map(_REGIONS.search, titles)):
            spots.tell("region-is-stated", row=table.header_row)
    return None


@row_check("time-is-western")
def header_is_western(table: Table, spots: Spots) -> Watch | None:
    """Years in the names of columns are Western, too."""
    for column in table.columns:
        western = western_header(column.title)
        if western:
            weight = max(1, table.rows // max(1, len(table.columns)))
            facts: dict[str, Any] = {"column_name": column.shown, "western": western}
            spots.tell("time-is-western", "header", row=table.header_row, column=column.number, places=weight, **facts)
            spots.looked("time-is-western", table.rows)
    return None


@row_check("one-mark-for-missing")
def one_mark_for_missing(table: Table, spots: Spots) -> Watch | None:
    """A column of numbers has one mark for values that are not there, not several."""
    columns = table.of_role("number")
    if not columns:
        return None
    marks: dict[int, Counter[str]] = {column.number: Counter() for column in columns}

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del rows
        for column in columns:
            for value, count in counts[column.number - 1].items():
                if value and len(value) < 8 and not value[-1].isdecimal() and kind(bare := value.strip()) == "mark":
                    marks[column.number][bare] += count
        return set()

    def done() -> None:
        for column in columns:
            spots.looked("one-mark-for-missing")
            if len(found := marks[column.number]) > 1:
                listed = "、".join(f"「{mark}」" for mark, _ in found.most_common(5))
                where: dict[str, Any] = {"row": table.header_row, "column": column.number, "column_name": column.shown}
                spots.tell("one-mark-for-missing", value=listed, **where)

    return Watch(see, done)


@row_check("rows-are-different")
def rows_are_different(table: Table, spots: Spots) -> Watch | None:
    """No row comes twice."""
    if len(table.columns) < 2:
        return None
    seen: dict[int, int] = {}

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        for number, cells in rows:
            digest = hash(tuple(cells))
            other = seen.get(digest)
            if other is not None:
                spots.tell("rows-are-different", row=number, other=other)
                bad.add(number)
            elif len(seen) < _MOST_REMEMBERED:
                seen[digest] = number
        spots.looked("rows-are-different", len(rows))
        return bad

    return Watch(see)


@row_check("ids-are-unique")
def ids_are_unique(table: Table, spots: Spots) -> Watch | None:
    """Each row has an id, and no two the same."""
    column = next((one for one in table.of_role("id") if _is_row_id(one)), None)
    if column is None:
        return None
    place, shown = column.number - 1, column.shown
    seen: dict[int, int] = {}

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        for number, cells in rows:
            value = cells[place].strip()
            if not value:
                spots.tell("ids-are-unique", "blank", row=number, column=column.number, column_name=shown)
            elif (digest := hash(value)) in seen:
                facts: dict[str, Any] = {"column_name": shown, "other": seen[digest]}
                spots.tell("ids-are-unique", "twice", row=number, column=column.number, value=value, **facts)
                bad.add(number)
            elif len(seen) < _MOST_REMEMBERED:
                seen[digest] = number
        spots.looked("ids-are-unique", len(rows))
        return bad

    return Watch(see)


def _is_row_id(column: Column) -> bool:
    """An id of the row and not of what the row refers to: in a standard ID or NO, else filled and mostly different."""
    if column.spec is not None:
        return column.spec.name in ("ID", "NO") or column.spec.name in _OWN_IDS
    filled = column.filled * 10 >= column.rows * 9 and column.filled > 0
    return column.number <= 3 and filled and len(column.values) * 10 >= column.filled * 9


@row_check("required-cells-are-filled")
def required_cells_are_filled(table: Table, spots: Spots) -> Watch | None:
    """Columns that the standard requires are filled, and not with a filler."""
    rule = "required-cells-are-filled"
    wanted = [column for column in table.columns if column.spec and column.spec.obligation == "required"]
    if not wanted:
        return None
    same = [column for column in wanted if _all_the_same(column)]
    for column in same:
        facts: dict[str, Any] = {"column_name": column.shown, "places": table.rows, "value": column.values[0]}
        spots.tell(rule, "same", row=table.header_row, column=column.number, **facts)

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        for column in wanted:
            place, flag = column.number - 1, column.spec is not None and column.spec.codes == "flag_1_blank"
            spots.looked(rule, len(rows))
            for number, cells in rows if not flag else ():
                value = cells[place].strip()
                case = "blank" if not value else "filler" if _is_filler(value, column) else ""
                if case:
                    spots.tell(rule, case, row=number, column=column.number, value=value, column_name=column.shown)
                    bad.add(number)
        return bad

    return Watch(see)


def _is_filler(value: str, column: Column) -> bool:
    if len(value) > 5 or (column.role == "number" and is_number(value)):
        return False
    plain = unicodedata.normalize("NFKC", value).strip()
    if _is_answer(plain, column):
        return False
    return _FILLERS.fullmatch(plain) is not None or (column.role != "number" and unknown(plain))


def _is_answer(plain: str, column: Column) -> bool:
    """Say whether a value is of the column's own list, or a no where the column asks whether there is one."""
    if column.spec is not None and column.spec.codes and plain in words_of(column.spec.codes):
        return True
    return column.name.endswith("有無") and plain in _NOES


def _all_the_same(column: Column) -> bool:
    """A name or an address that is the same in every row of a longer table was filled in to look complete."""
    return _OWN.search(column.name) is not None and column.rows >= _SAME_ENOUGH and len(column.values) == 1
