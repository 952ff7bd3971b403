"""Workbooks: structure, what a person hides or paints in them, what a parser must survive."""

from __future__ import annotations

import datetime

from tests.corpus.formats import Error, Formula, Sheet, ods, xlsx, xlsx_parts, zipped

ROWS = [["区", "人口", "世帯"], ["北区", 100, 50], ["西区", 200, 90], ["港区", 50, 20]]
DATED = [["名称", "開設日"], ["北小", datetime.date(2024, 4, 1)], ["西小", datetime.date(2024, 5, 1)]]
TITLED = [["区別の人口", None, None], *ROWS]
GROUPED = [
    ["区", "人口", None, "世帯"],
    [None, "男", "女", None],
    ["北区", 50, 50, 40],
    ["西区", 90, 110, 80],
    ["港区", 20, 30, 20],
]
_COMMENTS = '<comments><commentList><comment ref="B2" authorId="0"/><comment authorId="0" ref="A4"/>'
_COMMENTS += "</commentList></comments>"
_DRAWING = '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = "xl__worksheets___rels__sheet1.xml.rels"
_BIG = b"<worksheet>" + b" " * 30_000_000
_PAGE = "<html><body><table><tr><th>区</th><th>人口</th></tr><tr><td>北区</td><td>100</td></tr>"
_PAGE += "<tr><td>西区</td><td>200</td></tr></table></body></html>"


def _book(*sheets: Sheet, **parts: bytes | str) -> bytes:
    return xlsx(*sheets, **parts)


def _with_far_cell() -> bytes:
    parts = xlsx_parts([Sheet("表", ROWS)])
    name = "xl/worksheets/sheet1.xml"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return zipped({**parts, name: str(parts[name]).replace("</sheetData>", far)})


def _with_styled_rows() -> bytes:
    parts = xlsx_parts([Sheet("表", ROWS)])
    name = "xl/worksheets/sheet1.xml"
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(5, 30_000))
    return zipped({**parts, name: str(parts[name]).replace("</sheetData>", blank + "</sheetData>")})


def _changed(*changes: tuple[str, str]) -> bytes:
    """The usual table with changes in its sheet."""
    parts = xlsx_parts([Sheet("表", ROWS)])
    name = "xl/worksheets/sheet1.xml"
    sheet = str(parts[name])
    for old, new in changes:
        sheet = sheet.replace(old, new)
    return zipped({**parts, name: sheet})


def _with_parts(**parts: str) -> bytes:
    """The usual table with parts that its sheet is related to."""
    related = "".join(f'<Relationship Id="r{name}" Target="../{name.replace("__", "/")}.xml"/>' for name in parts)
    relations = f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
    return xlsx(Sheet("表", ROWS), **{f"xl__{name}.xml": part for name, part in parts.items()}, **{_RELS: relations})


def _drawn(inside: str) -> str:
    anchor = f"<xdr:twoCellAnchor>{inside}<xdr:clientData/></xdr:twoCellAnchor>"
    return _DRAWING.replace("/>", f">{anchor}</xdr:wsDr>")


def _cols(columns: str) -> tuple[str, str]:
    return "<sheetData>", f"<cols>{columns}</cols><sheetData>"


def _with_doctype() -> bytes:
    parts = xlsx_parts([Sheet("表", ROWS)])
    name = "xl/worksheets/sheet1.xml"
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return zipped({**parts, name: entity + str(parts[name]).replace("北区", "&e;")})


BOOKS: dict[str, bytes] = {
    "clean.xlsx": _book(Sheet("表", ROWS)),
    "clean.ods": ods(Sheet("表", ROWS)),
    "title-merged.xlsx": _book(Sheet("表", TITLED, ["A1:C1"])),
    "title-merged.ods": ods(Sheet("表", TITLED, ["A1:C1"])),
    "grouped-header.xlsx": _book(Sheet("表", GROUPED, ["A1:A2", "B1:C1", "D1:D2"])),
    "grouped-header.ods": ods(Sheet("表", GROUPED, ["A1:A2", "B1:C1", "D1:D2"])),
    "merged-in-the-body.xlsx": _book(
        Sheet("表", [["区", "町", "人口"], ["北区", "曽根崎", 1], [None, "梅田", 2], ["西区", "靱", 3]], ["A2:A3"])
    ),
    "hidden-sheet.xlsx": _book(Sheet("表", ROWS), Sheet("作業用", ROWS, hidden=True)),
    "hidden-sheet.ods": ods(Sheet("表", ROWS), Sheet("作業用", ROWS, hidden=True)),
    "two-sheets.xlsx": _book(Sheet("人口", ROWS), Sheet("開設", DATED)),
    "two-sheets.ods": ods(Sheet("人口", ROWS), Sheet("開設", DATED)),
    "blank-sheet.xlsx": _book(Sheet("表", ROWS), Sheet("Sheet2", [])),
    "all-blank.xlsx": _book(Sheet("Sheet1", [])),
    "dates.xlsx": _book(Sheet("表", DATED)),
    "dates-1904.xlsx": xlsx(Sheet("表", DATED), date_1904=True),
    "dates.ods": ods(Sheet("表", DATED)),
    "errors.xlsx": _book(Sheet("表", [*ROWS, ["此花区", Error(), Error("#REF!")]])),
    "errors.ods": ods(Sheet("表", [*ROWS, ["此花区", Error(), 5]])),
    "formulas.xlsx": _book(Sheet("表", [*ROWS, ["此花区", Formula("B2+B3", 300), 5]])),
    "formulas-without-result.xlsx": _book(Sheet("表", [*ROWS, ["此花区", Formula("B2+B3"), 5]])),
    "formulas-without-result.ods": ods(Sheet("表", [*ROWS, ["此花区", Formula("B2+B3"), 5]])),
    "total.xlsx": _book(Sheet("表", [*ROWS, ["合計", Formula("SUM(B2:B4)", 350), 160]])),
    "footnote.xlsx": _book(Sheet("表", [*ROWS, ["※世帯は概数", None, None]])),
    "blank-row.xlsx": _book(Sheet("表", [*ROWS, [None], ["此花区", 10, 5]])),
    "blank-column-first.xlsx": _book(Sheet("表", [[None, *row] for row in ROWS])),
    "table-in-the-middle.xlsx": _book(Sheet("表", [[], [], *([None, None, *row] for row in ROWS)])),
    "two-tables.xlsx": _book(Sheet("表", [*ROWS, [None], ["品目", "金額"], ["りんご", 300], ["みかん", 200]])),
    "two-tables.ods": ods(Sheet("表", [*ROWS, [None], ["品目", "金額"], ["りんご", 300], ["みかん", 200]])),
    "two-tables-side-by-side.xlsx": _book(
        Sheet("表", [["番号", "名称", None, "番号", "名称"], [1, "北", None, 3, "西"], [2, "東", None, 4, "南"]])
    ),
    "numbers-as-text.xlsx": _book(Sheet("表", [["区", "人口"], ["北区", "1,234人"], ["西区", "約200"]])),
    "codes.xlsx": _book(Sheet("表", [["コード", "名称"], ["001", "北"], ["002", "西"]])),
    "line-breaks.xlsx": _book(Sheet("表", [["区", "備考"], ["北区", "入口は\n東側"], ["西区", "なし"]])),
    "macros.xlsm": _book(Sheet("表", ROWS), xl__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"),
    "picture-only.xlsx": _book(Sheet("Sheet1", []), xl__media__image1=b"\x89PNG", xl__drawings__drawing1=_DRAWING),
    "picture-beside.xlsx": _book(Sheet("表", ROWS), xl__media__image1=b"\x89PNG"),
    "picture-on-it.xlsx": _with_parts(drawings__drawing1=_drawn("<xdr:pic/>")),
    "chart.xlsx": _with_parts(drawings__drawing1=_drawn('<xdr:graphicFrame macro=""/>')),
    "text-box.xlsx": _with_parts(drawings__drawing1=_drawn('<xdr:sp macro=""><xdr:txBody/></xdr:sp>')),
    "drawing-without-objects.xlsx": _with_parts(drawings__drawing1=_DRAWING),
    "comments.xlsx": _with_parts(comments1=_COMMENTS),
    "hidden-column.xlsx": _changed(
        _cols('<col min="1" max="1" width="9"/><col min="3" max="3" width="9" hidden="1"/>')
    ),
    "hidden-columns-at-the-right.xlsx": _changed(_cols('<col min="4" max="16384" width="0" hidden="1"/>')),
    "hidden-rows.xlsx": _changed(('<row r="2">', '<row r="2" hidden="1">'), ('<row r="4">', '<row hidden="1" r="4">')),
    "hidden-blank-row.xlsx": _changed(("</sheetData>", '<row r="5" hidden="1"/></sheetData>')),
    "external-link.xlsx": _book(Sheet("表", ROWS), xl__externalLinks__externalLink1="<externalLink/>"),
    "far-cell.xlsx": _with_far_cell(),
    "styled-blank-rows.xlsx": _with_styled_rows(),
    "doctype.xlsx": _with_doctype(),
    "bomb.xlsx": _book(Sheet("表", ROWS), xl__media__pad=_BIG),
    "cut.xlsx": _book(Sheet("表", ROWS))[:-200],
    "password.ods": ods(Sheet("表", ROWS), encrypted=True),
    "csv-named.xlsx": "区,人口\n北区,100\n西区,200\n".encode(),
    "xlsx-named.csv": _book(Sheet("表", ROWS)),
    "xlsx-named.xls": _book(Sheet("表", ROWS)),
    "ods-named.xlsx": ods(Sheet("表", ROWS)),
    "page-named.xls": _PAGE.encode(),
    "page-in-cp932-named.xls": _PAGE.encode("cp932"),
    "tabs-named.xls": "区\t人口\n北区\t100\n西区\t200\n".encode("cp932"),
}
