"""Reads workbooks (.xlsx, .xlsm, .xls, .ods): every visible sheet as a grid of texts, with its merged ranges."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from osakadx.quality.finding import column_letters
from osakadx.tables import hidden, odsxml
from osakadx.tables.archive import open_archive
from osakadx.tables.biff import has_password
from osakadx.tables.cellvalue import WRITERS, stored_time
from osakadx.tables.feed import blocks
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.limits import Limits
from osakadx.tables.sheetobjects import PICTURE, called
from osakadx.tables.sheetxml import SheetScan, column_number, scan
from osakadx.tables.source import Source
from osakadx.tables.survey import Grid, Report
from osakadx.tables.table import Merged, Row, Rows

# What a failed assertion inside the (Rust) reader becomes; a BaseException with no module to import it from.
_PANIC = "PanicException"
_IMAGES = "xl/media/"
_EXTERNAL = "xl/externalLinks/"
_BASIC = "Basic/"


def grids(source: Source, format_: str, limits: Limits, report: Report) -> list[Grid]:
    """Return the visible sheets of a workbook that have cells; findings go to `report`.

    Args:
        format_: ``XLSX``, ``XLSM``, ``XLS`` or ``ODS``, as the bytes say.

    Raises:
        RefusedFile: the container is refused; nothing was parsed.
    """
    scans: dict[str, SheetScan] = {}
    if format_ == "XLS":
        report(found("legacy-xls"))
        if has_password(source.read()):
            raise RefusedFile(found("file-encrypted"))
    else:
        with open_archive(source, limits) as archive:
            scans = odsxml.scan(archive) if format_ == "ODS" else scan(archive)
            _tell_parts(archive.names, report)
            if not any(seen.objects for seen in scans.values()) and _any(archive.names, _IMAGES):
                report(found("workbook-images", called=called({PICTURE})))  # behind the cells, or on paper only
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        return list(_visible(workbook, scans, report))
    except BaseException as error:
        if isinstance(error, CalamineError | OSError | ValueError) or type(error).__name__ == _PANIC:
            raise RefusedFile(found("file-broken", format=format_)) from error
        raise


def _tell_parts(names: frozenset[str], report: Report) -> None:
    if "xl/vbaProject.bin" in names or _any(names, _BASIC):
        report(found("workbook-macros"))
    if _any(names, _EXTERNAL):
        report(found("workbook-external-links"))


def _any(names: frozenset[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _visible(workbook: CalamineWorkbook, scans: dict[str, SheetScan], report: Report) -> Iterator[Grid]:
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            report(found("sheet-hidden", sheet=meta.name))
            continue
        seen = scans.get(meta.name)
        if seen and seen.objects:
            report(found("workbook-images", sheet=meta.name, called=called(seen.objects)))
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.start is None:
            report(found("sheet-blank", sheet=meta.name))
            continue
        if seen:
            _tell_cells(meta.name, seen, report)
            for finding in hidden.tell(meta.name, seen.hidden_rows, seen.hidden_columns, _rows(sheet)):
                report(finding)
        rows = partial(_with_long_times if seen and seen.long_times else _rows, sheet)
        yield _grid(meta.name, sheet, seen.merged if seen else (), rows, report)


def _tell_cells(sheet: str, seen: SheetScan, report: Report) -> None:
    if seen.formulas:
        first = seen.formulas[0]
        letters = first.rstrip("0123456789")
        row, column = int(first[len(letters) :]), column_number(letters.encode("ascii"))
        report(found("workbook-formulas", sheet=sheet, row=row, column=column, count=len(seen.formulas)))
    for rule, addresses in (
        ("cell-error", seen.errors),
        ("formula-without-result", seen.without_result),
        ("cell-comment", seen.comments),
    ):
        for address in addresses:
            letters = address.rstrip("0123456789")
            column = column_number(letters.encode("ascii"))
            report(found(rule, sheet=sheet, row=int(address[len(letters) :]), column=column))


def _grid(name: str, sheet: CalamineSheet, spans: tuple[Merged, ...], rows: Rows, report: Report) -> Grid:
    known = sheet.merged_cell_ranges or ()
    merged = spans or tuple((first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1) for first, last in known)
    for top, left, bottom, right in sorted(merged):
        area = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
        report(found("merged-cells", sheet=name, row=top, column=left, value=area))
    return Grid(name, name, lambda _: blocks(rows()), rows, merged, even=True)


def _with_long_times(sheet: CalamineSheet) -> Iterator[Row]:
    for number, cells in _rows(sheet):
        yield number, [stored_time(cell) if cell.startswith("PT") else cell for cell in cells]


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Yield the rows from row 1 and column A on; calamine leaves out the blank columns at the left."""
    writers = WRITERS  # a call less for each cell
    left = ("",) * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*left, *[cell if isinstance(cell, str) else writers[type(cell)](cell) for cell in cells]]
