"""A CKAN package, as any portal's API gives it, in the concepts of the catalog.

Where a portal keeps a concept was read off BODIK ODCS, e-Gov データポータル (data.go.jp), 東京都オープンデータカタログ,
SIP/NII's profile and ckanext-dcat's schemas. Values stay as written; of several places the first filled one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from osakadx import formats
from osakadx.dataset import Record

from .json_values import mapping, mappings, text, texts
from .listing import Notes

Package = Mapping[str, Any]

# Concept → keys of the package, then of its extras.
_DATASET: Mapping[str, tuple[str, ...]] = {
    "identifier": ("identifier", "name"),
    "title": ("title",),
    "subtitle": ("subtitle",),
    "description": ("notes", "description"),
    "issued": ("issued", "release_date"),
    "modified": ("modified",),
    "version": ("version",),
    "language": ("language",),
    "landing_page": ("url", "landingPage"),
    "frequency": ("frequency", "更新頻度", "frequency_of_update"),
    "conforms_to": ("conforms_to",),
    "documentation": ("documentation",),
    "provenance": ("provenance",),
    "spatial": ("spatial_text", "spatial"),
    "temporal": ("temporal",),
    "creator": ("creator_name", "author", "creator"),
    "contact_name": ("contact_name", "maintainer", "contactPoint"),
    "contact_email": ("contact_email", "maintainer_email", "author_email"),
    "contact_url": ("contact_url",),
    "license": ("license_id", "license_title", "license_url"),
    "access_rights": ("access_rights",),
}
_FILE: Mapping[str, tuple[str, ...]] = {
    "file_id": ("id",),
    "file_title": ("name",),
    "file_download_url": ("url", "download_url"),
    "file_access_url": ("access_url",),
    "file_description": ("description",),
    "file_license": ("resource_license_id", "license", "license_id"),
    "file_status": ("status",),
    "file_size": ("size",),
    "file_issued": ("issued", "created"),
    "file_modified": ("last_modified_date", "modified", "last_modified"),
    "file_terms": ("rights",),
    "file_copyright": ("copyright",),
    "file_documentation": ("documentation",),
    "file_language": ("language",),
    "file_conforms_to": ("conforms_to",),
}
_TRANSLATED = "_translated"
_MANY = frozenset(
    {"language", "conforms_to", "documentation", "file_language", "file_documentation", "file_conforms_to"}
)
# BODIK names its organizations by the six-digit code, Tokyo by t and the code; t000 … are Tokyo's bureaus.
_BODY = re.compile(r"t?(?!000)(\d{6})")


def record(package: Package, notes: Notes) -> Record | None:
    """Map a package; None for one that is no public data set, or has no identity, which is counted."""
    guid = identity(package)
    if kind := _not_ours(package) or ("" if guid else "without-id"):
        notes.skip(kind)
        return None
    extras = _extras(package, guid, notes)
    files = tuple(_file(resource, extras) for resource in mappings(package.get("resources")) if _active(resource))
    return Record(
        guid=guid,
        concepts=_concepts(package, extras),
        files=files,
        raw=package,
        modified=text(package.get("metadata_modified")),
    )


def identity(package: Package) -> str:
    """The package's id, or its name where a portal sends no id; empty without either."""
    return text(package.get("id")) or text(package.get("name"))


def _not_ours(package: Package) -> str:
    if package.get("private") is True or text(package.get("private")).lower() == "true":
        return "private"
    if not _active(package):
        return "deleted"
    kind = text(package.get("type")) or "dataset"
    return "" if kind == "dataset" else f"type-{kind}"


def _concepts(package: Package, extras: Mapping[str, Any]) -> dict[str, Any]:
    package = _in_japanese(package)
    organization = mapping(package.get("organization"))
    found = {concept: _first(concept, keys, package, extras) for concept, keys in _DATASET.items()}
    body = _BODY.fullmatch(text(organization.get("name")))
    start, end = text(extras.get("temporal_start")), text(extras.get("temporal_end"))
    found |= {
        "publisher_code": body[1] if body else "",
        "publisher_name": _first("", ("publisher", "publisher_name"), {}, extras) or text(organization.get("title")),
        "keyword": _names(package.get("tags"), ("display_name", "name")),
        "theme": _names(package.get("groups"), ("title", "display_name", "name")) or texts(extras.get("theme")),
        "temporal": found["temporal"] or (f"{start}/{end}" if start or end else ""),
    }
    return {concept: value for concept, value in found.items() if value}


def _file(resource: Package, extras: Mapping[str, Any]) -> dict[str, Any]:
    resource = _in_japanese(resource)
    found = {concept: _first(concept, keys, resource, {}) for concept, keys in _FILE.items()}
    found["file_format"] = formats.first_known(text(resource.get(key)) for key in ("format", "mimetype"))
    found["file_copyright"] = found["file_copyright"] or text(extras.get("copyright"))
    return {concept: value for concept, value in found.items() if value}


def _first(concept: str, keys: tuple[str, ...], *places: Mapping[str, Any]) -> Any:
    read = texts if concept in _MANY else text
    for place in places:
        for key in keys:
            if key in place and (value := read(place[key])):
                return value
    return read(None)


def _in_japanese(item: Package) -> Package:
    """A package or resource, with the Japanese of what its portal keeps in several languages (ckanext-fluent)."""
    told = {key: mapping(item[key]).get("ja") for key in item if key.endswith(_TRANSLATED)}
    return {**item, **{key.removesuffix(_TRANSLATED): said for key, said in told.items() if text(said)}}


def _extras(package: Package, guid: str, notes: Notes) -> dict[str, Any]:
    """Key → value; some portals send an object where CKAN sends a list of pairs."""
    extras: Any = package.get("extras")
    if isinstance(extras, dict):
        notes.warn("ckan-extras-object", "extrasが一覧ではなくオブジェクトで書かれています。", guid)
        return cast("dict[str, Any]", extras)
    return {text(pair.get("key")): pair.get("value") for pair in mappings(extras)}


def _names(value: Any, keys: tuple[str, ...]) -> list[str]:
    """The names of tags or groups, which come as objects or as plain texts."""
    if not isinstance(value, list):
        return []
    found = [
        _first("", keys, cast("dict[str, Any]", item)) if isinstance(item, dict) else text(item)
        for item in cast("list[Any]", value)
    ]
    return [name for name in found if name]


def _active(item: Package) -> bool:
    return text(item.get("state")) in ("", "active")
