"""Finds years in a query in either calendar and takes them out of the words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from osakadx.dates import eras, years_in
from osakadx.text import fold

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_YEAR = re.compile("[〇一二三四五六七八九]{4}(?=年)")
_BETWEEN = r" ?(?:~|から|-|/) ?"
# 平成28~30年度: what stands behind the wave takes the era from before it.
_SHORT_RANGE = re.compile(r"(令和|平成|昭和|[rhs])(\d{1,2})年?度?( ?~ ?)(?=\d{1,2}年)")
_MAX_SPAN = 60
_NUMBER = re.compile("[\\d元〇一二三四五六七八九十]")


@dataclass(frozen=True)
class Years:
    """The years a text names and what remains of it."""

    years: tuple[int, ...]
    rest: str


@cache
def _year() -> str:
    eras_ = "|".join(name for era in eras() for name in (era.name, rf"(?<![a-z0-9]){era.letter}"))
    nth = r"(?:元|[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
    era_year = rf"(?:{eras_})\.? ?{nth}(?![0-9a-z])(?: ?年度?| ?fy)?"
    western = r"(?:fy ?)?(?<!\d)(?:19|20)\d\d(?!\d)(?: ?年度?| ?fy)?"
    return rf"(?:{era_year}|{western})"


@cache
def _expression() -> re.Pattern[str]:
    month = r"(?:[/.-]?(?:0?[1-9]|1[0-2])(?:[/.-]\d{1,2})?(?!\d))?"
    compact = r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?(?!\d)"
    return re.compile(rf"{compact}|{_year()}(?:{_BETWEEN}{_year()}(?:まで)?|{month}(?=\s|$)|)")


def find(written: str) -> Years:
    """Take the years out of a text: ``R5年度予算`` → 2023, ``予算``; ranges (2020〜2022) give every year between.

    Args:
        written: a query or a title, any spelling.
    """
    text = fold(written)
    if not _NUMBER.search(text):
        return Years((), text)
    text = _KANJI_YEAR.sub(lambda found: found.group().translate(_KANJI_DIGITS), text)
    text = _SHORT_RANGE.sub(r"\1\2年\3\1", text)
    years: set[int] = set()
    for found in _expression().finditer(text):
        years |= _years_of(found.group())
    return Years(tuple(sorted(years)), " ".join(_expression().sub(" ", text).split()))


@lru_cache(maxsize=4096)
def named(written: str) -> tuple[int, ...]:
    """Return only the years that a text names; quick where there is no number in it."""
    return find(written).years if _NUMBER.search(written) else ()


def _years_of(expression: str) -> set[int]:
    if compact := re.fullmatch(r"((?:19|20)\d\d)\d{2,4}", expression):
        return {int(compact.group(1))}
    named = years_in(expression)
    if len(named) < 2:
        return set(named)
    return set(range(named[0], min(named[-1], named[0] + _MAX_SPAN) + 1))
