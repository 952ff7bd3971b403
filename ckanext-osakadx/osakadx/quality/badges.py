"""Badges (バッジ): gold, silver and bronze by rules that are met in full, not by the number alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from osakadx.quality.evidence import Evidence
from osakadx.quality.rulebook import Badge, Rule, Rulebook
from osakadx.quality.score import affected


@dataclass(frozen=True)
class Award:
    """What a data set has earned.

    Attributes:
        badge: None while it has not earned the first. following: the one after, None at the top.
        lacking: rules of the following badge that are not met yet; what nobody has examined is not met.
    """

    badge: Badge | None
    following: Badge | None
    lacking: tuple[Rule, ...]


def award(evidence: Evidence, book: Rulebook) -> Award:
    """Return the badge of a data set and what the next one takes."""
    found = affected(evidence, book)
    earned: Badge | None = None
    for badge in book.badges:
        lacking = tuple(book.by_slug[slug] for slug in badge.rules if not _met(slug, found))
        if lacking:
            return Award(earned, badge, lacking)
        earned = badge
    return Award(earned, None, ())


def _met(slug: str, found: Mapping[str, float | None]) -> bool:
    return found.get(slug) == 0
