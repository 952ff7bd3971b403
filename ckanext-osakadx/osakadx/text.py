"""The one folding of Japanese text, used alike by the index, by queries, by headers and by vocabularies.

`fold` compares, `squeeze` compares names of columns, `clean` stores. Dates and periods
are read in `osakadx.dates` and `osakadx.periods`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from osakadx import data
from osakadx.dates import date, partial_date
from osakadx.periods import period

__all__ = ["clean", "clean_lines", "date", "fold", "hiragana", "katakana", "partial_date", "period", "squeeze"]

_WORD = 40  # characters up to which a folded text is remembered
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―⁃−─━﹘﹣－ㄧ"), "-")
_WAVES = dict.fromkeys(map(ord, "〜∼∿～"), "~")
_SMALL_KE = {ord("ヶ"): "ケ", ord("ヵ"): "カ"}
_DOTS = dict.fromkeys(map(ord, "•‧∙⋅·･"), "・")
_MARKS = _HYPHENS | _WAVES | _SMALL_KE | _DOTS
# Invisible marks that change how a title is shown or compared: C0/C1 controls, soft hyphen, zero-width and
# bidirectional controls, byte order mark, interlinear annotation; lone surrogates cannot be stored as UTF-8.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_KANA = "ぁ-ゖァ-ヺー"
_HYPHEN_IN_KANA = re.compile(f"(?<=[ァ-ヺー])-(?=[{_KANA}]|$)")
_BAR_IN_DIGITS = re.compile("(?<=[0-9a-z])ー(?=[0-9a-z])")
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


@cache
def _variants() -> dict[int, str]:
    rows = data.rows("vocabularies/variant_kanji.csv", ("variant", "standard"))
    return {ord(row["variant"]): row["standard"] for row in rows}


def clean_lines(text: str) -> str:
    """Return text as it is stored: NFC, no invisible controls, no space at line ends; line breaks stay, as LF."""
    if text.isprintable():  # one line without a control, as nearly everything is
        return unicodedata.normalize("NFC", text).strip()
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(line.rstrip() for line in text.replace("\x85", "\n").split("\n")).strip()


def clean(text: str) -> str:
    """Return one line as it is stored (titles, names): as `clean_lines`, with every run of white space one space."""
    return " ".join(clean_lines(text).split())


def fold(text: str) -> str:
    """Fold spellings that mean the same: NFKC width and kana, case, variant kanji, hyphens, invisible marks, spaces.

    髙島屋 and 高島屋, ＡＥＤ and aed, ﾄｲﾚ and トイレ, センタ－ and センター come out equal. Hiragana and katakana stay
    apart (see `katakana`). Folding twice changes nothing.
    """
    return _folded_word(text) if len(text) <= _WORD else _folded(text)


@lru_cache(maxsize=10_000)
def _folded_word(text: str) -> str:
    """The words of vocabularies and of the cells compared with them come again and again."""
    return _folded(text)


def _folded(text: str) -> str:
    text = _SELECTORS.sub("", _CONTROLS.sub("", text))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    text = text.translate(_variants()).translate(_MARKS)
    text = " ".join(_SELECTORS.sub("", _CONTROLS.sub("", text)).split())
    return _HYPHEN_IN_KANA.sub("ー", _BAR_IN_DIGITS.sub("-", text))


def squeeze(text: str) -> str:
    """Return what is left of a folded text when only letters and digits count, for comparing column names.

    ``データセット＿タイトル`` and ``データセット タイトル`` come out equal, so do ``料金（基本）`` and ``料金(基本)``.
    """
    return _squeezed_word(text) if len(text) <= _WORD else _squeezed(text)


@lru_cache(maxsize=10_000)
def _squeezed_word(text: str) -> str:
    return _squeezed(text)


def _squeezed(text: str) -> str:
    return _letters(fold(_letters(fold(text))))  # what was dropped may have stood between digits and a bar


def _letters(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] in "LN")


def katakana(text: str) -> str:
    """Turn hiragana into katakana and leave the rest."""
    return text.translate(_TO_KATAKANA)


def hiragana(text: str) -> str:
    """Turn katakana into hiragana and leave the rest."""
    return text.translate(_TO_HIRAGANA)
