import pytest
from osakadx import standards
from osakadx.errors import DataFileError
from osakadx.standards import load


def test_there_are_31_standards_numbered_from_01_to_31():
    assert [entry.number for entry in standards.all_standards()] == [f"{number:02d}" for number in range(1, 32)]


def test_a_standard_is_found_by_number_and_by_slug():
    assert standards.standard("8") == standards.standard("08") == standards.by_slug("aed")
    assert standards.standard("32") is None
    assert standards.by_slug("nothing") is None


def test_the_official_table_of_public_toilets_keeps_its_marks():
    toilet = standards.standard("13")
    assert toilet is not None
    new = toilet.edition("new")
    assert new is not None
    assert len(new.columns) == 39
    assert [column.name for column in new.required] == ["名称", "所在地_連結表記", "設置位置"]
    assert {column.evidence for column in new.columns} == {"official"}


def test_the_old_aed_list_requires_name_reading_address_and_place():
    aed = standards.standard("08")
    assert aed is not None
    old = aed.edition("old")
    assert old is not None
    assert [column.name for column in old.required] == ["名称", "名称_カナ", "住所", "設置位置"]


def test_a_column_takes_from_its_edition_what_its_line_does_not_say():
    line = {"name": "緯度", "type": "number", "hint": "recommended"}
    content = {
        "title": "t",
        "source": ["GIF"],
        "evidence": "seen",
        "obligation": "unknown",
        "columns": [line, {"name": "名称", "obligation": "required", "evidence": "official"}],
    }
    latitude, name = load._edition("new", content, "standards/x.yaml").columns
    assert (latitude.obligation, latitude.hint, latitude.type, latitude.evidence) == (
        "unknown",
        "recommended",
        "number",
        "seen",
    )
    assert (name.obligation, name.type, name.evidence, name.source) == ("required", "", "official", ("GIF",))


def test_a_word_that_is_no_obligation_is_refused_with_the_known_ones():
    content = {"title": "t", "source": [], "evidence": "seen", "obligation": "must", "columns": [{"name": "名称"}]}
    with pytest.raises(DataFileError, match=r"「must」は required、.*schemas/standards/x\.yaml"):
        load._edition("new", content, "standards/x.yaml")


def test_code_lists_are_found_by_key_and_an_unknown_one_is_refused():
    assert [code.label for code in standards.code_list("umu")] == ["有", "無"]
    assert len(standards.code_list("estat_field_17")) == 17
    assert len(standards.code_list("gif_poi")) == 650
    with pytest.raises(DataFileError, match="no_such_list"):
        standards.code_list("no_such_list")
