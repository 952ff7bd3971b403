from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters.listing import Source
from osakadx.errors import ListingError
from osakadx.normalise import SourceContext, normalise

from ..loopback import answer, serve
from .contract import SourceContract, listed
from .fixtures import PORTALS

DATASETS = "/api/explore/v2.1/catalog/datasets"
EXPORT = "/api/explore/v2.1/catalog/exports/json"
ITEMS = json.loads((PORTALS / "opendatasoft_datasets.json").read_text("utf-8"))


def said(count, results, **more):
    return answer(json.dumps({"total_count": count, "results": results, **more}))


def catalog(items, most=100):
    """The API over these entries; without an order its pages are as they come."""

    def page(request):
        asked = {name: values[0] for name, values in request.query.items()}
        start, rows = int(asked["offset"]), min(int(asked["limit"]), most)
        assert start + rows <= 10_000
        ordered = sorted(items, key=lambda item: item["dataset_id"]) if asked.get("order_by") == "dataset_id" else items
        return said(len(items), ordered[start : start + rows])

    return page


class TestPortal(SourceContract):
    type = "opendatasoft"
    path = "/"
    count = 5
    japanese = "AED設置箇所一覧"

    def pages(self):
        return {DATASETS: catalog(ITEMS, most=2)}

    def test_what_is_not_visible_is_skipped_and_counted(self, site):
        _, facts = listed(site, self.source(site))
        assert facts.skipped == {"private": 1} and facts.claimed == 6 and facts.counts == {}

    def test_both_templates_become_concepts(self, site):
        record = next(record for record in listed(site, self.source(site))[0] if record.guid == "aed-locations")
        assert record.modified == "2025-04-01T00:00:00+00:00"
        assert record.concepts == {
            "title": "AED設置箇所一覧", "description": "<p>市内の<b>AED</b>です。</p>", "keyword": ["救急", "AED"],
            "theme": ["安全・安心"], "issued": "2020-05-01", "modified": "2025-04-01T00:00:00+00:00",
            "language": ["ja"], "frequency": "毎年", "documentation": ["https://www.example.lg.jp/aed/"],
            "spatial": "堺市", "temporal": "2024-04-01/2025-03-31", "publisher_name": "堺市", "creator": "救急課",
            "contact_name": "救急課", "contact_email": "aed@example.lg.jp", "license": "CC BY 4.0",
            "identifier": "aed-locations", "landing_page": f"{site.url}/explore/dataset/aed-locations/",
        }  # fmt: skip

    def test_exports_are_its_files_and_geojson_where_it_has_places(self, site):
        files = {record.guid: record.files for record in listed(site, self.source(site))[0]}
        base = f"{site.url}{DATASETS}/aed-locations/exports"
        assert [(file["file_format"], file["file_download_url"]) for file in files["aed-locations"]] == [
            ("CSV", f"{base}/csv?delimiter=%2C&use_labels=true"), ("JSON", f"{base}/json"),
            ("GeoJSON", f"{base}/geojson"),
        ]  # fmt: skip
        assert [file.get("file_format") for file in files["budget-r7"]] == ["CSV", "JSON", *["application/pdf"] * 2]
        assert [file["file_download_url"][-9:] for file in files["plans"]] == ["plans.zip"]
        assert "file_download_url" not in files["budget-r7"][3]

    def test_the_catalog_takes_it(self, site):
        record = next(record for record in listed(site, self.source(site))[0] if record.guid == "aed-locations")
        dataset = normalise(record, SourceContext("271403"))
        assert (dataset.publisher, dataset.license, dataset.frequency) == ("271403", "cc-by-4.0", "annual")
        assert dataset.notes == "市内のAEDです。" and dataset.modified == "2025-04-01" and dataset.notices == ()
        assert [resource.format for resource in dataset.resources] == ["CSV", "JSON", "GeoJSON"]


def dataset(number, **more):
    return {"dataset_id": f"d{number:05}", "metas": {"default": {"title": f"データ{number}"}}, **more}


MANY = [dataset(number) for number in range(10_050)]


def read(pages, path="", **options):
    with serve(pages) as site:
        records, facts = listed(site, Source("x", site.url + path, "opendatasoft", options=options))
        return [record.guid for record in records], facts, site.requests


@pytest.mark.parametrize("path", ["/", "/api/explore/v2.1", f"{DATASETS}?limit=5", "/portal"])
def test_the_portal_s_address_or_that_of_its_api_may_be_given(path):
    prefix = "/portal" if path == "/portal" else ""
    guids, facts, _ = read({prefix + DATASETS: catalog(ITEMS)}, path)
    assert len(guids) == 5 and facts.complete


def test_more_than_the_pages_reach_come_from_the_export():
    guids, facts, requests = read({DATASETS: catalog(MANY), EXPORT: answer(json.dumps(MANY))})
    assert len(guids) == 10_050 and facts.complete and facts.claimed == 10_050
    assert [request.path for request in requests] == [DATASETS, EXPORT]


def test_an_export_that_is_short_is_partial():
    guids, facts, _ = read({DATASETS: catalog(MANY), EXPORT: answer(json.dumps(MANY[:10_000]))})
    assert len(guids) == 10_000 and not facts.complete


def test_an_export_that_is_no_list_is_refused():
    with pytest.raises(ListingError) as error:
        read({DATASETS: catalog(MANY), EXPORT: answer('{"error_code": "x"}')})
    assert error.value.slug == "opendatasoft-broken"


def test_a_portal_that_does_not_know_the_order_is_read_without():
    def page(request):
        return answer("{}", status=400) if "order_by" in request.query else catalog(ITEMS)(request)

    guids, facts, requests = read({DATASETS: page})
    assert len(guids) == 5 and facts.complete and len(requests) == 2


def test_selections_are_sent_in_the_query_language():
    _, _, requests = read({DATASETS: catalog(ITEMS)}, query="避難所", refine={"publisher": "堺市"}, rows=50)
    asked = requests[0].query
    assert (
        asked["where"] == ['search("避難所")'] and asked["refine"] == ['publisher:"堺市"'] and asked["limit"] == ["50"]
    )


@pytest.mark.parametrize(
    "options",
    [
        {"query": '") or search("'},
        {"query": "a\\"},
        {"query": 7},
        {"refine": "堺市"},
        {"refine": {'publisher:"x" or a': "b"}},
        {"refine": {"publisher": 'a" or "b'}},
        {"refine": {"publisher": ["堺市"]}},
        {"rows": 0},
        {"rows": 101},
    ],
)
def test_b151_query_language_in_options_is_refused_before_anything_is_asked(options):
    with serve() as site:
        with pytest.raises(ListingError) as error:
            listed(site, Source("x", site.url, "opendatasoft", options=options))
        assert error.value.slug == "option-refused" and error.value.fix and not site.requests


@pytest.mark.parametrize(
    "body",
    [
        [],
        "ok",
        {"results": []},
        {"total_count": 3, "results": None},
        {"total_count": True, "results": []},
        {"error": 1},
    ],
)
def test_b013_b014_an_answer_that_is_no_result_is_never_no_data_sets(body):
    with pytest.raises(ListingError) as error:
        read({DATASETS: answer(json.dumps(body))})
    assert error.value.slug == "opendatasoft-broken"


def test_an_empty_catalog_is_complete_and_empty():
    guids, facts, _ = read({DATASETS: said(0, [])})
    assert guids == [] and facts.complete and (facts.listed, facts.claimed) == (0, 0)


def test_b015_a_portal_that_repeats_its_first_page_is_left():
    guids, facts, requests = read({DATASETS: said(30, MANY[:10])}, rows=10)
    assert len(guids) == 10 and facts.counts == {"page-repeats": 1} and len(requests) == 2


def test_f04_a_later_page_that_fails_leaves_a_partial_listing():
    def page(request):
        return answer(b"", status=500) if request.query["offset"] == ["18"] else catalog(MANY[:30])(request)

    guids, facts, _ = read({DATASETS: page}, rows=10)
    assert len(guids) == 19 and not facts.complete and facts.claimed == 30


def test_an_entry_without_a_title_is_called_by_its_id():
    with serve({DATASETS: catalog([{"dataset_id": "d1", "metas": {}}])}) as site:
        (record,), facts = listed(site, Source("x", site.url, "opendatasoft"))
    assert record.title == "d1" and record.files[0]["file_title"] == "d1(CSV)" and facts.counts == {"title-missing": 1}


def test_odd_values_stop_nothing():
    odd = [
        {"metas": {"default": {"title": "名無し"}}},
        {"dataset_id": "a", "metas": None},
        {"dataset_id": "b", "metas": {"default": {"title": "い", "keyword": "防災", "license": None, "modified": 5}}},
        {"dataset_id": "c", "metas": {"default": ["う"]}, "attachments": {"url": "x"}, "features": None},
    ]
    guids, facts, _ = read({DATASETS: said(4, odd)})
    assert guids == ["a", "b", "c"] and facts.complete and facts.skipped == {"without-id": 1}


def test_b005_b011_b012_text_is_mended_and_told():
    bad = json.dumps({"total_count": 1, "results": [dataset(1)]}).replace("d00001", r"d\u00001\ud800")
    guids, facts, _ = read({DATASETS: answer(bad)})
    assert guids == ["d1�"] and facts.counts == {"json-characters": 1}
