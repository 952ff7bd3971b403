"""Each finding leads to the cell that shows it and to the field that mends it."""

import pytest
from osakadx.quality.rulebook import rulebook
from osakadx.quality.way import way

FOUND = {"rule": "rows-are-even", "dimension": "readable", "resource_id": "r1"}


def test_a_cell_is_seen_in_its_file_and_the_file_is_replaced():
    found = way({**FOUND, "sheet": "一覧 1", "cell": "C12", "row": 12, "mend": "replace-file"}, "272272-shelters")
    assert found.see == "/dataset/272272-shelters/resource/r1?sheet=%E4%B8%80%E8%A6%A7+1&cell=C12#findings"
    assert found.mend == "/dataset/272272-shelters/resource/r1/edit#field-image-upload"


def test_a_row_is_seen_where_there_is_no_cell():
    assert way({**FOUND, "row": 12}, "d").see == "/dataset/d/resource/r1?row=12#findings"


@pytest.mark.parametrize(
    "finding, form",
    [
        ({"mend": "edit-resource"}, "/dataset/d/resource/r1/edit#field-image-url"),
        ({"dimension": "reachable"}, "/dataset/d/resource/r1/edit#field-image-url"),
        ({"mend": "data-dictionary"}, "/dataset/d/dictionary/r1"),
        ({"mend": "questions"}, "/dataset/d#questions"),
        ({"rule": "format-is-the-declared-one"}, "/dataset/d/resource/r1/edit#field-format"),
        ({"mend": "edit-dataset", "resource_id": ""}, "/dataset/edit/d#field-title"),
        ({"rule": "license-is-open", "mend": "edit-dataset", "resource_id": ""}, "/dataset/edit/d#field-license_id"),
        ({"dimension": "metadata", "resource_id": ""}, "/dataset/edit/d#field-title"),
        ({"mend": "replace-file", "resource_id": ""}, "/dataset/resources/d"),
    ],
)
def test_the_form_is_that_of_what_is_to_be_done(finding, form):
    assert way({**FOUND, **finding}, "d").mend == form


def test_what_is_kept_elsewhere_is_not_mended_in_the_catalog():
    assert way(FOUND, "d", harvested=True).mend == ""
    assert way(FOUND, "d", harvested=True).see
    assert way({**FOUND, "mend": "questions"}, "d", harvested=True).mend == "/dataset/d#questions"


@pytest.mark.parametrize("rule", [rule.slug for part in rulebook().dimensions for rule in part.rules])
def test_every_rule_has_a_way(rule):
    found = way({"rule": rule, "dimension": "x", "resource_id": "r1"}, "d")
    assert found.mend.startswith("/dataset/")
