"""What an RDF graph says of one thing, in an order that neither its statements nor its blank nodes' names change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "schemas": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
LABELS = ("skos:prefLabel", "rdfs:label", "dct:title", "foaf:name", "schema:name", "schemas:name", "vcard:fn")

_DEPTH = 4  # of nodes within nodes that are looked at
_VALUES = 2_000  # shown of one thing and what hangs on it
_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿々〆]")


@cache
def iri_of(curie: str) -> URIRef:
    """``dct:title`` in full."""
    prefix, _, name = curie.partition(":")
    return URIRef(PREFIXES[prefix] + name)


@cache
def _curie(iri: str) -> str:
    found = next((prefix for prefix, start in PREFIXES.items() if iri.startswith(start)), "")
    return f"{found}:{iri.removeprefix(PREFIXES[found])}" if found else iri


@dataclass(frozen=True)
class Reader:
    """A graph, the address on which its relative links hang, and what was worked out about its blank nodes."""

    graph: Graph
    base: str
    _digests: dict[tuple[Node, int], str] = field(default_factory=dict[tuple[Node, int], str], repr=False)

    def subjects(self, predicate: str, *values: str) -> list[Thing]:
        """Return the things that have a statement with this predicate, and one of these values where some are given."""
        wanted = [iri_of(value) for value in values] or [None]
        found = {term for value in wanted for term in self.graph.subjects(iri_of(predicate), value)}
        return sorted((Thing(self, term) for term in found), key=Thing.order)

    def digest(self, term: Node, depth: int = _DEPTH) -> str:
        """What a term says: a literal or an IRI itself, a blank node by what is said of it."""
        if isinstance(term, Literal):
            return f"1 {term} {term.language} {term.datatype}"
        if not isinstance(term, BNode):
            return f"0 {term}"
        if depth == 0:
            return "2"
        key = (term, depth)
        if key not in self._digests:
            values = self.graph.predicate_objects(term)
            said = "\n".join(sorted(f"{name} {self.digest(value, depth - 1)}" for name, value in values))
            self._digests[key] = "2 " + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
        return self._digests[key]


@dataclass(frozen=True)
class Thing:
    """One node of a graph."""

    reader: Reader
    term: Node

    @property
    def iri(self) -> str:
        """The thing's lasting address; empty for blank nodes and for those that were given a number for the day."""
        lasting = isinstance(self.term, URIRef) and "/.well-known/genid/" not in self.term
        return str(self.term) if lasting else ""

    @property
    def text(self) -> str:
        """A literal's text, or the address."""
        return str(self.term).strip() if isinstance(self.term, Literal) else self.iri

    @property
    def is_described(self) -> bool:
        """Whether the graph says anything of it."""
        return not isinstance(self.term, Literal) and (self.term, None, None) in self.reader.graph

    def order(self) -> str:
        """A key to sort by."""
        return self.reader.digest(self.term)

    def has_type(self, *types: str) -> bool:
        """Whether it is of one of these classes."""
        return any((self.term, iri_of("rdf:type"), iri_of(name)) in self.reader.graph for name in types)

    def all(self, *predicates: str) -> list[Thing]:
        """Return the values of these predicates: those of the first first."""
        found: dict[Node, Thing] = {}
        if isinstance(self.term, Literal):
            return []
        for predicate in predicates:
            values = [Thing(self.reader, term) for term in self.reader.graph.objects(self.term, iri_of(predicate))]
            found.update((value.term, value) for value in sorted(values, key=Thing.order))
        return list(found.values())

    def words(self, *predicates: str) -> list[str]:
        """Return the texts of these predicates in the best language there is: Japanese, none named, English."""
        said = [(_rank(value.term), value.text) for value in self.all(*predicates) if value.text]
        best = min((rank for rank, _ in said), default=0)
        return list(dict.fromkeys(text for rank, text in said if rank == best))

    def word(self, *predicates: str) -> str:
        """The first of `words`, or empty."""
        return next(iter(self.words(*predicates)), "")

    def links(self, *predicates: str) -> list[str]:
        """Return addresses, those written as texts too, completed with that of the document."""
        return list(dict.fromkeys(self._link(value.text) for value in self.all(*predicates) if value.text))

    def _link(self, written: str) -> str:
        try:
            return urljoin(self.reader.base, written)
        except ValueError:
            return written

    @property
    def label(self) -> str:
        """What people call it: a literal's text, a name, else the address."""
        return self.text if isinstance(self.term, Literal) else self.word(*LABELS) or self.iri

    def names(self) -> list[str]:
        """Everything by which it may be recognised: its text or address, addresses said to mean the same, its names."""
        said = [*self.all("skos:exactMatch", "owl:sameAs"), *self.all("skos:notation", "dct:identifier", *LABELS)]
        return [text for text in (self.text, *(value.text for value in said)) if text]

    def shown(self) -> dict[str, Any]:
        """All that is said of it and of what hangs on it, as far as a person would read, for people to look at."""
        return self._shown(_DEPTH, [_VALUES])

    def _shown(self, depth: int, left: list[int]) -> dict[str, Any]:
        found: dict[str, Any] = {"@id": self.iri} if self.iri else {}
        said = set(self.reader.graph.predicate_objects(self.term))
        for name, value in sorted(said, key=lambda pair: (str(pair[0]), self.reader.digest(pair[1]))):
            if left[0] <= 0:
                break
            left[0] -= 1
            found.setdefault(_curie(str(name)), []).append(Thing(self.reader, value)._value(depth - 1, left))
        return found

    def _value(self, depth: int, left: list[int]) -> Any:
        if isinstance(self.term, Literal):
            return {"@value": str(self.term), "@language": self.term.language} if self.term.language else str(self.term)
        inner = self.is_described and not self.has_type("dcat:Dataset", "dcat:Catalog", "dcat:DataService")
        return self._shown(depth, left) if inner and depth > 0 else {"@id": self.iri}


def is_japanese(written: str) -> bool:
    """Whether a text has a character that only Japanese (or Chinese) has."""
    return _JAPANESE.search(written) is not None


def _rank(term: Node) -> int:
    """How welcome the language of a text is. The reading in kana (ja-Hrkt) or letters (ja-Latn) is no name."""
    language = (term.language or "").lower() if isinstance(term, Literal) else ""
    if language in ("ja", "ja-jp", "ja-jpan", "jpn"):
        return 0
    if not language:
        return 1 if is_japanese(str(term)) else 2
    return 3 if language.split("-")[0] == "en" else 4
