"""Dataset and the plain dict that CKAN stores under schemas/dataset.yaml, in both directions.

What is empty is left out of the dict. Notices are no part of a package; keys that tie it to its source (guid, source)
are handed in as extras.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, cast

from osakadx import vocab
from osakadx.dataset import Contact, Dataset, Resource

# Attribute of Dataset → field of the package, for values that are one text.
_LINES = {
    "identifier": "identifier",
    "name": "name",
    "title": "title",
    "publisher": "owner_org",
    "subtitle": "subtitle",
    "notes": "notes",
    "url": "url",
    "version": "version",
    "issued": "issued",
    "modified": "modified",
    "frequency": "frequency",
    "frequency_text": "frequency_text",
    "license": "license_id",
    "access_rights": "access_rights",
    "provenance": "provenance",
    "temporal_text": "temporal_text",
    "remarks": "remarks",
    "standard": "standard_dataset_no",
    "standard_edition": "standard_edition",
}
_LISTS = ("theme", "universal_menu", "language", "conforms_to", "documentation")
_FILE_LINES = (
    "url", "name", "description", "format", "access_url", "license", "rights", "status", "issued", "modified",
    "api_available", "identifier",
)  # fmt: skip
_FILE_LISTS = ("language", "documentation", "conforms_to")


def to_package(dataset: Dataset, extras: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the dict that ``package_create`` takes for a data set.

    Args:
        dataset: as `osakadx.normalise` makes it.
        extras: further key → value, such as the guid and the source of a harvested data set.

    Returns:
        Texts, lists of texts and lists of dicts (contact, creator, temporal_coverage, spatial_coverage, resources,
        tags, groups, extras); ``owner_org`` and the groups of the 17 fields by name.
    """
    names = {theme.code: theme.name for theme in vocab.themes()}
    package: dict[str, Any] = {"type": "dataset"}
    package |= {field: getattr(dataset, attribute) for attribute, field in _LINES.items()}
    package |= {field: list(getattr(dataset, field)) for field in _LISTS}
    package |= {
        "tags": [{"name": keyword} for keyword in dataset.keywords],
        "groups": [{"name": names[code]} for code in dataset.theme if code in names],
        "contact": _part({field.name: getattr(dataset.contact, field.name) for field in fields(Contact)}),
        "creator": _part({"name": dataset.creator}),
        "temporal_coverage": _part({"start": dataset.temporal_start, "end": dataset.temporal_end}),
        "spatial_coverage": _part({"text": dataset.spatial}),
        "resources": [_to_resource(resource) for resource in dataset.resources],
        "extras": [{"key": key, "value": value} for key, value in sorted((extras or {}).items())],
    }
    return _filled(package)


def from_package(package: Mapping[str, Any]) -> Dataset:
    """Return the data set that a dict of CKAN describes, as ``package_show`` gives it or as `to_package` made it.

    Fields that are missing, null or of another shape than schemas/dataset.yaml says come out empty.
    """
    organization: Mapping[str, Any] = package.get("organization") or {}
    contact, creator, period = (_first(package, name) for name in ("contact", "creator", "temporal_coverage"))
    places = [_text(place.get("text")) for place in entries(package, "spatial_coverage")]
    plain: dict[str, Any] = {attribute: _text(package.get(field)) for attribute, field in _LINES.items()}
    plain |= {field: _texts(package.get(field)) for field in _LISTS}
    plain["publisher"] = _text(organization.get("name")) or plain["publisher"]
    return Dataset(
        **plain,
        keywords=tuple(_text(tag.get("name")) for tag in entries(package, "tags")),
        contact=Contact(**{field.name: _text(contact.get(field.name)) for field in fields(Contact)}),
        creator=_text(creator.get("name")),
        temporal_start=_text(period.get("start")),
        temporal_end=_text(period.get("end")),
        spatial="、".join(place for place in places if place),
        resources=tuple(_from_resource(resource) for resource in entries(package, "resources")),
    )


def entries(package: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """Return the entries of a repeating field, of the tags or of the resources, also where they are still JSON text."""
    listed = _listed(package.get(field))
    return [cast("Mapping[str, Any]", entry) for entry in listed if isinstance(entry, dict)]


def _to_resource(resource: Resource) -> dict[str, Any]:
    lines = {field: getattr(resource, field) for field in _FILE_LINES}
    lists = {field: list(getattr(resource, field)) for field in _FILE_LISTS}
    return {"url": resource.url} | _filled(lines | lists | {"size": resource.size})


def _from_resource(resource: Mapping[str, Any]) -> Resource:
    plain: dict[str, Any] = {field: _text(resource.get(field)) for field in _FILE_LINES}
    plain |= {field: _texts(resource.get(field)) for field in _FILE_LISTS}
    size = _text(resource.get("size"))
    return Resource(**plain, size=int(size) if size.isdecimal() else None)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", [], None)}


def _part(values: Mapping[str, str]) -> list[dict[str, str]]:
    """One entry of a repeating field, or none when nothing is said."""
    filled = _filled(values)
    return [filled] if filled else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _listed(value: Any) -> list[Any]:
    """A list, also where CKAN hands it out as the JSON it is stored as."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return list(cast("Iterable[Any]", value)) if isinstance(value, list | tuple) else []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(entry) for entry in _listed(value) if entry)


def _first(package: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    listed = entries(package, field)
    return listed[0] if listed else {}
