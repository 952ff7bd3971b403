"""The areas that a text names (対象地域), with code and address, for catalogs that machines read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from osakadx import text
from osakadx.search import places

_SAC = "http://data.e-stat.go.jp/lod/sac/C"
_WHOLE = re.compile(r"(?:の?(?:全域|全体|一円))$")
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


def area(code: str) -> Area | None:
    """Return the area with a six-digit code, or None."""
    place = places.places().get(code)
    return Area(code, places.label(code), place.label_en) if place else None


def areas_of(written: str) -> tuple[Area, ...]:
    """Return the areas that a text names: one, or several divided by commas; none unless every part is one.

    大阪府豊中市, 堺市北区, 大阪市全域 and 大阪市、堺市 are read, 北摂地域 is not.
    """
    parts = [part for part in _DIVIDERS.split(written) if part.strip()]
    found = [_one(part) for part in parts]
    return tuple(dict.fromkeys(one for one in found if one)) if all(found) else ()


def _one(written: str) -> Area | None:
    folded = _WHOLE.sub("", text.fold(written))
    found = places.find(folded, alone=True)
    if len(found) != 1 or len(found[0].codes) != 1 or (found[0].start, found[0].end) != (0, len(folded)):
        return None
    return area(next(iter(found[0].codes)))
