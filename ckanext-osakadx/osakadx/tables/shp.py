"""Reads zipped Shapefiles as tables: one row per shape, attributes as columns, points as 緯度 and 経度 on WGS 84.

The geometry is read by pyshp; the attributes by `osakadx.tables.dbf`, the coordinates by `osakadx.tables.projection`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

import shapefile  # pyshp

from osakadx.tables import geojson
from osakadx.tables.archive import Archive
from osakadx.tables.dbf import NAMES, BrokenDbf, Dbf, declared_codec, open_dbf
from osakadx.tables.features import Number
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.limits import Limits
from osakadx.tables.projection import Crs, read_wkt
from osakadx.tables.survey import Report
from osakadx.tables.table import Table

_DEGREES = Crs("", "degrees")
_DIGITS = 9  # decimals of a degree: a tenth of a millimetre
_BROKEN = (shapefile.ShapefileException, struct.error, ValueError, IndexError, KeyError, OSError, TypeError, EOFError)


@dataclass(frozen=True)
class Layer:
    """One Shapefile of a container: the names of its parts by ending."""

    title: str
    parts: Mapping[str, str]


def layers(archive: Archive) -> list[Layer]:
    """Return the Shapefiles of a container, in the order of their names."""
    seen: dict[str, tuple[str, dict[str, str]]] = {}
    for name, title in archive.files.items():
        path = PurePosixPath(title)
        stem = str(path.with_suffix("")).lower()
        seen.setdefault(stem, (path.stem, {}))[1][path.suffix.lower()] = name
    return [Layer(title, parts) for _, (title, parts) in sorted(seen.items()) if ".shp" in parts]


def table(archive: Archive, layer: Layer, limits: Limits, report: Report) -> tuple[Table, str | None]:
    """Return the table of a Shapefile and the encoding of its attributes (None without any).

    Raises:
        RefusedFile: a part is missing or broken.
    """
    parts = {end: archive.read(name, limits.document_bytes) for end, name in layer.parts.items() if end in _READ}
    if ".dbf" not in parts:
        report(found("shapefile-incomplete", sheet=layer.title, missing=".dbf"))
    attributes = _attributes(parts, report)
    crs = _crs(layer, parts, report)
    shapes = _Shapes(_whole(parts[".shp"]), attributes, crs)
    try:
        read = geojson.of_features(shapes.features, layer.title, report)
        return read, NAMES[attributes.codec] if attributes else None
    except _BROKEN as error:
        raise RefusedFile(found("file-broken", format="Shapefile")) from error


def _whole(content: bytes) -> bytes:
    """Return the bytes that the header counts; fewer than those are a file that was cut."""
    size = 2 * int.from_bytes(content[24:28], "big")
    if not _HEADER <= size <= len(content):
        raise RefusedFile(found("file-broken", format="Shapefile"))
    return content[:size]


_HEADER = 100
_READ = (".shp", ".dbf", ".prj", ".cpg")


def _attributes(parts: Mapping[str, bytes], report: Report) -> Dbf | None:
    if ".dbf" not in parts:
        return None
    declared = parts.get(".cpg", b"").decode("ascii", "ignore").strip("\0\r\n \t\ufeff")
    try:
        attributes = open_dbf(parts[".dbf"], declared)
    except BrokenDbf as error:
        raise RefusedFile(found("file-broken", format="DBF")) from error
    called = NAMES[attributes.codec]
    if not declared and called != "utf-8":
        report(found("shapefile-encoding-unsaid", value=called))
    elif declared and declared_codec(declared) != attributes.codec:
        report(found("shapefile-encoding-wrong", value=declared, real=called))
    for row, column in attributes.cut():
        report(found("shapefile-text-cut", row=row, column=column))
    return attributes


def _crs(layer: Layer, parts: Mapping[str, bytes], report: Report) -> Crs:
    written = parts.get(".prj", b"").decode("utf-8", "replace").strip("\0\ufeff \r\n\t")
    crs = read_wkt(written) if written else None
    if crs is None:
        report(found("shapefile-without-prj", value=layer.title))
        return _DEGREES
    if crs.kind == "unknown":
        report(found("projection-unknown", value=crs.name))
    if crs.tokyo:
        report(found("datum-tokyo", value=crs.name))
    return crs


@dataclass(frozen=True)
class _Shapes:
    """The shapes of one file with their attributes, as features."""

    content: bytes
    attributes: Dbf | None
    crs: Crs

    def features(self) -> Iterator[Mapping[str, Any]]:
        """Yield the features anew, shapes without geometry too; those of deleted records not."""
        names = self.attributes.names if self.attributes else ()
        records = self.attributes.records() if self.attributes else None
        shapes: Iterator[Any] = cast("Any", shapefile.Reader(shp=io.BytesIO(self.content))).iterShapes()
        for shape in shapes:
            record = next(records, ()) if records else ()
            if record is not None:
                properties = dict(zip(names, record, strict=False))
                yield {"type": "Feature", "properties": properties, "geometry": self._geometry(shape)}

    def _geometry(self, shape: Any) -> Mapping[str, Any] | None:
        if not shape.points:
            return None
        said = cast("Mapping[str, Any]", shape.__geo_interface__)
        return {"type": said["type"], "coordinates": self._placed(said["coordinates"])}

    def _placed(self, coordinates: Any) -> Any:
        """Positions in degrees, at whatever depth they stand; as they are where the projection is not known."""
        if coordinates and isinstance(coordinates[0], int | float):
            x, y = float(coordinates[0]), float(coordinates[1])
            place = self.crs.degrees(x, y) or (x, y)
            return [_written(part) for part in place]
        return [self._placed(part) for part in coordinates]


def _written(value: float) -> Number:
    text = f"{value:.{_DIGITS}f}"
    return Number(text.rstrip("0").rstrip(".") if "." in text else text)
