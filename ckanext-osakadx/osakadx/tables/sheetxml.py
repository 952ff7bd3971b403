"""Scans the parts of an .xlsx (Office Open XML, ISO/IEC 29500) for what a cell reader cannot say or cannot survive.

A fast reader lays a sheet out as one rectangle: a single stray cell in XFD1048576 would take all memory. It also gives
error values (#N/A) and formulas without a result as blank cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from osakadx.tables.archive import Archive
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.hidden import HiddenParts, Span
from osakadx.tables.sheetobjects import ObjectWatch, on_sheet
from osakadx.tables.table import Merged

_OVERLAP = 1024
_NEAR = 26
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# These two run over every byte: they begin with literal characters, and may find too much but never too little.
_ROW = re.compile(rb'row [^>]*?r="(\d{1,9})"')
_FAR_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d{1,9}"')
_FILLED = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,9})"(?:[^>]*[^/>])?>')
_ERROR = re.compile(rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}\d{1,9})"')
_FORMULA = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3}\d{1,9})"[^>]*><(?:\w+:)?f\b')
_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3}\d{1,9})"[^>]*><(?:\w+:)?f\b[^<]{0,500}(?:/>|</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class SheetScan:
    """What was seen in one sheet.

    Attributes:
        errors, without_result: addresses of error values and of formulas without a result, in the order met.
        merged: ranges of merged cells, where the cell reader does not know them.
        formulas: addresses of all formulas.
        objects: kinds of what lies on it (see `osakadx.tables.sheetobjects`). comments: addresses of cells with one.
        hidden_rows, hidden_columns: blank ones, too, in order.
        long_times: whether there are times of a day or longer that the cell reader gives as they are stored.
    """

    errors: tuple[str, ...]
    without_result: tuple[str, ...]
    merged: tuple[Merged, ...] = ()
    formulas: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    hidden_rows: tuple[Span, ...] = ()
    hidden_columns: tuple[Span, ...] = ()
    long_times: bool = False


def scan(archive: Archive) -> dict[str, SheetScan]:
    """Go once over everything that comes out of a workbook and return what was seen, by the name of the sheet.

    Raises:
        RefusedFile: more comes out than the caps allow, a part declares a document type (entities, XXE), or the
            filled cells of a sheet lie too far apart.
    """
    sheets = sheet_parts(archive)
    seen: dict[str, _Watch] = {}
    beside: dict[str, ObjectWatch] = {}
    budget = archive.limits.archive_bytes
    for name in sorted(archive.names):
        watch = _Watch(name)
        for chunk in archive.chunks(name):
            budget -= len(chunk)
            if budget < 0:
                raise RefusedFile(found("archive-too-large", limit=archive.limits.archive_bytes >> 20))
            watch.see(chunk, sheet=name in sheets)
        beside[name] = watch.beside
        if name in sheets:
            _check_area(archive, name, sheets[name], watch)
            seen[name] = watch
    return {sheets[name]: watch.scan(*on_sheet(archive, name, beside)) for name, watch in seen.items()}


class _Watch:
    """Looks at one part while it is inflated, a window at a time; windows overlap."""

    def __init__(self, name: str) -> None:
        self._xml = name.lower().endswith((".xml", ".rels", ".vml"))
        self._tail = b""
        self.rows = 0
        self.columns = _NEAR
        self.errors: dict[str, None] = {}
        self.without_result: dict[str, None] = {}
        self.formulas: dict[str, None] = {}
        self.hidden = HiddenParts()
        self.beside = ObjectWatch(name)

    def scan(self, objects: tuple[str, ...], comments: tuple[str, ...]) -> SheetScan:
        return SheetScan(
            tuple(self.errors), tuple(self.without_result), formulas=tuple(self.formulas),
            objects=objects, comments=comments,
            hidden_rows=tuple(self.hidden.rows), hidden_columns=tuple(self.hidden.columns),
        )  # fmt: skip

    def see(self, chunk: bytes, *, sheet: bool) -> None:
        if not self._xml:
            return
        window = self._tail + chunk
        self._tail = window[-_OVERLAP:]
        if any(doctype in window for doctype in _DOCTYPES):
            raise RefusedFile(found("xml-doctype"))
        if not sheet:
            self.beside.see(window)
            return
        self.hidden.see(window)
        self.rows = max(self.rows, *map(int, _ROW.findall(window)), 0)
        far = (column_number(letters) for letters in set(_FAR_COLUMN.findall(window)))
        self.columns = max(self.columns, *far, 0)
        if b't="e"' in window:
            self.errors |= _addresses(_ERROR, window)
        if b"<f" in window or b":f" in window:
            self.without_result |= _addresses(_NO_RESULT, window)
            self.formulas |= _addresses(_FORMULA, window)


def _addresses(pattern: re.Pattern[bytes], window: bytes) -> dict[str, None]:
    return {address.decode("ascii"): None for address in pattern.findall(window)}


def _check_area(archive: Archive, part: str, sheet: str, watch: _Watch) -> None:
    """Refuse a sheet whose filled cells span a rectangle beyond the cap; styled blank cells do not count."""
    limit = archive.limits.sheet_cells
    if watch.rows * watch.columns <= limit:
        return
    rows = columns = 0
    for cells in _filled(archive.chunks(part)):
        rows = max(rows, max(int(digits) for _, digits in cells))
        columns = max(columns, *map(column_number, {letters for letters, _ in cells}))
        if rows * columns > limit:
            letters, digits = max(cells, key=lambda cell: int(cell[1]) * column_number(cell[0]))
            far = (letters + digits).decode("ascii")
            raise RefusedFile(found("sheet-too-wide-spread", sheet=sheet, value=far, limit=limit))


def _filled(chunks: Iterable[bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
    """Yield the addresses of the filled cells, a window at a time."""
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        tail = window[-_OVERLAP:]
        if cells := _FILLED.findall(window):
            yield cells


def column_number(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheet_parts(archive: Archive) -> dict[str, str]:
    """Return the name of each sheet by the name of its part, from the workbook's list and its relations.

    Raises:
        RefusedFile: there is no such list, or it declares a document type.
    """
    try:
        workbook = _tree(archive.read("xl/workbook.xml"))
        relations = _tree(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError) as error:
        raise RefusedFile(found("file-broken", format="XLSX")) from error
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = (node for node in workbook.iter() if node.tag.rsplit("}")[-1] == "sheet")
    named = {targets.get(sheet.get(_RELATION), ""): sheet.get("name", "") for sheet in sheets}
    return {(target[1:] if target.startswith("/") else f"xl/{target}"): name for target, name in named.items()}


def _tree(content: bytes) -> ElementTree.Element:
    if any(doctype in content for doctype in _DOCTYPES):
        raise RefusedFile(found("xml-doctype"))
    return ElementTree.fromstring(content)  # noqa: S314  no document type, so no entities to expand
