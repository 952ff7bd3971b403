"""A data set in the words of ckanext-dcat's profile for DCAT-AP 3: addresses for keys, Japanese marked as such.

Only what is named here reaches the graph: extras and CKAN's own dates say nothing about the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from osakadx import formats, vocab
from osakadx.dataset import Dataset, Resource
from osakadx.package import entries

JA = "ja"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CHECKSUM = "http://spdx.org/rdf/terms#checksumAlgorithm_"
_CHECKSUMS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}  # hexadecimal digits


def dataset(package: Mapping[str, Any], data: Dataset) -> dict[str, Any]:
    """Return the dict for ckanext-dcat.

    Args:
        package: as ``package_show`` gives it.
        data: the same, as `osakadx.package.from_package` reads it.
    """
    pairs = zip(data.resources, entries(package, "resources"), strict=True)
    return {
        "type": "dataset",
        "title": _japanese(data.title),
        # DCAT-AP demands a description; what other catalogs leave out is answered with the title.
        "notes": _japanese(data.notes or data.subtitle or data.title),
        "tags_translated": {JA: list(data.keywords)},
        "url": data.url,
        "version": data.version,
        "issued": data.issued,
        "modified": data.modified,
        "frequency": _uri(vocab.frequencies(), data.frequency),
        "language": _uris(vocab.languages(), data.language),
        "documentation": list(data.documentation),
        "access_rights": _uri(vocab.terms("access_rights"), data.access_rights),
        "provenance": _japanese(data.provenance),
        "temporal_coverage": entries(package, "temporal_coverage"),
        "creator": [_agent(creator) for creator in entries(package, "creator") if creator.get("name")],
        "resources": [_resource(resource, raw, data) for resource, raw in pairs],
    }


def _resource(resource: Resource, raw: Mapping[str, Any], data: Dataset) -> dict[str, Any]:
    known = formats.format_of(resource.format)
    return {
        "id": raw.get("id"),
        "package_id": raw.get("package_id"),
        "uri": raw.get("uri"),
        "name": _japanese(resource.name),
        "description": _japanese(resource.description),
        "rights": _japanese(resource.rights),
        "access_url": resource.access_url or resource.url,
        "download_url": resource.url,
        "format": known.uri if known else "",
        "mimetype": _MEDIA_TYPES + known.media_type if known and known.media_type else "",
        "status": _uri(vocab.terms("file_statuses"), resource.status),
        "availability": _uri(vocab.terms("availabilities"), str(raw.get("availability") or "")),
        "language": _uris(vocab.languages(), resource.language),
        "documentation": list(resource.documentation),
        "issued": resource.issued,
        "modified": resource.modified or str(raw.get("last_modified") or "")[:10] or data.modified,
        "size": resource.size,
        **_checksum(raw),
    }


def _agent(creator: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: creator.get(key) for key in ("uri", "url", "email", "identifier")}
    return {**plain, "name_translated": {JA: creator["name"]}}


def _checksum(raw: Mapping[str, Any]) -> dict[str, str]:
    """The checksum of a file, where its kind is known and it is one."""
    kind = str(raw.get("hash_algorithm") or "").lower().removeprefix(_CHECKSUM.lower()).replace("-", "")
    value = str(raw.get("hash") or "").lower().removeprefix(f"{kind}:")
    good = len(value) == _CHECKSUMS.get(kind) and set(value) <= set("0123456789abcdef")
    return {"hash": value, "hash_algorithm": _CHECKSUM + kind} if good else {}


def _japanese(written: str) -> dict[str, str]:
    return {JA: written} if written else {}


def _uri(terms: Iterable[Any], key: str) -> str:
    return next((term.uri for term in terms if term.key == key), "")


def _uris(terms: Iterable[Any], keys: Iterable[str]) -> list[str]:
    known = {term.key: term.uri for term in terms}
    return list(dict.fromkeys(known[key] for key in keys if key in known))
