"""Each option of each kind has a field, and each field an option."""

from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.sources import KINDS
from osakadx.vocab.source_option import INPUTS, source_options

OPTIONS = [(kind, option) for kind, options in source_options().items() for option in options]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_field_for_each_option_and_no_other(kind):
    assert {option.key for option in source_options().get(kind, ())} == KINDS[kind].options


def test_fields_belong_to_kinds():
    assert source_options().keys() <= KINDS.keys()


@pytest.mark.parametrize(("kind", "option"), OPTIONS, ids=[f"{kind}-{option.key}" for kind, option in OPTIONS])
def test_a_field_says_what_it_is_in_both_languages(kind, option):
    assert option.input in INPUTS
    assert option.label_ja and option.label_en and option.help_ja and option.help_en


@pytest.mark.parametrize(
    ("kind", "key", "written", "value"),
    [
        ("html_page", "scope", " #main ", "#main"),
        ("html_page", "by_section", "yes", True),
        ("html_page", "by_section", "", None),
        ("html_page", "fingerprints", "yes", False),
        ("html_page", "extensions", "pdf\r\ndocx\r\n", ["pdf", "docx"]),
        ("ckan_api", "organization", "270008", "270008"),
        ("ckan_api", "rows", "50", 50),
        ("ckan_api", "rows", "many", "many"),
        ("workbook", "columns", "title=資料名\nurl = リンク", {"title": "資料名", "url": "リンク"}),
    ],
)
def test_what_is_written_into_a_field_is_read_and_shown_again(kind, key, written, value):
    (option,) = [option for option in source_options()[kind] if option.key == key]
    assert option.value(written) == value
    assert option.value(option.text(value)) == value


def test_what_a_field_cannot_hold_is_left_to_the_json():
    (columns,) = [option for option in source_options()["workbook"] if option.key == "columns"]
    assert columns.holds({"title": "資料名"})
    assert not columns.holds({"title": ["a", "b"]}) and not columns.holds("x")
