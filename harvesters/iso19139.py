"""A record of ISO 19115 in its XML of ISO 19139 (gmd:MD_Metadata, gmi:MI_Metadata) in the concepts of the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from osakadx import formats, vocab
from osakadx.dataset import Record

from .dcat_dataset import code, day
from .listing import Notes
from .rdf_thing import is_japanese
from .xml_text import etree

NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gmi": "http://www.isotc211.org/2005/gmi",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "xlink": "http://www.w3.org/1999/xlink",
}
ROOTS = frozenset(
    f"{{{NAMESPACES[prefix]}}}{name}" for prefix, name in (("gmd", "MD_Metadata"), ("gmi", "MI_Metadata"))
)

_OURS = frozenset({"", "dataset", "series", "nonGeographicDataset", "tile", "feature", "featureType"})
_IDENTIFICATION = "gmd:identificationInfo/gmd:MD_DataIdentification"
_CITATION = f"{_IDENTIFICATION}/gmd:citation/gmd:CI_Citation"
_KEYWORDS = f"{_IDENTIFICATION}/gmd:descriptiveKeywords/gmd:MD_Keywords"
_TOPIC = f"{_IDENTIFICATION}/gmd:topicCategory"
_EXTENT = f"{_IDENTIFICATION}/gmd:extent/gmd:EX_Extent"
_LEGAL = f"{_IDENTIFICATION}/gmd:resourceConstraints/*"
_FREQUENCY = f"{_IDENTIFICATION}/gmd:resourceMaintenance//gmd:MD_MaintenanceFrequencyCode"
_DISTRIBUTION = "gmd:distributionInfo/gmd:MD_Distribution"
_TRANSFER = f"{_DISTRIBUTION}//gmd:MD_DigitalTransferOptions"
# Other catalogs' words for a link that is no file.
_PAGE = re.compile("WWW:LINK|information|search|order", re.IGNORECASE)
_SERVICE = re.compile(r"OGC[:-](?P<name>W[MF]S|WMTS|WCS|CSW)|^(?P<esri>ESRI):", re.IGNORECASE)


def record(metadata: Any, notes: Notes) -> Record | None:
    """Map a record; None for one that describes no data set, or has no identifier, which is counted.

    Args:
        metadata: lxml element, one of `ROOTS`.
        notes: is told of records without identifier and of titles that are not Japanese.
    """
    guid = identifier(metadata)
    level = _codes(metadata, "gmd:hierarchyLevel/gmd:MD_ScopeCode")[:1] or [""]
    if level[0] not in _OURS or not _all(metadata, _IDENTIFICATION):
        notes.skip(f"level-{level[0] or 'unknown'}")
        return None
    if not guid:
        notes.skip("without-id")
        notes.warn(
            "identity-missing",
            "fileIdentifierのないレコードを載せませんでした。",
            _word(metadata, f"{_CITATION}/gmd:title"),
        )
        return None
    concepts = _concepts(metadata)
    title = str(concepts.get("title", ""))
    if title and not is_japanese(title):
        notes.warn("title-not-japanese", f"「{title[:60]}」に日本語の題名がありません。", guid)
    xml = str(etree.tostring(metadata, encoding="unicode", with_tail=False))
    return Record(guid, concepts, tuple(_files(metadata)), {"xml": xml}, _word(metadata, "gmd:dateStamp"))


def identifier(metadata: Any) -> str:
    """The record's `fileIdentifier`; empty without one."""
    return _word(metadata, "gmd:fileIdentifier")


def _concepts(metadata: Any) -> dict[str, Any]:
    pages = [link for link in _links(metadata) if _is_page(link)]
    addresses = list(dict.fromkeys([_word(metadata, "gmd:dataSetURI"), *(_address(link) for link in pages)]))
    addresses = [address for address in addresses if address]
    places = [
        word for block in _all(metadata, _KEYWORDS) if _kind(block) == "place" for word in _words(block, "gmd:keyword")
    ]
    frequencies = _codes(metadata, _FREQUENCY)
    title = _word(metadata, f"{_CITATION}/gmd:title")
    found: dict[str, Any] = {
        "identifier": _word(metadata, "gmd:fileIdentifier"),
        "title": title,
        "subtitle": next((name for name in _words(metadata, f"{_CITATION}/gmd:alternateTitle") if name != title), ""),
        "description": _word(metadata, f"{_IDENTIFICATION}/gmd:abstract"),
        "keyword": [word for block in _all(metadata, _KEYWORDS) if _kind(block) != "place"
                    for word in _words(block, "gmd:keyword")],
        "theme": [topic for topic in _words(metadata, _TOPIC) if vocab.themes_of(topic)],
        "issued": _date(metadata, "publication") or _date(metadata, "creation"),
        "modified": _date(metadata, "revision"),
        "version": _word(metadata, f"{_CITATION}/gmd:edition"),
        "language": _words(metadata, f"{_IDENTIFICATION}/gmd:language"),
        "landing_page": addresses[0] if addresses else "",
        "documentation": addresses[1:],
        "frequency": next((name for name in frequencies if vocab.frequency_of(name)), "".join(frequencies[:1])),
        "provenance": _word(metadata, "gmd:dataQualityInfo//gmd:LI_Lineage/gmd:statement"),
        "spatial": "、".join(dict.fromkeys(places)) or _extent(metadata),
        "temporal": _period(metadata),
        **_rights(metadata),
        **_people(metadata),
    }  # fmt: skip
    return {concept: _once(value) for concept, value in found.items() if value}


def _once(value: Any) -> Any:
    return list(dict.fromkeys(cast("list[str]", value))) if isinstance(value, list) else value


def _people(metadata: Any) -> dict[str, str]:
    """Contact, publisher and author, from whoever plays the part."""
    places = (f"{_IDENTIFICATION}/gmd:pointOfContact", f"{_CITATION}/gmd:citedResponsibleParty", "gmd:contact")
    parties = [party for place in places for party in _all(metadata, f"{place}/gmd:CI_ResponsibleParty")]

    def who(*roles: str) -> Any:
        found = (party for role in roles for party in parties if role in _codes(party, "gmd:role/gmd:CI_RoleCode"))
        return next(found, None)

    contact = who("pointOfContact", "custodian", "owner", "publisher")
    publisher = who("publisher", "owner", "custodian", "pointOfContact")
    author = who("originator", "author")
    codes = [found for link in _anchors(publisher, "gmd:organisationName") if (found := code(link))]
    return {
        "contact_name": _name(contact, "gmd:organisationName", "gmd:positionName", "gmd:individualName"),
        "contact_email": _word(contact, ".//gmd:electronicMailAddress"),
        "contact_telephone": _word(contact, ".//gmd:voice"),
        "contact_url": _word(contact, ".//gmd:onlineResource//gmd:linkage"),
        "publisher_name": _name(publisher, "gmd:organisationName", "gmd:individualName"),
        "publisher_code": "".join(codes[:1]),
        "creator": _name(author, "gmd:organisationName", "gmd:individualName"),
    }


def _rights(metadata: Any) -> dict[str, str]:
    """The licence, where one of the constraints names one, else what is said under license; the rest as remarks."""
    said: dict[str, bool] = {}
    for block in _all(metadata, _LEGAL):
        licensing = "license" in _codes(block, "gmd:useConstraints/gmd:MD_RestrictionCode")
        for path in ("gmd:otherConstraints", "gmd:useLimitation"):
            said.update(dict.fromkeys([*_anchors(block, path), *_words(block, path)], licensing))
    known = next((text for text in said if vocab.license_of(text)), "")
    chosen = known or next((text for text, licensing in said.items() if licensing), "")
    rest = [text for text in said if text != chosen and not vocab.license_of(text)]
    return {"license": chosen, "remarks": "\n".join(rest)}


def _files(metadata: Any) -> Iterator[dict[str, Any]]:
    names = [_word(one, "gmd:name") for one in _all(metadata, f"{_DISTRIBUTION}//gmd:MD_Format")]
    links = [link for link in _links(metadata) if not _is_page(link)]
    seen: set[str] = set()
    for link in links:
        address, protocol = _address(link), _word(link, "gmd:protocol")
        if not address or address in seen:
            continue
        seen.add(address)
        service = _SERVICE.search(protocol)
        media = [str(kind) for kind in _all(link, "gmd:name/gmx:MimeFileType/@type")]
        only = (
            names
            if len(links) == 1
            else [name for name in names if formats.resolve(name, "") == formats.resolve("", address)]
        )
        format_name = (service["name"] or "") if service else next(iter([*media, *only]), "")
        found = {
            "file_title": _word(link, "gmd:name"),
            "file_description": _word(link, "gmd:description"),
            "file_access_url" if service else "file_download_url": address,
            "file_format": format_name.upper() if service else format_name,
            "file_size": _size(metadata) if len(links) == 1 else "",
            "file_api": "有" if service else "",
        }
        yield {concept: value for concept, value in found.items() if value}


def _links(metadata: Any) -> list[Any]:
    return _all(metadata, f"{_TRANSFER}/gmd:onLine/gmd:CI_OnlineResource")


def _address(link: Any) -> str:
    return _word(link, "gmd:linkage")


def _is_page(link: Any) -> bool:
    """Whether a link leads to a page about the data; what ends like a file is one whatever is said of it."""
    said = " ".join([_word(link, "gmd:protocol"), *_codes(link, "gmd:function/gmd:CI_OnLineFunctionCode")])
    ending = formats.format_of_link(_address(link))
    return _PAGE.search(said) is not None and (ending is None or ending.key == "HTML")


def _size(metadata: Any) -> str:
    size = _word(metadata, f"{_TRANSFER}/gmd:transferSize")
    return f"{size} MB" if size else ""


def _extent(metadata: Any) -> str:
    """The area in words; without any, the corners of its box."""
    words = [*_words(metadata, f"{_EXTENT}/gmd:description"),
             *_words(metadata, f"{_EXTENT}/gmd:geographicElement/gmd:EX_GeographicDescription//gmd:code")]  # fmt: skip
    if words:
        return "、".join(dict.fromkeys(words))
    box = f"{_EXTENT}/gmd:geographicElement/gmd:EX_GeographicBoundingBox/gmd:"
    west, east = (_word(metadata, f"{box}{side}BoundLongitude") for side in ("west", "east"))
    south, north = (_word(metadata, f"{box}{side}BoundLatitude") for side in ("south", "north"))
    return f"経度 {west}〜{east}、緯度 {south}〜{north}" if west and east and south and north else ""


def _period(metadata: Any) -> str:
    """Start and end; GML has had several namespaces and several ways to write them."""
    for period in _all(metadata, f"{_EXTENT}/gmd:temporalElement//*[local-name()='TimePeriod']"):
        ends = [
            "".join(_all(period, f"*[starts-with(local-name(), '{side}')]//text()")).strip()
            for side in ("begin", "end")
        ]
        if any(ends):
            return "/".join(day(end) for end in ends)
    return ""


def _date(metadata: Any, kind: str) -> str:
    dates = _all(metadata, f"{_CITATION}/gmd:date/gmd:CI_Date")
    return next((_word(date, "gmd:date") for date in dates if kind in _codes(date, "gmd:dateType/*")), "")


def _kind(keywords: Any) -> str:
    return next(iter(_codes(keywords, "gmd:type/gmd:MD_KeywordTypeCode")), "")


def _name(party: Any, *paths: str) -> str:
    return next((name for path in paths if (name := _word(party, path))), "")


def _word(node: Any, path: str) -> str:
    return next(iter(_words(node, path)), "")


def _words(node: Any, path: str) -> list[str]:
    return [text for element in _all(node, path) if (text := _said(element))]


def _said(element: Any) -> str:
    """The text of a property, in Japanese where it is written in Japanese too."""
    texts = [_text(child) for child in element if child.tag != f"{{{NAMESPACES['gmd']}}}PT_FreeText"]
    main = next((text for text in texts if text), "") or str(element.text or "").strip()
    if is_japanese(main):
        return main
    others = _all(element, "gmd:PT_FreeText//gmd:LocalisedCharacterString")
    others = sorted(others, key=lambda other: re.search("ja|jp", str(other.get("locale", "")), re.IGNORECASE) is None)
    return next((text for other in others if is_japanese(text := _text(other))), main)


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip() or str(element.get("codeListValue", "")).strip()


def _codes(node: Any, path: str) -> list[str]:
    return [found for element in _all(node, path) if (found := str(element.get("codeListValue", "")).strip())]


def _anchors(node: Any, path: str) -> list[str]:
    return [str(link) for link in _all(node, f"{path}/gmx:Anchor/@xlink:href")]


def _all(node: Any, path: str) -> list[Any]:
    return [] if node is None else list(node.xpath(path, namespaces=NAMESPACES))
