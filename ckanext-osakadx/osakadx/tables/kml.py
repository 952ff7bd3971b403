"""Reads KML (OGC 12-007) as a table: one row per Placemark, its data as columns, points as 緯度 and 経度.

Nothing that a file refers to is asked for: neither a NetworkLink nor an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from osakadx.tables import geojson
from osakadx.tables.encoding import Encoding
from osakadx.tables.features import Number
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.mixed import Mixture
from osakadx.tables.odsxml import refuse_doctype
from osakadx.tables.source import Source
from osakadx.tables.survey import Report
from osakadx.tables.table import Table

_CHARS = 1 << 20
# Elements of a Placemark that say something about it; the rest is how it is drawn.
_PLAIN = frozenset({"name", "description", "address", "phoneNumber", "when", "begin", "end"})
_GEOMETRIES = {
    "Point": "Point",
    "LineString": "LineString",
    "LinearRing": "LineString",
    "Polygon": "Polygon",
    "MultiGeometry": "GeometryCollection",
}
FOLDER = "Folder"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def table(source: Source, text: Encoding | Mixture, name: str, report: Report) -> Table:
    """Return the table of a KML document.

    Raises:
        RefusedFile: it is no XML, or declares a document type.
    """
    links = dict.fromkeys(_links(source, text))
    for link in links:
        report(found("kml-network-link", value=link))
    return geojson.of_features(lambda: _placemarks(source, text), name, report)


def _links(source: Source, text: Encoding | Mixture) -> Iterator[str]:
    for reader in _read(source, text):
        yield from reader.links
        reader.links.clear()


def _placemarks(source: Source, text: Encoding | Mixture) -> Iterator[Mapping[str, Any]]:
    for reader in _read(source, text):
        yield from reader.done
        reader.done.clear()


def _read(source: Source, text: Encoding | Mixture) -> Iterator[_Reader]:
    """Yield the reader after each piece of the document, so that what is done can be taken out of it."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        with text.text(source) as stream:
            while piece := stream.read(_CHARS):
                parser.Parse(piece, False)  # a str, so whatever encoding the first line names does not count
                yield reader
                if len(piece) > _CHARS:
                    break
        parser.Parse("", True)
        yield reader
    except expat.ExpatError as error:
        raise RefusedFile(found("file-broken", format="KML")) from error


class _Reader:
    """Takes the events of one document.

    Attributes:
        done: Placemarks in the form of GeoJSON features, not yet taken. links: addresses of NetworkLinks.
    """

    def __init__(self) -> None:
        self.done: list[Mapping[str, Any]] = []
        self.links: list[str] = []
        self._path: list[str] = []
        self._folders: list[str] = []
        self._text: list[str] = []
        self._data = ""
        self._properties: dict[str, Any] | None = None
        self._shapes: list[dict[str, Any]] = []

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = _local(tag)
        self._path.append(name)
        self._text = []
        if name == "Folder":
            self._folders.append("")
        elif name == "Placemark":
            folder = self._folders[-1] if self._folders else ""
            self._properties = {FOLDER: folder} if folder else {}
            self._shapes = [{"type": "GeometryCollection", "geometries": []}]
        elif name in ("Data", "SimpleData"):
            self._data = str(attributes.get("name", ""))
        elif name in _GEOMETRIES and self._properties is not None:
            kind = _GEOMETRIES[name]
            if kind != "LineString" or self._shapes[-1]["type"] != "Polygon":
                held = "geometries" if kind == "GeometryCollection" else "coordinates"
                self._shapes.append({"type": kind, held: []})

    def text(self, content: str) -> None:
        self._text.append(content)

    def end(self, tag: str) -> None:
        name, said = _local(tag), "".join(self._text).strip()
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        self._text = []
        if name == "href" and "NetworkLink" in self._path:
            self.links.append(said)
        elif name == "name" and parent == "Folder":
            self._folders[-1] = said
        elif name == "Folder":
            self._folders.pop()
        elif self._properties is not None:
            self._within(name, parent, said, self._properties)

    def _within(self, name: str, parent: str, said: str, properties: dict[str, Any]) -> None:
        if name == "Placemark":
            shapes = self._shapes[0]["geometries"]
            geometry = shapes[0] if len(shapes) == 1 else self._shapes[0] if shapes else None
            self.done.append({"type": "Feature", "properties": properties, "geometry": geometry})
            self._properties = None
        elif (name == "value" and parent == "Data") or name == "SimpleData":
            properties[self._data] = said
        elif name in _PLAIN and parent in ("Placemark", "TimeStamp", "TimeSpan"):
            properties[name] = said
        elif name == "coordinates":
            _add(self._shapes[-1], said)
        elif name in _GEOMETRIES and _GEOMETRIES[name] == self._shapes[-1]["type"] and len(self._shapes) > 1:
            shape = self._shapes.pop()
            self._shapes[-1].setdefault("geometries", []).append(shape)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _number(written: str) -> str:
    return Number(written) if _NUMBER.fullmatch(written) else written


def _add(shape: dict[str, Any], written: str) -> None:
    """Add the tuples of a ``coordinates`` element; in a polygon each of them is one ring."""
    positions = [[_number(part) for part in place.split(",")[:2]] for place in written.split()]
    if shape["type"] == "Polygon":
        shape["coordinates"].append(positions)
    elif shape["type"] == "Point":
        shape["coordinates"] = positions[0] if positions else []
    else:
        shape["coordinates"] = positions
