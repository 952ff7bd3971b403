"""Widens one word of a query to the other words for its subject, each with a weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from osakadx.search.words import Subject, key, spell, subjects, subjects_of

MAX_VARIANTS = 24
SAME, NARROWER, BROADER, RELATED = 0.8, 0.5, 0.3, 0.1


@dataclass(frozen=True)
class Variant:
    """Another way to say it; `weight` is 1 for the word itself."""

    term: str
    weight: float


@cache
def variants(term: str) -> tuple[Variant, ...]:
    """Return a word and its variants, best first: same subject, part of it, what it is part of, beside it.

    Variants that contain the word itself are left out, since a text with them is found by the word already; the same
    word in the other kana (ごみ, ゴミ) is another text.
    """
    best: dict[str, Variant] = {spell(term): Variant(term, 1.0)}
    for variant in _candidates(term):
        name = spell(variant.term)
        if spell(term) not in name and variant.weight > getattr(best.get(name), "weight", 0):
            best[name] = variant
    ranked = sorted(best.values(), key=lambda variant: -variant.weight)
    return tuple(ranked[:MAX_VARIANTS])


def _candidates(term: str) -> Iterator[Variant]:
    for subject in subjects_of(term):
        yield from (Variant(same, SAME) for same in subject.terms)
        yield from (Variant(part, NARROWER) for part in subject.narrower)
        for part in subject.narrower:
            yield from (Variant(same, NARROWER) for named in subjects_of(part) for same in named.terms[:4])
        for beside in subject.related:
            yield from (Variant(same, RELATED) for same in subjects()[beside].terms[:3])
    for whole in _wholes().get(key(term), ()):
        yield from (Variant(same, BROADER) for same in whole.terms[:2])


@cache
def _wholes() -> dict[str, tuple[Subject, ...]]:
    wholes: dict[str, list[Subject]] = {}
    for subject in subjects().values():
        for part in subject.narrower:
            wholes.setdefault(key(part), []).append(subject)
    return {term: tuple(found) for term, found in wholes.items()}
