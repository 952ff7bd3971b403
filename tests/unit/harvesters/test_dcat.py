from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.osakadx.harvesters.guard import Numbers, check
from ckanext.osakadx.harvesters.listing import Source
from ckanext.osakadx.harvesters.sources import dcat
from osakadx.normalise import SourceContext, normalise

from ..loopback import answer, serve
from .contract import LOGIN, SourceContract, UnchangedContract, listed
from .fixtures import DCAT
from .turtle import HEAD, catalog, dataset, read, refused

TURTLE = (DCAT / "272094_catalog.ttl").read_text("utf-8")


class OsakaContract(UnchangedContract, SourceContract):
    """One catalog of our own, in three spellings of RDF."""

    type = "dcat"
    path = "/data/catalog"
    count = 5
    japanese = "指定緊急避難場所一覧"
    file = "272094_catalog.ttl"

    def pages(self):
        return {self.path: answer((DCAT / self.file).read_bytes(), Content_Type="application/octet-stream")}

    def test_it_is_the_same_in_every_spelling(self, site):
        records, facts = listed(site, self.source(site))
        site.pages = {self.path: answer(TURTLE)}
        turtle, _ = listed(site, self.source(site))
        assert [(record.guid, record.digest(), record.raw) for record in records] == [
            (record.guid, record.digest(), record.raw) for record in turtle
        ]
        assert facts.counts == {"iri-mended": 1, "title-not-japanese": 1}

    def test_what_it_says_is_found(self, site):
        records, _ = listed(site, self.source(site))
        found = {record.title: record for record in records}
        shelters = found[self.japanese]
        assert shelters.guid == "272094_evacuation_space" and shelters.modified == "2026-04-01T09:00:00+09:00"
        assert shelters.concepts["description"] == "災害の危険から命を守るために緊急に避難する場所の一覧です。"
        assert shelters.concepts["keyword"] == ["避難所", "防災"]
        assert shelters.concepts["theme"] == [
            "http://publications.europa.eu/resource/authority/data-theme/GOVE",
            "防災",
        ]
        assert shelters.concepts["temporal"] == "2026-04-01/2027-03-31" and shelters.concepts["spatial"] == "守口市"
        assert (shelters.concepts["publisher_code"], shelters.concepts["publisher_name"]) == ("272094", "守口市")
        contact = {concept: value for concept, value in shelters.concepts.items() if concept.startswith("contact")}
        assert contact == {
            "contact_name": "危機管理課", "contact_email": "kiki@opendata.example.jp",
            "contact_telephone": "+81-6-0000-0000", "contact_url": "https://opendata.example.jp/contact",
        }  # fmt: skip
        csv, geojson = shelters.files
        assert csv["file_download_url"] == f"{site.url}/data/files/272094_evacuation_space.csv"
        assert (
            csv["file_format"] == "CSV"
            and csv["file_size"] == "025600"
            and csv["file_terms"] == "出典を示してください。"
        )
        assert csv["file_license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert geojson["file_format"] == "application/geo+json" and geojson["file_license"] == "CC BY 4.0"

    def test_it_becomes_data_sets_without_complaint(self, site):
        records, _ = listed(site, self.source(site))
        datasets = [normalise(record, SourceContext(publisher="272094")) for record in records]
        shelters, _, aed, *_ = datasets
        assert (shelters.frequency, shelters.license, shelters.language) == ("annual", "cc-by-4.0", ("ja",))
        assert (aed.frequency, aed.license, aed.temporal_start) == ("annual", "cc-by-4.0", "2025-04-01")
        assert shelters.resources[0].size == 25600 and shelters.contact.email == "kiki@opendata.example.jp"
        assert not [notice for dataset in datasets for notice in dataset.notices]


class TestTurtle(OsakaContract):
    pass


class TestRdfXml(OsakaContract):
    file = "272094_catalog.rdf"


class TestJsonLd(OsakaContract):
    file = "272094_catalog.jsonld"


class TestSemic(SourceContract):
    """DCAT-AP's own example; its catalog is of no class that DCAT knows."""

    type = "dcat"
    path = "/catalogue"
    count = 1
    japanese = "The population of bees"
    file = "ms_catalogue_hvd.ttl"

    def pages(self):
        return {self.path: answer((DCAT / self.file).read_bytes())}

    def shortened(self, body, length):
        return body[:length].rstrip(b" .\n")  # between two statements nothing in Turtle tells that more should come

    def test_a_licence_that_is_said_to_be_another_is_that_one(self, site):
        (record,), _ = listed(site, self.source(site))
        assert record.guid == "https://data.exampleMS.gov/id/dataset/1T2p3o4B"
        assert record.files[0]["file_license"] == "http://publications.europa.eu/resource/authority/licence/CC0"
        assert record.files[0]["file_format"] == "SHP"


class TestSemicInJson(TestSemic):
    file = "ms_catalogue_hvd.jsonld"


class TestSemicTwoFiles(TestSemic):
    file = "ms_dataset_2_distributions.ttl"

    def test_a_licence_that_is_said_to_be_another_is_that_one(self, site):
        """There is none here, but two files."""
        (record,), _ = listed(site, self.source(site))
        assert [file["file_format"] for file in record.files] == ["SHP", "TTL"]


class TestDataJson(UnchangedContract, SourceContract):
    type = "dcat"
    path = "/data.json"
    count = 7
    japanese = "Commitment of Traders"

    def pages(self):
        return {self.path: answer((DCAT / "gsa_dcatus.json").read_bytes())}

    def test_an_interval_in_place_of_a_date_says_how_often(self, site):
        records, facts = listed(site, self.source(site))
        assert records[0].guid == "cftc-dc1" and records[0].concepts["frequency"] == "R/P1W"
        assert "modified" not in records[0].concepts and facts.counts == {"title-not-japanese": 7}


class TestPages(SourceContract):
    type = "dcat"
    path = "/catalog.ttl"
    count = 7
    japanese = "データ7"

    def pages(self):
        def page(request):
            number = int(request.query.get("page", ["1"])[0])
            told = f"<catalog.ttl> hydra:totalItems 7 . <catalog.ttl?page={number}> a hydra:PartialCollectionView"
            following = f"; hydra:next <catalog.ttl?page={number + 1}>" if number < 3 else ""
            numbers = range(number * 3 - 2, min(number * 3, 7) + 1)
            return catalog(*map(dataset, numbers), f"{told}{following} .")

        return {self.path: page}

    def test_pages_are_followed_and_the_total_is_taken(self, site):
        _, facts = listed(site, self.source(site))
        assert facts.claimed == 7 and [request.query for request in site.requests[1:]] == [
            {"page": ["2"]},
            {"page": ["3"]},
        ]
        assert facts.etag == ""


NO_LIST = """{"@context": {"@vocab": "http://www.w3.org/ns/dcat#"}, "@type": "Catalog", "dataset": null,
 "conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}"""


@pytest.mark.parametrize(
    "page, slug",
    [
        (LOGIN, "html-instead"),
        (answer(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'), "html-instead"),
        (answer(b"", status=204), "empty-answer"),
        (answer(b"\xef\xbb\xbf \n"), "empty-answer"),
        (answer(b'{"@context": {}, "@graph": [{"@id": "a"'), "json-broken"),
        (answer(b'{"dataset": [{"title": "a"'), "json-broken"),
        (answer(HEAD + '<a> a dcat:Dataset ; dct:title "切れた'), "rdf-broken"),
        (answer(b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Descr"), "xml-broken"),
        (answer(b"[" * 100_000), "json-too-deep"),
        (answer(b'{"a":' * 300 + b"1" + b"}" * 300), "json-too-deep"),
        (answer((HEAD + "<a> dct:p " + "[ dct:p " * 30_000).encode()), "rdf-too-deep"),
        (answer(b'{"success": false}'), "dcat-missing"),
        (answer(b'{"dataset": null}'), "dcat-missing"),
        (answer(NO_LIST), "dcat-missing"),
        (answer(b"<rss><channel/></rss>"), "dcat-missing"),
        (answer(b"null"), "rdf-broken"),
        (answer(b"\xff\xff\x81"), "text-undecodable"),
        (answer(b"\x00" * 64), "empty-answer"),
    ],
    ids=[
        "b001-login", "b001-xhtml", "b002-204", "b002-blank", "b003-jsonld", "b003-data-json", "b003-turtle",
        "b003-rdfxml", "b008-json", "b008-nested-objects", "b008-turtle",
        "b013", "b014", "b014-data-json", "rss", "null", "undecodable", "zeros",
    ],
)  # fmt: skip
def test_what_is_no_catalog_is_never_an_empty_one(page, slug):
    assert refused(page) == slug


def paged(number, following, *more):
    link = f"<p/{number}> hydra:next {following} ." if following else ""
    return catalog(dataset(number), link, *more)


@pytest.mark.parametrize(
    "pages, listed_, slug",
    [
        ({"": paged(1, "<c?page=2>"), "2": paged(1, "<c?page=3>"), "3": paged(1, "<c?page=4>")}, 1, "page-repeats"),
        ({"": paged(1, "<c?page=2>"), "2": paged(2, "<c?page=3>"), "3": paged(3, "<c?page=2>")}, 3, "page-repeats"),
        ({"": paged(1, "<c>")}, 1, "page-repeats"),
        ({"": paged(1, "<c#next>")}, 1, "page-repeats"),
        ({"": paged(1, "<http://other.example/c>")}, 1, "page-elsewhere"),
        ({"": paged(1, "<file:///etc/passwd>")}, 1, "page-elsewhere"),
        ({"": paged(1, "<http://[bad>")}, 1, "page-elsewhere"),
        ({"": paged(1, "<c?page=2>"), "2": answer(b"", status=500)}, 1, "server-busy"),
        ({"": paged(1, "<c?page=2>"), "2": answer(HEAD + "<a")}, 1, "rdf-broken"),
        ({"": paged(1, "<c?page=2>"), "2": LOGIN}, 1, "html-instead"),
        ({"": paged(1, "<c?page=2>"), "2": answer(HEAD + "<a> dct:title '題' .")}, 1, "dcat-missing"),
        ({"": paged(1, "<c?page=2>"), "2": catalog(dataset(2)), }, 2, None),
        ({"": paged(1, '"c?page=2"'), "2": catalog(dataset(2)), }, 2, None),
        ({"": paged(1, "", "<p> hydra:nextPage <c?page=2> ."), "2": catalog(dataset(2)), }, 2, None),
        ({"": paged(1, "", "<p> hydra:totalItems 3 .")}, 1, "count-disagrees"),
        ({"": paged(1, "", "<p> hydra:totalItems 'many' .")}, 1, None),
        ({"": paged(1, "", "<p> dcat:dataset <d/1>, <d/2> .")}, 1, "datasets-not-described"),
    ],
    ids=[
        "b015", "b016", "self", "self-fragment", "other-host", "file", "bad-host", "f04-500", "f04-cut", "f04-login",
        "f04-no-catalog", "two", "two-as-text", "two-of-old", "total-not-reached", "total-no-number", "only-named",
    ],
)  # fmt: skip
def test_pages(pages, listed_, slug):
    records, facts, _ = read(pages)
    assert len(records) == listed_ and facts.complete is (slug is None)
    assert slug is None or slug in facts.counts


@pytest.mark.parametrize("page", [catalog(), answer(b'{"dataset": []}'), catalog("<p> hydra:totalItems 0 .")])
def test_b024_f01_an_empty_catalog_is_empty_and_the_guard_holds_it(page):
    records, facts, _ = read(page)
    assert records == [] and facts.complete and facts.listed == 0
    assert check(Numbers(1, 1), facts).slug == "listing-empty"


def test_data_sets_of_different_iris_are_kept_apart_though_they_share_an_identifier():
    """On one page and over two; the same IRI again is the same data set again."""
    first, second, third = (f"<d/{n}> a dcat:Dataset ; dct:title 'データ{n}'@ja ; dct:identifier 'ID' ." for n in "123")
    pages = {"": catalog(second, first, "<p/1> hydra:next <c?page=2> ."), "2": catalog(first, third)}
    records, facts, _ = read(pages)
    assert [(record["guid"], record["concepts"]["title"]) for record in records] == [
        ("ID", "データ1"), ("/d/2", "データ2"), ("/d/3", "データ3"),
    ]  # fmt: skip
    assert facts.complete and facts.counts == {"identifier-shared": 2, "guid-repeated": 1}


def test_a_page_of_nothing_for_us_does_not_end_the_listing():
    series = catalog("<s> a dcat:DatasetSeries ; dct:title '系列' .", "<p/1> hydra:next <c?page=2> .")
    records, facts, _ = read({"": series, "2": catalog(dataset(1))})
    assert len(records) == 1 and facts.complete


def test_b041_pages_without_end_are_left_at_the_limit(monkeypatch):
    monkeypatch.setattr(dcat, "PAGES", 5)

    def endless(request):
        number = int(request.query.get("page", ["0"])[0])
        return catalog(dataset(number), f"<p> hydra:next <c?page={number + 1}> .")

    with serve({"*": endless}) as site:
        records, facts = listed(site, Source("x", f"{site.url}/c", "dcat"))
        assert len(records) == 5 and not facts.complete and "too-many-pages" in facts.counts


def test_another_address_of_a_document_changes_only_what_hangs_on_it():
    with serve({"/old": answer(b"", status=301, Location="/new/c"), "/new/c": answer(TURTLE)}) as site:
        records, facts = listed(site, Source("x", f"{site.url}/old", "dcat"))
        assert records[0].files[0]["file_download_url"] == f"{site.url}/new/files/272094_evacuation_space.csv"
        assert facts.complete


def test_every_fixture_of_dcat_is_read():
    read_here = Path(__file__).read_text("utf-8") + (Path(__file__).parents[2] / "shacl.py").read_text("utf-8")
    assert [path.name for path in DCAT.iterdir() if path.name not in read_here] == []
