"""The areas that a text names (対象地域), with code and address, for catalogs that machines read.

Only a whole text that is the name of an area counts. Finding names inside a text is `osakadx.search.places`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text, vocab

_PATH = "vocabularies/place_names.csv"
_SAC = "http://data.e-stat.go.jp/lod/sac/C"
_WHOLE = re.compile(r"の?(?:全域|全体|一円)$")
_COUNTY = re.compile(r"^(.{2,3}[都道府県])?[^都道府県]{1,4}郡(?=.)")
_DIVIDERS = re.compile(r"[、，,;；/／\n]+")


@dataclass(frozen=True)
class Area:
    """A prefecture, municipality or ward.

    Attributes:
        code: 全国地方公共団体コード, six digits.
        label: name to show (堺市北区).
        label_en: English name, or empty.
    """

    code: str
    label: str
    label_en: str

    @property
    def uri(self) -> str:
        """Its address in 統計LOD (e-Stat), the 標準地域コード of five digits behind a C."""
        return _SAC + self.code[:5]


@cache
def _areas() -> Mapping[str, Area]:
    rows = {row["code"]: row for row in data.rows(_PATH, ("code", "label_ja", "kind", "within", "label_en"))}
    return {
        code: Area(
            code,
            rows[row["within"]]["label_ja"] + row["label_ja"] if row["kind"] == "ward" else row["label_ja"],
            row["label_en"],
        )
        for code, row in rows.items()
    }


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Folded spelling → codes of the areas that are written so."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for row in data.rows(_PATH):
        known = _areas()[row["code"]]
        prefecture = "" if row["kind"] == "prefecture" else _prefecture(known.code).label
        spellings = {known.label, row["label_ja"], prefecture + known.label, known.code, known.code[:5], known.label_en}
        for spelling in {text.fold(spelling) for spelling in spellings if spelling}:
            names[spelling].append(row["code"])
    return {name: tuple(codes) for name, codes in names.items()}


def _prefecture(code: str) -> Area:
    code5 = code[:2] + "000"
    return _areas()[code5 + vocab.check_digit(code5)]


def area(code: str) -> Area | None:
    """Return the area with a six-digit code, or None."""
    return _areas().get(code)


def areas_of(written: str) -> tuple[Area, ...]:
    """Return the areas that a text names: one, or several divided by commas; none unless every part is one.

    大阪府豊中市, 堺市北区, 大阪市全域, 南河内郡太子町 and 大阪市、堺市 are read, 北摂地域 is not. A name that
    stands for several is Osaka's where Osaka has one of it.
    """
    parts = [part for part in _DIVIDERS.split(written) if part.strip()]
    found = [_one(part) for part in parts]
    return tuple(dict.fromkeys(one for one in found if one)) if all(found) else ()


def _one(written: str) -> Area | None:
    folded = _WHOLE.sub("", text.fold(written))
    codes = _names().get(folded) or _names().get(_COUNTY.sub(r"\1", folded)) or ()
    ours = [code for code in codes if code.startswith(vocab.PREFECTURE[:2])]
    only = ours if len(ours) == 1 else codes
    return _areas()[only[0]] if len(only) == 1 else None
