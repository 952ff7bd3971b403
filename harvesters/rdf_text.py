"""RDF as it comes from other people's servers: Turtle, RDF/XML, JSON-LD, read within limits and without a network."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urldefrag
from xml.sax import SAXParseException  # only its name; `xml_text` has refused every DOCTYPE

import rdflib
from osakadx.errors import ListingError
from osakadx.tables.encoding import detect
from osakadx.tables.signature import signature
from osakadx.tables.source import Source as Bytes
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.parsers import notation3
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.plugins.stores.memory import Memory

from . import jsonld_text, xml_text
from .listing import Notes

MIB = 1 << 20
TEXT = 16 * MIB
TRIPLES = 200_000  # 386 MiB and 14 s with their mapping (measured 2026-11)

_NEVER = re.compile("[\x00\ud800-\udfff]")  # neither PostgreSQL nor Solr takes them
_NOT_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f\ud800-\udfff]')
_ONE_AT_A_TIME = threading.Lock()
_join = notation3.join


class _TooManyError(Exception):
    """The store is full."""


class _Store(Memory):
    """A store that is full at a limit, and mends terms on their way in."""

    def __init__(self, odd: Counter[str]) -> None:
        super().__init__()
        self._odd = odd
        self._number = 0

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        """Take a statement."""
        self._number += 1
        if self._number > TRIPLES:
            raise _TooManyError
        super().add(tuple(self._mended(term) for term in triple), context, quoted)

    def _mended(self, term: Any) -> Any:
        if isinstance(term, URIRef) and _NOT_IRI.search(term):
            self._odd["iri"] += 1
            return URIRef(_NOT_IRI.sub(lambda found: quote(found[0]), _NEVER.sub("", term).strip()))
        if isinstance(term, Literal) and _NEVER.search(term):
            self._odd["characters"] += 1
            return Literal(_NEVER.sub(_replacement, term), lang=term.language, datatype=term.datatype)
        return term


def from_text(body: bytes, where: str, notes: Notes) -> Graph:
    """Parse Turtle or N-Triples.

    Args:
        body: UTF-8 or another encoding of Japanese.
        where: its address, on which relative IRIs hang.
        notes: is told what was mended.

    Raises:
        ListingError: not Turtle (``rdf-broken``, ``html-instead``), over a limit (``rdf-too-large``,
            ``rdf-too-many``, ``rdf-too-deep``), in no encoding (``text-undecodable``).
    """
    held = Bytes(where, body)
    if signature(held) == "HTML":
        raise ListingError(
            "データの代わりにHTMLのページが返されました。",
            where=where,
            fix="アドレスを確かめてください。ログインや案内の画面へ移っている場合があります。",
            slug="html-instead",
        )
    _weigh(body, where)
    encoding = detect(held)
    if encoding is None:
        raise ListingError(
            "文字コードが判別できません。",
            where=where,
            fix="UTF-8で保存して公開し直してください。圧縮したファイルなら、そのまま(展開した形で)公開してください。",
            slug="text-undecodable",
        )
    if encoding.name != "utf-8":
        notes.warn("rdf-not-utf8", f"RDFがUTF-8ではなく{encoding.name}で書かれています。", where)
    with encoding.text(held) as stream:
        text = stream.read()
    with _reading(where, notes) as graph:
        graph.parse(data=text, format="turtle", publicID=urldefrag(where).url)
        return graph


def from_xml(body: bytes, where: str, notes: Notes) -> Graph:
    """Parse RDF/XML; arguments and errors as for `from_text`, and those of `xml_text.read`."""
    _weigh(body, where)
    text = xml_text.read(body, where, notes)
    with _reading(where, notes) as graph:
        graph.parse(data=text.encode(), format="xml", publicID=urldefrag(where).url)
        return graph


def from_json(value: Any, where: str, notes: Notes) -> Graph:
    """Take JSON-LD as `json_text.read` gives it; errors as for `from_text`, and those of `jsonld_text.localised`."""
    odd: Counter[str] = Counter()
    local = jsonld_text.localised(value, where, odd)
    with _reading(where, notes, odd) as graph:
        # A plain graph takes the statements of all named graphs together.
        to_rdf(local, graph, base=urldefrag(where).url)
        return graph


def _weigh(body: bytes, where: str) -> None:
    if len(body) > TEXT:
        raise ListingError(
            f"RDFが{TEXT // MIB}MBを超えています。",
            where=where,
            fix="ページに分けて(hydra:next)公開してください。",
            slug="rdf-too-large",
        )


@contextmanager
def _reading(where: str, notes: Notes, odd: Counter[str] | None = None) -> Generator[Graph]:
    odd = Counter() if odd is None else odd
    graph = Graph(store=_Store(odd), bind_namespaces="none")
    try:
        with _as_written():
            yield graph
    except _TooManyError:
        raise ListingError(
            f"RDFの文(トリプル)が{TRIPLES:,}を超えています。",
            where=where,
            fix="ページに分けて(hydra:next)公開してください。",
            slug="rdf-too-many",
        ) from None
    except RecursionError:
        raise ListingError(
            "RDFの入れ子が深すぎます。", where=where, fix="入れ子を浅くして公開してください。", slug="rdf-too-deep"
        ) from None
    except SAXParseException as error:
        raise xml_text.broken(where, error.getLineNumber() or 0) from None
    # rdflib lets through whatever its parsers trip over: BadSyntax, ValueError, IndexError, AssertionError …
    except Exception as error:
        line = getattr(error, "lines", None)
        place = f"{line + 1}行目、" if isinstance(line, int) else ""
        raise ListingError(
            f"RDFとして読めません({place}途中で切れているか、書式の誤りです)。",
            where=where,
            fix="その行の前後の文法(引用符、ピリオド、接頭辞)を確かめ、直して公開し直してください。",
            slug="rdf-broken",
        ) from error
    if odd["iri"]:
        notes.warn("iri-mended", f"空白などを含むIRIを符号化しました({odd['iri']}か所)。", where)
    if odd["characters"]:
        notes.warn("rdf-characters", f"使えない文字を除きました({odd['characters']}か所)。", where)


@contextmanager
def _as_written() -> Generator[None]:
    """Keep rdflib from rewriting what publishers wrote: "025" as 25, and "1e999999999"^^xsd:decimal as a gigabyte of
    zeros. It has one switch for the whole process; whoever else makes a literal meanwhile gets it as written, too.
    The same goes for its way of joining addresses. Its log would hold a traceback for each date that is none.
    """
    log = logging.getLogger("rdflib")
    with _ONE_AT_A_TIME:
        before, level = rdflib.NORMALIZE_LITERALS, log.level
        rdflib.NORMALIZE_LITERALS = False
        notation3.join = _joined
        log.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            notation3.join = _join
            rdflib.NORMALIZE_LITERALS = before
            log.setLevel(level)


def _joined(here: str, there: str) -> str:
    """Resolve a reference of Turtle against its base's path, as RFC 3986 5.2 has it.

    rdflib's own way leaves the base's query in its path: under ``…/catalog?list=a/b``, ``<item>`` would become
    ``…/catalog?list=a/item``, and under ``…/catalog``, ``<?page=2>`` would become ``…/?page=2``.
    """
    here = here.partition("#")[0]
    if not there or there.startswith("#"):
        return _join(here, there)
    path = here.partition("?")[0]
    return path + there if there.startswith("?") else _join(path, there)


def _replacement(found: re.Match[str]) -> str:
    return "" if found[0] == "\0" else "�"
