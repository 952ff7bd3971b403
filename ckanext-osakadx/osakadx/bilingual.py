"""Words that are put into sentences of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Bilingual(str):
    """Japanese words that know their English; wherever nobody asks for that, they are plain text.

    Attributes:
        en: the same in English.
    """

    __slots__ = ("en",)
    en: str

    def __new__(cls, ja: str, en: str) -> Bilingual:
        """Make words of both languages."""
        self = super().__new__(cls, ja)
        self.en = en
        return self


def english(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as an English sentence names them."""
    return {name: fact.en if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}
