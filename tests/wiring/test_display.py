"""What pages show, as far as it needs no services."""

from __future__ import annotations

import pytest
from ckanext.osakadx import helpers
from ckanext.osakadx.display.files import condition_note, osakadx_can_open, osakadx_file_kinds
from ckanext.osakadx.display.forms import osakadx_form_parts
from ckanext.osakadx.display.language import osakadx_points_text, osakadx_size
from ckanext.osakadx.display.runs import state_name
from ckanext.osakadx.display.spreadsheet import line, lines
from ckanext.osakadx.display.table import osakadx_pages
from ckanext.osakadx.harvest.cli import sentence
from ckanext.osakadx.harvest.model import Run
from osakadx.quality.condition import Condition

from .scheming import portal

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize(
    "page, pages, shown",
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 31, [1, 2, 3, None, 31]),
        (16, 31, [1, None, 14, 15, 16, 17, 18, None, 31]),
        (31, 31, [1, None, 29, 30, 31]),
    ],
)
def test_pages_offered_are_first_last_and_near(page, pages, shown):
    assert osakadx_pages(page, pages) == shown


@pytest.mark.parametrize(
    "size, written",
    [(None, ""), ("", ""), (0, ""), (1, "0.1 KB"), (48_000, "47 KB"), ("370671", "362 KB"), (3_243_929, "3.1 MB")],
)
def test_sizes_are_short(size, written):
    assert osakadx_size(size) == written


@pytest.mark.parametrize("points, written", [(23.0, "23"), (21.64, "21.6"), (None, "0")])
def test_points_have_a_decimal_only_where_they_need_one(points, written):
    assert osakadx_points_text(points) == written


@pytest.mark.parametrize(
    "address, opens",
    [
        ("https://a.jp/x.csv", True),
        ("/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(address, opens):
    assert osakadx_can_open(address) is opens


MISSING = Condition("fails", "", "not-found", "このアドレスには何もありません(404)。", 404, "2026-11-26T09:16:58+00:00")


@pytest.mark.parametrize(
    "locale, said", [("ja", "このアドレスには何もありません(404)。"), ("en", "the file was not found (404)")]
)
def test_a_missing_file_is_said_to_be_missing_with_the_day_it_was_looked_for(locale, said):
    with portal(locale):
        note = condition_note(MISSING)
    assert note.endswith(said) and "2026" in note and "26" in note


def test_what_files_are_good_for_goes_by_what_they_are():
    files = [{"id": name, "format": "CSV"} for name in ("good", "page", "excel")] + [{"id": "locked", "format": "XLSX"}]
    conditions = {
        "page": {"state": "web-page", "format": "HTML"},
        "excel": {"state": "differs", "format": "XLSX"},
        "locked": {"state": "encrypted", "format": ""},
    }
    with portal("en"):
        kinds = osakadx_file_kinds({"resources": files}, conditions)
        declared = osakadx_file_kinds({"resources": files})
    assert [(kind["label"], kind["formats"]) for kind in kinds] == [
        ("Tables", "CSV・XLSX"), ("Web page", "HTML"), ("File locked with a password", "XLSX"),
    ]  # fmt: skip
    assert [(kind["label"], kind["formats"]) for kind in declared] == [("Tables", "CSV・XLSX")]


SCHEMA = {
    "form_sections": [
        {"section": "first", "label": "一", "open": True},
        {"section": "second", "label": "二", "open": False},
        {"section": "empty", "label": "三", "open": False},
    ],
    "dataset_fields": [
        {"field_name": "a", "section": "first"},
        {"field_name": "b", "section": "second"},
        {"field_name": "c"},
        {"field_name": "d", "section": "second", "form_snippet": None},
    ],
}


def test_fields_stand_in_their_parts_and_none_is_lost():
    parts = osakadx_form_parts(SCHEMA, {})
    assert [[field["field_name"] for field in part["fields"]] for part in parts] == [["a", "c"], ["b"]]
    assert [part["open"] for part in parts] == [True, False]


def test_a_part_with_an_error_stands_open():
    assert osakadx_form_parts(SCHEMA, {"b": ["missing"]})[1]["open"] is True


CORES = {"render_datetime", "time_ago_from_timestamp"}  # that we chain


def test_every_helper_is_named_for_the_portal():
    assert all(name.startswith("osakadx_") or name in CORES for name in helpers.__all__)
    assert all(callable(getattr(helpers, name)) for name in helpers.__all__)
    assert all(getattr(helpers, name).chained_helper for name in CORES)


@pytest.mark.parametrize(
    "run, ja",
    [
        ({"state": "queued", "started": None}, "waiting its turn"),
        ({"state": "queued", "started": "2026-11-26T09:00:00+00:00"}, "begun; waiting to go on"),
        ({"state": "running", "started": "2026-11-26T09:00:00+00:00"}, "running now"),
    ],
)
def test_a_run_that_has_begun_is_not_said_to_wait_for_its_beginning(run, ja):
    with portal("en"):
        assert state_name(run | {"held": False}) == ja


@pytest.mark.parametrize(
    "told, line",
    [
        (
            {"state": "finished", "counts": {"added": 8}, "guard": {"message": "一覧のとおりに反映します。"}},
            "完了: 追加 8",
        ),
        ({"state": "failed", "error": {"message": "応答がありません。"}}, "失敗: 応答がありません"),
        ({"state": "queued"}, "順番待ち"),
        ({"state": "queued", "started": "now"}, "続きの順番待ち"),
        ({"state": "held", "guard": {"message": "半分が消えます。"}}, "保留(確認待ち): 半分が消えます"),
    ],
)
def test_a_run_is_one_line_on_the_command_line(told, line):
    assert sentence(Run(**{"counts": {}, "guard": {}, "started": None} | told)) == line


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://a.jp")'])
def test_no_cell_of_a_table_for_excel_is_a_formula(cell):
    import csv
    import io

    (row,) = csv.reader(io.StringIO(line([cell, "普通", -1, None]), newline=""))
    assert row == [f"'{cell}", "普通", "-1", ""]
    assert "".join(lines([["a"]])) == "\ufeffa\r\n"
