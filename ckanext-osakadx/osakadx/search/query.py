"""Turns what a person types into a query: its places and years as facts, its words with their synonyms.

The result speaks the syntax of Solr's edismax parser, but knows nothing of a server or of CKAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from osakadx.search import places, years
from osakadx.search.expand import RELATED, Variant, variants
from osakadx.search.facts import subject_of
from osakadx.search.syntax import escaped, quoted
from osakadx.search.words import Piece, pieces, spell, subjects_of
from osakadx.text import hiragana

MAX_LENGTH = 500
MAX_WORDS = 12
# Synonyms of a query: those of several words share them, so that a long question costs no more than one word.
MAX_OTHERS, MIN_OTHERS = 10, 4
# Two characters of kana are half the words of the language.
MIN_KANA = 3
BESIDE, FILLER, READING, PAIRS = 1.0, 0.3, 0.5, 0.5
# What a word in the catch-all field counts for, where one in a title counts six.
IN_TEXT = 3
# CKAN tells the engine that every clause must match; what need not be there stands beside what always is.
EVERYTHING = "entity_type:package"
_HIRAGANA = re.compile("[ぁ-ゖ]")
_KANA_ONLY = re.compile("[ぁ-ゖー]+")


@dataclass(frozen=True)
class Query:
    """A query ready for the search engine.

    Attributes:
        q: words in edismax syntax; everything, where only a place or a year was asked for.
        places: codes that the query can mean, empty where it names no place.
        years: western years it names.
        subject: its words without place and year, to be compared with `Facts.subject`.
        words: the words that are searched, as written, for showing.
    """

    q: str
    places: tuple[str, ...]
    years: tuple[int, ...]
    subject: str
    words: tuple[str, ...]


@lru_cache(maxsize=2048)
def build(written: str, *, ranked: bool = True) -> Query:
    """Read a query as people write it; never raises, whatever the text.

    Args:
        written: the text of the search box; beyond 500 characters or 12 words it is cut.
        ranked: whether the best come first. Where they are sorted by date or name, what is only related stays away.
    """
    dated = years.find(written[:MAX_LENGTH])
    codes, rest = _without_places(dated.rest)
    cut = list(dict.fromkeys(pieces(rest)))[:MAX_WORDS]
    wanted, beside = _parted(cut)
    clauses = _required(wanted, in_sentence=_is_sentence(rest, cut), ranked=ranked)
    clauses += [f"({EVERYTHING}^0 OR {_in_text(piece.text, _weight(piece))})" for piece in beside]
    if not clauses:
        known = codes or dated.years or not written.strip()
        clauses = [f"{EVERYTHING}^0" if known else escaped(written[:MAX_LENGTH])]
    shown = tuple(piece.text for piece in (*wanted, *beside))
    return Query(" ".join(clauses), codes, dated.years, subject_of(rest), shown)


def _without_places(text: str) -> tuple[tuple[str, ...], str]:
    folded = spell(text)
    codes: dict[str, None] = {}
    for found in reversed(places.find(folded, alone=True)):
        codes |= dict.fromkeys(sorted(found.codes))
        folded = f"{folded[: found.start]} {folded[found.end :]}"
    return tuple(codes), " ".join(folded.split())


def _parted(cut: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Part the words that must be found from those that only speak for a data set.

    Known subjects must; where there is none, whatever is no filler; a query of fillers alone means them.
    """
    for wanted_kind in ("subject", "other", "generic", "question"):
        wanted = [piece for piece in cut if piece.kind == wanted_kind]
        if wanted:
            return wanted, [piece for piece in cut if piece not in wanted and piece.kind != "question"]
    return [], []


def _is_sentence(rest: str, cut: list[Piece]) -> bool:
    """Whether the words stand in a sentence and not side by side: 外国人は何人, not 市民 税金."""
    for piece in sorted(cut, key=lambda piece: -len(piece.text)):
        if piece.kind == "subject":
            rest = rest.replace(piece.text, "")
    return bool(_HIRAGANA.search(rest)) or any(piece.kind == "question" for piece in cut)


def _required(wanted: list[Piece], *, in_sentence: bool, ranked: bool) -> list[str]:
    """Two subjects side by side must both be found, in a sentence one will do; words of one subject are one."""
    others = max(MIN_OTHERS, MAX_OTHERS // max(1, len(wanted)))
    least = 0.0 if ranked else RELATED
    groups = [[way for piece in group for way in _ways(piece, others, least)] for group in _by_subject(wanted)]
    clauses = [_any_of(ways) for ways in groups]
    if len(clauses) > 1 and in_sentence:
        return [_any_of(clauses)]
    if len(clauses) > 2:
        return [_any_of(f"({one} AND {other})" for one, other in pairwise(clauses))]
    return clauses


def _by_subject(wanted: list[Piece]) -> list[list[Piece]]:
    groups: list[tuple[set[str], list[Piece]]] = []
    for piece in wanted:
        named = {subject.concept for subject in subjects_of(piece.text)}
        known = next((group for group in groups if named & group[0]), None)
        if known:
            known[0].update(named)
            known[1].append(piece)
        else:
            groups.append((named, [piece]))
    return [group for _, group in groups]


def _ways(piece: Piece, others: int, least: float) -> Iterator[str]:
    """The ways to find a word: itself, its variants, and its reading if it is written in kana.

    A word that is not known may be part of one that the dictionary knows: its pairs of characters are searched too.
    """
    if piece.kind == "subject":
        yield quoted(piece.text)
    else:
        yield f"({escaped(piece.text)})"
        yield f"text_2g:{quoted(piece.text)}^{PAIRS}"
    for other in _others(piece, others, least):
        yield _in_text(other.term, other.weight)
    kana = hiragana(piece.text)
    if len(kana) >= MIN_KANA and _KANA_ONLY.fullmatch(kana):
        yield f"title_rd:{quoted(piece.text)}^{READING}"


def _in_text(term: str, weight: float) -> str:
    """A phrase in the field that holds everything: every further field would be analysed for each of its variants."""
    return f"text:{quoted(term)}^{weight * IN_TEXT:g}"


def _others(piece: Piece, most: int, least: float) -> list[Variant]:
    return [other for other in variants(piece.text)[1:] if other.weight > least][:most]


def _any_of(ways: Iterable[str]) -> str:
    return "(" + " OR ".join(dict.fromkeys(ways)) + ")"


def _weight(piece: Piece) -> float:
    return BESIDE if piece.kind == "other" else FILLER
