"""Update frequency (更新頻度): free text of publishers to our key, the EU authority's term and the days between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/frequencies.csv"
_SPELLINGS = "vocabularies/frequency_spellings.csv"
_UNITS = {
    "年度": 366,
    "年": 366,
    "半年": 184,
    "半期": 184,
    "四半期": 92,
    "か月": 31,
    "月": 31,
    "週間": 7,
    "週": 7,
    "日": 1,
}
_UNIT = "(?P<unit>四半期|半年|半期|年度?|か?月|週間?|日)"
_KANJI = str.maketrans("一二三四五六七八九", "123456789")
_ROUGHLY = re.compile(
    r"\([^()]*\)|概ね|おおむね|おおよそ|約|少なくとも|原則(?:として)?|程度|以上|[にでを]?(?:更新|実施|公開|予定)(?:する)?"
)
_EVERY = re.compile(rf"(?P<count>[1-9]\d{{0,3}})?{_UNIT}(?:ごと|毎|間隔|に1[回度]|1[回度])?")
_TIMES = re.compile(rf"(?:毎|1)?{_UNIT}に?(?P<times>[1-9]\d{{0,3}})[回度]")
_PER = re.compile(rf"(?P<times>[1-9]\d{{0,3}})[回度]/(?P<count>[1-9]\d{{0,3}})?{_UNIT}")
_DAILY = re.compile(rf"毎{_UNIT}.{{0,12}}")


@dataclass(frozen=True)
class Frequency:
    """How often a data set is renewed.

    Attributes:
        uri: term of the EU frequency authority table, the value of dct:accrualPeriodicity.
        iso19115: MD_MaintenanceFrequencyCode, or empty where ISO 19115 has none.
        days: longest time between two renewals, or None where no due date follows.
    """

    key: str
    label_ja: str
    label_en: str
    uri: str
    iso19115: str
    days: int | None


@cache
def _by_key() -> Mapping[str, Frequency]:
    rows = data.rows(_PATH, ("key", "label_ja", "label_en", "uri", "iso19115", "days"))
    return {
        row["key"]: Frequency(
            key=row["key"],
            label_ja=row["label_ja"],
            label_en=row["label_en"],
            uri=row["uri"],
            iso19115=row["iso19115"],
            days=int(row["days"]) if row["days"] else None,
        )
        for row in rows
    }


def frequencies() -> tuple[Frequency, ...]:
    """Return all frequencies, the shortest first, those without a period last."""
    return tuple(_by_key().values())


def _plain(written: str) -> str:
    """Fold what spells the same unit: 1ヶ月, 1カ月, 1箇月 and 一か月."""
    folded = re.sub("[一二三四五六七八九](?!半期)", lambda digit: digit.group().translate(_KANJI), text.fold(written))
    return re.sub("(?<=[0-9数])[ケカ箇個]月", "か月", folded)


@cache
def _spellings() -> Mapping[str, str]:
    rows = data.rows(_SPELLINGS, ("spelling", "frequency"))
    pairs = [(_plain(row["spelling"]), row["frequency"]) for row in rows if row["spelling"]]
    for entry in frequencies():
        code = entry.uri.rsplit("/", 1)[-1]
        pairs += [(_plain(name), entry.key) for name in (entry.key, entry.label_ja, entry.label_en, entry.uri, code)]
    return spelling.table(pairs, _SPELLINGS)


@cache
def _by_days() -> Mapping[int, str]:
    return {entry.days: entry.key for entry in reversed(frequencies()) if entry.days}


def frequency_of(written: str) -> Frequency | None:
    """Find the frequency that a text names: any of the spellings seen, a pattern such as 年2回 or 1回/3年, or a URI.

    An empty text is 不明 (unknown); a text that cannot be read is None.
    """
    plain = _plain(written)
    if not plain:
        return _by_key()["unknown"]
    key = _spellings().get(text.squeeze(plain)) or _by_days().get(_period(plain) or -1)
    return _by_key()[key] if key else None


def _period(plain: str) -> int | None:
    """Days between two renewals, read from a pattern, snapped to a period that the vocabulary knows."""
    rough = _ROUGHLY.sub("", plain).replace(" ", "")
    for pattern in (_PER, _TIMES, _EVERY, _DAILY):
        if found := pattern.fullmatch(rough):
            parts = found.groupdict()
            days = _UNITS[parts["unit"]] * int(parts.get("count") or 1) / int(parts.get("times") or 1)
            return min(_by_days(), key=lambda known: abs(known - days)) if _is_near(days) else None
    return None


def _is_near(days: float) -> bool:
    return any(abs(known - days) <= known * 0.15 for known in _by_days())
