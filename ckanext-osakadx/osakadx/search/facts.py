"""What the index keeps about a data set beside its words: places, years, subject of the title, groups of formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from osakadx.search import places, years
from osakadx.text import fold

MAX_YEARS = 80
_CODE = re.compile(r"^t?(\d{6})(?!\d)")
_EDGES = re.compile(r"^[\W_のにおけるは]+|[\W_の]+$")
_EMPTY_BRACKETS = re.compile(r"[(\[【「][\s年度月日現在版分]*[)\]】」]")
FORMATS = {
    "table": ("csv", "tsv", "xls", "xlsx", "xlsm", "ods", "json", "jsonl", "parquet", "xml"),
    "map": ("geojson", "shp", "kml", "kmz", "gml", "gpkg", "gpx", "czml", "topojson", "geotiff", "wms", "wmts"),
    "document": ("pdf", "doc", "docx", "txt", "html", "htm", "odt", "ppt", "pptx", "rtf"),
    "linked": ("rdf", "ttl", "jsonld", "json-ld", "n3", "nt", "sparql"),
    "transit": ("gtfs", "gtfs-jp", "gtfs-rt"),
    "image": ("jpg", "jpeg", "png", "gif", "tif", "tiff", "svg", "mp4"),
}
_GROUP = {kind: group for group, kinds in FORMATS.items() for kind in kinds}


@dataclass(frozen=True)
class Facts:
    """What a query about a place, a year or a named list is compared with.

    Attributes:
        place: code of the one place it is about: a ward before its city, what the title names before the publisher.
        areas: codes of every place it is about; a ward brings its city.
        years: western years in its title, its files and its period.
        subject: its title without place and date, folded; what `subject_of` makes of a query is compared with it.
    """

    place: str
    areas: tuple[str, ...]
    years: tuple[int, ...]
    subject: str


def facts(dataset: Mapping[str, Any]) -> Facts:
    """Read the facts from a data set as CKAN's `package_show` gives it."""
    organisation = _mapping(dataset.get("organization"))
    title = years.find(str(dataset.get("title") or ""))
    named = places.find(title.rest)
    names = (str(organisation.get("name") or ""), str(dataset.get("name") or ""))
    publisher = _publisher(names) or _only(_named([organisation.get("title")]))
    areas = _areas(dataset, named, publisher)
    return Facts(_innermost(areas), areas, _years(dataset, title.years), _without(named, title.rest))


def subject_of(title: str) -> str:
    """Return what a title is about: 【堺市】AED設置箇所一覧(令和5年度) → ``aed設置箇所一覧``."""
    rest = years.find(title).rest
    return _without(places.find(rest), rest)


def _without(named: Iterable[places.Found], rest: str) -> str:
    for found in reversed([*named]):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    return _EDGES.sub("", _EMPTY_BRACKETS.sub(" ", " ".join(rest.split()))).strip()


def format_groups(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the groups of the formats of a data set's files: table, map, document, linked, transit, image, other."""
    return tuple(sorted({_format_group(name) for name in formats if name}))


@lru_cache(maxsize=1024)
def _format_group(written: str) -> str:
    return _GROUP.get(fold(written).lstrip(".").replace(" ", ""), "other")


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _publisher(names: Iterable[str]) -> str:
    """A body's six digits lead the names of its organisation and of its data sets (Tokyo puts a t before them)."""
    found = (_CODE.match(name) for name in names)
    return next((match.group(1) for match in found if match and match.group(1) in places.places()), "")


def _only(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else ""


def _areas(dataset: Mapping[str, Any], named: Iterable[places.Found], publisher: str) -> tuple[str, ...]:
    codes = _codes(named, publisher) + _named(_texts(dataset.get("spatial_coverage")), publisher)
    if not publisher and not codes:
        files = [resource.get("name") for resource in _resources(dataset)]
        codes = _named([dataset.get("notes"), *files], publisher)
    own = [publisher] if publisher and not _narrower(codes, publisher) else []
    codes = [*own, *(code for code in codes if code not in places.holders(publisher))]
    cities = [places.places()[code].within for code in codes if places.places()[code].kind == "ward"]
    return tuple(dict.fromkeys([*codes, *cities]))


def _innermost(codes: Sequence[str]) -> str:
    outer = {holder for code in codes for holder in places.holders(code)}
    return next((code for code in codes if code not in outer), "")


def _narrower(codes: Sequence[str], publisher: str) -> bool:
    """Whether a prefecture's data set names a municipality: then it is about that one."""
    return places.places()[publisher].kind == "prefecture" and any(publisher in places.holders(code) for code in codes)


def _named(texts: Iterable[Any], publisher: str = "") -> list[str]:
    return _codes((place for text in texts if text for place in places.find(fold(str(text)))), publisher)


def _codes(named: Iterable[places.Found], publisher: str) -> list[str]:
    return [code for place in named for code in sorted(_meant(place.codes, publisher))]


def _meant(codes: frozenset[str], publisher: str) -> frozenset[str]:
    """Of places of one name, those near the publisher; a town elsewhere is not what a district of Osaka means."""
    if inside := frozenset(code for code in codes if publisher in (code, *places.holders(code))):
        return inside
    near = frozenset(code for code in codes if code[:2] == publisher[:2])
    return near if near or publisher[:2] == places.HOME[:2] else codes


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Sequence):
        return [text for entry in cast("Sequence[Any]", value) for text in _texts(entry)]
    return [str(text) for text in _mapping(value).values()]


def _resources(dataset: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [_mapping(resource) for resource in dataset.get("resources") or ()]


def _years(dataset: Mapping[str, Any], in_title: Iterable[int]) -> tuple[int, ...]:
    found = set(in_title)
    for resource in _resources(dataset):
        found.update(years.named(str(resource.get("name") or "")))
    found.update(years.named(str(dataset.get("temporal_text") or "")))
    for period in dataset.get("temporal_coverage") or ():
        found |= _span(_mapping(period))
    return tuple(sorted(found))[-MAX_YEARS:]


def _span(period: Mapping[str, Any]) -> set[int]:
    ends = [int(year) for key in ("start", "end") if (year := str(period.get(key) or "")[:4]).isdecimal()]
    return set(range(min(ends), min(max(ends), min(ends) + MAX_YEARS) + 1)) if ends else set()
