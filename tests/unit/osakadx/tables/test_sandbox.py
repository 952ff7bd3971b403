import io
from pathlib import Path

import openpyxl
import pytest
from osakadx import nursery
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.read import read
from osakadx.tables.sandbox import Caps, sandboxed
from osakadx.tables.table import SheetMarks, is_blank

SITES = Path(__file__).parents[3] / "fixtures" / "sites"


def reason(reading):
    (finding,) = reading.findings
    assert (finding.rule, reading.readable, reading.tables) == ("reading-stopped", False, ())
    return finding.message


@pytest.fixture(scope="module")
def bomb():
    """A workbook of 5 KB whose one stray cell makes the parser ask for 512 GB."""
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        "281000/281000_garbage_by_year.xls",
        "372013/372013_evacuation_space.csv",
        "271004/271004_tsunami_buildings.geojson",
        "otameshi/evacuation_moved.csv",
    ],
)
def test_a_reading_in_a_child_is_the_same_with_the_same_rows(path):
    direct = read(SITES / path)
    with sandboxed(SITES / path) as reading:
        assert reading.as_dict() == direct.as_dict()
        for table, expected in zip(reading.tables, direct.tables, strict=True):
            written = [(number, list(cells)) for number, cells in expected.source() if not is_blank(cells)]
            assert [(number, list(cells)) for number, cells in table.source()] == written
            for _ in range(2):
                assert list(table.records()) == list(expected.records())
                assert [number for number, _ in table.numbered()] == [number for number, _ in expected.numbered()]


def test_bytes_are_read_and_rows_can_be_left_out():
    content = (SITES / "bodik/300004_evacuation_kitayama.csv").read_bytes()
    with sandboxed(content, "北山村.csv", rows=False) as reading:
        assert (reading.file, reading.tables[0].rows) == ("北山村.csv", 7)
        assert list(reading.tables[0].records()) == []


def test_a_digest_that_somebody_has_taken_is_not_taken_again():
    with sandboxed(b"a,b\n1,2\n3,4\n", "a.csv", sha256="as downloaded") as reading:
        assert reading.sha256 == "as downloaded"
    with sandboxed(b"a,b\n" * 100_000, "a.csv", sha256="as downloaded", caps=Caps(wall_seconds=0.01)) as reading:
        assert (reading.sha256, reading.findings[0].rule) == ("as downloaded", "reading-stopped")


def linked(count=1, reach=1):
    """A workbook of merged cells and so many links, each from so many cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["名前", "リンク"])
    for row in range(2, count + 2):
        sheet.append([f"避難所{row}", "開く"])
        sheet.cell(row, 2).hyperlink = f"https://a.lg.jp/{row}.csv"
        sheet.cell(row, 2).hyperlink.ref = f"B{row * reach}:B{row * reach + reach - 1}"
    sheet.merge_cells("D4:E6")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_links_and_merged_cells_are_given_where_they_are_asked_for():
    with sandboxed(linked(), "a.xlsx", marks=True) as reading:
        assert reading.tables[0].marks == SheetMarks({(2, 2): "https://a.lg.jp/2.csv"}, ((4, 4, 6, 5),))
    with sandboxed(linked(), "a.xlsx") as reading:
        assert reading.tables[0].marks is None
    with sandboxed(b"a,b\n1,2\n", "a.csv", marks=True) as reading:
        assert reading.tables[0].marks is None


def test_links_that_are_too_many_leave_the_rows_readable():
    with sandboxed(linked(201, 1000), "a.xlsx", marks=True) as reading:
        assert reading.tables[0].marks is None
        assert len(list(reading.tables[0].records())) == 201


def test_nothing_is_left_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with sandboxed(b"a,b\n1,2\n", "a.csv"):
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_the_work_may_be_done_below_a_relative_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("within").mkdir()
    with sandboxed(b"a,b\n1,2\n", "a.csv", within=Path("within")) as reading:
        assert list(reading.tables[0].records())


def test_a_missing_path_is_the_callers_affair(tmp_path):
    with pytest.raises(FileNotFoundError), sandboxed(tmp_path / "none.csv"):
        pass


def test_a_bombed_parser_dies_alone(bomb):
    with sandboxed(bomb, "a.xlsx", limits=Limits(sheet_cells=1 << 40)) as reading:
        assert "512 MB のメモリ" in reason(reading)


def test_a_child_that_needs_too_much_memory_is_told():
    # Enough to begin, too little for a document of 30 MB of characters.
    content = b'{"type":"FeatureCollection","features":[' + b" " * (30 * MEBI) + b"]}"
    with sandboxed(content, "a.geojson", caps=Caps(memory_bytes=80 * MEBI)) as reading:
        assert "80 MB のメモリ" in reason(reading)


def test_a_child_that_takes_too_long_is_killed():
    with sandboxed(b"a,b\n" * 100_000, "a.csv", caps=Caps(wall_seconds=0.01)) as reading:
        assert "0.01 秒" in reason(reading)
        assert (reading.bytes, reading.declared_format) == (400_000, "CSV")


def test_a_child_that_calculates_too_long_is_killed():
    rows = b"1,2,3,4,5,6,7,8\n" * 3_000_000
    with sandboxed(rows, "a.csv", caps=Caps(cpu_seconds=1)) as reading:
        assert "1 秒の計算" in reason(reading)


def test_a_child_that_writes_too_much_is_stopped():
    with sandboxed(b"a,b\n" + b"123456,123456\n" * 90_000, "a.csv", caps=Caps(file_bytes=MEBI)) as reading:
        assert "1 MB に収まりません" in reason(reading)


def test_the_child_sees_no_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "secret")
    seen = tmp_path / "environ"
    nursery.close()
    monkeypatch.setattr("osakadx.nursery.python", lambda: str(_spy(tmp_path, seen)))
    with sandboxed(b"a\n", "a.csv"):
        pass
    assert "secret" not in seen.read_text()


def _spy(folder, seen):
    """An interpreter that writes down its environment and fails."""
    script = folder / "python"
    script.write_text(f"#!/bin/sh\nenv > {seen}\nexit 1\n")
    script.chmod(0o755)
    return script
