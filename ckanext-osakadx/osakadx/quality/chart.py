"""Lines of a small chart as coordinates, so that a page can draw it without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """A line inside a box, its origin at the upper left as in SVG.

    Attributes:
        points: ``x,y x,y …``, as a polyline takes them. last: the last point.
    """

    points: str
    last: tuple[float, float]


def line(
    values: Sequence[tuple[date, float]], most: float, width: int, height: int, until: date, *, steps: bool = False
) -> Line | None:
    """Draw values over time; None without values.

    Args:
        values: by day, the oldest first. most: the value at the upper edge. width, height: of the box.
        until: day at the right edge; the first day of the values is at the left one.
        steps: a value holds until the next (a score); else points are joined (a count).
    """
    if not values:
        return None
    first = values[0][0]
    span = max(1, (until - first).days)
    drawn: list[tuple[float, float]] = []
    for day, value in values:
        x = round(width * (day - first).days / span, 1)
        y = round(height * (1 - min(value, most) / most), 1) if most > 0 else float(height)
        if steps and drawn:
            drawn.append((x, drawn[-1][1]))
        drawn.append((x, y))
    if drawn[-1][0] < width:
        drawn.append((float(width), drawn[-1][1]))
    return Line(" ".join(f"{x:g},{y:g}" for x, y in drawn), drawn[-1])
