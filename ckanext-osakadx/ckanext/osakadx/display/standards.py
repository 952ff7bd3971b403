"""Standard data sets (自治体標準オープンデータセット) by their number, as pages name them."""

from __future__ import annotations

from functools import cache
from typing import Any

from osakadx.standards import all_standards

from .language import is_japanese


@cache
def _by_number() -> dict[str, Any]:
    return {entry.number: entry for entry in all_standards()}


def standard_label(number: str) -> str:
    """Name a standard data set in the page's language; empty for an unknown number."""
    entry = _by_number().get(str(number))
    return "" if entry is None else entry.name if is_japanese() else entry.name_en
