"""Reads GeoJSON (RFC 7946) as a table: one row per feature, one column per property, points as 緯度 and 経度."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from osakadx.tables.features import Number, features, flat, items, members, text_of, written
from osakadx.tables.findings import found
from osakadx.tables.survey import Report
from osakadx.tables.table import Row, Table

LATITUDE, LONGITUDE, GEOMETRY = "緯度", "経度", "geometry"
_RING_POSITIONS = 4


def table(text: str, name: str, report: Report) -> Table:
    """Return the table of a GeoJSON document; properties inside an object are named with a dot (``tags.name``).

    Raises:
        NotGeoJson: it is broken, or another kind of JSON.
    """
    return of_features(lambda: features(text), name, report)


def of_features(source: Callable[[], Iterator[Mapping[str, Any]]], name: str, report: Report) -> Table:
    """Return the table of features in the form of GeoJSON, whatever file they come from.

    Args:
        source: gives the features anew at each call, the numbers of their positions as `Number`.
        name: what the table is called.
        report: is told what is wrong with their geometries.
    """
    fields: dict[str, None] = {}
    points, rows = True, 0
    for rows, feature in enumerate(source(), start=1):
        fields |= dict.fromkeys(flat(feature.get("properties")))
        geometry = feature.get("geometry")
        points = points and (geometry is None or _point(geometry) is not None)
        written(geometry)  # nested too deep to be written is nested too deep to be read
        _tell_geometry(geometry, rows, report)
    header = (*fields, *_free((LATITUDE, LONGITUDE) if points else (GEOMETRY,), fields))
    if not rows:
        report(found("no-data"))

    def again() -> Iterator[Row]:
        for number, feature in enumerate(source(), start=1):
            cells = flat(feature.get("properties"))
            yield number, (*(cells.get(field, "") for field in fields), *_place(feature.get("geometry"), points))

    return Table(
        sheet=None,
        name=name,
        header_rows=(),
        header=header,
        first_data_row=1 if rows else None,
        rows=rows,
        columns=len(header),
        last_data_row=rows or None,
        source=again,
        features=True,
    )


def _free(wanted: tuple[str, ...], taken: Mapping[str, None]) -> tuple[str, ...]:
    return tuple(name if name not in taken else f"{GEOMETRY}_{name}" for name in wanted)


def _point(geometry: Any) -> tuple[str, str] | None:
    """Return longitude and latitude of a point as they are written."""
    if members(geometry).get("type") != "Point":
        return None
    position = items(members(geometry).get("coordinates"))
    if len(position) < 2 or not all(isinstance(part, Number) for part in position):
        return None
    return position[0], position[1]


def _place(geometry: Any, points: bool) -> tuple[str, ...]:
    if not points:
        return (text_of(geometry),)
    longitude, latitude = _point(geometry) or ("", "")
    return latitude, longitude


def _tell_geometry(geometry: Any, row: int, report: Report) -> None:
    kind, coordinates = members(geometry).get("type"), members(geometry).get("coordinates")
    if not kind:
        report(found("geometry-missing", row=row))
        return
    polygons = {"Polygon": [coordinates], "MultiPolygon": items(coordinates)}.get(str(kind), [])
    rings = (items(ring) for polygon in polygons for ring in items(polygon))
    if any(len(ring) < _RING_POSITIONS or ring[0] != ring[-1] for ring in rings):
        report(found("geometry-ring-open", row=row))
        return
    first = coordinates
    while items(first) and items(items(first)[0]):
        first = items(first)[0]
    fault = _fault(items(first)) if kind != "GeometryCollection" else ""
    if fault:
        report(found(fault, row=row, value=text_of(first)))


def _fault(position: list[Any]) -> str:
    """The rule that a position breaks, which must be longitude and latitude in degrees, as numbers; empty for none."""
    try:
        longitude, latitude = float(position[0]), float(position[1])
    except (TypeError, ValueError, IndexError):
        return "coordinates-not-degrees"
    if abs(longitude) <= 90 < abs(latitude) <= 180:
        return "coordinates-swapped"
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        return "coordinates-not-degrees"
    return "" if all(isinstance(part, Number) for part in position[:2]) else "coordinates-are-text"
