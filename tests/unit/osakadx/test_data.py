import pytest
from osakadx import data
from osakadx.errors import DataFileError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of files that stands in for `schemas/`; nothing read here stays in the caches."""
    monkeypatch.setattr(data.resources, "files", lambda package: tmp_path)
    for reader in (data.text, data.rows, data.document, data.listing):
        reader.cache_clear()
    yield tmp_path
    for reader in (data.text, data.rows, data.document, data.listing):
        reader.cache_clear()


def test_rows_come_as_read_only_mappings_by_column_name(folder):
    (folder / "a.csv").write_text('key,label\nx,"一,二"\n', encoding="utf-8")
    (row,) = data.rows("a.csv", ("key",))
    assert dict(row) == {"key": "x", "label": "一,二"}
    with pytest.raises(TypeError):
        row["key"] = "y"


def test_a_missing_file_names_itself(folder):
    with pytest.raises(DataFileError, match=r"schemas/none\.csv"):
        data.rows("none.csv")


def test_a_missing_column_is_named(folder):
    (folder / "a.csv").write_text("key\nx\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="列 label がありません"):
        data.rows("a.csv", ("key", "label"))


def test_a_row_of_another_length_says_its_line(folder):
    (folder / "a.csv").write_text("key,label\nx,一\ny\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="3行目"):
        data.rows("a.csv")


def test_a_file_in_another_encoding_is_refused(folder):
    (folder / "a.csv").write_bytes("見出し\n".encode("cp932"))
    with pytest.raises(DataFileError, match="UTF-8"):
        data.rows("a.csv")


def test_broken_yaml_is_refused_with_its_place(folder):
    (folder / "a.yaml").write_text("a: [1\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"schemas/a\.yaml"):
        data.document("a.yaml")


def test_a_folder_lists_its_files_by_name(folder):
    for name in ("02.yaml", "01.yaml", "note.md"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "sub").mkdir()
    (folder / "sub" / "03.yaml").write_text("", encoding="utf-8")
    assert data.listing("sub") == ("sub/03.yaml",)
    assert data.listing(".", ".yaml") == ("./01.yaml", "./02.yaml")
