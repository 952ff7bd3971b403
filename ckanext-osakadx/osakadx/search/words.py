"""The thesaurus of the search: which words of a query name a subject, and what else that subject is called.

Data: `schemas/vocabularies/synonyms.csv` (subjects) and `search_words.csv` (words that name none).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from osakadx import data
from osakadx.text import fold, hiragana

Kind = Literal["subject", "generic", "question", "other"]
_SYNONYMS = ("vocabularies/synonyms.csv", ("concept", "terms", "kana", "narrower", "related"))
_SEPARATORS = frozenset(" ,、。・/()[]【】「」『』_?!:;\"'|~<>=+*&^{}\\`#%@$")
_KANJI = re.compile("[\u4e00-\u9fff々]")
_HIRAGANA = re.compile("[ぁ-ゖ]")
_KATAKANA = re.compile("[ァ-ヺー]")
_LATIN = re.compile("[a-z0-9]")
_PARTICLES = frozenset("のはをがにでともやへ")
# One kanji beside a known word that does not make it another word: 新図書館, 市図書館, 人口数, 病院名.
_AFFIXES = frozenset("新旧市府町区村県国公私全総各立別数内等図表所部課局案率名費税法者園中的用線")
_EDGE_PARTICLES = re.compile("^[のはをがにでともやへ]+|[のはをがにでともやへか]+$")


@dataclass(frozen=True)
class Subject:
    """A subject of public data: its names, and words that are part of it or beside it."""

    concept: str
    terms: tuple[str, ...]
    kana: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A part of a query, as written but folded."""

    text: str
    kind: Kind


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))


@cache
def subjects() -> dict[str, Subject]:
    """Return every subject by its preferred name."""
    return {
        row["concept"]: Subject(
            row["concept"], _split(row["terms"]), _split(row["kana"]), _split(row["narrower"]), _split(row["related"])
        )
        for row in data.rows(*_SYNONYMS)
    }


def spell(text: str) -> str:
    """Fold a text and choose one spelling where two are common: コミュニティー → コミュニティ."""
    return fold(text).replace("ティー", "ティ")


def key(term: str) -> str:
    """Return what a term is compared by: folded, katakana as hiragana, without blanks."""
    return hiragana(spell(term)).replace(" ", "")


@cache
def _lexicon() -> dict[str, Kind]:
    lexicon: dict[str, Kind] = {}
    for row in data.rows("vocabularies/search_words.csv", ("term", "kind")):
        lexicon[key(row["term"])] = "generic" if row["kind"] == "generic" else "question"
    for subject in subjects().values():
        for term in (*subject.terms, *subject.kana):
            lexicon[key(term)] = "subject"
    return lexicon


@cache
def _longest() -> int:
    return max(map(len, _lexicon()))


def pieces(folded: str) -> list[Piece]:
    """Cut a folded query into known words, longest first, and what stands between them.

    A known word counts only where it does not tear another word: 学区 is not found in 通学区域, バス not in バスケット.
    """
    cut: list[Piece] = []
    start = position = 0
    while position < len(folded):
        length = _known_at(folded, position, start)
        if length or folded[position] in _SEPARATORS:
            cut += _other(folded[start:position])
        if length:
            word = folded[position : position + length]
            cut.append(Piece(word, _lexicon()[hiragana(word)]))
        position += length or 1
        if length or folded[position - 1] in _SEPARATORS:
            start = position
    return [*cut, *_other(folded[start:])]


def _other(text: str) -> Iterator[Piece]:
    kept = _EDGE_PARTICLES.sub("", text.strip())
    if kept and not all(char in _SEPARATORS or char in _PARTICLES for char in kept):
        yield Piece(kept, "other")


def _known_at(text: str, position: int, start: int) -> int:
    keys = hiragana(text[position : position + _longest()])
    for length in range(len(keys), 0, -1):
        if keys[:length] in _lexicon() and _stands_free(text, start, position, position + length):
            return length
    return 0


def _stands_free(text: str, start: int, begin: int, end: int) -> bool:
    before, after = text[start:begin], text[end:]
    word = text[begin:end]
    if _HIRAGANA.fullmatch(word[0]) and all(map(_HIRAGANA.match, word)):
        return _free_kana(before, after)
    return _free_before(before, word[0]) and _free_after(after, word[-1])


def _free_kana(before: str, after: str) -> bool:
    started = not before or not _HIRAGANA.match(before[-1]) or before[-1] in _PARTICLES
    return started and (not after or not _HIRAGANA.match(after[0]) or after[0] in _PARTICLES)


def _free_before(before: str, first: str) -> bool:
    for script in (_KATAKANA, _LATIN):
        if script.match(first):
            return not before or not script.match(before[-1])
    left = before[::-1]
    return not (_KANJI.match(first) and _lone_kanji(left[:2] if _KANJI.match(left[1:2]) else left[:1]))


def _free_after(after: str, last: str) -> bool:
    for script in (_KATAKANA, _LATIN):
        if script.match(last):
            return not after or not script.match(after[0])
    return not (_KANJI.match(last) and _lone_kanji(after))


def _lone_kanji(run: str) -> bool:
    """Whether exactly one kanji, not a mere affix and not the stem of a verb, would be left over beside the word."""
    if not run or not _KANJI.match(run[0]) or run[0] in _AFFIXES:
        return False
    beyond = run[1:2]
    return not _KANJI.match(beyond) and not (_HIRAGANA.match(beyond) and beyond not in _PARTICLES)


@cache
def _named() -> dict[str, tuple[Subject, ...]]:
    named: dict[str, list[Subject]] = {}
    for subject in subjects().values():
        for term in {key(term) for term in (*subject.terms, *subject.kana)}:
            named.setdefault(term, []).append(subject)
    return {term: tuple(found) for term, found in named.items()}


def subjects_of(term: str) -> tuple[Subject, ...]:
    """Return the subjects that a term is a name of."""
    return _named().get(key(term), ())
