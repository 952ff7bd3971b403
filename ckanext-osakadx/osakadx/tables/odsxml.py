"""Scans the content of an .ods (OpenDocument, ISO/IEC 26300) for what a cell reader cannot say or cannot survive.

A row of one filled cell may say that it is repeated a million times; a reader that lays sheets out believes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from osakadx.quality.finding import column_letters
from osakadx.tables.archive import Archive
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.hidden import Span, add
from osakadx.tables.limits import MEBI
from osakadx.tables.sheetobjects import PICTURE, SHAPE
from osakadx.tables.sheetxml import SheetScan
from osakadx.tables.table import Merged

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_HIDDEN = ("collapse", "filter")
_LONG_TIME = re.compile(r"PT0*(?:2[4-9]|[3-9]\d|[1-9]\d\d+)H")
_CELLS = ("table-cell", "covered-table-cell")
_MOST = 1 << 20
_LISTED = 10_000


def scan(archive: Archive) -> dict[str, SheetScan]:
    """Go once over everything that comes out of a workbook and return what was seen, by the name of the sheet.

    Raises:
        RefusedFile: it has a password, more comes out than the caps allow, the content is no XML or declares a document
            type, or the filled cells of a sheet lie too far apart.
    """
    if _MANIFEST in archive.names and b"encryption-data" in archive.read(_MANIFEST, 16 * MEBI):
        raise RefusedFile(found("file-encrypted"))
    content = _Content(archive.limits.sheet_cells)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.StartDoctypeDeclHandler = refuse_doctype
    budget = archive.limits.archive_bytes
    try:
        for name in sorted(archive.names):
            for chunk in archive.chunks(name):
                budget -= len(chunk)
                if budget < 0:
                    raise RefusedFile(found("archive-too-large", limit=archive.limits.archive_bytes // MEBI))
                if name == _CONTENT:
                    parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RefusedFile(found("file-broken", format="ODS")) from error
    return {name: sheet.scan() for name, sheet in content.sheets.items()}


def refuse_doctype(*_: object) -> None:
    """Stop at a document type declaration; a handler for expat.

    Raises:
        RefusedFile: always.
    """
    raise RefusedFile(found("xml-doctype"))


@dataclass
class _Sheet:
    """What was seen of one sheet so far; row and column are those of the cell being read, from 1."""

    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    row_repeats: int = 1
    filled: bool = False
    errors: list[str] = field(default_factory=list[str])
    without_result: list[str] = field(default_factory=list[str])
    formulas: list[str] = field(default_factory=list[str])
    merged: list[Merged] = field(default_factory=list[Merged])
    objects: dict[str, None] = field(default_factory=dict[str, None])
    comments: list[str] = field(default_factory=list[str])
    declared: int = 0  # columns so far
    hidden_rows: list[Span] = field(default_factory=list[Span])
    hidden_columns: list[Span] = field(default_factory=list[Span])
    long_times: bool = False

    def scan(self) -> SheetScan:
        return SheetScan(
            tuple(self.errors), tuple(self.without_result), tuple(self.merged), tuple(self.formulas),
            objects=tuple(self.objects), comments=tuple(self.comments),
            hidden_rows=tuple(self.hidden_rows), hidden_columns=tuple(self.hidden_columns),
            long_times=self.long_times,
        )  # fmt: skip


class _Content:
    """Takes the events of content.xml."""

    def __init__(self, limit: int) -> None:
        self.sheets: dict[str, _Sheet] = {}
        self._limit = limit
        self._open: list[str] = []
        self._starts: dict[str, Callable[[_Sheet, dict[str, Any]], None]] = {
            "table-row": _start_row,
            "table-column": _start_column,
            "frame": _see_picture,
            "custom-shape": _see_shape,
            "annotation": _see_comment,
            **dict.fromkeys(_CELLS, _start_cell),
        }

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name, said = _local(tag), {_local(key): value for key, value in attributes.items()}
        if name == "table":
            self._open.append(str(said.get("name", "")))
            self.sheets.setdefault(self._open[-1], _Sheet())
        elif self._open and name in self._starts:
            self._starts[name](self.sheets[self._open[-1]], said)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if not self._open:
            return
        sheet = self.sheets[self._open[-1]]
        if name == "table":
            self._open.pop()
        elif name == "table-row":
            sheet.row += sheet.row_repeats - 1
            if sheet.filled:
                sheet.rows = sheet.row
            if sheet.rows * sheet.columns > self._limit:
                far = f"{column_letters(sheet.columns)}{sheet.rows}"
                rule = "sheet-too-wide-spread"
                raise RefusedFile(found(rule, sheet=self._open[-1], value=far, limit=self._limit))


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _repeats(written: Any) -> int:
    text = str(written or "1")
    return min(max(int(text), 1), _MOST) if text.isdecimal() and len(text) < 9 else 1


def _start_row(sheet: _Sheet, said: dict[str, Any]) -> None:
    sheet.row += 1
    sheet.row_repeats = _repeats(said.get("number-rows-repeated"))
    sheet.column, sheet.filled = 0, False
    if said.get("visibility") in _HIDDEN:
        add(sheet.hidden_rows, sheet.row, sheet.row + sheet.row_repeats - 1)


def _start_column(sheet: _Sheet, said: dict[str, Any]) -> None:
    first = sheet.declared + 1
    sheet.declared += _repeats(said.get("number-columns-repeated"))
    if said.get("visibility") in _HIDDEN:
        add(sheet.hidden_columns, first, sheet.declared)


def _start_cell(sheet: _Sheet, said: dict[str, Any]) -> None:
    first = sheet.column + 1
    sheet.column += _repeats(said.get("number-columns-repeated"))
    down, right = _repeats(said.get("number-rows-spanned")), _repeats(said.get("number-columns-spanned"))
    if (down > 1 or right > 1) and len(sheet.merged) < _LISTED:
        sheet.merged.append((sheet.row, first, sheet.row + down - 1, first + right - 1))
    kind, address = str(said.get("value-type", "")), f"{column_letters(first)}{sheet.row}"
    if kind:
        sheet.filled = True
        sheet.columns = max(sheet.columns, sheet.column)
    if "formula" in said:
        _note(sheet.formulas, address)
    if "formula" in said and (not kind or (kind == "float" and not said.get("value"))):
        _note(sheet.without_result, address)
    if kind == "time" and _LONG_TIME.match(str(said.get("time-value", ""))):
        sheet.long_times = True
    if kind == "error" or (kind == "string" and str(said.get("string-value", "")).startswith("#")):
        _note(sheet.errors, address)


def _note(addresses: list[str], address: str) -> None:
    if len(addresses) < _LISTED:
        addresses.append(address)


def _see_picture(sheet: _Sheet, said: dict[str, Any]) -> None:
    del said
    sheet.objects[PICTURE] = None


def _see_shape(sheet: _Sheet, said: dict[str, Any]) -> None:
    del said
    sheet.objects[SHAPE] = None


def _see_comment(sheet: _Sheet, said: dict[str, Any]) -> None:
    del said
    _note(sheet.comments, f"{column_letters(sheet.column)}{sheet.row}")
