"""Lays the columns of a table beside those of an edition, in order, by what their values are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osakadx.standards.valueclass import TELLING, ValueClass, agreement

_GAP = -0.4
_SHARED_WORD = 0.3
_LEAST_TELLING = 5


def aligned(
    found: Sequence[ValueClass], expected: Sequence[ValueClass], header: Sequence[str], english: Sequence[str]
) -> tuple[float, dict[int, int]]:
    """Return how well the columns fit, 0 to 1, and place in the table → place in the edition.

    The best pairing that keeps the order of both (Needleman and Wunsch, 1970).

    Args:
        found: classes of the table's columns. expected: those of the edition's.
        header: names of the table's columns. english: English item names of the edition's; words in common help.
    """
    height, width = len(found), len(expected)
    words = [_words(title) for title in header], [_words(title) for title in english]
    scores = [[0.0] * (width + 1) for _ in range(height + 1)]
    steps = [[""] * (width + 1) for _ in range(height + 1)]
    for row in range(1, height + 1):
        scores[row][0], steps[row][0] = row * _GAP, "up"
    for column in range(1, width + 1):
        scores[0][column], steps[0][column] = column * _GAP, "left"
    for row in range(1, height + 1):
        for column in range(1, width + 1):
            pair = agreement(found[row - 1], expected[column - 1])
            pair += _SHARED_WORD if pair > 0 and words[0][row - 1] & words[1][column - 1] else 0
            ways = (
                (scores[row - 1][column - 1] + pair, "pair"),
                (scores[row - 1][column] + _GAP, "up"),
                (scores[row][column - 1] + _GAP, "left"),
            )
            scores[row][column], steps[row][column] = max(ways)
    places = _trace(steps, height, width)
    pairs = [(found[row], expected[column]) for row, column in places.items()]
    telling = sum(1 for one, other in pairs if one == other and one in TELLING)
    if telling < _LEAST_TELLING:
        return 0.0, places
    best = sum(agreement(one, one) if one != "empty" else 0.3 for one in found)
    return max(0.0, scores[height][width] / best), places


def _trace(steps: Sequence[Sequence[str]], row: int, column: int) -> dict[int, int]:
    places: dict[int, int] = {}
    while row and column:
        step = steps[row][column]
        if step == "pair":
            places[row - 1] = column - 1
        row, column = row - (step != "left"), column - (step != "up")
    return dict(sorted(places.items()))


def _words(title: str) -> frozenset[str]:
    """The English words of a name, written in any case (totalMensRestroom, lat_lon)."""
    parts = re.findall(r"[A-Z]?[a-z]{2,}", title)
    return frozenset(part.lower().rstrip("s") for part in parts)
