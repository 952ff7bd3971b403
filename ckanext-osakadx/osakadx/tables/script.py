"""Which of two readings of the same bytes is Japanese: a score of kana and kanji, for CP932 against EUC-JP."""

from __future__ import annotations

import re
from functools import cache

# How likely a character is in a municipal table. Bytes read in the wrong one of the two encodings turn into half-width
# kana (CP932 for EUC-JP) and rare kanji (both ways), hardly ever into hiragana or the kanji of JIS level 1.
_KANA = 1.0
_LEVEL_1 = 0.9
_PUNCTUATION = 0.8
_LEVEL_2 = 0.2
_HALF_KANA = 0.25  # in CP932; in EUC-JP each has a byte 8E of its own before it, which hardly happens by chance
_SHIFTED_KANA = 1.0
_OTHER = -0.5
_PRIVATE = -2.0
_ASCII = re.compile(r"[\x00-\x7f]+")
_HALF_KANA_CHARS = re.compile("[\uff61-\uff9f]")
_RANGES = (
    ("\u3041", "\u30fe", _KANA),
    ("\u3000", "\u3040", _PUNCTUATION),
    ("\uff01", "\uff60", _PUNCTUATION),
    ("\uff61", "\uff9f", _HALF_KANA),
    ("\u2460", "\u2473", _PUNCTUATION),
    ("\u4e00", "\u9fff", _LEVEL_2),
    ("\ue000", "\uf8ff", _PRIVATE),
)


@cache
def _level_1() -> frozenset[str]:
    """The 2,965 kanji of JIS level 1 (JIS X 0208, rows 16 to 47)."""
    codes = (bytes((lead, trail)) for lead in range(0xB0, 0xD0) for trail in range(0xA1, 0xFF))
    return frozenset(code.decode("euc_jp", "ignore") for code in codes) - {""}


@cache
def _weight(char: str) -> float:
    if char in _level_1():
        return _LEVEL_1
    return next((weight for first, last, weight in _RANGES if first <= char <= last), _OTHER)


def japanese_score(text: str, encoding: str) -> float:
    """Return how Japanese a text looks, from -2 to 1, by its characters outside ASCII; 0 where it has none.

    Args:
        text: what the bytes became.
        encoding: what they were taken for, ``cp932`` or ``euc-jp``.
    """
    chars = _ASCII.sub("", text)
    if not chars:
        return 0.0
    shifted = len(_HALF_KANA_CHARS.findall(chars)) if encoding == "euc-jp" else 0
    return (sum(map(_weight, chars)) + shifted * (_SHIFTED_KANA - _HALF_KANA)) / len(chars)
