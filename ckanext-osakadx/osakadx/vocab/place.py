"""Municipalities (市町村) and wards (区) of Osaka: codes, names, and finding them in free text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling

_MUNICIPALITIES = "municipalities.csv"
_WARDS = "wards.csv"
_KINDS = {"シ": "市", "チョウ": "町", "ムラ": "村"}
# 太子町 is also in 兵庫県 and 河南町 was in 宮城県: another prefecture's name right before rules ours out.
_OTHER_PREFECTURE = re.compile("(?:北海道|東京都|京都府|[一-鿿]{2,3}県)(?:[一-鿿]{1,4}郡)?$")


@dataclass(frozen=True)
class Municipality:
    """A municipality of Osaka.

    Attributes:
        code: 全国地方公共団体コード, six digits with check digit; also the name of its organisation on the portal.
        kana: reading in katakana, with シ, チョウ or ムラ.
        kind: 政令指定都市, 中核市, 施行時特例市, 市, 町 or 村.
        region: one of the prefecture's eight regions; county: 郡, or empty.
        population: census of 2020-10-01.
    """

    code: str
    name_ja: str
    kana: str
    name_en: str
    kind: str
    region: str
    county: str
    website: str
    population: int

    @property
    def stem(self) -> str:
        """The name without 市, 町 or 村."""
        return self.name_ja[:-1]


@dataclass(frozen=True)
class Ward:
    """A ward (行政区) of 大阪市 or 堺市; city is the six-digit code of its city."""

    code: str
    city: str
    name_ja: str
    kana: str
    name_en: str
    website: str
    population: int


def check_digit(code5: str) -> str:
    """Return the check digit (検査数字) of a five-digit local government code.

    Weights 6, 5, 4, 3, 2; the last digit of 11 minus the sum modulo 11 (総務省 全国地方公共団体コード仕様).
    """
    total = sum(int(digit) * weight for digit, weight in zip(code5, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def is_local_government_code(code: str) -> bool:
    """Say whether a text is a six-digit 全国地方公共団体コード whose check digit is right."""
    return re.fullmatch("[0-9]{6}", code) is not None and check_digit(code[:5]) == code[5]


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return the 43 municipalities in the order of their codes."""
    columns = ("code", "name_ja", "kana", "name_en", "kind", "region", "county", "website")
    return tuple(
        Municipality(*(row[column] for column in columns), population=int(row["population"]))
        for row in data.rows(_MUNICIPALITIES, (*columns, "population"))
    )


@cache
def wards() -> tuple[Ward, ...]:
    """Return the 24 wards of 大阪市 and the 7 of 堺市 in the order of their codes."""
    columns = ("code", "city", "name_ja", "kana", "name_en", "website")
    return tuple(
        Ward(*(row[column] for column in columns), population=int(row["population"]))
        for row in data.rows(_WARDS, (*columns, "population"))
    )


@cache
def _by_code() -> Mapping[str, Municipality]:
    return {entry.code: entry for entry in municipalities()}


@cache
def _spellings() -> Mapping[str, str]:
    pairs: list[tuple[str, str]] = []
    for entry in municipalities():
        reading = entry.kana
        stem_en = entry.name_en.rsplit(" ", 1)[0]
        names = [entry.code, entry.code[:5], entry.name_ja, f"大阪府{entry.name_ja}", reading, text.hiragana(reading)]
        names += [f"大阪府{entry.county}{entry.name_ja}", f"{entry.county}{entry.name_ja}", entry.name_en]
        names += [entry.stem, stem_en] if entry.code != "271004" else []  # 大阪 alone may mean the prefecture
        pairs += [(name, entry.code) for name in names]
    return spelling.table(pairs, _MUNICIPALITIES)


def municipality_of(written: str) -> Municipality | None:
    """Find the municipality that a whole text names: its code (five or six digits), name, reading or English name."""
    code = _spellings().get(text.squeeze(written))
    return _by_code()[code] if code else None


def ward_of(written: str, city: str = "") -> Ward | None:
    """Find a ward by its code or name; ``city`` (code) decides between 大阪市 and 堺市, which share 西区 and 北区."""
    squeezed = text.squeeze(written)
    named = [
        ward
        for ward in wards()
        if squeezed
        in {ward.code, ward.code[:5], text.squeeze(ward.name_ja), _by_code()[ward.city].name_ja + ward.name_ja}
    ]
    fitting = [ward for ward in named if not city or ward.city == city]
    return fitting[0] if len(fitting) == 1 else None


@cache
def _name_pattern() -> re.Pattern[str]:
    names = sorted((text.fold(entry.name_ja) for entry in municipalities()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def places_in(written: str) -> tuple[Municipality, ...]:
    """Return the municipalities whose full names stand in a free text, in its order and each once.

    The longest name wins where names overlap: 東大阪市 is never read as 大阪市. A name right behind another
    prefecture's (兵庫県太子町) is not ours.
    """
    folded = text.fold(written)
    found = (
        match.group()
        for match in _name_pattern().finditer(folded)
        if not _OTHER_PREFECTURE.search(folded[: match.start()])
    )
    return tuple(dict.fromkeys(place for name in found if (place := municipality_of(name))))


def place_in(written: str) -> Municipality | None:
    """Return the one municipality that a free text names; None when it names none or several."""
    places = places_in(written)
    return places[0] if len(places) == 1 else None
