"""The forms are what they say: every field has its words, validators and choices, and fits the catalog's items."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan.lib import helpers
from ckanext.osakadx import choices
from ckanext.osakadx import helpers as of_templates
from ckanext.scheming.validation import validators_from_string
from osakadx import vocab

from tests.wiring import scheming

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

TEMPLATES = Path(__file__).resolve().parents[2] / "ckanext-osakadx/ckanext/osakadx/templates"
KINDS = {"dataset": "dataset_type", "organization": "organization_type", "group": "group_type"}
# Parts of other items: 都道府県名 of the old list is the publisher's, 著作権表記 stands in the terms of use.
JOINED = {"prefecture_name", "file_copyright"}


@pytest.fixture(autouse=True, scope="module")
def portal() -> Iterator[None]:
    with scheming.portal():
        yield


def fields(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and definition of every field of a schema, the parts of repeating ones too."""
    schema = scheming.schema(kind, KINDS[kind])
    for group in ("dataset_fields", "resource_fields", "fields"):
        for field in schema.get(group, ()):
            path = f"resource.{field['field_name']}" if group == "resource_fields" else field["field_name"]
            yield path, field
            for part in field.get("repeating_subfields", ()):
                yield f"{path}.{part['field_name']}", part


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_named_and_explained_in_both_languages(kind):
    for path, field in fields(kind):
        for words in ("label", "help_text", "form_placeholder", "repeating_label", "upload_label"):
            said = field.get(words)
            assert said is None or (isinstance(said, dict) and said.keys() == {"ja", "en"}), f"{path}: {words}"
            assert said is None or all(said.values()), f"{path}: {words}"
        assert "label" in field, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_validator_and_every_choice_exists(kind):
    schema = scheming.schema(kind, KINDS[kind])
    for path, field in fields(kind):
        for words in ("validators", "output_validators"):
            assert validators_from_string(field.get(words, ""), field, schema) is not None, path
        if helper := field.get("choices_helper"):
            assert helper in choices.__all__, path
            offered = helpers.helper_functions[helper](field)
            assert offered and all(one["value"] and one["label"].keys() == {"ja", "en"} for one in offered), path
        snippet = field.get("form_snippet") or ""
        assert "/" not in snippet or (TEMPLATES / snippet).is_file(), path


def test_every_item_of_the_list_has_a_field_under_its_exact_name():
    found = {field["concept"]: (path, field) for path, field in fields("dataset") if "concept" in field}
    assert vocab.concepts().keys() - found.keys() == JOINED
    for key, (path, field) in found.items():
        item = vocab.concepts()[key]
        short = item.label_ja.removeprefix("データセット_").removeprefix("ファイル_")
        assert field["label"]["ja"] in {item.label_ja, short}, path
        assert field.get("dcat_goj", "") == item.dcat_goj_level, path
        assert item.field.startswith(path), f"{path} is {item.field} in catalog_items.csv"


def test_every_field_of_the_form_stands_in_one_of_its_parts():
    schema = scheming.schema("dataset", "dataset_type")
    parts = [part["section"] for part in schema["form_sections"]]
    stands = [field["section"] for field in schema["dataset_fields"]]
    assert sorted(set(stands)) == sorted(parts)
    assert stands == sorted(stands, key=parts.index)


def test_what_dcat_goj_demands_is_asked_for_or_follows_from_something_else():
    demanded = {path for path, field in fields("dataset") if field.get("dcat_goj") == "◎"}
    asked = {path for path, field in fields("dataset") if field.get("required")}
    filled_in = {"identifier", "resource.name", "resource.modified", "resource.access_url"}
    left_to_the_score = {"resource.description"}  # few lists of municipalities have it
    assert demanded - asked == filled_in | left_to_the_score


def test_nothing_is_marked_as_required_that_may_be_left_blank():
    for path, field in fields("dataset"):
        help_text = (field.get("help_text") or {}).get("ja", "")
        assert not (field.get("required") and "空欄" in help_text), path


def test_templates_reach_every_choice():
    assert set(choices.__all__) <= set(of_templates.__all__)
