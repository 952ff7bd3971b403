"""What a cell looks like (number, date, code, text …): the evidence for where a table begins."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

Kind = Literal["blank", "number", "date", "code", "mark", "text"]

_YEAR = r"(?:明治|大正|昭和|平成|令和|[MTSHR]\.?)\s?(?:\d{1,2}|元)|(?:1[6-9]|2[01])\d\d"
_DATE = re.compile(
    rf"(?:{_YEAR})\s?(?:年度?|年\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?日)?|[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?)"
    r"(?:\(.\))?(?:[T ]?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
    r"|\d{1,2}/\d{1,2}/(?:1[6-9]|2[01])\d\d|\d{1,2}月\d{1,2}日|\d{1,2}:\d\d(?::\d\d)?"
)
_NUMBER = re.compile(r"[-+△▲]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?|[-+]?\d+(?:\.\d+)?e[+-]?\d+", re.I)
# Telephone numbers, postal codes, municipality codes: digits that are no quantity.
_CODE = re.compile(r"0\d+|\d+(?:-\d+)+|\(?0\d{1,4}\)?[- ]?\d{1,4}-\d{3,4}")
# What stands in a column of numbers where there is no number (秘匿, 該当なし).
_MARK = re.compile(r"[-‐―ー…*xXｘ×.]+|不明|未定|なし|n/?a", re.I)


@lru_cache(maxsize=4096)
def kind(cell: str) -> Kind:
    """Return what one cell looks like, full-width characters read as half-width ones."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return "blank"
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return name
    return "text"


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", _DATE),
    ("code", _CODE),
    ("number", _NUMBER),
    ("mark", _MARK),
)


def prevailing(cells: Iterable[str]) -> Kind:
    """Return the kind of a column: that of 80 % of its filled cells (marks aside, at least two), else ``text``."""
    counts = Counter[Kind](kind(cell) for cell in cells)
    del counts["blank"], counts["mark"]
    if not counts:
        return "text"
    name, count = counts.most_common(1)[0]
    return name if count >= 2 and count >= 0.8 * counts.total() else "text"
