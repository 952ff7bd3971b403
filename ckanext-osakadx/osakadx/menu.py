"""ユニバーサルメニュー: situations of life that a data set helps with (GIF DS-491-1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from osakadx import data, text

_PATH = "vocabularies/universal_menu.csv"


@cache
def entries() -> tuple[str, ...]:
    """Return all entries (Japanese labels, which are their keys) in their official order."""
    return tuple(row["label_ja"] for row in data.rows(_PATH, ("label_ja", "kind")))


@cache
def _by_name() -> Mapping[str, str]:
    return {text.squeeze(entry): entry for entry in entries()}


def entries_of(written: str) -> tuple[str, ...]:
    """Return the entries that a text names, in its order; leaves out words that it does not know."""
    found = [_by_name().get(text.squeeze(part), "") for part in (written, *re.split(r"[;；,，、/／>＞\n]+", written))]
    return tuple(dict.fromkeys(entry for entry in found if entry))
