from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters import xml_text
from ckanext.osakadx.harvesters.guard import Numbers, check
from ckanext.osakadx.harvesters.listing import Source
from ckanext.osakadx.harvesters.sources import csw
from osakadx.errors import FetchError, ListingError
from osakadx.meter import Limits
from osakadx.normalise import SourceContext, normalise

from ..loopback import answer, serve
from .contract import LOGIN, SourceContract, listed
from .fixtures import ISO

SHELTERS = (ISO / "272094_shelters.xml").read_text("utf-8")
CENSUS = (ISO / "gsa_valid_iso1.xml").read_text("utf-8")
GMD = 'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
ROOT = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"'


def metadata(number, level="dataset", more="", identifier=None):
    guid = f"id-{number}" if identifier is None else identifier
    return (
        f"<gmd:MD_Metadata {GMD}>"
        f"<gmd:fileIdentifier><gco:CharacterString>{guid}</gco:CharacterString></gmd:fileIdentifier>"
        f'<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="{level}"/></gmd:hierarchyLevel>'
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>"
        f"<gco:CharacterString>データ{number}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>{more}"
        "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def envelope(records, matched, following=None, declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    next_ = "" if following is None else f' nextRecord="{following}"'
    return (
        f'{declaration}<csw:GetRecordsResponse {ROOT}><csw:SearchStatus timestamp="2026-04-01T00:00:00Z"/>'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{len(records)}"{next_}>'
        f"{''.join(records)}</csw:SearchResults></csw:GetRecordsResponse>"
    )


def catalog(records, most=1000):
    """GetRecords over some records, as CSW answers it."""

    def search(request):
        start, rows = (int(request.query[name][0]) for name in ("startPosition", "maxRecords"))
        chosen = records[start - 1 : start - 1 + min(rows, most)]
        end = start + len(chosen)
        return answer(envelope(chosen, len(records), end if end <= len(records) else 0), Content_Type="application/xml")

    return search


class TestOsaka(SourceContract):
    """Our own record, GSA's, and more of our own in pages of two."""

    type = "csw"
    path = "/csw"
    count = 5
    japanese = "指定緊急避難場所"

    def pages(self):
        return {self.path: catalog([SHELTERS, CENSUS, *map(metadata, range(1, 4))], most=2)}

    def test_it_asks_as_csw_wants_it(self, site):
        _, facts = listed(site, self.source(site))
        assert [request.query["startPosition"] for request in site.requests] == [["1"], ["2"], ["3"], ["4"]]
        assert {name: values[0] for name, values in site.requests[0].query.items()} == {
            "service": "CSW", "version": "2.0.2", "request": "GetRecords", "typeNames": "csw:Record",
            "resultType": "results", "elementSetName": "full", "outputSchema": "http://www.isotc211.org/2005/gmd",
            "outputFormat": "application/xml", "startPosition": "1", "maxRecords": "50",
        }  # fmt: skip
        assert facts.claimed == 5

    def test_what_a_record_says_is_found(self, site):
        records, _ = listed(site, self.source(site))
        record = records[0]
        assert (record.guid, record.modified) == ("272094-evacuation-space", "2026-04-02")
        assert record.concepts == {
            "identifier": "272094-evacuation-space", "title": "指定緊急避難場所",
            "description": "災害のときに逃げる場所の位置です。", "keyword": ["防災", "避難所"],
            "theme": ["environment"],
            "issued": "2024-04-01", "modified": "2026-04-01", "version": "2026年4月版", "language": ["jpn"],
            "landing_page": "https://opendata.example.jp/dataset/shelters.html",
            "documentation": ["https://opendata.example.jp/about/shelters.html"], "frequency": "annually",
            "provenance": "地域防災計画から作成", "spatial": "守口市", "temporal": "2026-04-01/",
            "license": "https://creativecommons.org/licenses/by/4.0/", "remarks": "位置は目安です。",
            "contact_name": "危機管理課", "contact_email": "kiki@opendata.example.jp",
            "contact_telephone": "06-0000-0000", "contact_url": "https://opendata.example.jp/contact",
            "publisher_name": "守口市", "publisher_code": "272094",
        }  # fmt: skip
        assert record.files == (
            {"file_title": "指定緊急避難場所(GeoJSON)", "file_description": "世界測地系", "file_format": "GeoJSON",
             "file_download_url": "https://opendata.example.jp/files/272094_evacuation_space.geojson"},
            {"file_title": "shelters", "file_format": "WMS", "file_api": "有",
             "file_access_url": "https://opendata.example.jp/wms?service=WMS&request=GetCapabilities"},
        )  # fmt: skip

    def test_gsa_s_record_is_read(self, site):
        records, facts = listed(site, self.source(site))
        record = records[1]
        assert record.guid == "{4c6928d8-6ac2-4909-8b3d-a29e2805ce2d}" and facts.counts == {"title-not-japanese": 1}
        assert record.concepts["creator"] == "US Environmental Protection Agency (US EPA)"
        assert record.concepts["contact_email"] == "EnviroAtlas@epa.gov" and record.concepts["frequency"] == "asNeeded"
        assert record.concepts["temporal"] == "2008-01-01/2012-01-01" and len(record.files) == 1
        assert record.raw["xml"].startswith("<gmd:MD_Metadata") and "{4c6928d8" in record.raw["xml"]

    def test_it_becomes_data_sets_without_complaint(self, site):
        records, _ = listed(site, self.source(site))
        dataset = normalise(records[0], SourceContext(publisher="272094"))
        assert (dataset.frequency, dataset.license, dataset.language) == ("annual", "cc-by-4.0", ("ja",))
        assert (dataset.theme, dataset.temporal_start, dataset.notices) == (("14",), "2026-04-01", ())


def read(pages, **options):
    """List a catalog whose answers come one after another, the last one again and again."""
    waiting = list(pages) if isinstance(pages, list) else [pages]

    def page(request):
        said = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        said = said(request) if callable(said) else said
        return said if isinstance(said, bytes) else answer(said)

    with serve({"*": page}) as site:
        records, facts = listed(
            site, Source("x", f"{site.url}/csw?map=/a.map&REQUEST=GetCapabilities", "csw", options=options)
        )
        return records, facts, site.requests


def refused(page, **options):
    with pytest.raises((ListingError, FetchError)) as error:
        read(page, **options)
    assert error.value.fix
    return error.value.slug


REPORT = (
    '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="InvalidParameterValue">'
    "<ows:ExceptionText>検索できません</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


@pytest.mark.parametrize(
    "page, slug",
    [
        (LOGIN, "html-instead"),
        (answer(b"", status=204), "empty-answer"),
        ("\ufeff \n", "xml-broken"),
        (envelope([metadata(1)], 1)[:-40], "xml-broken"),
        (REPORT, "csw-refused"),
        ('{"success": false}', "xml-broken"),
        (f"<csw:Capabilities {ROOT}/>", "csw-broken"),
        (f"<csw:GetRecordsResponse {ROOT}/>", "csw-broken"),
        (f"<csw:GetRecordsResponse {ROOT}><csw:SearchResults/></csw:GetRecordsResponse>", "csw-broken"),
        (envelope([], "many"), "csw-broken"),
        (envelope(["<csw:Record/>"], 1), "csw-not-iso"),
        (metadata(1), "csw-broken"),
        (b"HTTP/1.1 200 X\r\nContent-Length: 3\r\n\r\n\xff\xff\x81", "text-undecodable"),
    ],
    ids=["b001", "b002", "b002-blank", "b003", "b013", "b013-json", "capabilities", "b014", "b014-number", "b014-word",
         "dublin-core", "one-record", "undecodable"],
)  # fmt: skip
def test_what_is_no_result_is_never_no_data_sets(page, slug):
    assert refused(page) == slug


def test_what_the_catalog_says_of_its_failure_is_told():
    with pytest.raises(ListingError, match="検索できません"):
        read(REPORT)


def test_f01_b024_an_empty_catalog_is_empty_and_the_guard_holds_it():
    records, facts, _ = read(envelope([], 0, 0))
    assert records == [] and facts.complete and check(Numbers(1, 1), facts).slug == "listing-empty"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"])
def test_b004_b005_b006_any_japanese_encoding_is_read(encoding):
    for declared in ("", f'<?xml version="1.0" encoding="{encoding}"?>', '<?xml version="1.0" encoding="UTF-8"?>'):
        body = envelope([metadata(1)], 1, declaration=declared).encode(encoding)
        records, facts, _ = read(answer(body))
        assert [record.title for record in records] == ["データ1"] and facts.complete
        assert ("utf-8" in encoding) != ("xml-not-utf8" in facts.counts)


@pytest.mark.parametrize("odd", ["\x0b", "\0", "&#0;", "&#xD800;", "&#x1f;", "\uffff"])
def test_b011_b012_characters_that_xml_forbids_are_left_out(odd):
    records, facts, _ = read(envelope([metadata(f"{odd}1", identifier="a")], 1))
    assert [record.title for record in records] == ["データ1"] and facts.counts == {"xml-characters": 1}
    json.dumps(records[0].raw, ensure_ascii=False).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE r [<!ENTITY a "笑"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r SYSTEM "CANARY/x.dtd">',
        '<!-- x --> <!DOCTYPE r PUBLIC "-//x" "CANARY/x.dtd">',
        '<?xml-stylesheet href="CANARY/x.xsl"?><!DOCTYPE r>',
    ],
    ids=["b032", "b033", "b034", "after-comment", "after-instruction"],
)
def test_a_doctype_is_refused_and_nobody_is_asked(prolog, encoding):
    with serve({"*": answer(b"")}) as canary:
        body = envelope([metadata(1)], 1, declaration=f'<?xml version="1.0"?>{prolog.replace("CANARY", canary.url)}')
        assert refused(answer(body.encode(encoding))) == "xml-doctype" and canary.requests == []


def test_nothing_that_a_record_points_to_is_fetched():
    with serve({"*": answer(b"<x/>")}) as canary:
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary.url}/x"/>'
        link = f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{canary.url}/y"'
        pointer = f"<gmd:abstract {link}>{include}</gmd:abstract>"
        style = f'<?xml-stylesheet type="text/xsl" href="{canary.url}/z"?>'
        records, facts, requests = read(envelope([metadata(1, more=pointer)], 1, declaration=style))
        assert len(records) == 1 and facts.complete and len(requests) == 1 and canary.requests == []


THREE = [metadata(number) for number in range(1, 4)]


@pytest.mark.parametrize(
    "pages, listed_, slug, asked",
    [
        ([envelope(THREE[:2], 3, 3), envelope(THREE[1:], 3, 0)], 3, None, 2),
        ([envelope(THREE[:2], 3), envelope(THREE[1:], 3)], 3, None, 2),
        ([envelope(THREE[:2], 3, 3), envelope(THREE[1:], 3, 4)], 3, None, 2),
        ([envelope(THREE[:2], 3, 3), envelope(THREE[:2], 3, 5)], 2, "page-repeats", 2),
        ([envelope(THREE[:2], 9, 3), envelope(THREE[2:], 9, 1)], 3, "page-repeats", 3),
        ([envelope(THREE[:2], 9, 3), envelope(THREE[2:], 9, 3)], 3, "page-repeats", 3),
        ([envelope(THREE[:2], 9, 3), envelope([], 9, 3)], 2, "count-disagrees", 3),
        ([envelope(THREE[:2], 3, 0), envelope(THREE[1:], 3, 0)], 3, None, 2),
        ([envelope(THREE[:2], 3, 0)], 2, "page-repeats", 2),
        ([envelope(THREE[:2], 3, 3), answer(b"", status=500)], 2, "server-busy", 4),
        ([envelope(THREE[:2], 3, 3), envelope(THREE[2:], 3, 0)[:-9]], 2, "xml-broken", 2),
        ([envelope(THREE[:2], 3, 3), LOGIN], 2, "html-instead", 2),
        ([envelope(THREE[:2], 3, 3), REPORT], 2, "csw-refused", 2),
    ],
    ids=["two", "next-unsaid", "next-beyond", "b015", "b016-back", "b016-same", "f05-empty", "next-none", "f05-short",
         "f04-500", "f04-cut", "f04-login", "f04-report"],
)  # fmt: skip
def test_pages(pages, listed_, slug, asked):
    records, facts, requests = read(pages)
    assert len(records) == listed_ and facts.complete is (slug is None)
    assert slug is None or slug in facts.counts
    assert slug == "server-busy" or len(requests) == asked


@pytest.mark.parametrize("most", [1, 2, 7])
def test_b017_a_server_that_gives_fewer_than_asked_is_followed(most):
    records, facts, requests = read(catalog(THREE, most))
    assert len(records) == 3 and facts.complete and len(requests) == -(-3 // min(most, 3))


def test_a_page_beyond_the_limits_is_asked_for_in_smaller_parts(monkeypatch):
    heavy = [
        metadata(number, more=f"<gmd:abstract><gco:CharacterString>{'あ' * 1000}</gco:CharacterString></gmd:abstract>")
        for number in range(20)
    ]
    with serve({"*": catalog(heavy)}) as site:
        source = Source("x", site.url, "csw", options={"rows": 20})
        records, facts = listed(site, source, Limits(body=20_000))
        assert len(records) == 20 and facts.complete
        monkeypatch.setattr(xml_text, "TEXT", 20_000)
        assert len(listed(site, source)[0]) == 20


def test_b041_pages_without_end_are_left_at_the_limit(monkeypatch):
    monkeypatch.setattr(csw, "PAGES", 5)

    def endless(request):
        start = int(request.query["startPosition"][0])
        return answer(envelope([metadata(start, "service")], 999_999_999, start + 1))

    _, facts, requests = read(endless)
    assert len(requests) == 5 and not facts.complete and "too-many-pages" in facts.counts


def test_b023_services_and_what_has_no_identifier_are_counted():
    others = [
        metadata(2, "service"),
        metadata(3, "application"),
        metadata(4, identifier=""),
        "<csw:Record/>",
        metadata(5, "series"),
    ]
    records, facts, _ = read(envelope([metadata(1), *others], 6, 0))
    assert [record.guid for record in records] == ["id-1", "id-5"] and facts.complete
    assert facts.skipped == {"level-service": 1, "level-application": 1, "without-id": 1, "not-iso": 1}


def test_f07_the_first_of_two_with_one_identifier_is_taken():
    records, facts, _ = read(envelope([metadata(1), metadata(2, identifier="id-1")], 2, 0))
    assert [record.title for record in records] == ["データ1"] and facts.counts == {"guid-repeated": 1}
    assert facts.complete


def test_pages_that_overlap_are_looked_at_again_and_never_complete():
    """Few servers keep an order: a record that comes twice stands where another one was."""
    four = [*THREE, metadata(4)]
    overlap = [envelope(four[:2], 4), envelope([four[0], four[2], four[1]], 4)]
    records, facts, requests = read([*overlap, envelope(four[:2], 4), envelope(four[1:], 4)])
    assert len(records) == 4 and facts.complete and len(requests) == 4
    records, facts, _ = read([*overlap, *overlap])
    assert len(records) == 3 and not facts.complete and facts.counts == {"count-disagrees": 1}


FREE = "<gmd:PT_FreeText>{}</gmd:PT_FreeText>"
LOCALISED = (
    '<gmd:textGroup><gmd:LocalisedCharacterString locale="#{}">{}</gmd:LocalisedCharacterString></gmd:textGroup>'
)


@pytest.mark.parametrize(
    "main, others, title, flagged",
    [
        ("避難所", [("EN", "Shelters")], "避難所", False),
        ("Shelters", [("ZH", "避難設施"), ("JA", "避難所")], "避難所", False),
        ("Shelters", [("FR", "Abris")], "Shelters", True),
        ("", [("JA", "避難所")], "避難所", False),
    ],
    ids=["b029", "b029-second", "b030", "only-localised"],
)
def test_titles(main, others, title, flagged):
    free = FREE.format("".join(LOCALISED.format(*other) for other in others))
    written = metadata(1).replace(
        "<gco:CharacterString>データ1</gco:CharacterString>", f"<gco:CharacterString>{main}</gco:CharacterString>{free}"
    )
    (record,), facts, _ = read(envelope([written], 1, 0))
    assert record.title == title and ("title-not-japanese" in facts.counts) is flagged


def constraint(code, *texts):
    said = "".join(
        f"<gmd:otherConstraints><gco:CharacterString>{text}</gco:CharacterString></gmd:otherConstraints>"
        for text in texts
    )
    use = f'<gmd:useConstraints><gmd:MD_RestrictionCode codeListValue="{code}"/></gmd:useConstraints>'
    legal = f"<gmd:MD_LegalConstraints>{use}{said}</gmd:MD_LegalConstraints>"
    return f"<gmd:resourceConstraints>{legal}</gmd:resourceConstraints>"


@pytest.mark.parametrize(
    "code, texts, license_, remarks",
    [
        ("otherRestrictions", ["出典を示すこと", "クリエイティブ・コモンズ 表示 4.0"],
         "クリエイティブ・コモンズ 表示 4.0", "出典を示すこと"),
        ("license", ["市の独自の規約"], "市の独自の規約", None),
        ("otherRestrictions", ["無断転載を禁じます"], None, "無断転載を禁じます"),
    ],
    ids=["b031", "b031-unknown", "none"],
)  # fmt: skip
def test_licences(code, texts, license_, remarks):
    (record,), _, _ = read(envelope([metadata(1, more=constraint(code, *texts))], 1, 0))
    assert (record.concepts.get("license"), record.concepts.get("remarks")) == (license_, remarks)


def test_an_area_without_a_name_is_told_by_its_corners():
    sides = zip(
        ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"),
        (135, 136, 34, 35),
        strict=True,
    )
    box = "".join(f"<gmd:{side}><gco:Decimal>{value}</gco:Decimal></gmd:{side}>" for side, value in sides)
    for name in ("EX_GeographicBoundingBox", "geographicElement", "EX_Extent", "extent"):
        box = f"<gmd:{name}>{box}</gmd:{name}>"
    (record,), _, _ = read(envelope([metadata(1, more=box)], 1, 0))
    assert record.concepts["spatial"] == "経度 135〜136、緯度 34〜35"


def test_words_are_asked_for_one_by_one_and_other_parameters_stay():
    _, _, requests = read(envelope([metadata(1)], 1, 0), query="避難所 O'Brien", rows=7)
    asked = {name: values[0] for name, values in requests[0].query.items()}
    assert asked["constraint"] == "csw:AnyText LIKE '%避難所%' AND csw:AnyText LIKE '%O''Brien%'"
    assert (asked["constraintLanguage"], asked["maxRecords"], asked["map"]) == ("CQL_TEXT", "7", "/a.map")
    assert asked["request"] == "GetRecords" and "REQUEST" not in asked


@pytest.mark.parametrize(
    "options",
    [
        *({"query": query} for query in ("a%", "a_b", "*", "a?", "a\\", "<ogc:Filter>", "a\nb", "あ" * 201)),
        *({"rows": rows} for rows in (0, 1001, "all")),
    ],
)
def test_b151_search_syntax_in_options_is_refused_before_anything_is_asked(options):
    with serve() as site:
        with pytest.raises(ListingError) as error:
            listed(site, Source("x", site.url, "csw", options=options))
        assert error.value.slug == "option-refused" and error.value.fix and not site.requests
