import datetime
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from osakadx.tables.limits import Limits
from osakadx.tables.read import read

SITES = Path(__file__).parents[3] / "fixtures" / "sites"
TABLE = [["区", "人口", "開設日"], ["北区", 100, datetime.date(2024, 4, 1)], ["西区", 200, datetime.date(2024, 4, 2)]]


@pytest.fixture
def book():
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    return book


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rewritten(content, changes):
    """Return the workbook with parts changed (name → function of its text) or added (name → text)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            change = changes.pop(name, None)
            new.writestr(name, change(text.decode()) if change else text)
        for name, text in changes.items():
            new.writestr(name, text)
    return buffer.getvalue()


def found(reading):
    return [(finding.rule, finding.cell or finding.sheet) for finding in reading.findings]


def test_numbers_and_dates_come_as_text(book):
    (table,) = read(saved(book), "人口.xlsx").tables
    assert list(table.records()) == [("北区", "100", "2024-04-01"), ("西区", "200", "2024-04-02")]


def test_dates_since_1904_are_the_same_days(book):
    book.epoch = CALENDAR_MAC_1904
    (table,) = read(saved(book), "人口.xlsx").tables
    assert [record[2] for record in table.records()] == ["2024-04-01", "2024-04-02"]


def test_rows_and_columns_before_the_table_count():
    book = openpyxl.Workbook()
    for place, row in enumerate(TABLE, start=4):
        for column, value in enumerate(row, start=3):
            book.active.cell(place, column).value = value
    (table,) = read(saved(book), "a.xlsx").tables
    assert (table.header_rows, table.first_data_row) == ((4,), 5)
    assert table.header == ("", "", "区", "人口", "開設日")


def test_hidden_sheets_are_told_and_not_read(book):
    book.create_sheet("作業用").append(["x"])
    book["作業用"].sheet_state = "hidden"
    book.create_sheet("空")
    reading = read(saved(book), "a.xlsx")
    assert [table.sheet for table in reading.tables] == ["Sheet"]
    assert found(reading) == [("sheet-hidden", "作業用"), ("sheet-blank", "空")]


def test_hidden_columns_with_something_in_them_are_told_by_name(book):
    book.active["E1"], book.active["E3"], book.active["F3"] = "担当者携帯", "090-1234-5678", "06-1234-5678"
    for column in "BEFGHXFD":
        book.active.column_dimensions[column].hidden = True
    findings = read(saved(book), "a.xlsx").findings
    told = [finding for finding in findings if finding.rule == "columns-hidden"]
    assert [finding.cell for finding in told] == ["B1", "E1", "F3"]
    assert told[1].message.startswith("E 列(「担当者携帯」)が非表示です。")
    assert told[1].message_en.startswith("Column E (担当者携帯) is hidden.")
    assert told[2].message.startswith("F 列が非表示です。")  # a number may be just what nobody should see
    assert all("再表示" in finding.fix and "Unhide" in finding.fix_en for finding in told)


def test_hidden_rows_with_something_in_them_are_told_once(book):
    for row in range(4, 60):
        book.active.append(["東区", row, None] if row != 20 else [None])
    for row in (3, 5, 6, 20, 31, 32, 33, *range(40, 58, 2), 900):
        book.active.row_dimensions[row].hidden = True
    told = [finding for finding in read(saved(book), "a.xlsx").findings if finding.rule == "rows-hidden"]
    assert [(finding.row, finding.value) for finding in told] == [(3, "3, 5-6, 31-33, 40, 42, 44, 46, 48 …")]
    assert told[0].message.startswith("値の入った 15 行が非表示です(3, 5-6, ")


def test_hidden_parts_are_found_wherever_a_piece_of_the_sheet_ends(book, monkeypatch):
    for row in range(4, 400):
        book.active.append(["東区", row])
        book.active.row_dimensions[row].hidden = row % 3 == 0
    book.active.column_dimensions["B"].hidden = True
    content = saved(book)
    expected = read(content, "a.xlsx").findings
    assert [finding.rule for finding in expected] == ["columns-hidden", "rows-hidden"]
    for size in (97, 1000):
        monkeypatch.setattr("osakadx.tables.archive.MEBI", size)
        assert read(content, "a.xlsx").findings == expected


def test_parts_of_a_hidden_sheet_are_not_told_apart(book):
    hidden = book.create_sheet("作業用")
    hidden.append(["x", "y"])
    hidden.column_dimensions["A"].hidden = hidden.row_dimensions[1].hidden = True
    hidden["A1"].comment = Comment("要確認", "山田")
    hidden.sheet_state = "hidden"
    assert found(read(saved(book), "a.xlsx")) == [("sheet-hidden", "作業用")]


def test_comments_are_told_with_their_cells_and_not_repeated(book):
    book.active["B3"].comment = Comment("要確認 山田 090-1234-5678", "山田")
    (finding,) = read(saved(book), "a.xlsx").findings
    assert (finding.rule, finding.cell, finding.value) == ("cell-comment", "B3", None)
    assert "山田" not in finding.message and "メモの削除" in finding.fix


def test_charts_and_text_boxes_are_told_with_their_sheet(book):
    plain = book.create_sheet("表2")
    plain.append(["区", "数"])
    plain.append(["北区", 1])
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    book.active.add_chart(chart, "E2")
    (finding,) = read(saved(book), "a.xlsx").findings
    assert (finding.rule, finding.sheet) == ("workbook-images", "Sheet")
    assert finding.message.startswith("グラフが置かれています。")
    box = '<xdr:sp macro=""><xdr:txBody/></xdr:sp></xdr:wsDr>'
    drawn = {"xl/drawings/drawing1.xml": lambda text: re.sub("</(xdr:)?wsDr>", box, text)}
    (finding,) = read(rewritten(saved(book), drawn), "a.xlsx").findings
    assert finding.message.startswith("グラフ・図形やテキストボックスが置かれています。")
    assert finding.message_en.startswith("There are objects on the sheet: charts, shapes or text boxes.")


def test_merged_cells_are_told_with_their_range(book):
    book.active.merge_cells("A2:A3")
    assert found(read(saved(book), "a.xlsx")) == [("merged-cells", "A2")]


def test_error_values_are_no_silent_blanks(book):
    book.active["B3"] = "#N/A"
    assert found(read(saved(book), "a.xlsx")) == [("cell-error", "B3")]


def test_formulas_without_a_result_are_no_silent_blanks(book):
    book.active["B3"] = "=SUM(B2:B2)"
    assert found(read(saved(book), "a.xlsx")) == [("workbook-formulas", "B3"), ("formula-without-result", "B3")]


def test_formulas_with_a_result_are_values(book):
    book.active["B3"] = "=SUM(B2:B2)"

    def calculate(text):
        return re.sub(r"(</f>)<v ?/?>(</v>)?", r"\1<v>100</v>", text)

    reading = read(rewritten(saved(book), {"xl/worksheets/sheet1.xml": calculate}), "a.xlsx")
    assert found(reading) == [("workbook-formulas", "B3")]
    assert [record[1] for record in reading.tables[0].records()] == ["100", "100"]


def test_a_macro_is_told_and_the_format_is_xlsm(book):
    reading = read(rewritten(saved(book), {"xl/vbaProject.bin": "x"}), "a.xlsm")
    assert (reading.format, found(reading)) == ("XLSM", [("workbook-macros", None)])


def test_links_to_other_workbooks_are_told_and_not_followed(book):
    reading = read(rewritten(saved(book), {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), "a.xlsx")
    assert found(reading) == [("workbook-external-links", None)]
    assert reading.tables


def test_a_workbook_of_images_only_has_no_data():
    reading = read(rewritten(saved(openpyxl.Workbook()), {"xl/media/image1.png": "x"}), "a.xlsx")
    assert found(reading) == [("workbook-images", None), ("sheet-blank", "Sheet"), ("no-data", None)]
    assert reading.readable


def test_a_document_type_is_refused_before_parsing(book):
    def entity(text):
        return '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text

    reading = read(rewritten(saved(book), {"xl/worksheets/sheet1.xml": entity}), "a.xlsx")
    assert (found(reading), reading.readable, reading.tables) == ([("xml-doctype", None)], False, ())


def test_a_cell_at_the_far_end_is_refused_with_its_address(book):
    book.active["XFD1048576"] = "x"
    reading = read(saved(book), "a.xlsx")
    (finding,) = reading.findings
    assert (finding.rule, finding.sheet, finding.value) == ("sheet-too-wide-spread", "Sheet", "XFD1048576")
    assert not reading.readable


def test_a_declared_range_to_the_far_end_is_harmless(book):
    def dimension(text):
        return re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', text)

    reading = read(rewritten(saved(book), {"xl/worksheets/sheet1.xml": dimension}), "a.xlsx")
    assert reading.tables[0].rows == 2


def test_styled_blank_rows_to_the_far_end_are_harmless(book):
    def style(text):
        blank = "".join(f'<row r="{row}"><c r="A{row}" s="0"/><c r="XFD{row}" s="0"/></row>' for row in range(4, 2000))
        return text.replace("</sheetData>", f"{blank}</sheetData>")

    reading = read(
        rewritten(saved(book), {"xl/worksheets/sheet1.xml": style}), "a.xlsx", limits=Limits(sheet_cells=10_000)
    )
    assert reading.tables[0].rows == 2


def test_a_bomb_among_the_parts_is_refused(book):
    reading = read(rewritten(saved(book), {"xl/media/image1.png": "\0" * (4 << 20)}), "a.xlsx")
    assert [finding.rule for finding in reading.findings] == ["archive-bomb"]


def test_too_much_text_is_refused(book):
    reading = read(saved(book), "a.xlsx", limits=Limits(archive_bytes=5_000))
    assert [finding.rule for finding in reading.findings] == ["archive-too-large"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_broken_part_is_said_so(book, part):
    reading = read(rewritten(saved(book), {part: lambda text: text[: len(text) // 2]}), "a.xlsx")
    assert not reading.readable
    assert [finding.rule for finding in reading.findings] == ["file-broken"]


def test_a_legacy_workbook_with_a_password_is_said_so():
    content = bytearray((SITES / "281000/281000_garbage_by_year.xls").read_bytes())
    # Turn the record after the first BOF of the workbook (MS-XLS) into FILEPASS: the rest counts as encrypted.
    start = content.index(b"\x09\x08\x10\x00\x00\x06")
    after = start + 4 + int.from_bytes(content[start + 2 : start + 4], "little")
    content[after : after + 2] = b"\x2f\x00"
    reading = read(bytes(content), "a.xls")
    assert not reading.readable
    assert "file-encrypted" in [finding.rule for finding in reading.findings]


def test_a_legacy_workbook_cut_short_is_said_so():
    content = (SITES / "281000/281000_garbage_by_year.xls").read_bytes()
    reading = read(content[:6000], "a.xls")
    assert not reading.readable
