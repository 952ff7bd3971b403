"""The YAML of the standards against the code that reads it, the code lists and the list of sources; both ways."""

import csv
import re
from pathlib import Path

import pytest
import yaml
from osakadx import data, standards, text, vocab
from osakadx.standards.load import renames

STANDARDS = standards.all_standards()
COLUMNS = [
    (f"{entry.number} {edition.key} {column.name}", column)
    for entry in STANDARDS
    for edition in entry.editions
    for column in edition.columns
]
KNOWN_KEYS = {
    "number", "slug", "name", "name_en", "description", "format_owner", "old_number", "usual_frequency",
    "search_words", "not_words", "columns_known", "editions",
}  # fmt: skip
EDITION_KEYS = {"title", "source", "evidence", "note", "obligation", "type", "columns"}
COLUMN_KEYS = {"name", "en", "obligation", "hint", "type", "format", "codes", "aliases", "evidence", "source"}


@pytest.mark.parametrize("path", data.listing("standards"))
def test_every_key_of_a_file_is_read_by_the_code(path):
    content = yaml.safe_load(data.text(path))
    assert set(content) <= KNOWN_KEYS
    for edition in content["editions"].values():
        assert set(edition) <= EDITION_KEYS
        for column in edition["columns"]:
            assert set(column) <= COLUMN_KEYS
            assert all(isinstance(value, str | list) for value in column.values()), column


@pytest.mark.parametrize("path", data.listing("standards"))
def test_a_file_is_named_by_number_and_slug_and_says_its_source_on_top(path):
    content = yaml.safe_load(data.text(path))
    assert path == f"standards/{content['number']}_{content['slug']}.yaml"
    first = data.text(path).splitlines()[0]
    assert first.startswith(f"# 自治体標準オープンデータセット No.{content['number']} {content['name']}")


def test_slugs_and_names_are_unique_and_slugs_are_legal_in_names():
    for field in ("slug", "name", "name_en", "description"):
        assert len({getattr(entry, field) for entry in STANDARDS}) == 31
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", entry.slug) for entry in STANDARDS)


def test_no_edition_has_two_columns_that_compare_alike():
    for entry in STANDARDS:
        for edition in entry.editions:
            names = [text.squeeze(column.name) for column in edition.columns]
            # GIF's procurement model (DS-451-8) repeats names in its groups, which stand in `format`.
            assert len(set(names)) == len(names) or entry.number == "20", (entry.number, edition.key)


def test_no_alias_is_another_column_of_the_same_edition():
    for entry in STANDARDS:
        for edition in entry.editions:
            names = {text.squeeze(column.name) for column in edition.columns}
            aliases = [text.squeeze(alias) for column in edition.columns for alias in column.aliases]
            assert not names & set(aliases), (entry.number, edition.key)
            assert len(set(aliases)) == len(aliases)


def test_a_column_is_of_one_type_in_all_editions_of_its_standard():
    for entry in STANDARDS:
        types: dict[str, set[str]] = {}
        for edition in entry.editions:
            for column in edition.columns:
                types.setdefault(text.squeeze(column.name), set()).add(column.type)
        # An empty type is one that was not read; it contradicts none.
        assert not [name for name, seen in types.items() if len(seen - {""}) > 1], entry.number


def test_a_rename_leads_from_a_column_of_an_old_edition_to_one_of_the_new_edition_of_the_same_standard():
    def names(entry: standards.Standard, key: str) -> set[str]:
        edition = entry.edition(key)
        return {name for column in edition.columns for name in (column.name, *column.aliases)} if edition else set()

    for old, new in renames():
        assert [entry for entry in STANDARDS if old in names(entry, "old") and new in names(entry, "new")], old
        assert not [entry.number for entry in STANDARDS if new in names(entry, "old")], new


def test_code_lists_are_used_or_known_and_every_column_names_one_that_exists():
    named = {column.codes for _, column in COLUMNS if column.codes}
    assert all(standards.code_list(key) for key in named)


def test_lists_that_lack_words_and_other_spellings_are_of_lists_that_exist():
    for row in data.rows("vocabularies/open_code_lists.csv", ("list", "missing", "source")):
        assert standards.code_list(row["list"]) and row["missing"]
    for row in data.rows("vocabularies/code_spellings.csv", ("list", "label", "spelling", "source")):
        labels = [code.label for code in standards.code_list(row["list"])]
        assert row["label"] in labels and row["spelling"] not in labels


def test_sources_are_all_explained_and_those_of_columns_exist():
    known = {row["key"] for row in data.rows("standards/sources.csv", ("key", "publisher", "title", "address"))}
    assert {key for _, column in COLUMNS for key in column.source} <= known
    assert all(column.source for _, column in COLUMNS)
    files = (
        "standards/renames",
        "vocabularies/code_lists",
        "vocabularies/code_spellings",
        "vocabularies/open_code_lists",
    )
    for file in files:
        assert {key for row in data.rows(f"{file}.csv") for key in row["source"].split(";")} <= known, file


def test_hints_stand_only_where_the_mark_is_not_known():
    assert not [name for name, column in COLUMNS if column.hint and column.obligation != "unknown"]


def test_hints_are_the_marks_of_the_official_table_of_public_toilets():
    toilet = standards.standard("13")
    assert toilet is not None
    new = toilet.edition("new")
    assert new is not None
    marks = {column.name: column.obligation for column in new.columns}
    for name, column in COLUMNS:
        if column.hint and column.name in marks:
            assert column.hint == marks[column.name], name


@pytest.mark.parametrize(
    ("number", "new", "old"),
    [("01", 56, 24), ("02", 45, 34), ("03", 39, 26), ("04", 46, 47), ("05", 53, 28), ("06", 42, 15), ("07", 28, 18),
     ("08", 39, 22), ("09", 36, 22), ("10", 40, 26), ("11", 58, 30), ("12", 78, 32), ("13", 39, 32), ("14", 16, 11)],
)  # fmt: skip
def test_the_fourteen_that_have_two_editions_have_all_their_columns(number, new, old):
    entry = standards.standard(number)
    assert entry is not None
    assert [len(edition.columns) for edition in entry.editions if edition.key in ("new", "old")] == [new, old]
    assert entry.old_number


def test_those_whose_columns_nobody_published_say_so():
    nothing = {entry.number for entry in STANDARDS if entry.columns_known == "none"}
    assert nothing == {"18", "19", "21", "29"}
    assert all(not entry.editions for entry in STANDARDS if entry.number in nothing)
    assert all(entry.editions for entry in STANDARDS if entry.number not in nothing)


def test_the_new_open_data_list_has_the_columns_of_the_catalog_concepts():
    listing = standards.standard("06")
    assert listing is not None
    for key in ("new", "old"):
        edition = listing.edition(key)
        assert edition is not None
        assert None not in [vocab.concept_of_header(column.name) for column in edition.columns]


def test_usual_frequencies_are_of_the_vocabulary():
    keys = {entry.key for entry in vocab.frequencies()}
    assert {entry.usual_frequency for entry in STANDARDS if entry.usual_frequency} <= keys


def test_search_words_do_not_rule_each_other_out():
    for entry in STANDARDS:
        found = standards.by_title(entry.search_words[0])
        assert found is not None, entry.name


def test_csv_files_have_unix_line_ends_and_unique_rows():
    root = Path(__file__).parents[3] / "schemas"
    for path in root.rglob("*.csv"):
        assert b"\r" not in path.read_bytes(), path
        rows = [tuple(row) for row in csv.reader(path.read_text(encoding="utf-8").splitlines())]
        assert len(set(rows)) == len(rows), path
