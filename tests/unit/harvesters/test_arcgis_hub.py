from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters.listing import Source
from osakadx.errors import ListingError
from osakadx.normalise import SourceContext, normalise

from ..loopback import answer, serve
from .contract import SourceContract, listed
from .fixtures import PORTALS

ITEMS_PATH = "/api/search/v1/collections/dataset/items"
ITEMS = json.loads((PORTALS / "arcgis_hub_items.json").read_text("utf-8"))
SHELTERS, ZONING, POPULATION, FACILITIES, PHOTOS, _, AED = [item["id"] for item in ITEMS]


def said(count, features, following=False):
    links = [{"rel": "next", "href": "x"}] if following else []
    matched = {} if count is None else {"numberMatched": count}
    return answer(
        json.dumps({"type": "FeatureCollection", "features": features, "links": links, **matched}),
        Content_Type="application/geo+json",
    )


def site_of(items, most=100, counted=True):
    """The search API over these items: it counts from one, and gives a stable order only to who asks for one."""

    def page(request):
        asked = {name: values[0] for name, values in request.query.items()}
        assert asked["sortBy"] == "properties.created" and 0 <= int(asked["limit"]) <= 100
        start, rows = int(asked["startindex"]) - 1, min(int(asked["limit"]), most)
        return said(len(items) if counted else None, items[start : start + rows], start + rows < len(items))

    return page


class TestHub(SourceContract):
    type = "arcgis_hub"
    path = "/"
    count = 6
    japanese = "指定緊急避難場所"

    def pages(self):
        return {ITEMS_PATH: site_of(ITEMS, most=3)}

    def test_pages_are_counted_from_one_and_what_is_not_public_is_skipped(self, site):
        _, facts = listed(site, self.source(site))
        assert [request.query["startindex"] for request in site.requests] == [["1"], ["3"], ["5"]]
        assert facts.skipped == {"private": 1} and facts.claimed == 7 and facts.counts == {}

    def test_properties_become_concepts(self, site):
        record = listed(site, self.source(site))[0][0]
        assert record.guid == SHELTERS and record.modified == "2025-04-01"
        assert record.concepts == {
            "identifier": SHELTERS, "title": "指定緊急避難場所", "issued": "2024-04-11", "modified": "2025-04-01",
            "description": "<p>市内の<b>指定緊急避難場所</b>です。</p><p>年1回更新します。</p>",
            "keyword": ["防災", "避難所"], "theme": ["防災"], "language": ["ja"], "publisher_name": "堺市",
            "license": "CC-BY-4.0", "landing_page": f"{site.url}/datasets/{SHELTERS}",
        }  # fmt: skip

    def test_layers_tables_files_and_services_each_have_their_files(self, site):
        records = {record.guid: record for record in listed(site, self.source(site))[0]}
        made = f"{site.url}/api/download/v1/items"
        urls = {
            guid: [file.get("file_download_url") or file["file_access_url"] for file in record.files]
            for guid, record in records.items()
        }
        assert urls[SHELTERS] == [
            f"{made}/{SHELTERS}/{form}?layers=0" for form in ("csv", "geojson", "shapefile", "kml")
        ]
        assert urls[ZONING][0] == f"{made}/{ZONING.removesuffix('_3')}/csv?layers=3"
        assert urls[POPULATION] == [f"{made}/{POPULATION}/csv?layers=0"]
        assert urls[FACILITIES] == [f"https://www.arcgis.com/sharing/rest/content/items/{FACILITIES}/data"]
        assert urls[PHOTOS] == ["https://tiles.arcgis.com/example/ImageServer"]
        assert records[SHELTERS].files[0]["file_copyright"] == "堺市危機管理室"

    def test_a_licence_that_is_not_on_the_site_s_list_stands_in_its_words(self, site):
        records = {record.guid: record for record in listed(site, self.source(site))[0]}
        assert records[ZONING].concepts["license"] == "クリエイティブ・コモンズ 表示 4.0 国際"
        assert "license" not in records[AED].concepts and records[AED].concepts["modified"] == "いつか"

    def test_the_catalog_takes_it(self, site):
        record = listed(site, self.source(site))[0][0]
        dataset = normalise(record, SourceContext("271403"))
        assert dataset.license == "cc-by-4.0" and dataset.notes.startswith("市内の指定緊急避難場所です。\n")
        assert [resource.format for resource in dataset.resources] == ["CSV", "GeoJSON", "SHP", "KML"]


def item(number, **more):
    return {"id": f"{number:032x}", "properties": {"title": f"データ{number}", "type": "CSV", **more}}


MANY = [item(number) for number in range(1, 31)]


def read(pages, path="", **options):
    pages = pages if isinstance(pages, dict) else {ITEMS_PATH: pages}
    with serve(pages) as site:
        records, facts = listed(site, Source("x", site.url + path, "arcgis_hub", options=options))
        return [record.guid for record in records], facts, site.requests


@pytest.mark.parametrize("path", ["/", "/api/search/v1", f"{ITEMS_PATH}?limit=1"])
def test_the_site_s_address_or_that_of_its_api_may_be_given(path):
    guids, facts, _ = read(site_of(ITEMS), path)
    assert len(guids) == 6 and facts.complete


def test_another_collection_may_be_told_or_stand_in_the_address():
    path = "/api/search/v1/collections/all/items"
    for url, options in ((path, {}), ("", {"collection": "all"})):
        assert len(read({path: site_of(ITEMS)}, url, **options)[0]) == 6


def test_without_a_number_the_next_links_are_followed():
    guids, facts, requests = read(site_of(MANY, counted=False), rows=10)
    assert len(guids) == 30 and facts.complete and facts.claimed is None and len(requests) == 4


def test_a_site_whose_catalog_has_no_scope_is_refused_with_what_to_do():
    """Such a site answers with all of ArcGIS; the API never says more than ten thousand."""
    with pytest.raises(ListingError) as error:
        read(said(10_000, MANY[:10]))
    assert error.value.slug == "arcgis-hub-without-scope" and "範囲" in error.value.fix


def test_a_query_is_sent_along():
    _, _, requests = read(site_of(ITEMS), query="避難所 & 公園")
    assert requests[0].query["q"] == ["避難所 & 公園"]


@pytest.mark.parametrize("options", [{"collection": "../x"}, {"collection": ""}, {"rows": 101}, {"rows": "all"}])
def test_options_that_are_none_are_refused_before_anything_is_asked(options):
    with serve() as site:
        with pytest.raises(ListingError) as error:
            listed(site, Source("x", site.url, "arcgis_hub", options=options))
        assert error.value.slug == "option-refused" and error.value.fix and not site.requests


@pytest.mark.parametrize("body", [[], "ok", {}, {"features": None, "numberMatched": 3}, {"message": "error"}])
def test_b013_b014_an_answer_that_is_no_result_is_never_no_data_sets(body):
    with pytest.raises(ListingError) as error:
        read(answer(json.dumps(body)))
    assert error.value.slug == "arcgis-hub-broken"


def test_an_empty_collection_is_complete_and_empty():
    guids, facts, _ = read(said(0, []))
    assert guids == [] and facts.complete and (facts.listed, facts.claimed) == (0, 0)


def test_b015_a_site_that_repeats_its_first_page_is_left():
    guids, facts, requests = read(said(30, MANY[:10]), rows=10)
    assert len(guids) == 10 and facts.counts == {"page-repeats": 1} and len(requests) == 2


def test_b017_a_site_that_caps_rows_is_followed():
    guids, facts, requests = read(site_of(MANY, most=7))
    assert len(guids) == 30 and facts.complete and len(requests) == 5


def test_f04_a_later_page_that_fails_leaves_a_partial_listing():
    def page(request):
        return answer(b"", status=500) if request.query["startindex"] == ["19"] else site_of(MANY)(request)

    guids, facts, _ = read(page, rows=10)
    assert len(guids) == 19 and not facts.complete and facts.claimed == 30


def test_odd_values_stop_nothing():
    odd = [
        {"properties": {"title": "名無し"}},
        {"id": "a", "properties": None},
        {"properties": {"id": "b", "title": "い", "modified": 1e300, "created": -1, "tags": "防災", "type": "CSV"}},
        {"id": "c", "properties": {"title": 5, "categories": {"x": 1}, "culture": None, "url": []}},
    ]
    guids, facts, _ = read(said(4, odd))
    assert guids == ["a", "b", "c"] and facts.complete and facts.skipped == {"without-id": 1}
