"""What people write becomes what the portal keeps, or they are told how to write it; harvested data sets pass as is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from ckan.plugins import toolkit as tk
from ckanext.osakadx.logic.checks.required import ACCEPT_GAPS
from ckanext.scheming import plugins
from hypothesis import HealthCheck, given, settings
from osakadx.normalise import normalise
from osakadx.package import from_package, to_package

from tests.unit.osakadx.test_normalise import RECORDS, SOURCES
from tests.wiring import scheming

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SHELTERS = {
    "type": "dataset",
    "name": "271004-evacuation-space",
    "title": "指定緊急避難場所一覧",
    "notes": "災害時に避難できる場所です。",
    "owner_org": "271004",
    "license_id": "cc-by-4.0",
    "resources": [{"url": "https://a.lg.jp/a.csv", "name": "CSV"}],
}


@pytest.fixture(autouse=True, scope="module")
def portal() -> Iterator[None]:
    with scheming.portal():
        yield


def field(name: str, part: str = "", resource: bool = False) -> list:
    """The validators of a field, as CKAN runs them."""
    schema = scheming.schema("dataset", "dataset_type")
    fields = {one["field_name"]: one for one in schema["resource_fields" if resource else "dataset_fields"]}
    found = fields[name]
    if part:
        found = {one["field_name"]: one for one in found["repeating_subfields"]}[part]
    return plugins._field_validators(found, schema, False)


def kept(written, *where, **kind):
    """What a field keeps of a value; an error's text where it refuses."""
    data, errors = tk.navl_validate({"it": written}, {"it": field(*where, **kind)}, {})
    return errors["it"][0] if errors else data.get("it")


@pytest.mark.parametrize(
    "where, written, value",
    [
        (["issued"], "令和8年4月1日", "2026-04-01"),
        (["issued"], "R8.4.1", "2026-04-01"),
        (["issued"], "2026", "2026"),
        (["issued"], " ", None),
        (["temporal_coverage", "start"], "2026/4/1", "2026-04-01"),
        (["contact", "email"], "opendata＠city.osaka.lg.jp", "opendata@city.osaka.lg.jp"),
        (["contact", "telephone"], "０６（６２０８）７３８８", "06-6208-7388"),
        (
            ["contact", "url"],
            "www.city.osaka.lg.jp/フォーム",
            "https://www.city.osaka.lg.jp/%E3%83%95%E3%82%A9%E3%83%BC%E3%83%A0",
        ),
        (["url"], "https://example.lg.jp", "https://example.lg.jp/"),
        (["publisher", "identifier"], "２７１００４", "271004"),
        (["license_id"], "CC BY 4.0", "cc-by-4.0"),
        (["license_id"], "政府標準利用規約（第2.0版）", "gstu-2.0"),
        (["frequency"], "年１回（３月頃）", "annual"),
        (["access_rights"], "公開", "public"),
        (["standard_dataset_no"], "8", "08"),
        (["standard_dataset_no"], "AED設置箇所一覧", "08"),
        (["subtitle"], "一行目\n\u200b二行目 ", "一行目 二行目"),
        (["remarks"], "<b>太い</b><br>字", "太い\n字"),
    ],
)
def test_a_value_is_kept_in_the_form_of_the_catalog(where, written, value):
    assert kept(written, *where) == value


@pytest.mark.parametrize(
    "where, written, value",
    [
        ("theme", ["司法・安全・環境", "02"], ["14", "02"]),
        ("theme", "14", ["14"]),
        ("theme", '["14"]', ["14"]),
        ("theme", [], None),
        ("theme", "", None),
        ("language", ["日本語", "eng"], ["ja", "en"]),
        ("universal_menu", ["防災"], ["防災"]),
        ("documentation", ["https://a.jp/項目.pdf", ""], ["https://a.jp/%E9%A0%85%E7%9B%AE.pdf"]),
        ("conforms_to", ["GIF", "https://a.jp/x y"], ["GIF", "https://a.jp/x%20y"]),
    ],
)
def test_a_list_is_kept_as_json(where, written, value):
    stored = kept(written, where)
    assert (json.loads(stored) if stored else None) == value


@pytest.mark.parametrize(
    "where, written, said",
    [
        (["title"], "", "“タイトル”. 例）指定緊急避難場所一覧"),
        (["notes"], " \n", "“概要”. 例）"),
        (["license_id"], "", "Please choose “ライセンス”"),
        (["issued"], "4月頃", "“4月頃” is not a date. Write it like 2026-04-01 or 令和8年4月1日."),
        (["issued"], "2026-02-30", "“2026-02-30” is not a date"),
        (["contact", "email"], "担当まで", "“担当まで” is not an e-mail address"),
        (["contact", "telephone"], "担当まで", "“担当まで” is not a telephone number"),
        (["contact", "telephone"], "06-6208-7388 内線12", "holds an extension"),
        (["url"], "javascript:alert(1)", "“javascript:alert(1)” cannot be used"),
        (["url"], "page.html", "only a part of an address"),
        (["url"], "https://me:pw@a.jp/", "holds a user name"),
        (["url"], "https://a.jp/" + "x" * 9000, "too long"),
        (["url"], "https://a b/", "is not an address"),
        (["publisher", "identifier"], "271005", "it would be 271004"),
        (["publisher", "identifier"], "27100", "it would be 271004"),
        (["publisher", "identifier"], "大阪市", "six digits"),
        (
            ["license_id"],
            "独自の規約",
            "“独自の規約” is not among the choices for “ライセンス”. Write for example cc-by-4.0.",
        ),
        (["frequency"], "満月のころ", "not among the choices for “更新頻度”"),
        (["theme"], ["宇宙"], "not among the choices for “分類”"),
        (["language"], ["クリンゴン語"], "not among the choices for “言語”"),
        (["universal_menu"], ["宇宙"], "not among the choices for “ユニバーサルメニュー”"),
        (["access_rights"], "庁内", "not among the choices for “公開範囲”"),
        (["standard_dataset_no"], "99", "not among the choices"),
        (["documentation"], ["ftp://a.jp/"], "cannot be used"),
    ],
)
def test_a_value_that_cannot_be_read_is_answered_with_how_to_write_it(where, written, said):
    assert said in kept(written, *where)


@pytest.mark.parametrize(
    "name, written, value",
    [
        ("size", "48KB", 49152),
        ("size", "", None),
        ("format", "csvファイル", "CSV"),
        ("format", "DXF", "DXF"),
        ("status", "配信中", "available"),
        ("api_available", "無", "no"),
        ("availability", "長く公開する", "stable"),
        ("license", "PDL1.0", "pdl-1.0"),
        ("modified", "令和8年4月1日", "2026-04-01"),
    ],
)
def test_a_file_s_value_is_kept_in_the_form_of_the_catalog(name, written, value):
    assert kept(written, name, resource=True) == value


def test_a_size_in_words_is_refused():
    assert "is not a file size" in kept("大きい", "size", resource=True)


def errors(changed: dict, context: dict | None = None) -> dict:
    return scheming.validate(SHELTERS | changed, context)[1]


def test_a_good_data_set_passes_and_gets_an_identifier():
    data, found = scheming.validate(dict(SHELTERS))
    assert not found
    assert {"key": "identifier", "value": "271004-evacuation-space"} in data["extras"]


def test_a_period_must_not_end_before_it_starts():
    found = errors({"temporal_coverage": [{"start": "令和8年4月1日", "end": "2025-03-31"}]})
    assert "2025-03-31" in str(found) and "2026-04-01" in str(found)
    assert not errors({"temporal_coverage": [{"start": "2026-04-01", "end": "2026"}]})
    assert not errors({"temporal_coverage": [{"end": "2026-04-01"}]})


def test_keywords_take_the_letters_that_ckan_allows():
    sent = [{"name": "子育て（乳幼児）"}, {"name": "防災、避難所"}, {"name": "AED", "display_name": "AED"}]
    data, found = scheming.validate(SHELTERS | {"tag_string": "地域・くらし、水,防災;防災", "tags": sent})
    assert not found
    names = [tag["name"] for tag in data["tags"]]
    assert names == ["子育て_乳幼児", "防災", "AED", "避難所", "地域_くらし", "水_"]
    assert "cannot be a keyword" in str(errors({"tag_string": "★"}))


@pytest.mark.parametrize("name", ["__", "--", "_-_"])
def test_a_name_that_says_nothing_is_refused(name):
    assert "says nothing" in str(errors({"name": name})["name"])


def test_a_file_needs_an_address_and_takes_its_name_from_it():
    assert errors({"resources": [{"url": "", "name": "x"}]}) == {
        "resources": [{"url": ["Upload a file or write its address."]}]
    }
    data, _ = scheming.validate(SHELTERS | {"resources": [{"url": "https://a.jp/避難所.csv"}]})
    assert data["resources"][0]["name"] == "避難所.csv"
    assert data["resources"][0]["format"] == "CSV"
    data, _ = scheming.validate(SHELTERS | {"resources": [{"access_url": "https://a.jp/page", "url": ""}]})
    assert data["resources"][0]["url"] == "https://a.jp/page"
    assert "cannot be used" in str(errors({"resources": [{"url": "javascript:alert(1)", "name": "x"}]}))


def test_an_uploaded_file_keeps_the_address_that_ckan_gives_it():
    data, found = scheming.validate(SHELTERS | {"resources": [{"url": "避難所.csv", "url_type": "upload"}]})
    assert not found
    assert data["resources"][0]["url"] == "避難所.csv"


def test_a_gap_is_people_s_to_fill_but_not_a_harvester_s_nor_one_that_was_there():
    gaps = {"notes": "", "license_id": ""}
    assert errors(gaps).keys() == {"notes", "license_id"}
    assert not errors(gaps, {ACCEPT_GAPS: True})
    stored = SimpleNamespace(name="n", notes="", license_id="cc-by-4.0", extras={})
    assert errors(gaps, {"package": stored}).keys() == {"license_id"}


def test_a_data_set_that_exists_keeps_its_name_and_identifier_where_they_are_left_out():
    stored = SimpleNamespace(
        name="271004-old-name", notes="あり", license_id="cc-by-4.0", extras={"identifier": "0001"}
    )
    package = {key: value for key, value in SHELTERS.items() if key != "name"}
    data, found = scheming.validate(package, {"package": stored})
    assert not found
    assert data["name"] == "271004-old-name"
    assert {"key": "identifier", "value": "0001"} in data["extras"]


def as_shown(data: dict) -> dict:
    """What `package_show` makes of validated data: lists out of their JSON."""
    extras = {extra["key"]: extra["value"] for extra in data.get("extras", ())}
    resources = [dict(resource) for resource in data.get("resources", ())]
    return {**data, **extras, "resources": resources}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS, SOURCES)
def test_whatever_is_harvested_passes_as_it_was_normalised(record, source):
    package = to_package(normalise(record, source))
    data, found = scheming.validate(json.loads(json.dumps(package)), {ACCEPT_GAPS: True})
    assert not found
    expected = from_package(package)
    assert from_package(as_shown(data)) == replace(expected, identifier=expected.identifier or expected.name)
