"""Languages (言語): any name or code to ISO 639-1, with the EU authority's address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/languages.csv"


@dataclass(frozen=True)
class Language:
    """A language: key is ISO 639-1 (with the script for Chinese), uri the EU authority's term for dct:language."""

    key: str
    iso639_3: str
    label_ja: str
    label_en: str
    uri: str


@cache
def _by_key() -> Mapping[str, Language]:
    rows = data.rows(_PATH, ("key", "iso639_3", "label_ja", "label_en", "uri", "spellings"))
    return {
        row["key"]: Language(row["key"], row["iso639_3"], row["label_ja"], row["label_en"], row["uri"]) for row in rows
    }


def languages() -> tuple[Language, ...]:
    """Return all languages, Japanese first."""
    return tuple(_by_key().values())


@cache
def _spellings() -> Mapping[str, str]:
    pairs: list[tuple[str, str]] = []
    for row in data.rows(_PATH):
        names = [row["key"], row["label_ja"], row["label_en"], *row["spellings"].split(";")]
        if "-" not in row["key"]:  # 簡体字 and 繁体字 share code and address with 中国語
            names += [row["iso639_3"], row["uri"]]
        pairs += [(name, row["key"]) for name in names if name]
    return spelling.table(pairs, _PATH)


def languages_of(written: str) -> tuple[str, ...]:
    """Return the keys of the languages that a text names, in its order (``jpn,eng`` → ``("ja", "en")``).

    Reads ISO 639 codes, locales (ja_JP), Japanese and English names and EU addresses; leaves out what it does not know.
    """
    parts = (
        [part for part in re.split(r"[,;、，；・/\s]+(?![^(（]*[)）])", written) if part]
        if ":" not in written
        else [written]
    )
    found = [_key_of(part) for part in (written, *parts)]
    if found[0]:
        return (found[0],)
    return tuple(dict.fromkeys(key for key in found[1:] if key))


def _key_of(part: str) -> str | None:
    squeezed = text.squeeze(part)
    locale = re.fullmatch(r"([a-z]{2})[-_][a-z]{2}", text.fold(part))
    return _spellings().get(squeezed) or (_spellings().get(locale[1]) if locale else None)
