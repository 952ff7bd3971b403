"""Nodes of a DCAT graph: concepts, agents, areas, contacts, licences, standards, each with its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from geomet import wkt
from osakadx import area, vocab
from osakadx.package import entries
from rdflib import BNode, Graph, Literal, URIRef

from ckanext.dcat.profiles.base import DCAT, DCT, FOAF, GSP, LOCN, RDF, RDFS, SKOS, VCARD

JA, EN = "ja", "en"
Node = URIRef | BNode

# ADMS publisher types by the kind of a body; what is none of these gets no type.
_PUBLISHER_TYPE = "http://purl.org/adms/publishertype/"
_REGIONAL = ("RegionalAuthority", "都道府県の機関", "Regional authority")
_LOCAL = ("LocalAuthority", "市町村", "Local authority")
_STANDARDS_PAGE = URIRef("https://www.digital.go.jp/resources/open_data/municipal-standard-data-set-test")


def named(graph: Graph, node: Node, predicate: URIRef, ja: str, en: str = "") -> Node:
    """Give a node its Japanese and, where there is one, its English name."""
    graph.add((node, predicate, Literal(ja, lang=JA)))
    if en:
        graph.add((node, predicate, Literal(en, lang=EN)))
    return node


def concept(graph: Graph, uri: str, ja: str, en: str = "", scheme: Node | None = None) -> Node:
    """Return a term of a vocabulary; without address it is a blank node."""
    node = URIRef(uri) if uri else BNode()
    graph.add((node, RDF.type, SKOS.Concept))
    if scheme is not None:
        graph.add((node, SKOS.inScheme, scheme))
    return named(graph, node, SKOS.prefLabel, ja, en)


def publisher(graph: Graph, catalog: str, organization: Mapping[str, Any]) -> Node:
    """Return the agent that an organisation of the portal is.

    Args:
        catalog: address of the catalog; the agent's own is that of its page there.
        organization: at least ``name``; ``title`` where it is no body of Osaka.
    """
    name = str(organization.get("name") or "")
    known = vocab.publisher_of(name)
    node = _agent(graph, URIRef(f"{catalog}/organization/{quote(name)}"))
    named(
        graph,
        node,
        FOAF.name,
        known.title_ja if known else str(organization.get("title") or name),
        known.title_en if known else "",
    )
    code = known.code if known else name
    if vocab.is_local_government_code(code):
        graph.add((node, DCT.identifier, Literal(code)))
    if known:
        kind, ja, en = _REGIONAL if known.code == vocab.PREFECTURE else _LOCAL
        graph.add((node, DCT.type, concept(graph, _PUBLISHER_TYPE + kind, ja, en)))
    if known and known.website:
        graph.add((node, FOAF.homepage, URIRef(known.website)))
    return node


def provider(graph: Graph, entry: Mapping[str, Any]) -> Node:
    """Return the agent of the field ``publisher``: a body that is no organisation of the portal."""
    node = _agent(graph, URIRef(entry["uri"]) if entry.get("uri") else BNode())
    named(graph, node, FOAF.name, str(entry["name"]))
    if entry.get("identifier"):
        graph.add((node, DCT.identifier, Literal(entry["identifier"])))
    if entry.get("url"):
        graph.add((node, FOAF.homepage, URIRef(entry["url"])))
    if entry.get("email"):
        graph.add((node, FOAF.mbox, URIRef(f"mailto:{entry['email']}")))
    return node


def _agent(graph: Graph, node: Node) -> Node:
    graph.add((node, RDF.type, FOAF.Agent))
    graph.add((node, RDF.type, FOAF.Organization))
    return node


def contact(graph: Graph, entry: Mapping[str, Any]) -> Node:
    """Return a contact (連絡先) as vCard; an extension goes into the telephone's address (RFC 3966)."""
    node: Node = URIRef(entry["uri"]) if entry.get("uri") else BNode()
    graph.add((node, RDF.type, VCARD.Kind))
    graph.add((node, RDF.type, VCARD.Organization))
    for key, predicate in (("name", VCARD.fn), ("note", VCARD.note)):
        if entry.get(key):
            named(graph, node, predicate, entry[key])
    if entry.get("email"):
        graph.add((node, VCARD.hasEmail, URIRef(f"mailto:{entry['email']}")))
    if entry.get("url"):
        graph.add((node, VCARD.hasURL, URIRef(entry["url"])))
    if entry.get("identifier"):
        graph.add((node, VCARD.hasUID, Literal(entry["identifier"])))
    for number in str(entry.get("telephone") or "").split(" / "):
        if number:
            graph.add((node, VCARD.hasTelephone, URIRef(telephone(number, str(entry.get("extension") or "")))))
    return node


def telephone(number: str, extension: str) -> str:
    """Return the address of a Japanese telephone number (RFC 3966)."""
    if not number.startswith("0"):
        return f"tel:{quote(number)};phone-context=+81"
    end = f";ext={extension}" if re.fullmatch(r"\d+", extension) else ""
    return f"tel:+81-{number[1:]}{end}"


def locations(graph: Graph, package: Mapping[str, Any]) -> list[Node]:
    """Return the areas covered (対象地域): those of Japan by code and address in 統計LOD, others by name."""
    return [node for entry in entries(package, "spatial_coverage") for node in _locations(graph, entry)]


def _locations(graph: Graph, entry: Mapping[str, Any]) -> list[Node]:
    known = area.areas_of(str(entry.get("text") or "")) if not entry.get("uri") else ()
    if known:
        return [location(graph, one) for one in known]
    if not any(entry.values()):
        return []
    node: Node = URIRef(entry["uri"]) if entry.get("uri") else BNode()
    graph.add((node, RDF.type, DCT.Location))
    if entry.get("text"):
        named(graph, node, SKOS.prefLabel, entry["text"])
    for key, predicate in (("bbox", DCAT.bbox), ("centroid", DCAT.centroid)):
        if _is_wkt(entry.get(key)):
            graph.add((node, predicate, Literal(entry[key], datatype=GSP.wktLiteral)))
    if _is_wkt(entry.get("geom")):
        shape = BNode()
        graph.add((node, LOCN.geometry, shape))
        graph.add((shape, RDF.type, LOCN.Geometry))
        graph.add((shape, GSP.asWKT, Literal(entry["geom"], datatype=GSP.wktLiteral)))
    return [node]


def location(graph: Graph, known: area.Area) -> Node:
    """Return a prefecture, municipality or ward."""
    node = URIRef(known.uri)
    graph.add((node, RDF.type, DCT.Location))
    graph.add((node, DCT.identifier, Literal(known.code)))
    return named(graph, node, SKOS.prefLabel, known.label, known.label_en)


def _is_wkt(value: Any) -> bool:
    try:
        return bool(value) and bool(wkt.loads(str(value)))
    except (ValueError, TypeError, KeyError, StopIteration):
        return False


def license_document(graph: Graph, key: str) -> Node | None:
    """Return a licence with its names; None where none is given."""
    known = next((one for one in vocab.licenses() if one.key == key), None)
    if known is None or key == "notspecified":
        return None
    node: Node = URIRef(known.url) if known.url else BNode()
    graph.add((node, RDF.type, DCT.LicenseDocument))
    graph.add((node, DCT.identifier, Literal(known.spdx or known.key)))
    return named(graph, node, DCT.title, known.title_ja, known.title_en)


def standard(graph: Graph, named_as: str) -> Node:
    """Return a standard that data conforms to, by address or by name."""
    node: Node = URIRef(named_as) if named_as.startswith("http") else BNode()
    graph.add((node, RDF.type, DCT.Standard))
    return node if isinstance(node, URIRef) else named(graph, node, DCT.title, named_as)


def municipal_standard(graph: Graph, number: str, ja: str, en: str) -> Node:
    """Return one of the 31 standard data sets (自治体標準オープンデータセット)."""
    node = BNode()
    graph.add((node, RDF.type, DCT.Standard))
    graph.add((node, DCT.identifier, Literal(number)))
    graph.add((node, RDFS.seeAlso, _STANDARDS_PAGE))
    return named(graph, node, DCT.title, f"自治体標準オープンデータセット {ja}", en)
