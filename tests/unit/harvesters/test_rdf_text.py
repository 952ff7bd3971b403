from __future__ import annotations

import gzip
import json
import random
import socket
from urllib.parse import urljoin

import pytest
import rdflib
from ckanext.osakadx.harvesters import rdf_text
from ckanext.osakadx.harvesters.listing import Notes, Source
from osakadx.errors import FetchError
from osakadx.meter import Limits

from ..loopback import answer, serve
from .contract import listed
from .fixtures import DCAT
from .turtle import HEAD, catalog, dataset, read, refused

JSON_LD = (
    '"@context": {"@vocab": "http://purl.org/dc/terms/"}, "@type": "http://www.w3.org/ns/dcat#Dataset", "@id": "d", '
)
TURTLE = (DCAT / "272094_catalog.ttl").read_text("utf-8")


@pytest.fixture
def network(monkeypatch):
    """Nobody may look up a name or connect anywhere but to loopback; gives what was asked of the canary there."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def only_loopback(self, address):
        assert address[0] == "127.0.0.1", f"{address} was called"
        return connect(self, address)

    def only_numbers(host, *more, **most):
        assert host == "127.0.0.1", f"{host} was looked up"
        return look_up(host, *more, **most)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    with serve({"*": answer(b'{"@context": {}}')}) as canary:
        yield canary


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
@pytest.mark.parametrize("file", ["272094_catalog.ttl", "272094_catalog.rdf", "272094_catalog.jsonld"])
def test_b004_b005_b006_any_japanese_encoding_is_read(file, encoding):
    text = (DCAT / file).read_text("utf-8")
    declared = text.replace('encoding="utf-8"', f'encoding="{encoding}"')
    for written in (text, declared):
        records, facts, _ = read(answer(written.encode(encoding)))
        assert records[0]["concepts"]["title"] == "指定緊急避難場所一覧" and facts.complete
        assert ("utf-8" in encoding) != any("not-utf8" in slug for slug in facts.counts)


@pytest.mark.parametrize(
    "member, slug",
    [
        ('"title": "前", "title": "題名"', "json-repeated-key"),
        ('"title": "題名\\ud800"', "json-characters"),
        ('"title": "題\\u0000名"', "json-characters"),
        ('"title": "題名", "x": 1e400', "json-number"),
        ('"title": "題名", "x": NaN', "json-number"),
    ],
    ids=["b007", "b011", "b012", "b009", "b010"],
)
@pytest.mark.parametrize("prefix", [JSON_LD, ""], ids=["jsonld", "data-json"])
def test_odd_json_is_mended_with_a_notice(member, slug, prefix):
    body = f"{{{prefix}{member}}}" if prefix else f'{{"dataset": [{{"identifier": "d", {member}}}]}}'
    (record,), facts, _ = read(answer(body))
    assert record["concepts"]["title"].rstrip("�") == "題名" and slug in facts.counts
    json.dumps(record, ensure_ascii=False).encode()


@pytest.mark.parametrize("written", ["題\\u0000名", "題\0名", "題名\\uD800"])
def test_b011_b012_the_same_in_turtle(written):
    (record,), facts, _ = read(catalog(f'<d> a dcat:Dataset ; dct:title "{written}" .'))
    assert record["concepts"]["title"].rstrip("�") == "題名" and facts.counts["rdf-characters"] == 1


@pytest.mark.parametrize("written", ["<d\\uD800>", "<d\\u0000>", "<d\\u0020>", "<d\0>"])
def test_b011_b012_the_same_in_addresses(written):
    (record,), facts, _ = read(catalog(f'{written} a dcat:Dataset ; {written} "値" ; dct:title "題名" .'))
    assert record["guid"] in ("/d", "/d%20") and facts.counts["iri-mended"] == 1
    json.dumps(record, ensure_ascii=False).encode()


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"'
    ' xmlns:dcat="http://www.w3.org/ns/dcat#">'
)
ENTRY = '<dcat:Dataset rdf:about="d"><dct:title>&{};</dct:title></dcat:Dataset></rdf:RDF>'
LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
@pytest.mark.parametrize(
    "prolog",
    [
        f'<!DOCTYPE r [<!ENTITY l0 "笑">{LAUGHS}]>',
        '<!DOCTYPE r [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r SYSTEM "CANARY/x.dtd">',
        f'<!DOCTYPE r [<!ENTITY l9 "{"a" * 100_000}">]>',
        '<!-- <a> --><?x y?>\n<!DOCTYPE r [<!ENTITY % p SYSTEM "CANARY/p"> %p;]>',
    ],
    ids=["b032-billion-laughs", "b033-xxe-file", "b034-external-dtd", "b035-quadratic", "parameter-entity"],
)
def test_a_doctype_is_refused_before_anything_is_parsed(prolog, encoding, network, monkeypatch):
    monkeypatch.setattr(rdflib.Graph, "parse", None)
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        + prolog.replace("CANARY", network.url)
        + RDF
        + ENTRY.format("l9")
    )
    assert refused(answer(body.encode(encoding))) == "xml-doctype" and network.requests == []


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "http://169.254.169.254/latest/meta-data"},
        {"@context": "CANARY/context"},
        {"@context": ["https://www.w3.org/ns/dcat3.jsonld", ["CANARY/context"]]},
        {"@context": {"@version": 1.1, "@import": "CANARY/context"}},
        {"@context": {"dataset": {"@id": "http://www.w3.org/ns/dcat#dataset", "@context": "CANARY/context"}}},
        {"@context": {"@context": "CANARY/context"}},
        {"@graph": [{"@id": "d", "@context": "CANARY/context"}]},
        {"@context": "file:///etc/passwd"},
        {"@context": "context.jsonld"},
        {"@context": ""},
    ],
    ids=["b036", "canary", "in-lists", "import", "scoped", "nested", "in-graph", "b037", "b038-itself", "empty"],
)
def test_a_context_elsewhere_is_refused_and_nobody_is_asked(document, network):
    body = json.dumps({**document, "http://purl.org/dc/terms/title": "題"}).replace("CANARY", network.url)
    assert refused(answer(body)) == "jsonld-context-remote" and network.requests == []


def test_nothing_in_a_catalog_is_fetched_by_reading_it(network):
    more = (
        f"; foaf:page <{network.url}/page> ; dct:conformsTo <{network.url}/standard> ; dct:publisher <{network.url}/27>"
    )
    imports = f"<> <http://www.w3.org/2002/07/owl#imports> <{network.url}/imported> ."
    (record,), facts, requests = read(catalog(dataset(1, more), imports))
    assert record["guid"] == "id-1" and facts.complete and len(requests) == 1 and network.requests == []


def test_a_context_of_which_we_have_a_copy_may_be_imported(network):
    context = {"@version": 1.1, "@import": "http://www.w3.org/ns/dcat3.jsonld#", "名前": "dct:title"}
    (record,), _, _ = read(answer(json.dumps({"@context": context, "type": "Dataset", "id": "d", "名前": "題名"})))
    assert record["concepts"] == {"title": "題名"} and network.requests == []


SUBJECTS = "".join(f"<dct:subject>{number}</dct:subject>" for number in range(2_000))


def test_b039_a_document_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr(rdf_text, "TEXT", 100_000)
    assert refused(catalog(*map(dataset, range(3_000)))) == "rdf-too-large"
    with serve({"*": catalog(*map(dataset, range(3_000)))}) as site, pytest.raises(FetchError) as error:
        listed(site, Source("x", site.url, "dcat"), Limits(body=20_000))
    assert error.value.slug == "too-large"


@pytest.mark.parametrize(
    "body",
    [
        HEAD + dataset(1, "; dcat:keyword " + ", ".join(f'"{number}"' for number in range(2_000))),
        f'{RDF}<dcat:Dataset rdf:about="d">{SUBJECTS}</dcat:Dataset></rdf:RDF>',
        json.dumps({"@id": "d", "http://purl.org/dc/terms/subject": [*map(str, range(2_000))]}),
    ],
    ids=["turtle", "rdfxml", "jsonld"],
)  # fmt: skip
def test_b040_too_many_statements_are_refused(body, monkeypatch):
    monkeypatch.setattr(rdf_text, "TRIPLES", 1_000)
    assert refused(answer(body)) == "rdf-too-many"


def test_b042_a_bomb_of_gzip_stops_at_the_limits():
    assert refused(answer(gzip.compress(b"#" * 40_000_000), Content_Encoding="gzip")) == "bomb"


def test_things_that_hang_on_each_other_without_end_are_shown_as_far_as_one_would_read():
    nodes = " ".join(f"_:n{a} dct:relation {', '.join(f'_:n{b}' for b in range(40))} ." for a in range(40))
    (record,), _, _ = read(catalog(dataset(1, "; dct:relation _:n0"), nodes))
    assert len(json.dumps(record["raw"])) < 1_000_000


def test_numbers_that_would_fill_the_memory_stay_as_they_are_written():
    (record,), _, _ = read(catalog(dataset(1, '; dcat:version "1e999999999"^^xsd:decimal')))
    assert record["concepts"]["version"] == "1e999999999"


def test_the_process_s_own_way_with_literals_is_left_as_it_was():
    read(catalog(dataset(1)))
    assert rdflib.NORMALIZE_LITERALS is True and str(rdflib.Literal("025", datatype=rdflib.XSD.integer)) == "25"


@pytest.mark.parametrize("seed", range(5))
def test_neither_the_order_of_statements_nor_the_names_of_blank_nodes_matter(seed):
    # Longhand, so that the statements of one thing lie scattered.
    graph = rdflib.Graph().parse(
        data=TURTLE.replace("school lunch", "lunch").replace("files/lunch ", "files/"),
        format="turtle",
        publicID="http://a.jp/c",
    )
    nodes = sorted(map(str, graph.all_nodes()))
    random.Random(seed).shuffle(nodes)
    names = {node: f"_:n{number}" for number, node in enumerate(nodes)}
    lines = [
        " ".join(names[str(term)] if isinstance(term, rdflib.BNode) else term.n3() for term in triple) + " ."
        for triple in graph
    ]
    random.Random(seed).shuffle(lines)
    records, _, _ = read(answer("\n".join(lines)))
    lines.sort(reverse=True)
    again, _, _ = read(answer("\n".join(lines)))
    assert records == again and len(records) == 5


ABOUT = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="x:"><rdf:Description rdf:about="x:s">'
)


@pytest.mark.parametrize("base", ["https://a.jp/data/catalog.ttl", "https://a.jp/data/catalog?list=a/b&page=1"])
@pytest.mark.parametrize(
    "reference", ["", "?page=2", "?to=a/b", "item", "../up", "/abs?x=1", "//b.jp/y", "x?to=/y", "#a", "item#a", "urn:x"]
)
def test_a_reference_means_the_same_address_in_every_syntax(base, reference):
    notes = Notes()
    graphs = (
        rdf_text.from_text(f"<x:s> <x:p> <{reference}> .".encode(), base, notes),
        rdf_text.from_xml(
            f'{ABOUT}<p:p rdf:resource="{reference}"/></rdf:Description></rdf:RDF>'.encode(), base, notes
        ),
        rdf_text.from_json({"@id": "x:s", "x:p": {"@id": reference}}, base, notes),
    )
    assert [str(address) for graph in graphs for address in graph.objects()] == [urljoin(base, reference)] * 3
