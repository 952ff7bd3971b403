import datetime

import pytest
from osakadx.tables.limits import Limits
from osakadx.tables.read import read

from tests.corpus.formats import Error, Formula, Sheet, ods

ROWS = [["区", "人口", "日付"], ["北区", 100, datetime.date(2024, 4, 1)], ["西区", 200, datetime.date(2024, 5, 1)]]


def told(content, **more):
    reading = read(content, "a.ods", **more)
    return reading, [(finding.rule, finding.cell or finding.row) for finding in reading.findings]


def test_a_sheet_is_read_as_it_is_seen():
    reading, found = told(ods(Sheet("表", ROWS)))
    (table,) = reading.tables
    assert (reading.format, table.sheet, found) == ("ODS", "表", [])
    assert list(table.records()) == [("北区", "100", "2024-04-01"), ("西区", "200", "2024-05-01")]


def test_merged_cells_hidden_sheets_errors_and_formulas_are_told_with_their_cells():
    rows = [["区別の人口", None, None], *ROWS, ["港区", Error(), None], ["東区", Formula("B3+B4"), None]]
    reading, found = told(ods(Sheet("表", rows, ["A1:C1"]), Sheet("控え", ROWS, hidden=True)))
    assert set(found) >= {
        ("merged-cells", "A1"),
        ("cell-error", "B5"),
        ("formula-without-result", "B6"),
        ("sheet-hidden", None),
    }
    assert [table.sheet for table in reading.tables] == ["表"]
    assert reading.tables[0].header_rows == (2,)


def test_times_of_a_day_and_more_are_read_as_hours_and_minutes():
    """The cell reader gives them as they are stored."""
    times = {"PT09H00M00S": "9:00", "PT24H00M00S": "24:00", "PT30H05M10S": "30:05:10", "PT24H00M00.000000000S": "24:00"}
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>館{shown}</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="time" office:time-value="{stored}"><text:p>{shown}</text:p>'
        "</table:table-cell></table:table-row>"
        for stored, shown in times.items()
    )
    sheet = f'<table:table table:name="x">{a_row("", "名称", "終了時間")}{cells}</table:table>'
    reading, found = told(ods(content=a_document(sheet)))
    assert [record[1] for record in reading.tables[0].records()] == ["09:00", "24:00", "30:05:10", "24:00"]
    assert found == []


def test_a_text_that_looks_like_a_stored_time_stays_as_it_is():
    (table,) = told(ods(Sheet("表", [["区", "長さ"], ["北区", "PT24H00M00S"], ["西区", "PT1H"]])))[0].tables
    assert [record[1] for record in table.records()] == ["PT24H00M00S", "PT1H"]


def a_document(sheet):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "draw")
    )
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    return f"<office:document-content {spaces}>{body}</office:document-content>"


def a_row(said, *cells):
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row {said}>{inside}</table:table-row>"


def test_hidden_rows_and_columns_comments_and_shapes_are_told_with_their_places():
    comment = "<office:annotation><text:p>要確認</text:p></office:annotation>"
    gone = 'table:visibility="collapse"'
    sheet = (
        '<table:table table:name="x"><table:table-column table:number-columns-repeated="2"/>'
        f"<table:table-column {gone}/>"
        f'<table:table-column table:number-columns-repeated="9" {gone}/>'
        + a_row("", "区", "数", "担当")
        + a_row("", "北区", "少数", "山田").replace("<text:p>少数", comment + "<text:p>少数")
        + a_row('table:visibility="filter"', "西区", "多数", "森")
        + a_row(f'{gone} table:number-rows-repeated="1000"')
        + "<table:shapes><draw:custom-shape/></table:shapes></table:table>"
    )
    reading, found = told(ods(content=a_document(sheet)))
    assert found == [("workbook-images", None), ("cell-comment", "B2"), ("columns-hidden", "C1"), ("rows-hidden", 3)]
    assert list(reading.tables[0].records()) == [("北区", "少数", "山田"), ("西区", "多数", "森")]


def test_a_password_is_told():
    assert told(ods(Sheet("表", ROWS), encrypted=True))[1] == [("file-encrypted", None)]


@pytest.mark.parametrize(
    "value, expected",
    [(' office:value-type="float" office:value="1"', "sheet-too-wide-spread"), ("", "no-data")],
)
def test_a_row_that_claims_to_be_a_million_is_not_laid_out(value, expected):
    cell = f'<table:table-cell table:number-columns-repeated="16000"{value}/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    sheet = f'<table:table table:name="x">{row}</table:table>'
    office = "urn:oasis:names:tc:opendocument:xmlns"
    text = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"><office:body>'
        f"<office:spreadsheet>{sheet}</office:spreadsheet></office:body></office:document-content>"
    )
    assert expected in [rule for rule, _ in told(ods(content=text))[1]]


def test_a_document_type_and_broken_content_are_refused():
    assert told(ods(content='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'))[1] == [("xml-doctype", None)]
    assert told(ods(content="<x>"))[1] == [("file-broken", None)]


def test_what_comes_out_is_counted():
    content = ods(Sheet("表", [["x" * 100_000] for _ in range(50)]))
    assert told(content, limits=Limits(archive_bytes=1000))[1] == [("archive-too-large", None)]
