"""A dcat:Dataset in the concepts of the catalog: DCAT 1 to 3, DCAT-AP, and the words older portals use.

Values stay as written. Where a thing has an address and names, the one that our vocabularies know is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from osakadx import formats, vocab
from osakadx.dataset import Record

from .json_values import texts
from .rdf_thing import Thing

# Concept → where its words stand.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("dct:identifier",),
    "title": ("dct:title",),
    "issued": ("dct:issued",),
    "modified": ("dct:modified",),
    "version": ("dcat:version", "owl:versionInfo", "adms:version"),
}
_FILE_WORDS: Mapping[str, tuple[str, ...]] = {
    "file_id": ("dct:identifier",),
    "file_title": ("dct:title",),
    "file_size": ("dcat:byteSize",),
    "file_issued": ("dct:issued",),
    "file_modified": ("dct:modified",),
}
_STARTS = ("dcat:startDate", "schema:startDate", "schemas:startDate")
_ENDS = ("dcat:endDate", "schema:endDate", "schemas:endDate")
_INSTANTS = tuple(f"time:inXSD{kind}" for kind in ("Date", "DateTimeStamp", "DateTime", "gYearMonth", "gYear"))
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?")
_SCHEME = re.compile("(?:mailto|tel):", re.IGNORECASE)
# 団体コード, alone or at the end of an address or of a 法人番号 (its check digit, 000020, then the code).
_CODE = re.compile(r"(?:^|\D)(?:\d000020)?(\d{6})/?$")
_MEDIA_TYPE = re.compile(r".*/media-?types?/", re.IGNORECASE)


def record(dataset: Thing, guid: str) -> Record:
    """Map a data set."""
    return Record(
        guid=guid,
        concepts=_concepts(dataset),
        files=files(dataset),
        raw=dataset.shown(),
        modified=dataset.word("dct:modified"),
    )


def files(dataset: Thing) -> tuple[dict[str, Any], ...]:
    """The files of a data set, by title and address: RDF keeps no order."""
    found = [file for thing in dataset.all("dcat:distribution") if (file := _file(thing))]
    keys = ("file_title", "file_download_url", "file_access_url")
    return tuple(sorted(found, key=lambda file: [str(file.get(key, "")) for key in keys]))


def _concepts(dataset: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {concept: dataset.word(*places) for concept, places in _WORDS.items()}
    found |= {
        "description": "\n".join(dataset.words("dct:description")),
        "keyword": _keywords(dataset),
        "theme": [_readable([theme], vocab.themes_of) for theme in dataset.all("dcat:theme")],
        "language": [language.label for language in dataset.all("dct:language")],
        "landing_page": next(iter(dataset.links("dcat:landingPage")), ""),
        "frequency": _readable(dataset.all("dct:accrualPeriodicity"), vocab.frequency_of),
        "conforms_to": [thing.text or thing.label for thing in dataset.all("dct:conformsTo")],
        "documentation": dataset.links("foaf:page"),
        "provenance": "\n".join(said.word("dct:description") or said.label for said in dataset.all("dct:provenance")),
        "spatial": "、".join(dict.fromkeys(place.label for place in dataset.all("dct:spatial") if place.label)),
        "temporal": next((said for thing in dataset.all("dct:temporal") if (said := _period(thing))), ""),
        "creator": _label(dataset, "dct:creator"),
        "license": _license(dataset),
        "access_rights": _readable(dataset.all("dct:accessRights"), vocab.access_right_of),
        "publisher_name": _label(dataset, "dct:publisher"),
        "publisher_code": next((code for body in dataset.all("dct:publisher") if (code := _code(body))), ""),
        **_contact(dataset),
    }
    return _filled(found)


def _file(thing: Thing) -> dict[str, Any]:
    """A file; one that is but an address is that file where the address ends like one, else unknown and left out."""
    if not thing.is_described:
        return {"file_download_url": thing.text} if formats.format_of_link(thing.text) else {}
    services = thing.all("dcat:accessService")
    ends = [link for service in services for link in service.links("dcat:endpointURL")]
    found: dict[str, Any] = {concept: thing.word(*places) for concept, places in _FILE_WORDS.items()}
    found |= {
        "file_description": "\n".join(thing.words("dct:description")),
        "file_download_url": " ".join(thing.links("dcat:downloadURL")),
        "file_access_url": " ".join(thing.links("dcat:accessURL") or ends),
        "file_format": _format([*thing.all("dct:format"), *thing.all("dcat:mediaType")]),
        "file_license": _license(thing),
        "file_terms": "\n".join(said.label for said in thing.all("dct:rights")),
        "file_language": [language.label for language in thing.all("dct:language")],
        "file_documentation": thing.links("foaf:page"),
        "file_conforms_to": [said.text or said.label for said in thing.all("dct:conformsTo")],
        "file_status": next((name for status in thing.all("adms:status") for name in status.names()
                             if vocab.file_status_of(name)), ""),
        "file_api": "有" if services else "",
    }  # fmt: skip
    return _filled(found)


def _readable(things: list[Thing], read: Callable[[str], object]) -> str:
    """The name that a vocabulary knows; where it knows none, what people call the first of them."""
    known = (name for thing in things for name in thing.names() if read(name))
    return next(known, next((thing.label for thing in things if thing.label), ""))


def _license(thing: Thing) -> str:
    """The licence; a statement of rights counts as one where it names one."""
    written = thing.all("dct:license")
    rights = (name for said in thing.all("dct:rights") for name in said.names() if vocab.license_of(name))
    return _readable(written, vocab.license_of) if written else next(rights, "")


def _keywords(dataset: Thing) -> list[str]:
    """In Japanese and in no language; all of them where none is in Japanese."""
    words = dataset.all("dcat:keyword")
    untranslated = [word.text for word in words if not getattr(word.term, "language", None)]
    best = dataset.words("dcat:keyword")
    return list(dict.fromkeys([*best, *untranslated]))


def _format(things: list[Thing]) -> str:
    names = [name for thing in things for name in thing.names()]
    labels = [thing.label for thing in things]
    known = formats.first_known(map(_format_name, names))
    return known if formats.format_of(known) else formats.first_known(map(_format_name, labels))


def _format_name(written: str) -> str:
    """What an address of a format is the address of: text/csv of IANA's, CSV of the EU's."""
    if not written.startswith(("http://", "https://")):
        return written
    known = next((entry.key for entry in formats.formats().values() if entry.uri == written), "")
    media_type, found = _MEDIA_TYPE.subn("", written)
    return known or (media_type if found else written.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1])


def _period(thing: Thing) -> str:
    start = thing.word(*_STARTS) or _instant(thing, "time:hasBeginning")
    end = thing.word(*_ENDS) or _instant(thing, "time:hasEnd")
    return f"{day(start)}/{day(end)}" if start or end else day(thing.label)


def _instant(thing: Thing, predicate: str) -> str:
    return next((said for instant in thing.all(predicate) if (said := instant.word(*_INSTANTS))), "")


def day(written: str) -> str:
    """A text with its points in time cut to days."""
    return _DAY.sub(r"\1", written)


def code(written: str) -> str:
    """The code of a local government that a number or an address ends in, or empty."""
    found = _CODE.search(written.strip())
    return found[1] if found and vocab.is_local_government_code(found[1]) else ""


def _code(body: Thing) -> str:
    numbers = [number.text for number in body.all("dct:identifier", "skos:notation")]
    return next((found for written in (*numbers, body.iri) if (found := code(written))), "")


def _label(dataset: Thing, predicate: str) -> str:
    return next((thing.label for thing in dataset.all(predicate) if thing.label), "")


def _contact(dataset: Thing) -> dict[str, str]:
    contact = next(iter(dataset.all("dcat:contactPoint")), None)
    if contact is None:
        return {}
    name = contact.word("vcard:fn", "vcard:organization-name", "foaf:name")
    return {
        "contact_name": name or (contact.label if contact.label != contact.iri else ""),
        "contact_email": _reached(contact, "vcard:hasEmail", "vcard:email", "foaf:mbox"),
        "contact_telephone": _reached(contact, "vcard:hasTelephone", "vcard:tel", "foaf:phone"),
        "contact_url": _reached(contact, "vcard:hasURL", "vcard:url", "foaf:page"),
    }


def _reached(contact: Thing, *predicates: str) -> str:
    """An address or number, which stands alone or in a node of its own."""
    for value in contact.all(*predicates):
        if said := value.word("vcard:hasValue", "vcard:value", "rdf:value") or value.text:
            return _SCHEME.sub("", said)
    return ""


def _filled(found: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    values = ((concept, texts(value) if isinstance(value, list) else value) for concept, value in found.items())
    return {concept: value for concept, value in values if value}
