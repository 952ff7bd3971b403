"""A data set from the form to the catalog: blanks are filled in, the groups of its fields follow, DCAT is said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from werkzeug.datastructures import FileStorage

from tests import shacl

SHELTERS = {
    "title": "指定緊急避難場所一覧",
    "notes": "災害時に避難できる場所です。",
    "owner_org": "272027",
    "license_id": "CC BY 4.0",
    "frequency": "年1回",
    "theme": ["司法・安全・環境"],
    "tag_string": "防災、地域・くらし",
    "issued": "令和6年4月1日",
    "contact": [{"name": "危機管理課", "telephone": "０７２－４２３－２１２１"}],
    "temporal_coverage": [{"start": "令和6年4月1日", "end": ""}],
    "spatial_coverage": [{"text": "岸和田市"}],
    "resources": [{"url": "https://www.city.kishiwada.lg.jp/避難所.csv"}],
}


@pytest.fixture
def officer(site: Any, context: Any) -> Iterator[str]:
    """An editor of 岸和田市 who belongs to no group."""
    name = "kishiwada-editor"
    if not model.User.by_name(name):
        tk.get_action("user_create")(
            context(), {"name": name, "email": "editor@example.lg.jp", "password": "a-long-password"}
        )
    tk.get_action("organization_member_create")(context(), {"id": "272027", "username": name, "role": "editor"})
    yield name


@pytest.fixture
def dataset(officer: str, context: Any) -> Iterator[dict[str, Any]]:
    """What an officer writes, as the portal shows it afterwards."""
    made = tk.get_action("package_create")({"user": officer}, dict(SHELTERS))
    yield tk.get_action("package_show")({"user": officer}, {"id": made["id"]})
    tk.get_action("dataset_purge")(context(), {"id": made["id"]})


def groups(dataset: dict[str, Any]) -> set[str]:
    return {group["name"] for group in dataset["groups"]}


def test_what_an_officer_writes_is_kept_in_the_catalog_s_own_form(dataset):
    assert dataset["name"].startswith("272027-evacuation-space")
    assert dataset["identifier"] == dataset["name"]
    assert (dataset["license_id"], dataset["isopen"]) == ("cc-by-4.0", True)
    assert (dataset["frequency"], dataset["issued"], dataset["theme"]) == ("annual", "2024-04-01", ["14"])
    assert {tag["name"] for tag in dataset["tags"]} == {"防災", "地域_くらし"}
    assert dataset["contact"] == [{"name": "危機管理課", "telephone": "072-423-2121"}]
    assert dataset["temporal_coverage"] == [{"start": "2024-04-01"}]
    (file,) = dataset["resources"]
    assert (file["name"], file["format"]) == ("避難所.csv", "CSV")
    assert file["url"] == "https://www.city.kishiwada.lg.jp/%E9%81%BF%E9%9B%A3%E6%89%80.csv"


def test_the_groups_follow_the_fields_though_the_officer_belongs_to_none(dataset, officer):
    assert groups(dataset) == {"justice-safety-environment"}
    in_group = f"groups:justice-safety-environment name:{dataset['name']}"
    assert tk.get_action("package_search")({"user": officer}, {"fq": in_group})["count"] == 1
    changed = tk.get_action("package_patch")({"user": officer}, {"id": dataset["id"], "theme": ["01", "02"]})
    shown = tk.get_action("package_show")({"user": officer}, {"id": changed["id"]})
    assert groups(shown) == {"land-weather", "population-households"}
    assert tk.get_action("package_search")({"user": officer}, {"fq": in_group})["count"] == 0


def test_a_second_data_set_of_the_same_title_gets_a_name_of_its_own(dataset, officer, context):
    second = tk.get_action("package_create")({"user": officer}, dict(SHELTERS))
    try:
        assert second["name"] != dataset["name"]
        assert second["name"].startswith("272027-evacuation-space")
    finally:
        tk.get_action("dataset_purge")(context(), {"id": second["id"]})


def test_a_change_keeps_name_and_identifier(dataset, officer):
    changed = {key: value for key, value in dataset.items() if key not in {"name", "identifier"}}
    tk.get_action("package_update")({"user": officer}, changed | {"title": "指定緊急避難場所一覧（新）"})
    shown = tk.get_action("package_show")({"user": officer}, {"id": dataset["id"]})
    assert (shown["name"], shown["identifier"]) == (dataset["name"], dataset["identifier"])
    assert shown["title"] == "指定緊急避難場所一覧（新）"


@pytest.mark.parametrize("address", ["https://[::1/a.csv", "http://a]b/"])
def test_an_address_that_is_none_is_told_at_its_field(dataset, officer, address):
    with pytest.raises(tk.ValidationError) as refusal:
        tk.get_action("resource_create")({"user": officer}, {"package_id": dataset["id"], "url": address})
    assert refusal.value.error_dict.keys() == {"url"}
    assert "アドレス" in refusal.value.error_dict["url"][0]


def test_an_address_that_can_be_mended_is(dataset, officer):
    asked = {"package_id": dataset["id"], "url": "https://example.jp／a.csv"}
    assert tk.get_action("resource_create")({"user": officer}, asked)["url"] == "https://example.jp/a.csv"


def test_an_upload_stands_in_for_an_address_that_is_none(dataset, officer):
    file = FileStorage(io.BytesIO("名称\n集会所\n".encode()), filename="shelters.csv")
    asked = {"package_id": dataset["id"], "url": "https://[::1/a.csv", "upload": file}
    made = tk.get_action("resource_create")({"user": officer}, asked)
    assert made["url_type"] == "upload" and made["url"].endswith("/shelters.csv")


def test_gaps_are_asked_of_people_and_accepted_from_a_harvest(officer, context):
    lacking = SHELTERS | {"notes": "", "license_id": ""}
    with pytest.raises(tk.ValidationError) as refusal:
        tk.get_action("package_create")({"user": officer}, dict(lacking))
    assert refusal.value.error_dict.keys() == {"notes", "license_id"}
    taken = tk.get_action("package_create")(context() | {"osakadx_harvest": True}, dict(lacking))
    try:
        tk.get_action("resource_create")(
            {"user": officer}, {"package_id": taken["id"], "url": "https://www.city.kishiwada.lg.jp/2.csv"}
        )
    finally:
        tk.get_action("dataset_purge")(context(), {"id": taken["id"]})


@pytest.mark.parametrize("form, name", [("ttl", "turtle"), ("jsonld", "json-ld"), ("xml", "xml")])
def test_a_data_set_is_said_in_dcat_within_the_shapes(dataset, client, form, name):
    answer = client.get(f"/dataset/{dataset['name']}.{form}?profiles=osakadx_dcat_goj")
    assert answer.status_code == 200
    assert shacl.violations(answer.data, name) == []


def test_a_data_set_without_a_title_goes_by_its_name_in_dcat(officer, context, client):
    from ckan import model

    made = tk.get_action("package_create")({"user": officer}, SHELTERS | {"name": "untitled-shelters"})
    try:
        for nothing in ("", "\u3000"):
            model.Package.get(made["id"]).title = nothing
            model.Session.commit()
            said = client.get("/dataset/untitled-shelters.ttl?profiles=osakadx_dcat_goj").data
            assert shacl.violations(said, "turtle") == [] and b"untitled-shelters" in said
    finally:
        tk.get_action("dataset_purge")(context(), {"id": made["id"]})


@pytest.mark.parametrize("form, name", [("ttl", "turtle"), ("jsonld", "json-ld"), ("xml", "xml")])
def test_the_whole_catalog_is_said_in_dcat_within_the_shapes(dataset, client, form, name):
    assert shacl.catalog_violations(lambda path: client.get(path).data, form, "profiles=osakadx_dcat_goj") == []


def test_keywords_of_the_form_are_each_taken_once(officer, context):
    # CKAN's form hands the same keywords over twice: as written, and divided at commas alone.
    form = SHELTERS | {"tag_string": "防災、水,AED", "tags": [{"name": "防災、水"}, {"name": "AED"}]}
    made = tk.get_action("package_create")({"user": officer}, form)
    try:
        assert sorted(tag["name"] for tag in made["tags"]) == ["AED", "水_", "防災"]
    finally:
        tk.get_action("dataset_purge")(context(), {"id": made["id"]})
