"""A cell of a workbook as text: as a person reads it, without losing a digit."""

from __future__ import annotations

import datetime
from decimal import Decimal

CellValue = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

# A spreadsheet keeps 15 significant digits; what a double has beyond them is noise (0.1 + 0.2).
_DIGITS = 15
_HALF_SECOND = datetime.timedelta(milliseconds=500)


def as_text(value: CellValue) -> str:
    """Return a cell as text: numbers without exponent, dates as ISO 8601, times as ``hh:mm`` or ``hh:mm:ss``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        whole = (value + _HALF_SECOND).replace(microsecond=0)
        return whole.isoformat() if whole.time() != datetime.time() else whole.date().isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    return _duration(value) if isinstance(value, datetime.timedelta) else value.isoformat()


def _number(value: float) -> str:
    text = f"{value + 0.0:.{_DIGITS}g}"  # adding zero turns -0 into 0
    return format(Decimal(text), "f") if "e" in text else text


def _duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")
