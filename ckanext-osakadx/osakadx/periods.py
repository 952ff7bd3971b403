"""Reads spans of time (期間) as Japanese offices write them, with first and last day in either calendar."""

from __future__ import annotations

import calendar
import re

from osakadx.dates import partial_date, plain

_BETWEEN = re.compile(r" ?(?:[〜~～]|から|--|(?<=[年月日度])-) ?")
_TAIL = re.compile("(?:まで|の間)$")


def period(written: str) -> tuple[str, str] | None:
    """Read a span of time (対象期間) as first and last day, both ``YYYY-MM-DD``; an open end is an empty text.

    Reads 2024-04-01/2025-03-31, 令和6年4月1日～令和7年3月31日, 令和6年4月～6月, 平成28～30年度, and a single year, 年度
    (April to March), month or day as the span it is. None where it says no such thing or runs backwards.
    """
    folded = _TAIL.sub("", plain(written))
    halves = folded.split("/") if re.fullmatch(r"[\d-]*/[\d-]*", folded) else _BETWEEN.split(folded)
    if len(halves) == 1:
        return _span(halves[0])
    if len(halves) != 2:
        return None
    first, last = halves
    first, last = _with_era_units(first, last), _with_era(first, last)
    start, end = _span(first), _span(last)
    if (first and not start) or (last and not end) or not (start or end):
        return None
    span = (start[0] if start else "", end[1] if end else "")
    return None if span[0] and span[1] and span[0] > span[1] else span


def _with_era_units(first: str, last: str) -> str:
    """平成28～30年度: what stands before the wave takes 年度 from behind it."""
    unit = re.search("年度?$", last)
    return first + unit.group() if unit and re.search(r"\d$", first) and partial_date(first) else first


def _with_era(first: str, last: str) -> str:
    """令和6年4月1日～5月31日: what stands behind the wave takes era, year or month from before it."""
    if partial_date(last) or not last:
        return last
    for unit in (r"^\D+(?=\d)", r"^.*?年度?", r"^.*?年.*?月"):
        head = re.match(unit, first)
        if head and partial_date(head.group() + last):
            return head.group() + last
    return last


def _span(written: str) -> tuple[str, str] | None:
    read = partial_date(written)
    if not read:
        return None
    number = int(read[:4])
    if len(read) == 4:
        fiscal = "年度" in written or "fy" in written
        return (f"{read}-04-01", f"{number + 1:04d}-03-31") if fiscal else (f"{read}-01-01", f"{read}-12-31")
    if len(read) == 7:
        return (f"{read}-01", f"{read}-{calendar.monthrange(number, int(read[5:]))[1]:02d}")
    return (read, read)
