"""Japanese search as CKAN's hooks see it: which parameters go to Solr, what a document becomes. No Solr is needed."""

import json

import pytest
from ckan.common import config
from ckan.lib.search import SearchQueryError
from ckan.lib.search.query import VALID_SOLR_PARAMETERS, PackageSearchQuery
from ckanext.osakadx.index import MAX_TERM, document
from ckanext.osakadx.search import JapaneseSearch, parameters, understood
from osakadx.search.query import build


def test_words_become_a_query_that_ckan_lets_through():
    params = parameters({"q": "大阪市 避難所", "fq": "+dataset_type:dataset", "extras": {}})
    assert params["defType"] == "edismax"
    assert params["fq"] == "+dataset_type:dataset"
    assert set(params) - VALID_SOLR_PARAMETERS == set()


def test_a_place_is_a_filter_and_the_place_itself_comes_first():
    params = parameters({"q": "大阪市 避難所"})
    assert params["fq_list"] == ["osakadx_area:(271004) OR osakadx_place:(270008)"]
    assert 'termfreq(osakadx_place,"271004")' in params["boost"]


def test_the_prefecture_means_all_that_lies_in_it():
    assert parameters({"q": "大阪府 病院"})["fq_list"] == ["osakadx_area:(27*)"]


def test_a_town_elsewhere_may_be_a_district_here():
    assert 'text:"高石市"' not in parameters({"q": "高石市 公園"})["fq_list"][0]
    assert 'text:"京都市"' in parameters({"q": "京都市 公園"})["fq_list"][0]


@pytest.mark.parametrize(
    "q",
    [
        "*:*",
        "",
        "name:foo",
        "organization:271004 AND 避難所",
        "owner_org:abc",
        "title:避難所",
        "metadata_modified:[* TO NOW]",
    ],
)
def test_queries_in_solr_syntax_stay_as_they_are(q):
    assert parameters({"q": q, "fq": "a:b"}) == {"q": q, "fq": "a:b"}


@pytest.mark.parametrize("chosen", [{"defType": "lucene"}, {"qf": "title"}])
def test_a_caller_who_chose_parser_or_fields_is_left_alone(chosen):
    assert parameters({"q": "避難所", **chosen}) == {"q": "避難所", **chosen}


def test_operators_are_kept_and_searched_in_japanese_fields():
    params = parameters({"q": '"避難所" -福祉'})
    assert (params["q"], params["defType"]) == ('"避難所" -福祉', "edismax")
    assert "text_2g" in params["qf"]


@pytest.mark.parametrize(
    "given",
    [
        {"q": "title:*a* OR title:*b* OR title:*c*"},
        {"q": "name:" + "x" * 10_000},
        {"q": "避難所", "start": 1_000_000},
        {"q": "", "facet.field": ["a"] * 100},
    ],
)
def test_what_costs_too_much_is_refused_in_japanese(given):
    with pytest.raises(SearchQueryError, match=r"[ぁ-ん]"):
        parameters(given)


def test_ten_thousand_wildcards_in_words_are_refused_or_harmless():
    assert len(parameters({"q": "*" * 10_000})["q"]) < 2_000


def test_facets_without_limit_get_one():
    assert parameters({"q": "", "facet.limit": -1})["facet.limit"] == 1_000
    assert parameters({"q": "", "facet.limit": 0})["facet.limit"] == 0


def test_words_never_carry_a_local_parameter(monkeypatch):
    sent = {}
    monkeypatch.setitem(config, "ckan.site_id", "test")
    monkeypatch.setattr("ckan.lib.search.query.make_connection", lambda **_: _Recorder(sent))
    PackageSearchQuery().run(parameters({"q": "避難所 {!lucene}x } {! 大阪市", "fq": "", "facet.field": []}))
    assert "{!" not in sent["q"]


class _Recorder:
    def __init__(self, sent):
        self.sent = sent

    def search(self, **query):
        self.sent.update(query)
        return type("Answer", (), {"hits": 0, "docs": [], "facets": {}})()


def test_the_answer_says_how_the_query_was_understood():
    params = parameters({"q": "大阪市 令和6年 避難所", "extras": {}})
    results = JapaneseSearch().after_dataset_search({"count": 0}, params)
    assert results["osakadx_search"] == {
        "places": [{"code": "271004", "label": "大阪市"}],
        "years": [2024],
        "words": ["避難所"],
        "without_place": "避難所",
    }
    assert understood(build("AED"))["without_place"] == ""


def flat(dataset, **more):
    return {"id": "1", "title": dataset.get("title", ""), "validated_data_dict": json.dumps(dataset), **more}


def test_a_document_gets_places_years_and_facets():
    dataset = {
        "title": "AED設置箇所一覧(令和5年度)", "organization": {"name": "271403", "title": "堺市"}, "theme": ["14"],
        "license_id": "CC-BY-4.0", "frequency": "annual", "modified": "2024-05-01", "standard_dataset_no": "08",
        "resources": [{"format": "CSV"}, {"format": "GeoJSON"}],
    }  # fmt: skip
    added = document(flat(dataset))
    assert {key: added[key] for key in added if key.startswith("osakadx_")} == {
        "osakadx_words": "堺市", "osakadx_place": "271403", "osakadx_area": ["271403"],
        "osakadx_year": ["2023"], "osakadx_subject": "aed設置箇所一覧",
        "osakadx_theme": ["14"], "osakadx_standard": ["08"],
        "osakadx_frequency": ["annual"], "osakadx_format": ["map", "table"], "osakadx_license": ["CC-BY-4.0"],
        "osakadx_updated": ["2024"], "osakadx_changed": "2024-05-01T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    "dataset, changed",
    [
        ({"modified": "2024-05-01T09:30:00+09:00", "metadata_created": "2026-11-26"}, "2024-05-01T00:00:00Z"),
        ({"modified": "20240501"}, "2024-05-01T00:00:00Z"),
        ({"modified": "", "metadata_created": "2026-11-26T01:02:03.456"}, "2026-11-26T01:02:03Z"),
        ({"modified": "去年", "metadata_created": "2026-11-26"}, "2026-11-26T00:00:00Z"),
        ({}, None),
    ],
)
def test_lists_are_sorted_by_the_date_they_show(dataset, changed):
    assert document(flat(dataset)).get("osakadx_changed") == changed


@pytest.mark.parametrize("theme", [["02", "14"], '["02", "14"]'])
def test_lists_are_read_as_lists_or_as_json(theme):
    assert document(flat({"theme": theme}))["osakadx_theme"] == ["02", "14"]


def test_words_in_extras_are_searched_and_codes_are_not():
    extras = {
        "extras_contact": '[{"name": "危機管理課", "email": "a@example.jp", "telephone": "06-1"}]',
        "extras_x": "https://a.jp",
    }
    assert document(flat({}, **extras))["osakadx_words"] == "危機管理課"


def test_nothing_is_sent_that_solr_cannot_take():
    given = flat({}, contact=[{"name": "課"}], theme=["01", "02"], provenance="来" * 20_000)
    sent = document(given | {"tags": ["a", "b"], "vocab_x": ["c"]})
    assert (sent["contact"], sent["theme"]) == ('[{"name": "課"}]', '["01", "02"]')
    assert len(sent["provenance"]) == MAX_TERM
    assert (sent["tags"], sent["vocab_x"]) == (["a", "b"], ["c"])


def test_a_document_without_its_data_set_is_indexed_from_what_there_is():
    assert document({"id": "1", "title": "公園", "name": "272035_park"})["osakadx_place"] == "272035"
