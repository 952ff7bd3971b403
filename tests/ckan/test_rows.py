"""Rows of tables: by a part of a Japanese text, sorted, by pages, and only for those who may see them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from ckan.plugins import toolkit as tk

FIELDS = [{"id": "name", "type": "text", "info": {"label": "名称"}}, {"id": "seats", "type": "numeric"}]
ROWS = [("三国丘小学校", 30), ("榎小学校", None), ("市民ホールＡ", 10), ("100%図書館", 20)]


def admin() -> dict[str, Any]:
    return {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def table(**values: Any) -> str:
    given = {
        "name": f"rows-{uuid4().hex[:12]}",
        "title": "施設の一覧",
        "notes": "施設です。",
        "owner_org": "272272",
        "license_id": "cc-by-4.0",
        "resources": [{"url": "https://example.org/list.csv", "name": "一覧", "format": "CSV"}],
    }
    resource = tk.get_action("package_create")(admin(), given | values)["resources"][0]["id"]
    records = [{"name": name, "seats": seats} for name, seats in ROWS]
    tk.get_action("datastore_create")(
        admin(), {"resource_id": resource, "fields": FIELDS, "records": records, "force": True}
    )
    return resource


def found(resource: str, contains: Any) -> list[str]:
    query = {"resource_id": resource, "contains": contains}
    return [row["name"] for row in tk.get_action("datastore_search")(admin(), query)["records"]]


@pytest.mark.parametrize(
    "contains, names",
    [
        ("小学校", ["三国丘小学校", "榎小学校"]),
        ("ホールA", ["市民ホールＡ"]),
        ("ﾎｰﾙａ", ["市民ホールＡ"]),
        ("100%", ["100%図書館"]),
        ("%", ["100%図書館"]),
        ("' OR 1=1 --", []),
        (json.dumps({"text": "20", "columns": ["seats"]}), ["100%図書館"]),
        (json.dumps({"text": "20", "columns": ["name"]}), []),
    ],
)
def test_rows_are_found_by_a_part_of_their_text_whatever_its_width(site, contains, names):
    assert found(table(), contains) == names


def test_a_column_that_is_not_there_is_refused(site):
    with pytest.raises(tk.ValidationError) as refused:
        found(table(), json.dumps({"text": "x", "columns": ['name" OR true --']}))
    assert "contains" in refused.value.error_dict


@pytest.mark.parametrize("contains", [{"名称": "小学校"}, {"text": "小学校", "column": ["name"]}])
def test_what_contains_does_not_know_is_refused_and_not_ignored(site, contains):
    with pytest.raises(tk.ValidationError) as error:
        found(table(), json.dumps(contains))
    assert "text" in str(error.value.error_dict["contains"])


def test_a_preview_gives_headings_as_published_and_sorts_with_blanks_last(site):
    preview = tk.h.osakadx_table_preview(table(), sort="seats desc")
    assert [field["label"] for field in preview["fields"]] == ["名称", "seats"]
    assert [row[0] for row in preview["rows"]] == ["三国丘小学校", "100%図書館", "市民ホールＡ", "榎小学校"]
    assert preview["total"] == 4


def test_a_preview_goes_by_pages_and_ignores_a_column_that_is_not_there(site):
    preview = tk.h.osakadx_table_preview(table(), limit=2, offset=2, sort="nothing desc", filters={"nothing": "x"})
    assert [row[0] for row in preview["rows"]] == ["市民ホールＡ", "100%図書館"]


def test_a_preview_of_a_private_table_is_empty_for_a_visitor(site):
    assert tk.h.osakadx_table_preview(table(private=True)) is None


def test_figures_on_the_front_page_leave_private_data_out(site):
    before = tk.h.osakadx_counts()
    table(private=True)
    after = tk.h.osakadx_counts()
    assert (after["datasets"], after["files"]) == (before["datasets"], before["files"])


def test_what_others_publish_is_counted_beside_our_own(site, context):
    name = "figures-neighbour"
    if tk.h.osakadx_counts()["titles"].get(name) is None:
        tk.get_action("organization_create")(context(), {"name": name, "title": "近隣市"})
    before = tk.h.osakadx_counts()
    given = {"title": "図書館一覧", "notes": "図書館です。", "license_id": "cc-by-4.0", "modified": "2031-01-02"}
    resources = [{"url": "https://www.example.lg.jp/a.csv"}]
    neighbour = tk.get_action("package_create")(context(), given | {"owner_org": name, "resources": resources})
    after = tk.h.osakadx_counts()
    assert (after["datasets"], after["files"]) == (before["datasets"], before["files"])
    assert after["elsewhere"] == before["elsewhere"] + 1

    older = given | {"owner_org": "271004", "resources": resources, "modified": "2030-01-02"}
    newer = given | {"owner_org": "271004", "resources": resources}
    ours = [tk.get_action("package_create")(context(), each)["name"] for each in (newer, older)]
    assert tk.h.osakadx_counts()["datasets"] == before["datasets"] + 2
    # The neighbour's is as new, but not of the prefecture; of ours the newer data come first, whichever came later.
    assert [package["name"] for package in tk.h.osakadx_newest(2)] == ours and neighbour["name"] not in ours
