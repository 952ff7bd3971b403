"""The number that data.europa.eu would give (MQA, 405 points), to be compared with; nothing of ours depends on it.

Source: data.europa.eu, Metadata Quality Assessment, Methodology (findability 100, accessibility 100,
interoperability 110,
reusability 75, contextuality 20). Metrics of distributions count by the share of the distributions that have them,
as its catalogue-wide percentages do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from osakadx.formats import format_of
from osakadx.quality.evidence import Link

Rating = Literal["Excellent", "Good", "Sufficient", "Bad"]
_RATINGS: tuple[tuple[Rating, int], ...] = (("Excellent", 351), ("Good", 221), ("Sufficient", 121), ("Bad", 0))


@dataclass(frozen=True)
class Distribution:
    """A file as its metadata describe it, and how its addresses answered."""

    format: str = ""
    media_type: str = ""
    license: str = ""
    license_in_vocabulary: bool = False
    rights: str = ""
    size: int | None = None
    issued: str = ""
    modified: str = ""
    download_url: str = ""
    access: Link | None = None
    download: Link | None = None


@dataclass(frozen=True)
class Described:
    """A data set as its metadata describe it; compliant: it passes the SHACL shapes of DCAT-AP."""

    keywords: Sequence[str] = ()
    themes: Sequence[str] = ()
    spatial: bool = False
    temporal: bool = False
    access_rights: str = ""
    access_rights_in_vocabulary: bool = False
    contact: bool = False
    publisher: bool = False
    compliant: bool = False
    issued: str = ""
    modified: str = ""
    distributions: Sequence[Distribution] = ()


@dataclass(frozen=True)
class Assessment:
    """Points by dimension, their sum of 405, and the word that data.europa.eu has for it."""

    dimensions: Mapping[str, int]
    points: int
    rating: Rating


# Formats that need no firm's program, and those that a program reads (EU file-type authority and MQA's list of both).
_OPEN = frozenset(
    {"CSV", "TSV", "JSON", "GeoJSON", "XML", "RDF", "TTL", "JSON-LD", "KML", "GML", "GPKG", "CityGML", "Parquet",
     "HTML", "TXT", "PDF", "ODS", "ODT", "GTFS", "PNG", "TIFF", "ICS", "WMS", "WFS"}
)  # fmt: skip
_MACHINE = frozenset(
    {"CSV", "TSV", "XLSX", "XLS", "JSON", "GeoJSON", "XML", "RDF", "TTL", "JSON-LD", "KML", "KMZ", "SHP", "GML", "GPKG",
     "CityGML", "Parquet", "ODS", "GTFS", "ICS"}
)  # fmt: skip
_OF_DATASET: Mapping[str, Sequence[tuple[int, Callable[[Described], object]]]] = {
    "findability": (
        (30, lambda one: one.keywords),
        (30, lambda one: one.themes),
        (20, lambda one: one.spatial),
        (20, lambda one: one.temporal),
    ),
    "interoperability": ((30, lambda one: one.compliant),),
    "reusability": (
        (10, lambda one: one.access_rights),
        (5, lambda one: one.access_rights_in_vocabulary),
        (20, lambda one: one.contact),
        (10, lambda one: one.publisher),
    ),
    "contextuality": ((5, lambda one: one.issued), (5, lambda one: one.modified)),
}
_OF_DISTRIBUTION: Mapping[str, Sequence[tuple[int, Callable[[Distribution], object]]]] = {
    "accessibility": (
        (50, lambda one: one.access is not None and one.access.answers),
        (20, lambda one: one.download_url),
        (30, lambda one: one.download is not None and one.download.answers),
    ),
    "interoperability": (
        (20, lambda one: one.format),
        (10, lambda one: one.media_type),
        (10, lambda one: _known(one) is not None),
        (20, lambda one: _known(one) in _OPEN),
        (20, lambda one: _known(one) in _MACHINE),
    ),
    "reusability": ((20, lambda one: one.license), (10, lambda one: one.license_in_vocabulary)),
    "contextuality": ((5, lambda one: one.rights), (5, lambda one: one.size)),
}
DIMENSIONS = ("findability", "accessibility", "interoperability", "reusability", "contextuality")


def _known(one: Distribution) -> str | None:
    found = format_of(one.format) or format_of(one.media_type)
    return found.key if found else None


def assess(described: Described) -> Assessment:
    """Return what the MQA would give a data set."""
    points: dict[str, int] = {}
    count = len(described.distributions)
    for dimension in DIMENSIONS:
        own = sum(worth for worth, met in _OF_DATASET.get(dimension, ()) if met(described))
        files = sum(
            worth * sum(1 for one in described.distributions if met(one)) / count
            for worth, met in _OF_DISTRIBUTION.get(dimension, ())
            if count
        )
        points[dimension] = round(own + files)
    total = sum(points.values())
    return Assessment(points, total, next(word for word, least in _RATINGS if total >= least))
