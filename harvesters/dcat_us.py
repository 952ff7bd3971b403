"""A DCAT-US catalog (data.json of Project Open Data 1.1) in the concepts of the catalog.

It is read as the JSON it is: of its many writers few mean the RDF that its @context would make of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from osakadx import formats, vocab
from osakadx.dataset import Record
from osakadx.errors import ListingError

from .dcat_catalog import Holders, addresses, lasting, tell_of_nameless, tell_of_title
from .dcat_dataset import code, day
from .json_values import mapping, mappings, objects, text, texts
from .listing import Notes

_TEXTS: Mapping[str, str] = {
    "identifier": "identifier",
    "title": "title",
    "description": "description",
    "issued": "issued",
    "frequency": "accrualPeriodicity",
    "spatial": "spatial",
    "license": "license",
    "remarks": "rights",
    "version": "version",
}
_LISTS: Mapping[str, str] = {
    "keyword": "keyword",
    "theme": "theme",
    "language": "language",
    "conforms_to": "conformsTo",
}
_FILE_TEXTS: Mapping[str, tuple[str, ...]] = {
    "file_title": ("title",),
    "file_description": ("description",),
    "file_license": ("license",),
    "file_size": ("byteSize",),
    "file_issued": ("issued",),
    "file_modified": ("modified",),
    "file_terms": ("rights",),
}
_SCHEME = re.compile("(?:mailto|tel):", re.IGNORECASE)


def is_catalog(value: Any, where: str) -> bool:
    """Whether JSON is a DCAT-US catalog: a list ``dataset``, and its schema named, or no context at all.

    Raises:
        ListingError: the schema is named, and what stands for the list is none (``dcat-missing``).
    """
    held = mapping(value)
    named = f"{text(held.get('conformsTo'))} {text(held.get('@context'))}"
    known = "project-open-data" in named or "@context" not in held
    if "project-open-data" in named and "dataset" in held and not isinstance(held["dataset"], list):
        raise ListingError(
            "data.jsonの dataset がリストではありません。",
            where=where,
            fix="データセットを dataset に [ ] のリストで書いてください。",
            slug="dcat-missing",
        )
    return isinstance(held.get("dataset"), list) and "@graph" not in held and known


def records(value: Any, where: str, notes: Notes, holders: Holders) -> Iterator[Record]:
    """Map the data sets of a catalog; those that are not public are counted.

    Args:
        value: for which `is_catalog` holds.
        where: its address, on which relative links hang.
        notes: is told of data sets without identity and of titles that are not Japanese.
        holders: of the identifiers met.
    """
    listed: list[Any] = mapping(value)["dataset"]
    entries = mappings(listed)
    for _ in range(len(listed) - len(entries)):
        notes.skip("no-dataset")
    files = [_files(entry, where) for entry in entries]
    nameless = [_identity(entry) == "" for entry in entries]
    candidates = [
        (_link(entry.get("landingPage"), where), addresses(some)) if lacks else ()
        for entry, some, lacks in zip(entries, files, nameless, strict=True)
    ]
    for entry, some, other in zip(entries, files, lasting(candidates), strict=True):
        guid = _identity(entry) or other
        if text(entry.get("accessLevel")) == "non-public":
            notes.skip("non-public")
        elif not guid:
            tell_of_nameless(text(entry.get("title")), where, notes)
        else:
            guid = holders.guid(guid, text(entry.get("@id")), text(entry.get("title")))
            found = Record(guid, _concepts(entry, where), some, entry, text(entry.get("modified")))
            tell_of_title(found.title, guid, notes)
            yield found


def _identity(entry: Mapping[str, Any]) -> str:
    return text(entry.get("identifier")) or text(entry.get("@id"))


def _concepts(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {concept: text(entry.get(key)) for concept, key in _TEXTS.items()}
    found |= {concept: texts(entry.get(key)) for concept, key in _LISTS.items()}
    publisher, contact = mapping(entry.get("publisher")), mapping(entry.get("contactPoint"))
    documents = [text(entry.get("describedBy")), *texts(entry.get("references"))]
    modified = text(entry.get("modified"))
    found |= {
        # A repeating interval (R/P1W) in place of a date says how often.
        "modified": "" if modified.startswith("R/") else modified,
        "frequency": found["frequency"] or (modified if modified.startswith("R/") else ""),
        "temporal": day(text(entry.get("temporal"))),
        "landing_page": _link(entry.get("landingPage"), where),
        "documentation": [_link(document, where) for document in documents if document],
        "publisher_name": text(publisher.get("name")) or text(entry.get("publisher")),
        "publisher_code": code(text(publisher.get("identifier")) or text(publisher.get("@id"))),
        "contact_name": text(contact.get("fn")),
        "contact_email": _SCHEME.sub("", text(contact.get("hasEmail"))),
        "contact_telephone": _SCHEME.sub("", text(contact.get("hasTelephone"))),
        "access_rights": _access(text(entry.get("accessLevel"))),
    }
    return {concept: value for concept, value in found.items() if value}


def _files(entry: Mapping[str, Any], where: str) -> tuple[dict[str, Any], ...]:
    return tuple(file for thing in objects(entry.get("distribution")) if (file := _file(thing, where)))


def _file(thing: Mapping[str, Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        concept: next((said for key in keys if (said := text(thing.get(key)))), "")
        for concept, keys in _FILE_TEXTS.items()
    }
    found |= {
        "file_format": formats.first_known(text(thing.get(key)) for key in ("format", "mediaType")),
        "file_download_url": _link(thing.get("downloadURL"), where),
        "file_access_url": _link(thing.get("accessURL"), where),
        "file_conforms_to": texts(thing.get("conformsTo")),
        "file_documentation": [_link(said, where) for said in texts(thing.get("describedBy"))],
    }
    return {concept: value for concept, value in found.items() if value}


def _access(level: str) -> str:
    """Public and restricted public in our words."""
    found = vocab.access_right_of(level.removesuffix(" public"))
    return found.key if found else ""


def _link(written: Any, where: str) -> str:
    said = text(written)
    try:
        return urljoin(where, said) if said else ""
    except ValueError:
        return said
