"""Writes the containers of the corpus byte for byte the same each time: workbooks, zips, Shapefiles.

By hand, so that they can be broken where an office suite would never break them.
"""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from osakadx.quality.finding import column_letters

_DATE = (2024, 4, 1, 0, 0, 0)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


@dataclass(frozen=True)
class Formula:
    """A formula with the result that was saved, or None."""

    text: str
    result: int | str | None = None


@dataclass(frozen=True)
class Error:
    """A cell that shows an error such as #N/A."""

    code: str = "#N/A"


Cell = str | int | float | datetime.date | Formula | Error | None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; merged ranges as a person writes them (A1:C1)."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[str] = ()
    hidden: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip with these parts, deflated, dated alike."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(entry, content)
    return buffer.getvalue()


def zipped_cp932(parts: Mapping[str, bytes]) -> bytes:
    """A zip as Windows in Japan makes it: names in CP932, and nothing says so. Names of an even length in bytes."""
    placeholders = {
        f"{place:03d}".ljust(len(name.encode("cp932")), "_"): name.encode("cp932") for place, name in enumerate(parts)
    }
    content = zipped(dict(zip(placeholders, parts.values(), strict=True)))
    for placeholder, name in placeholders.items():
        content = content.replace(placeholder.encode(), name)
    return content


def xlsx_parts(sheets: Sequence[Sheet], *, date_1904: bool = False) -> dict[str, bytes | str]:
    """The parts of an .xlsx."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"'
        + (' state="hidden"/>' if sheet.hidden else "/>")
        for number, sheet in zip(numbers, sheets, strict=True)
    )
    pr = '<workbookPr date1904="1"/>' if date_1904 else ""
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for number in numbers
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{pr}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}">{relations}'
        f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        **{
            f"xl/worksheets/sheet{number}.xml": _sheet_xml(sheet, date_1904)
            for number, sheet in zip(numbers, sheets, strict=True)
        },
    }


def xlsx(*sheets: Sheet, date_1904: bool = False, **more: bytes | str) -> bytes:
    """An .xlsx; more parts by name, "__" for the slash."""
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return zipped({**xlsx_parts(sheets, date_1904=date_1904), **extra})


def _sheet_xml(sheet: Sheet, date_1904: bool) -> str:
    rows = ""
    for number, cells in enumerate(sheet.rows, start=1):
        inside = "".join(_xlsx_cell(cell, column, number, date_1904) for column, cell in enumerate(cells, start=1))
        rows += f'<row r="{number}">{inside}</row>'
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    merges = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{merges}</worksheet>'


def _xlsx_cell(cell: Cell, column: int, row: int, date_1904: bool) -> str:
    at = f'r="{column_letters(column)}{row}"'
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        result = "" if cell.result is None else f"<v>{escape(str(cell.result))}</v>"
        kind = ' t="str"' if isinstance(cell.result, str) else ""
        return f"<c {at}{kind}><f>{escape(cell.text)}</f>{result}</c>"
    if isinstance(cell, Error):
        return f'<c {at} t="e"><v>{cell.code}</v></c>'
    if isinstance(cell, datetime.date):
        start = datetime.date(1904, 1, 1) if date_1904 else datetime.date(1899, 12, 30)
        return f'<c {at} s="1"><v>{(cell - start).days}</v></c>'
    if isinstance(cell, str):
        return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f"<c {at}><v>{cell}</v></c>"


def ods(*sheets: Sheet, content: str | None = None, encrypted: bool = False) -> bytes:
    """An .ods; `content` in place of the sheets."""
    names = " ".join(f'xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    styles = '<style:style style:name="out" style:family="table">'
    styles += '<style:table-properties table:display="false"/></style:style>'
    body = "".join(map(_ods_sheet, sheets))
    manifest = '<manifest:encryption-data manifest:checksum="x"/>' if encrypted else ""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content
            or f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OPEN}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest}'
            "</manifest:file-entry></manifest:manifest>",
        }
    )


def _ods_sheet(sheet: Sheet) -> str:
    spans = {area.split(":")[0]: area for area in sheet.merged}
    rows = ""
    for number, cells in enumerate(sheet.rows, start=1):
        inside = [
            _ods_cell(cell, f"{column_letters(column)}{number}", spans) for column, cell in enumerate(cells, start=1)
        ]
        rows += f"<table:table-row>{''.join(inside)}</table:table-row>"
    hidden = ' table:style-name="out"' if sheet.hidden else ""
    rest = '<table:table-row table:number-rows-repeated="1048000">'
    rest += '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    return f"<table:table table:name={quoteattr(sheet.name)}{hidden}>{rows}{rest}</table:table>"


def _ods_cell(cell: Cell, at: str, spans: Mapping[str, str]) -> str:
    span = ""
    if at in spans:
        first, last = (_place(corner) for corner in spans[at].split(":"))
        down, right = last[0] - first[0] + 1, last[1] - first[1] + 1
        span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{right}"'
    if cell is None:
        return f"<table:table-cell{span}/>"
    if isinstance(cell, Formula):
        result = "" if cell.result is None else f' office:value-type="float" office:value="{cell.result}"'
        return f'<table:table-cell{span} table:formula="of:={escape(cell.text)}"{result}/>'
    if isinstance(cell, datetime.date):
        return f'<table:table-cell{span} office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, str | Error):
        text = cell if isinstance(cell, str) else cell.code
        kind = "" if isinstance(cell, str) else ' calcext:value-type="error"'
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
        return f'<table:table-cell{span} office:value-type="string"{kind}>{lines}</table:table-cell>'
    value = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell{span} {value}><text:p>{cell}</text:p></table:table-cell>"


def _place(corner: str) -> tuple[int, int]:
    letters = corner.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(corner[len(letters) :]), column


def kml(placemarks: str, *, encoding: str = "utf-8", head: str = "") -> bytes:
    """A KML document around its Placemarks."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return f"{text}{placemarks}</Document></kml>".encode(encoding)


def placemark(name: str, longitude: float, latitude: float, **data: str) -> str:
    """A point with its data."""
    said = "".join(f"<Data name={quoteattr(key)}><value>{escape(value)}</value></Data>" for key, value in data.items())
    point = f"<Point><coordinates>{longitude},{latitude},0</coordinates></Point>"
    return f"<Placemark><name>{escape(name)}</name><ExtendedData>{said}</ExtendedData>{point}</Placemark>"


JGD2011 = (
    'GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
TOKYO = (
    'GEOGCS["GCS_Tokyo",DATUM["D_Tokyo",SPHEROID["Bessel_1841",6377397.155,299.1528128]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def plane_6(datum: str = "JGD_2011") -> str:
    """The .prj of the plane rectangular system that Osaka uses (平面直角座標系 第6系, EPSG 6674; 2448 on JGD2000)."""
    geographic = TOKYO if datum == "Tokyo" else JGD2011.replace("JGD_2011", datum)
    return (
        f'PROJCS["{datum}_Japan_Zone_6",{geographic},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",0.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",136.0],PARAMETER["Scale_Factor",0.9999],'
        'PARAMETER["Latitude_Of_Origin",36.0],UNIT["Meter",1.0]]'
    )


def dbf(fields: Sequence[tuple[str, str, int]], records: Sequence[Sequence[str]], encoding: str = "cp932") -> bytes:
    """A dBASE table; fields as (name, type, bytes), values already written; texts are cut at their number of bytes."""
    size = 1 + sum(width for _, _, width in fields)
    head = 32 + 32 * len(fields) + 1
    content = bytearray(struct.pack("<BBBBIHH20x", 3, 124, 4, 1, len(records), head, size))
    for name, kind, width in fields:
        content += (
            name.encode(encoding)[:10].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width, 0]) + bytes(14)
        )
    content += b"\r"
    for record in records:
        content += b" "
        for (_, kind, width), value in zip(fields, record, strict=True):
            raw = value.encode(encoding)[:width]
            content += raw.rjust(width) if kind == "N" else raw.ljust(width)
    return bytes(content + b"\x1a")


def shp(points: Sequence[tuple[float, float] | None]) -> bytes:
    """Points as the main part of a Shapefile; None is a shape without geometry."""
    records = b""
    for number, point in enumerate(points, start=1):
        body = struct.pack("<i", 0) if point is None else struct.pack("<idd", 1, *point)
        records += struct.pack(">ii", number, len(body) // 2) + body
    there = [point for point in points if point] or [(0.0, 0.0)]
    box = (*map(min, zip(*there, strict=True)), *map(max, zip(*there, strict=True)))
    head = struct.pack(">i20xi", 9994, (100 + len(records)) // 2) + struct.pack("<ii4d4d", 1000, 1, *box, 0, 0, 0, 0)
    return head + records


def polygons(rings: Sequence[Sequence[tuple[float, float]]]) -> bytes:
    """One polygon with these rings as the main part of a Shapefile; outer rings run clockwise."""
    points = [point for ring in rings for point in ring]
    box = (*map(min, zip(*points, strict=True)), *map(max, zip(*points, strict=True)))
    starts = [sum(map(len, rings[:place])) for place in range(len(rings))]
    body = struct.pack("<i4dii", 5, *box, len(rings), len(points)) + struct.pack(f"<{len(rings)}i", *starts)
    body += b"".join(struct.pack("<dd", *point) for point in points)
    head = struct.pack(">i20xi", 9994, (108 + len(body)) // 2) + struct.pack("<ii4d4d", 1000, 5, *box, 0, 0, 0, 0)
    return head + struct.pack(">ii", 1, len(body) // 2) + body


def shapefile(stem: str, main: bytes, attributes: bytes, prj: str | None, cpg: str | None = None) -> dict[str, bytes]:
    """The parts of a Shapefile, by name."""
    parts = {f"{stem}.shp": main, f"{stem}.dbf": attributes}
    if prj is not None:
        parts[f"{stem}.prj"] = prj.encode()
    if cpg is not None:
        parts[f"{stem}.cpg"] = cpg.encode()
    return parts
