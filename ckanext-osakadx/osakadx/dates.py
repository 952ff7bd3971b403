"""Reads dates and years as Japanese offices write them (和暦, 西暦, 年度); spans of time: see `periods`."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from osakadx import data

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_ONES = "一二三四五六七八九"
_KANJI_NUMBER = re.compile(f"(?:[{_ONES}]?十[{_ONES}]?|[〇零{_ONES}]{{1,4}})(?=年|月|日|[〜~～-])")
_NTH = r"元|0?[1-9]|[1-9]\d"
_BRACKETS = re.compile(r"\([^()]*\)")
_ZONE = r"(?P<zone>z|[+-]\d\d:?\d\d)"
_TIME = rf"(?:[t ]?(?P<hour>\d{{1,2}})[:時](?P<minute>\d{{1,2}})(?:[:分]\d{{1,2}}(?:\.\d+)?秒?|分)?{_ZONE}?)?"
_WORDS = r"(?:現在|時点|更新|公開|公表|作成|改定|改正|改訂|登録|掲載|付け?|[,、。.])*"
_SERIAL = re.compile(r"([1-7]\d{4})(?:\.\d+)?", re.ASCII)
_EPOCH, _SERIALS = datetime.date(1899, 12, 30), range(10_000, 73_051)
_UTC = datetime.timezone.utc
_JST = datetime.timezone(datetime.timedelta(hours=9))


@dataclass(frozen=True)
class Era:
    """An era (元号): name, one-kanji and one-letter short forms, and the western year before its first."""

    name: str
    short: str
    letter: str
    label_en: str
    start: datetime.date

    @property
    def offset(self) -> int:
        """What is added to a year of the era to get the western year."""
        return self.start.year - 1


@cache
def eras() -> tuple[Era, ...]:
    """Return the eras since 明治, oldest first."""
    return tuple(
        Era(row["era"], row["short"], row["letter"].lower(), row["label_en"], datetime.date.fromisoformat(row["start"]))
        for row in data.rows("vocabularies/eras.csv", ("era", "short", "letter", "start", "label_en"))
    )


def _offsets() -> dict[str, int]:
    return {spelling: era.offset for era in eras() for spelling in (era.name, era.short, era.letter)}


@cache
def _year_pattern() -> str:
    spellings = "|".join(sorted(_offsets(), key=len, reverse=True))
    return rf"(?:(?P<era>{spellings})\.? ?(?P<nth>{_NTH})|(?:fy ?)?(?P<western>(?:1[6-9]|2[01])\d\d))"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    year, separator = _year_pattern(), r"(?:年|[./-]|年度? ?)"
    day = rf"{year} ?{separator} ?(?P<month>\d{{1,2}}) ?[月./-] ?(?P<day>\d{{1,2}})日? ?{_TIME} ?{_WORDS}"
    month = rf"{year} ?{separator} ?(?P<month>\d{{1,2}})月? ?{_WORDS}"
    compact = r"(?P<western>(?:1[6-9]|2[01])\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    alone = rf"{year}(?:年度?|fy|年分)? ?{_WORDS}"
    return tuple(re.compile(pattern) for pattern in (day, month, compact, alone))


def of_serial(written: str) -> datetime.date | None:
    """Return the day that a spreadsheet keeps as a number (days since 1899-12-30), shown where it lost its format.

    Args:
        written: five digits, with a fraction for the time of the day; 10000 is 1927-05-18 and 73050 is 2099-12-31.
            None for all other texts: smaller numbers are years as well.
    """
    found = _SERIAL.fullmatch(written)
    days = int(found[1]) if found else 0
    return _EPOCH + datetime.timedelta(days=days) if days in _SERIALS else None


def plain(written: str) -> str:
    """Fold what does not matter to a date: width, case, kinds of hyphens, what stands in brackets, kanji numbers."""
    text = unicodedata.normalize("NFKC", written).strip().lower()
    text = re.sub("[‐‑‒–—―−ー]", "-", text)
    text = _BRACKETS.sub("", text)
    return " ".join(_KANJI_NUMBER.sub(lambda found: str(_number(found.group())), text).split())


def _number(kanji: str) -> int:
    if "十" not in kanji:
        return int("".join(str(_DIGITS[char]) for char in kanji))
    tens, _, units = kanji.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)


def partial_date(written: str) -> str | None:
    """Read a date as exactly as it is written: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; None where there is none.

    Reads 令和6年4月1日, R6.4.1, 令和六年四月, 平31, 2024/4/1 10:00, 20240401, ２０２４年度, also with weekday
    or the other calendar in brackets and with 現在, 更新 and the like behind. An hour with a zone is
    turned into the Japanese day. A year without era or century (24/4/1) and a day that does not exist
    (4月31日) are not read. An era is read past its end (平成32年), as plans made before the change have it.
    """
    folded = plain(written)
    for pattern in _patterns():
        if found := pattern.fullmatch(folded):
            return _assemble(found.groupdict())
    return None


def date(written: str) -> str | None:
    """Read a full date in any Japanese or ISO spelling as ``YYYY-MM-DD``; None for anything less or else."""
    read = partial_date(written)
    return read if read and len(read) == 10 else None


def year_month(written: str) -> str | None:
    """Read a month, or the month of a full date, as ``YYYY-MM``."""
    read = partial_date(written)
    return read[:7] if read and len(read) >= 7 else None


def year(written: str) -> str | None:
    """Read a year (平成31年, R6年度, 2024), or the year of a date, as ``YYYY``."""
    read = partial_date(written)
    return read[:4] if read else None


def _assemble(parts: dict[str, str | None]) -> str | None:
    number = _western_year(parts)
    month, day = parts.get("month"), parts.get("day")
    if not month:
        return f"{number:04d}"
    if not 1 <= int(month) <= 12:
        return None
    if not day:
        return f"{number:04d}-{int(month):02d}"
    try:
        read = datetime.datetime(number, int(month), int(day), tzinfo=_JST)
    except ValueError:
        return None
    return (read if not parts.get("zone") else _in_japan(read, parts)).date().isoformat()


def _western_year(parts: dict[str, str | None]) -> int:
    if western := parts.get("western"):
        return int(western)
    nth = parts["nth"] or ""
    return _offsets()[parts["era"] or ""] + (1 if nth == "元" else int(nth))


def _in_japan(read: datetime.datetime, parts: dict[str, str | None]) -> datetime.datetime:
    zone, hour, minute = parts["zone"] or "z", int(parts["hour"] or 0), int(parts["minute"] or 0)
    if hour > 23 or minute > 59:
        return read
    offset = _UTC
    if zone != "z":
        sign = -1 if zone[0] == "-" else 1
        offset = datetime.timezone(sign * datetime.timedelta(hours=int(zone[1:3]) % 24, minutes=int(zone[-2:])))
    return read.replace(hour=hour, minute=minute, tzinfo=offset).astimezone(_JST)


@cache
def _year_in_text() -> re.Pattern[str]:
    names = "|".join(spelling for era in eras() for spelling in (era.name, era.short))
    letters = "".join(era.letter for era in eras())
    return re.compile(
        rf"(?:(?P<era>{names}|(?<![a-z])[{letters}])\.? ?(?P<nth>{_NTH})(?![\da-z])"
        r"|(?<!\d)(?P<western>(?:19|20)\d\d)(?!\d))"
    )


def years_in(written: str) -> tuple[int, ...]:
    """Return every western year that a free text names in either calendar, sorted (R6年度人口 → 2024)."""
    found = _year_in_text().finditer(_opened(written))
    return tuple(sorted({number for parts in found if (number := _western_year(parts.groupdict())) <= 2100}))


def _opened(written: str) -> str:
    return plain(written.replace("(", " ").replace(")", " ").replace("（", " ").replace("）", " "))


def year_spellings(number: int) -> tuple[str, ...]:
    """Return how a year is written: ``2019`` → 2019年, 平成31年, H31, 令和元年, 令和1年, R1."""
    spellings = [f"{number}年"]
    for era, following in zip(eras(), (*eras()[1:], None), strict=True):
        last = following.start.year if following else 9999
        if era.start.year <= number <= last:
            nth = number - era.offset
            spellings += [f"{era.name}元年"] if nth == 1 else []
            spellings += [f"{era.name}{nth}年", f"{era.letter.upper()}{nth}"]
    return tuple(spellings)
