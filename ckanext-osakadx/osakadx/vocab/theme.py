"""Fields (分野): the 17 of e-Stat, with the labels of neighbours and municipalities that lead to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/themes.csv"
_SPELLINGS = "vocabularies/theme_spellings.csv"


@dataclass(frozen=True)
class Theme:
    """A field: code is e-Stat's (two digits), name the portal's group, eu_theme the EU data themes nearest to it."""

    code: str
    name: str
    label_ja: str
    label_en: str
    eu_theme: tuple[str, ...]


@cache
def themes() -> tuple[Theme, ...]:
    """Return the 17 fields in e-Stat's order, その他 last."""
    return tuple(
        Theme(row["code"], row["name"], row["label_ja"], row["label_en"], tuple(row["eu_theme"].split(";")))
        for row in data.rows(_PATH, ("code", "name", "label_ja", "label_en", "eu_theme"))
    )


@cache
def _spellings() -> Mapping[str, str]:
    pairs = [(row["spelling"], row["themes"]) for row in data.rows(_SPELLINGS, ("spelling", "themes"))]
    for theme in themes():
        pairs += [(name, theme.code) for name in (theme.code, theme.name, theme.label_ja, theme.label_en)]
    return spelling.table(pairs, _SPELLINGS)


def themes_of(written: str) -> tuple[str, ...]:
    """Return the codes of the fields that a text names, in its order and each once.

    Reads e-Stat codes, fields and sub-fields, group names of ours, of Tokyo (c001) and of e-Gov (gr_1300), and the
    usual words of municipalities (防災, 子育て …); several may stand together, divided by ; , 、 or /. Leaves out
    words it does not know.
    """
    parts = [written, *re.split(r"[;,、，；/／>＞\n|]+", written)]
    found = [_spellings().get(text.squeeze(part), "") for part in parts]
    codes = found[0] or ";".join(found[1:])
    return tuple(dict.fromkeys(code for code in codes.split(";") if code))
