"""表の作り, value by value: one value in a cell, numbers that are numbers, no blanks for looks, no odd characters.

統一ルール 1-2, 1-3, 1-5, 1-6, 1-7, 1-10, 1-11 (総務省, 2020-12-18); keys in `vocabularies/machine_readable_rules.csv`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from osakadx import dates
from osakadx.quality.checks.check import Judge, Problem, Table, cell_check
from osakadx.quality.checks.column import Column, is_dirty_number, is_number, is_yen
from osakadx.tables.kinds import kind

# Columns of running text, where lists, line breaks and remarks are what they are for.
_PROSE = re.compile(
    r"備考|説明|概要|特記|注意|注記|内容|詳細|摘要|コメント|案内|remark|note|アクセス|交通|情報|時間|曜日|方法|対象|phrase"
)
_TWO_NUMBERS = re.compile(r"\d[\d,.]*\s*(?:[(（]\D*\d[\d,.]*\D*[)）]|[/／・、\n]\s*\d[\d,.]*)\D{0,3}")
_DEGREES_NAMED = re.compile(r"緯度|経度|緯経度|座標|位置|lat|lon|lng|coord")
# A place in Japan as map sites copy it: latitude and longitude, or the other way round.
_DEGREES = re.compile(r"\(?(?:[234]\d\.\d+\s*[,、/ ]\s*1[2-5]\d\.\d+|1[2-5]\d\.\d+\s*[,、/ ]\s*[234]\d\.\d+)\)?")
_LIST_MARKS = re.compile(r"[、，・／/;；\n]")
_LISTED = re.compile(r"[、，・／/；\n]")  # a half-width semicolon is how the standard divides
_JOINING = re.compile(r"[・／/]")  # they join words to one name, too: 保育・幼稚園課
_ITEM_CHARS = 12
_PLAIN_NUMBER = re.compile(r"[-+]?(?:\d+|\d*\.\d+|\d+\.\d*)")
_CODES = re.compile(r"\d+(?:;\d+)+")  # several codes as the standard divides them
_EXPONENT = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
_ISO_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_BLANK_CHARS = " \t\u3000\xa0\r\n"
_SPREAD = re.compile(r"[^\x00-\xff](?:[ \u3000]+[^\x00-\xff])+")
_DITTO = frozenset({"同上", "〃", "々", "″", "同", "上に同じ", "同左", '"'})
_FAILED = re.compile(r"#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!)")
# Circled and bracketed numbers, Roman numerals, units and firms in one square, NEC marks, half-width kana, private use.
_PLATFORM = re.compile(
    "[\u2460-\u24ff\u2776-\u2793\u2160-\u217f\u3220-\u3247\u3280-\u33ff\u2116\u2121\u213b\uff61-\uff9f\ue000-\uf8ff\ufffd]"
)
_WAREKI = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和|[㍾㍽㍼㍻㋿])\.?\s?(?:\d{1,2}|元)"
    r"|(?<![A-Za-z])[MTSHRＭＴＳＨＲ]\.?\s?(?:\d{1,2}(?![\dA-Za-z])|元))"
)
_OF_YEARS = re.compile("年|時点|期間|date|year")
# Eras, numbers and words of time, and not just a letter with a number.
_TIME_ALONE = re.compile(
    r"(?![MTSHR]\.?\s?\d+$)[MTSHR明治大正昭和平成令和元\d年度月日曜時分現在点末初頃ごろ期上中下旬から以降前まで~〜\-ー/.,、・()\s]+"
)
_LOOKED_AT = 300
_WESTERN = re.compile(r"(?:1[6-9]|20|21)\d\d")


@cell_check("cells-hold-one-value")
def cells_hold_one_value(column: Column, table: Table) -> Judge | None:
    """No cell holds two numbers, both degrees, or a list of words that the column uses one by one elsewhere."""
    del table
    if _DEGREES_NAMED.search(column.name):
        return lambda value: ("degrees", {}) if _DEGREES.fullmatch(_plain(value).strip()) else None
    if column.role == "number":
        return lambda value: ("number", {}) if _TWO_NUMBERS.search(value) and not is_number(_plain(value)) else None
    if column.role != "text" or _PROSE.search(column.name) or not _is_list(column):
        return None
    uses = Counter(item for value in column.counts for item in _items(value))

    def judge(value: str) -> Problem | None:
        found = _LISTED.search(value)
        if found is None or max(map(len, _LISTED.split(value))) > _ITEM_CHARS:
            return None
        marks = set(_LISTED.findall(value))
        if all(map(_JOINING.fullmatch, marks)) and any(uses[item] < 2 for item in _items(value)):
            return None
        return ("lines", {}) if "\n" in marks else ("list", {"mark": found[0]})

    return judge


def _items(value: str) -> set[str]:
    """The different words of a list."""
    return {item.strip() for item in _LIST_MARKS.split(value)} - {""}


def _is_list(column: Column) -> bool:
    """Say whether a column holds lists of words out of a small set: the same words come again and again."""
    items = [([item.strip() for item in _LIST_MARKS.split(value)], count) for value, count in column.counts.items()]
    several = [(listed, count) for listed, count in items if len(listed) > 1]
    if sum(count for _, count in several) < 2 or any(
        len(item) > _ITEM_CHARS for listed, _ in several for item in listed
    ):
        return False
    uses = Counter[str]()
    for listed, count in items:
        uses.update(dict.fromkeys(filter(None, listed), count))
    again = sum(count for listed, count in several if all(uses[item] > 1 for item in listed if item))
    return again * 2 >= sum(count for _, count in several)


def _plain(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


@cell_check("numbers-are-numbers")
def numbers_are_numbers(column: Column, table: Table) -> Judge | None:
    """A column of numbers holds nothing but half-width digits, sign and decimal point."""
    del table
    return _number if column.role == "number" else None


def _number(value: str) -> Problem | None:
    bare = value.strip(_BLANK_CHARS)
    if (_PLAIN_NUMBER.fullmatch(bare) and bare.isascii()) or _CODES.fullmatch(bare):
        return None
    plain = _plain(bare).strip()
    if not plain or kind(plain) == "mark" or _EXPONENT.fullmatch(plain) or _FAILED.fullmatch(plain):
        return None  # marks, exponents and failed formulas have rules of their own
    if _PLAIN_NUMBER.fullmatch(plain):
        return "width", {}
    if plain[0] in "△▲−":
        return "sign", {}
    if is_number(plain) or is_yen(plain):
        return "comma" if is_number(plain) else "yen", {}
    if _TWO_NUMBERS.search(plain):
        return None
    return ("unit", {}) if is_dirty_number(plain) or plain[-1] == "%" else ("words", {}) if not unknown(plain) else None


_UNKNOWN = re.compile(
    r"[-‐―ー…*xX×.・]+|不明|未定|未詳|なし|無し|無|該当なし|非公開|n/?a|null|none|調査中|確認中|未定義|ー", re.I
)


def unknown(plain: str) -> bool:
    """Say whether a folded value is a word or a mark for "there is none"."""
    return _UNKNOWN.fullmatch(plain) is not None


@cell_check("no-layout-blanks")
def no_layout_blanks(column: Column, table: Table) -> Judge | None:
    """No value has blanks around it, between its characters, or a line break where no text runs."""
    prose = _PROSE.search(column.name) is not None
    listed = cache(lambda: cells_hold_one_value(column, table))  # says of a list in lines how to mend it, once

    def judge(value: str) -> Problem | None:
        if "\n" in value and not prose:
            several = listed()
            return None if several and several(value) else ("newline", {})
        if value[0] in _BLANK_CHARS or value[-1] in _BLANK_CHARS:
            return "around", {}
        if not value.isascii() and (" " in value or "\u3000" in value) and _SPREAD.fullmatch(value):
            return "between", {}
        return None

    return judge


@cell_check("nothing-is-omitted")
def nothing_is_omitted(column: Column, table: Table) -> Judge | None:
    """No value says ditto."""
    del column, table
    return lambda value: ("ditto", {}) if len(value) < 6 and value.strip() in _DITTO else None


@cell_check("formulas-are-values")
def formulas_are_values(column: Column, table: Table) -> Judge | None:
    """No value is the error of a formula."""
    del column, table
    return lambda value: ("failed", {}) if value[0] == "#" and _FAILED.fullmatch(value) else None


@cell_check("no-platform-characters")
def no_platform_characters(column: Column, table: Table) -> Judge | None:
    """No value holds a character that not every device shows, or half-width kana."""
    del column, table

    def judge(value: str) -> Problem | None:
        if value.isascii():
            return None
        found = _PLATFORM.search(value)
        return ("", {"mark": found[0]}) if found else None

    return judge


@cell_check("time-is-western")
def time_is_western(column: Column, table: Table) -> Judge | None:
    """Years and months are given in the Western calendar, or in both; of whole dates, `dates_are_iso` speaks."""
    del table
    if column.role not in ("text", "number") or _PROSE.search(column.name):
        return None
    values = [_plain(value).strip() for value in column.values[:_LOOKED_AT]]
    wareki = list(filter(only_wareki, values))
    # Elsewhere a title may begin with a year, and M20 be a station: there most must be nothing but time.
    if not _OF_YEARS.search(column.name) and len(list(filter(_TIME_ALONE.fullmatch, wareki))) * 2 < len(values):
        return None
    if not wareki:
        return None
    return lambda value: ("value", {"western": _western(value)}) if only_wareki(_plain(value)) else None


def only_wareki(plain: str) -> bool:
    """Say whether a value in NFKC begins with a year of an era and names no Western one."""
    return len(plain) < 24 and _WAREKI.match(plain) is not None and not _WESTERN.search(plain)


def _western(value: str) -> str:
    return dates.partial_date(value) or next((str(year) for year in dates.years_in(value)), "2024")


def western_header(title: str) -> str | None:
    """Return how a column's name reads with the Western year, or None where it needs none."""
    plain = unicodedata.normalize("NFKC", title)
    found = _WAREKI.search(plain)
    if found is None or _WESTERN.search(plain) or not re.match(r"\s?(?:年|$|[._/-])", plain[found.end() :]):
        return None
    years = dates.years_in(plain)
    return f"{title}({years[0]}年)" if years else None
