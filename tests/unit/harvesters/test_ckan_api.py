from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters.listing import Last, Same, Source
from osakadx.errors import FetchError, ListingError
from osakadx.meter import Limits

from ..loopback import answer, serve
from .contract import SourceContract, listed
from .fixtures import SITES

SEARCH = "/api/3/action/package_search"
TOKYO = json.loads((SITES / "tokyo/130001_package_search_60.json").read_text("utf-8"))["result"]["results"]
BODIK = json.loads((SITES / "bodik/packages.json").read_text("utf-8"))


def catalog(packages, most=25):
    """`package_search` over recorded packages, as CKAN answers it."""

    def search(request):
        asked = {name: values[0] for name, values in request.query.items()}
        assert asked.pop("sort") == "id asc"
        chosen = packages
        if "fq" in asked:
            field, _, name = asked["fq"].partition(":")
            assert field == "organization"
            chosen = [package for package in packages if package["organization"]["name"] == name]
        chosen = sorted(chosen, key=lambda package: package["id"])
        start = int(asked["start"])
        return said(len(chosen), chosen[start : start + min(int(asked["rows"]), most)])

    return search


def said(count, packages, **more):
    return answer(json.dumps({"success": True, "result": {"count": count, "results": packages}, **more}))


class TestTokyo(SourceContract):
    type = "ckan_api"
    path = "/tokyo"
    count = 60
    japanese = "2017年度ツバメの巣分布マップ"

    def pages(self):
        return {f"/tokyo{SEARCH}": catalog(TOKYO)}

    def test_pages_capped_by_the_server_are_followed(self, site):
        _, facts = listed(site, self.source(site))
        assert [request.query["start"] for request in site.requests] == [["0"], ["24"], ["48"]]
        assert facts.claimed == 60

    def test_tokyo_s_own_words_are_found(self, site):
        records, _ = listed(site, self.source(site))
        record = next(record for record in records if record.title == self.japanese)
        assert record.guid == "e72a0058-8b6d-433b-827c-5dd5240e984f"
        assert record.modified == "2020-05-22T09:05:23.592902"
        concepts = record.concepts
        assert concepts["identifier"] == "t132098d0000000025" and concepts["frequency"] == "公開時のみ"
        assert (concepts["publisher_code"], concepts["publisher_name"]) == ("132098", "町田市")
        assert concepts["license"] == "CC-BY-4.0" and concepts["contact_name"] == "町田市環境資源部環境・自然共生課"
        assert record.files[0]["file_download_url"].endswith("2017tsubamemap.zip")
        assert record.files[0]["file_size"] == "15360" and record.files[0]["file_modified"] == "2018-09-03T15:00:00"

    def test_a_bureau_is_no_municipality(self, site):
        records, _ = listed(site, self.source(site))
        bureau = next(record for record in records if record.concepts["publisher_name"] == "東京都総務局")
        assert "publisher_code" not in bureau.concepts


class TestBodik(SourceContract):
    type = "ckan_api"
    path = "/"
    count = 1
    japanese = "企業オープンデータ 画像一覧"
    options = {"organization": "271403"}

    def pages(self):
        return {SEARCH: catalog(BODIK)}

    def test_bodik_s_extras_are_found(self, site):
        records, _ = listed(site, self.source(site))
        concepts = records[0].concepts
        assert site.requests[0].query["fq"] == ["organization:271403"]
        assert (
            concepts["frequency"] == "不定期" and concepts["spatial"] == "堺市" and concepts["language"] == ["Japanese"]
        )
        assert concepts["license"] == "cc-by-40-intl" and concepts["publisher_code"] == "271403"
        assert concepts["identifier"] == "271403_company_image_list" and concepts["keyword"] == ["企業", "産業"]
        assert records[0].files[0]["file_copyright"] == "堺市"

    def test_several_organizations_are_read_one_after_another(self, site):
        records, facts = listed(site, self.source(site, options={"organization": ["271403", "300004"]}))
        assert len(records) == 3 and facts.claimed == 3 and facts.complete


def package(number, **more):
    return {"id": f"id-{number:04}", "name": f"name-{number}", "title": f"データ{number}", "type": "dataset", **more}


def read(pages, **options):
    """List a catalog whose answers come from a function of the request, or one after another from a list."""
    waiting = list(pages) if isinstance(pages, list) else None

    def page(request):
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else pages(request)

    with serve({"*": page}) as site:
        records, facts = listed(site, Source("x", site.url, "ckan_api", options=options))
        return [record.guid for record in records], facts, site.requests


PAGES = [package(number) for number in range(1, 31)]


def window(request, packages):
    start, rows = int(request.query["start"][0]), int(request.query["rows"][0])
    return packages[start : start + rows]


def test_e_gov_s_unusual_path_is_asked_as_it_is():
    with serve({"/data/api/3/action/package_search": said(1, [package(1)])}) as site:
        records, facts = listed(site, Source("x", f"{site.url}/data/api/3/", "ckan_api"))
    assert len(records) == 1 and facts.complete


def test_e_gov_s_places_are_known():
    egov = package(
        1, notes=None, license_id=None, organization={"name": "org_0900", "title": "消費者庁"},
        groups=[{"name": "gr_1300", "title": "行財政"}], tags=[{"name": " 予算_決算"}],
        extras=[
            {"key": "description", "value": "説明です"}, {"key": "frequency_of_update", "value": "年２回"},
            {"key": "release_date", "value": "2020-01-01"}, {"key": "landingPage", "value": "http://a.go.jp/"},
            {"key": "publisher", "value": "消費者庁"}, {"key": "contactPoint", "value": "総務課"},
        ],
        resources=[{"name": "表", "url": "http://a.go.jp/a.csv", "resource_license_id": "CC-BY", "language": "jpn",
                    "last_modified_date": "2020-02-01", "format": "CSV"}],
    )  # fmt: skip
    with serve({"*": said(1, [egov])}) as site:
        (record,), _ = listed(site, Source("x", site.url, "ckan_api"))
    assert record.concepts == {
        "identifier": "name-1", "title": "データ1", "description": "説明です", "issued": "2020-01-01",
        "landing_page": "http://a.go.jp/", "frequency": "年２回", "contact_name": "総務課",
        "publisher_name": "消費者庁", "keyword": ["予算_決算"], "theme": ["行財政"],
    }  # fmt: skip
    assert record.files[0] == {
        "file_title": "表", "file_download_url": "http://a.go.jp/a.csv", "file_format": "CSV",
        "file_license": "CC-BY", "file_modified": "2020-02-01", "file_language": ["jpn"],
    }  # fmt: skip


@pytest.mark.parametrize("most", [1, 7, 30, 1000])
def test_b017_a_server_that_caps_rows_is_followed(most):
    guids, facts, requests = read(lambda asked: said(30, window(asked, PAGES)[:most]))
    assert len(guids) == 30 and facts.complete and len(requests) == -(-30 // min(most, 30))


def test_a_server_that_ignores_rows_and_gives_everything_is_understood():
    guids, facts, requests = read(lambda asked: said(30, PAGES), rows=10)
    assert len(guids) == 30 and facts.complete and len(requests) == 1


def test_b015_a_server_that_repeats_its_first_page_is_left():
    guids, facts, requests = read(lambda asked: said(30, PAGES[:10]), rows=10)
    assert len(guids) == 10 and not facts.complete and facts.counts == {"page-repeats": 1} and len(requests) == 2


def test_b016_a_cycle_of_pages_is_left_at_its_first_repeat():
    cycle = [said(90, PAGES[:10]), said(90, PAGES[10:20]), said(90, PAGES[20:]), said(90, PAGES[10:20])]
    guids, facts, requests = read(cycle, rows=10)
    assert len(guids) == 30 and not facts.complete and len(requests) == 4


def test_the_overlap_of_two_pages_costs_no_request():
    many = [package(number) for number in range(300)]
    guids, facts, requests = read(lambda asked: said(300, window(asked, many)))
    asked = [(request.query["start"][0], request.query["rows"][0]) for request in requests]
    assert asked == [("0", "100"), ("99", "101"), ("199", "101")] and len(guids) == 300 and facts.complete


def test_no_more_rows_are_asked_for_than_the_source_is_told():
    guids, facts, requests = read(lambda asked: said(30, window(asked, PAGES)), rows=10)
    assert {request.query["rows"][0] for request in requests} == {"10"} and len(guids) == 30 and facts.complete


def test_f05_fewer_than_claimed_are_looked_for_again_and_then_partial():
    guids, facts, requests = read(lambda asked: said(50, window(asked, PAGES)), rows=10)
    assert len(guids) == 30 and not facts.complete and facts.counts == {"count-disagrees": 1}
    assert len(requests) == 12


def test_a_data_set_that_goes_while_paging_hides_no_other():
    """The first is deleted after the first page: every later one moves up, and one slips through between two pages."""
    now = [PAGES]

    def page(asked):
        here = said(len(now[0]), window(asked, now[0]))
        now[0] = PAGES[1:]
        return here

    guids, facts, _ = read(page, rows=10)
    assert sorted(guids) == [package["id"] for package in PAGES] and facts.complete


def test_a_data_set_that_comes_while_paging_is_found():
    now = [PAGES[1:]]

    def page(asked):
        here = said(len(now[0]), window(asked, now[0]))
        now[0] = PAGES
        return here

    guids, facts, _ = read(page, rows=10)
    assert sorted(guids) == [package["id"] for package in PAGES] and facts.complete


def test_one_that_goes_and_one_that_comes_while_paging_hide_no_other_though_the_number_stays():
    now = [PAGES]

    def page(asked):
        here = said(30, window(asked, now[0]))
        now[0] = [*PAGES[1:], package(31)]
        return here

    guids, facts, _ = read(page, rows=10)
    assert {package["id"] for package in PAGES} <= set(guids) and facts.complete


def test_an_id_that_two_pages_really_have_is_named_and_counted():
    twice = [*PAGES[:10], PAGES[9], *PAGES[10:29]]
    guids, facts, requests = read(lambda asked: said(30, window(asked, twice)), rows=10)
    assert len(guids) == 29 and facts.complete and facts.counts == {"guid-repeated": 1} and len(requests) == 8


def test_entries_that_are_none_or_have_no_id_are_counted_each_time():
    blemished = [*PAGES[:9], None, None, {"title": "名無し"}, None, {"title": "名無し"}, *PAGES[9:25]]
    guids, facts, _ = read(lambda asked: said(30, window(asked, blemished)), rows=10)
    assert len(guids) == 25 and facts.complete and facts.skipped == {"without-id": 5} and facts.counts == {}


@pytest.mark.parametrize("bad", [answer(b"", status=500), answer(b'{"success": true, "resu'), answer(b"<html>")])
def test_f04_a_later_page_that_fails_leaves_a_partial_listing(bad):
    guids, facts, _ = read(
        lambda asked: bad if asked.query["start"] == ["18"] else said(30, window(asked, PAGES)), rows=10
    )
    assert len(guids) == 19 and not facts.complete and facts.claimed == 30


def test_b003_a_page_cut_once_is_asked_for_again():
    guids, facts, _ = read([answer(b'{"success": true, "result": {"cou'), said(1, [package(1)])])
    assert guids == ["id-0001"] and facts.complete


@pytest.mark.parametrize(
    "body, slug",
    [
        ({"success": False, "result": {"count": 0, "results": []}}, "ckan-refused"),
        ({"success": True, "result": None}, "ckan-broken"),
        ({"success": True, "result": {"count": 3, "results": None}}, "ckan-broken"),
        ({"success": True, "result": {"results": []}}, "ckan-broken"),
        ([], "ckan-broken"),
        ("ok", "ckan-broken"),
    ],
)
def test_b013_b014_an_answer_that_is_no_result_is_never_no_data_sets(body, slug):
    with pytest.raises(ListingError) as error:
        read(lambda asked: answer(json.dumps(body)))
    assert error.value.slug == slug and error.value.fix


def test_an_empty_catalog_is_complete_and_empty():
    guids, facts, _ = read(lambda asked: said(0, []))
    assert guids == [] and facts.complete and (facts.listed, facts.claimed) == (0, 0)


def test_b022_b023_what_is_private_or_no_data_set_is_skipped_and_counted():
    others = [
        package(2, private=True), package(3, type="harvest"), package(4, type="showcase"), package(5, state="deleted"),
        {"title": "名無し"},
    ]  # fmt: skip
    guids, facts, _ = read(lambda asked: said(6, [package(1), *others]))
    assert guids == ["id-0001"] and facts.complete
    assert facts.skipped == {"private": 1, "type-harvest": 1, "type-showcase": 1, "deleted": 1, "without-id": 1}


def test_b018_extras_may_be_an_object():
    body = said(1, [package(1, extras={"frequency": "毎月"}, tags="防災", groups=None, resources={"url": "x"})])
    with serve({"*": body}) as site:
        (record,), facts = listed(site, Source("x", site.url, "ckan_api"))
    assert record.concepts["frequency"] == "毎月" and record.files == () and facts.counts == {"ckan-extras-object": 1}


def test_of_several_languages_the_japanese_is_taken():
    package = {
        "id": "1", "title": "Shelters", "title_translated": {"en": "Shelters", "ja": "避難所"}, "notes": "in English",
        "notes_translated": {"en": "in English", "ja": ""}, "resources": [
            {"id": "a", "name": "File", "name_translated": {"ja": "ファイル"}, "url": "http://a.jp/a.csv"},
            {"id": "b", "name": "File", "name_translated": "broken", "url": "http://a.jp/b.csv"},
        ],
    }  # fmt: skip
    with serve({SEARCH: catalog([package])}) as site:
        ((record,), _) = listed(site, Source("x", site.url, "ckan_api"))
    assert (record.title, record.concepts["description"]) == ("避難所", "in English")
    assert [file["file_title"] for file in record.files] == ["ファイル", "File"]


def test_a_page_beyond_the_limits_is_asked_for_in_smaller_parts():
    heavy = [package(number, notes="あ" * 1000) for number in range(1, 21)]
    with serve({"*": lambda asked: said(20, window(asked, heavy))}) as site:
        records, facts = listed(site, Source("x", site.url, "ckan_api", options={"rows": 20}), Limits(body=20_000))
    assert len(records) == 20 and facts.complete
    assert [request.query["rows"][0] for request in site.requests] == ["20"] + ["2"] * 19


@pytest.mark.parametrize(
    "options",
    [
        {"organization": "271403 OR organization:*"},
        {"organization": "{!lucene}*:*"},
        {"organization": "*"},
        {"organization": ""},
        {"group": 'a"b'},
        {"query": "{!func}x"},
        {"query": "title:避難所"},
        {"rows": 0},
        {"rows": "all"},
    ],
)
def test_b151_b152_search_syntax_in_options_is_refused_before_anything_is_asked(options):
    with serve() as site:
        with pytest.raises(ListingError) as error:
            listed(site, Source("x", site.url, "ckan_api", options=options))
        assert error.value.slug == "option-refused" and error.value.fix and not site.requests


def test_a_busy_catalog_is_an_error_for_later():
    with pytest.raises(FetchError) as error:
        read(lambda asked: answer(b"", status=503))
    assert error.value.transient


class TestADailyLookAtACatalog:
    """What is known by its date is not read again: one small page of ids and dates, and the changed ones by id."""

    def packages(self):
        return [dict(package) for package in TOKYO]

    def serve(self, packages, honest=True, most=1000, broken=None):
        def search(request):
            asked = {name: values[0] for name, values in request.query.items()}
            found = sorted(packages, key=lambda package: package["id"])
            if asked.get("fq", "").startswith("id:("):
                found = [package for package in found if f'"{package["id"]}"' in asked["fq"]]
            start, rows = int(asked.get("start", 0)), min(int(asked["rows"]), most)
            if start == broken:
                return answer(b"", status=500)
            page = found[start : start + rows]
            if honest and asked.get("fl"):
                page = [{key: package[key] for key in asked["fl"].split(",")} for package in page]
                # Solr's own spelling of the instant: milliseconds, without zeros at the end, and Z.
                page = [item | {"metadata_modified": solr(item["metadata_modified"])} for item in page]
            return said(len(found), page)

        return serve({f"/tokyo{SEARCH}": search})

    def look(self, site, remembered):
        def stamps(guids):
            return {guid: remembered[guid] for guid in guids if guid in remembered}

        source = Source(name="tokyo", url=f"{site.url}/tokyo", type="ckan_api", last=Last(host=site.key, stamps=stamps))
        return listed(site, source)

    def test_an_unchanged_catalog_costs_one_small_request(self):
        packages = self.packages()
        remembered = {package["id"]: package["metadata_modified"] for package in packages}
        with self.serve(packages) as site:
            found, facts = self.look(site, remembered)
            assert len(site.requests) == 1 and site.requests[0].query["fl"] == ["id,name,metadata_modified"]
        assert all(isinstance(item, Same) for item in found)
        assert {item.guid for item in found} == set(remembered)
        assert facts.complete and (facts.listed, facts.trusted, facts.claimed) == (60, 60, 60)

    def test_f04_a_later_page_that_fails_hides_nothing_of_those_before_it(self):
        packages = self.packages()
        remembered = {package["id"]: package["metadata_modified"] for package in packages}
        changed = sorted(remembered)[3]
        remembered[changed] = "2001-01-01T00:00:00"
        with self.serve(packages, most=20, broken=38) as site:
            found, facts = self.look(site, remembered)
        assert [item.guid for item in found if not isinstance(item, Same)] == [changed]
        assert len(found) == 39 and not facts.complete

    def test_changed_and_new_data_sets_are_read_and_gone_ones_are_not_listed(self):
        packages = self.packages()
        remembered = {package["id"]: package["metadata_modified"] for package in packages}
        changed, new, gone = packages[3], packages[7], packages.pop(11)
        changed["metadata_modified"], changed["title"] = "2026-11-01T00:00:00", "新しい題名"
        del remembered[new["id"]]
        with self.serve(packages) as site:
            found, facts = self.look(site, remembered)
            assert len(site.requests) == 2
        read = {item.guid: item.title for item in found if not isinstance(item, Same)}
        assert read == {changed["id"]: "新しい題名", new["id"]: new["title"]}
        assert gone["id"] not in {item.guid for item in found}
        assert facts.complete and facts.trusted == 57

    def test_a_catalog_that_sends_all_at_once_is_read_as_it_is(self):
        packages = self.packages()
        remembered = {package["id"]: package["metadata_modified"] for package in packages[:50]}
        with self.serve(packages, honest=False) as site:
            found, facts = self.look(site, remembered)
            assert len(site.requests) == 1
        assert sum(isinstance(item, Same) for item in found) == 50 and facts.complete and facts.listed == 60

    def test_a_data_set_that_cannot_be_had_makes_the_listing_partial(self):
        packages = self.packages()
        with self.serve(packages) as site:
            packages[0]["id"], remembered = 'with"quote', {p["id"]: p["metadata_modified"] for p in packages[1:]}
            _, facts = self.look(site, remembered)
        assert not facts.complete and facts.counts["record-missing"] == 1


def solr(written):
    whole, _, fraction = written.partition(".")
    fraction = fraction[:3].rstrip("0")
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"
