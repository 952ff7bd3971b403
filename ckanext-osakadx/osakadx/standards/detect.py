"""Which standard data set a title names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.standards.load import all_standards
from osakadx.standards.standard import Standard

_FALSE_HITS = "vocabularies/standard_false_hits.csv"
_BRACKETS = re.compile(r"[(\[【「][^()\[\]【】「」]*[)\]】」]")


def by_title(title: str) -> Standard | None:
    """Find the standard that a title names, by its name or its search words; None when it names none.

    What stands in brackets is read only when nothing outside them is a name. The word that ends last wins, since the
    head of a Japanese title stands last (公共施設のAED設置箇所 is about AED); of two that end together the longer.
    Words that show another kind of data (利用者数, 計画, 予約 …) rule a search word out, not a standard's full name.
    """
    folded = text.fold(title)
    return _named(_BRACKETS.sub(" ", folded)) or _named(folded)


def _named(folded: str) -> Standard | None:
    found = [(end, length, words.entry) for words in _words() for end, length in words.ends(folded)]
    return max(found, key=lambda hit: hit[:2])[2] if found else None


@dataclass(frozen=True)
class _Words:
    """What a title is searched for on behalf of one standard."""

    entry: Standard
    names: re.Pattern[str]
    words: re.Pattern[str]
    not_beside: re.Pattern[str]

    def ends(self, folded: str) -> Iterable[tuple[int, int]]:
        """Where and how long a standard's words stand in a title."""
        hits = list(self.names.finditer(folded))
        if (found := list(self.words.finditer(folded))) and not self.not_beside.search(folded):
            hits += found
        return [(hit.end(), hit.end() - hit.start()) for hit in hits]


@cache
def _words() -> tuple[_Words, ...]:
    return tuple(
        _Words(entry, _any_of([entry.name]), _any_of(entry.search_words), _none_of(_false_hits(entry)))
        for entry in all_standards()
    )


def _none_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words, the longest first; Latin words must stand alone (AED, not haedong)."""
    longest = sorted(map(text.fold, words), key=len, reverse=True)
    latin = "(?<![a-z0-9]){}(?![a-z0-9])"
    return re.compile(
        "|".join(latin.format(re.escape(word)) if word.isascii() else re.escape(word) for word in longest)
    )


def _false_hits(entry: Standard) -> tuple[str, ...]:
    general = (row["word"] for row in data.rows(_FALSE_HITS, ("word", "note")))
    own = {text.fold(word) for word in entry.search_words}
    return tuple(word for word in map(text.fold, (*general, *entry.not_words)) if not any(word in hit for hit in own))
