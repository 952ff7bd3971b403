"""A map of a table's points without any tiles: which columns hold them, and where they fall on a drawing to scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osakadx import text

# What publishers call the columns, folded; 自治体標準オープンデータセット writes 緯度, 経度 and 名称.
_LATITUDE = ("緯度", "緯度北緯", "北緯", "latitude", "lat", "y", "fy", "y座標")
_LONGITUDE = ("経度", "経度東経", "東経", "longitude", "lon", "lng", "long", "x", "fx", "x座標")
_NAME = ("名称", "施設名", "施設名称", "場所の名前", "name", "避難所名", "施設の名称", "名前")
_JAPAN = (20.0, 46.0, 122.0, 154.0)  # south, north, west, east in degrees
_METRES_PER_DEGREE = 111_320.0
_MARGIN = 36
_MOST = 640  # height at most, in the drawing's units
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Columns:
    """Indices of the columns that hold latitude, longitude and the name; name is -1 where there is none."""

    latitude: int
    longitude: int
    name: int


@dataclass(frozen=True)
class Point:
    """A place: degrees (WGS 84 or JGD2011, which agree here) and what it is called."""

    latitude: float
    longitude: float
    name: str


@dataclass(frozen=True)
class Mark:
    """A place on the drawing: x to the right and y downwards, in the drawing's units."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Drawing:
    """Points to scale.

    Attributes:
        width, height: size in the drawing's units (pixels at full width).
        marks: the points, in the order they were given.
        labels: other places that lie on the drawing, to find one's way.
        scale_length, scale_metres: a bar of so many units stands for so many metres.
    """

    width: int
    height: int
    marks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    scale_length: float
    scale_metres: int

    @property
    def path(self) -> str:
        """All points as one SVG path of dots (strokes without length, drawn with round ends)."""
        return "".join(f"M{mark.x:g} {mark.y:g}h0" for mark in self.marks)


def columns(labels: Sequence[str]) -> Columns | None:
    """Find the columns of a table that hold coordinates, by what they are called; None without both."""
    folded = [text.squeeze(label) for label in labels]
    latitude, longitude = _first(folded, _LATITUDE), _first(folded, _LONGITUDE)
    if latitude < 0 or longitude < 0:
        return None
    name = _first(folded, _NAME)
    if name < 0:
        name = next((i for i, label in enumerate(folded) if label.endswith(("名称", "名", "name"))), -1)
    return Columns(latitude, longitude, name)


def _first(labels: Sequence[str], wanted: Sequence[str]) -> int:
    return next((labels.index(name) for name in wanted if name in labels), -1)


def point(latitude: object, longitude: object, name: object) -> Point | None:
    """Read one place; None unless both are numbers that lie in Japan."""
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        return None
    south_edge, north_edge, west_edge, east_edge = _JAPAN
    inside = south_edge <= north <= north_edge and west_edge <= east <= east_edge
    return Point(north, east, str(name or "")) if inside else None


def draw(points: Sequence[Point], labels: Iterable[Point] = (), width: int = 760) -> Drawing | None:
    """Lay points out to scale, north up; labels that fall outside the drawing are left out.

    Args:
        points: at least one, else there is no drawing.
        labels: places to show for orientation.
        width: of the drawing, in units; its height follows from the points, within limits.
    """
    if not points:
        return None
    middle = (min(p.latitude for p in points) + max(p.latitude for p in points)) / 2
    squeeze = math.cos(math.radians(middle))
    flat = [(p.longitude * squeeze, -p.latitude) for p in points]
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    top, bottom = min(y for _, y in flat), max(y for _, y in flat)
    least = 400 / _METRES_PER_DEGREE  # a single place is shown with 400 m around it
    wide, high = max(right - left, least), max(bottom - top, least)
    units = min((width - 2 * _MARGIN) / wide, (_MOST - 2 * _MARGIN) / high)
    height = round(max(high * units + 2 * _MARGIN, width * 0.4))
    shift_x, shift_y = width / 2 - (left + right) / 2 * units, height / 2 - (top + bottom) / 2 * units

    def place(entry: Point) -> Mark:
        x, y = entry.longitude * squeeze * units + shift_x, -entry.latitude * units + shift_y
        return Mark(round(x, 1), round(y, 1), entry.name)

    near = [mark for mark in map(place, labels) if 40 < mark.x < width - 40 and 20 < mark.y < height - 20]
    length, metres = _scale(units / _METRES_PER_DEGREE, width / 4)
    return Drawing(width, height, tuple(map(place, points)), tuple(_apart(near)), length, metres)


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """Leave out labels that would cover an earlier one."""
    kept: list[Mark] = []
    for mark in marks:
        if all(abs(mark.x - other.x) > 64 or abs(mark.y - other.y) > 18 for other in kept):
            kept.append(mark)
    return kept


def _scale(units_per_metre: float, longest: float) -> tuple[float, int]:
    """Choose a round number of metres whose bar is at most ``longest`` units long."""
    fitting = [
        step * 10**power for power in range(6) for step in _STEPS if step * 10**power * units_per_metre <= longest
    ]
    metres = max(fitting, default=1)
    return round(metres * units_per_metre, 1), metres
