"""What the sheets of an .xlsx say beside their values: where a cell leads to, and which cells are merged into one.

Read as a stream: a workbook library would hold every cell of every sheet in memory for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from osakadx.tables.archive import Archive, open_archive
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.sheetxml import column_number, sheet_parts
from osakadx.tables.source import Source
from osakadx.tables.table import Merged, SheetMarks

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_FORMULA = re.compile(r'\s*HYPERLINK\(\s*"((?:[^"]|"")+)"', re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RELATIONS_BYTES = 16 * MEBI
_CELLS_OF_A_LINK = 1_000
_MARKS = 200_000  # of one sheet


def marks(source: Source, limits: Limits) -> dict[str, SheetMarks]:
    """Return the marks of every sheet, by its name. For workbooks that `osakadx.tables.read` has accepted.

    Raises:
        RefusedFile: the container is refused, a sheet is no XML, or it has more marks than anybody sets.
    """
    with open_archive(source, limits) as archive:
        parts = sheet_parts(archive)
        return {name: _marks(archive, part) for part, name in parts.items() if part in archive.names}


def _marks(archive: Archive, part: str) -> SheetMarks:
    reader = _Reader(_targets(archive, part))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in archive.chunks(part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RefusedFile(found("file-broken", format="XLSX")) from error
    return SheetMarks(reader.links, tuple(reader.merged))


def _refuse_doctype(*_: object) -> None:
    raise RefusedFile(found("xml-doctype"))


def _targets(archive: Archive, part: str) -> dict[str, str]:
    """The addresses outside that a sheet's relations name, by their ids."""
    path = PurePosixPath(part)
    name = str(path.parent / "_rels" / f"{path.name}.rels")
    if name not in archive.names:
        return {}
    content = archive.read(name, _RELATIONS_BYTES)
    if b"<!DOCTYPE" in content:
        raise RefusedFile(found("xml-doctype"))
    try:
        relations = ElementTree.fromstring(content)  # noqa: S314  no document type, so no entities to expand
    except ElementTree.ParseError as error:
        raise RefusedFile(found("file-broken", format="XLSX")) from error
    outside = (relation for relation in relations if relation.get("TargetMode") == "External")
    return {relation.get("Id", ""): relation.get("Target", "") for relation in outside}


class _Reader:
    """Takes the events of one sheet."""

    def __init__(self, targets: Mapping[str, str]) -> None:
        self.links: dict[tuple[int, int], str] = {}
        self.merged: list[Merged] = []
        self._targets = targets
        self._cell = ""
        self._formula: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._cell = attributes.get("r", "")
        elif name == "f":
            self._formula = []
        elif name == "mergeCell" and (area := _area(attributes.get("ref", ""))):
            self.merged.append(area)
            self._check()
        elif name == "hyperlink":
            self._link(attributes.get("ref", ""), self._targets.get(attributes.get(_RELATION, ""), ""))

    def text(self, content: str) -> None:
        if self._formula is not None:
            self._formula.append(content)

    def end(self, tag: str) -> None:
        if self._formula is not None and tag.rpartition(" ")[2] == "f":
            if leads := _FORMULA.match("".join(self._formula)):
                self._link(self._cell, leads[1].replace('""', '"'))
            self._formula = None

    def _link(self, ref: str, address: str) -> None:
        area = _area(ref)
        if area and address and not address.startswith("#"):
            for cell in _cells(area):
                self.links.setdefault(cell, address)
            self._check()

    def _check(self) -> None:
        if len(self.links) + len(self.merged) > _MARKS:
            raise RefusedFile(found("archive-many-entries", limit=_MARKS))


def _area(ref: str) -> Merged | None:
    """``B3`` or ``B3:D4`` as (top, left, bottom, right)."""
    first, _, last = ref.partition(":")
    corners = [_CELL.fullmatch(corner) for corner in (first, last or first)]
    places = [(int(at[2]), column_number(at[1].encode("ascii"))) for at in corners if at]
    return (*places[0], *places[1]) if len(places) == 2 else None


def _cells(area: Merged) -> Iterator[tuple[int, int]]:
    """The cells of a range; of one that somebody laid over a whole sheet only the first."""
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) > _CELLS_OF_A_LINK:
        bottom, right = top, left
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column
