"""A cell of a workbook as text: as a person reads it, without losing a digit."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

CellValue = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

# A spreadsheet keeps 15 significant digits; what a double has beyond them is noise (0.1 + 0.2).
_DIGITS = 15
_STORED_TIME = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2}(?:\.\d+)?)S")
_HALF_SECOND = datetime.timedelta(milliseconds=500)


def as_text(value: CellValue) -> str:
    """Return a cell as text: numbers without exponent, dates as ISO 8601, times as ``hh:mm`` or ``hh:mm:ss``."""
    return WRITERS[type(value)](value)


def stored_time(cell: str) -> str:
    """Return a time as OpenDocument stores it (PT24H00M00S, of ISO 8601) as ``hh:mm`` or ``hh:mm:ss``; else the cell.

    The cell reader knows such times as texts where they are a day or longer.
    """
    said = _STORED_TIME.fullmatch(cell)
    if said is None:
        return cell
    return _duration(datetime.timedelta(hours=int(said[1]), minutes=int(said[2]), seconds=float(said[3])))


def _boolean(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _number(value: float) -> str:
    text = repr(value)
    if len(text) <= _DIGITS and "e" not in text and value:  # the shortest spelling has no noise in it
        return text.removesuffix(".0")
    text = f"{value + 0.0:.{_DIGITS}g}"  # adding zero turns -0 into 0
    return format(Decimal(text), "f") if "e" in text else text


def _moment(value: datetime.datetime) -> str:
    whole = (value + _HALF_SECOND).replace(microsecond=0)
    return whole.isoformat() if whole.time() != datetime.time() else whole.date().isoformat()


def _time(value: datetime.time) -> str:
    return value.isoformat("minutes" if value.second == 0 else "seconds")


def _duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


# By exact type: a look-up per cell, in sheets of millions of them.
WRITERS: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: _boolean,
    int: _number,
    float: _number,
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    datetime.time: _time,
    datetime.timedelta: _duration,
}
