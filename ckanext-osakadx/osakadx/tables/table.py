"""What a file holds once it is read: Reading, its Tables, and the notes around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from osakadx.quality.finding import Finding
from osakadx.tables.findings import unreadable

VERSION = 1
# A row as a spreadsheet numbers it, with its cells as text; blank rows count but need not be there.
Row = tuple[int, Sequence[str]]
Rows = Callable[[], Iterator[Row]]
# A rectangle of merged cells (結合セル): first row, first column, last row, last column, from 1.
Merged = tuple[int, int, int, int]


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row has nothing but spaces in it."""
    first = next(filter(None, cells), "")
    return not first or (first.isspace() and not "".join(cells).strip())


def _no_rows() -> Iterator[Row]:
    return iter(())


@dataclass(frozen=True)
class Note:
    """A line of text above or below a table (注記), its cells joined by spaces."""

    row: int
    text: str


@dataclass(frozen=True)
class SheetMarks:
    """What the cells of a sheet say beside their values.

    Attributes:
        links: (row, column), from 1 → the address that the cell leads to, as written; links inside the workbook not.
        merged: ranges of merged cells.
    """

    links: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    merged: tuple[Merged, ...] = ()


FieldType = Literal["text", "int", "numeric", "date", "timestamp"]


@dataclass(frozen=True)
class Content:
    """What one column holds.

    Attributes:
        filled, blank: number of cells with and without a value.
        distinct: number of different values; `at_least` says that counting stopped there.
        type: the narrowest one that takes every value without losing a character.
    """

    filled: int
    blank: int
    distinct: int
    at_least: bool
    type: FieldType


@dataclass(frozen=True)
class Table:
    """One table of a file.

    Rows and columns are numbered as a spreadsheet shows them, from 1; in GeoJSON a row is a feature.

    Attributes:
        sheet: sheet of a workbook, else None. name: of the sheet, or of the file without its ending.
        header_rows: rows that name the columns; empty where there is no header.
        header: one name per column; names of several header rows are joined by ``_``; empty where a column has none.
        first_data_row: None where there is no data row. last_data_row: rows below it are footnotes.
        rows: data rows that are not blank. columns: width of the header.
        ragged_rows: the first 10,000 data rows with another number of cells than the header.
        notes_above, footnotes: text around the table.
        totals: the first 10,000 rows that were told to be totals, and no data of their own.
        source: gives every row of the sheet anew; use `numbered` and `records`.
        marks: links and merged cells; None where nobody asked for them or they cannot be read.
        contents: what each column holds; None where nobody asked.
        features: its rows are objects of a map or of a JSON document, which nobody sees as cells of a sheet.
        corner: the first rows of the sheet with their first cells, cut, for a picture of it; none of maps and JSON.
    """

    sheet: str | None
    name: str
    header_rows: tuple[int, ...]
    header: tuple[str, ...]
    first_data_row: int | None
    rows: int
    columns: int
    ragged_rows: tuple[int, ...] = ()
    notes_above: tuple[Note, ...] = ()
    footnotes: tuple[Note, ...] = ()
    last_data_row: int | None = None
    totals: tuple[int, ...] = field(default=(), repr=False, compare=False)
    source: Rows = field(default=_no_rows, repr=False, compare=False)
    marks: SheetMarks | None = field(default=None, repr=False, compare=False)
    contents: tuple[Content, ...] | None = field(default=None, repr=False, compare=False)
    features: bool = False
    corner: tuple[Row, ...] = field(default=(), repr=False, compare=False)

    def numbered(self) -> Iterator[Row]:
        """Yield the data rows with their numbers, cells as they stand, blank rows left out."""
        if self.first_data_row is None or self.last_data_row is None:
            return
        for number, cells in self.source():
            if number > self.last_data_row:
                return
            if number >= self.first_data_row and not is_blank(cells):
                yield number, cells

    def records(self) -> Iterator[tuple[str, ...]]:
        """Yield the data rows as tuples as long as the header; short rows are filled with empty text, long ones cut."""
        blanks = ("",) * self.columns
        for _, cells in self.numbered():
            record = tuple(cells)
            yield record if len(record) == self.columns else (record + blanks)[: self.columns]

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Table:
        """Return the table that `as_dict` wrote down; it has no rows to give."""
        listed: dict[str, Any] = {key: tuple(said[key]) for key in ("header_rows", "header", "ragged_rows")}
        if "contents" in said:
            listed["contents"] = tuple(Content(**content) for content in said["contents"])
        for key in ("notes_above", "footnotes"):
            listed[key] = tuple(Note(**note) for note in said[key])
        return cls(**{**said, **listed})

    def as_dict(self) -> dict[str, Any]:
        """Return the table as it stands in reports, without its rows.

        With ``contents`` where they were asked for, and ``features`` where it is true.
        """
        more: dict[str, Any] = {"features": True} if self.features else {}
        if self.contents is not None:
            more["contents"] = [asdict(content) for content in self.contents]
        return {
            "sheet": self.sheet,
            "name": self.name,
            "header_rows": list(self.header_rows),
            "header": list(self.header),
            "first_data_row": self.first_data_row,
            "rows": self.rows,
            "columns": self.columns,
            "ragged_rows": list(self.ragged_rows),
            "notes_above": [asdict(note) for note in self.notes_above],
            "footnotes": [asdict(note) for note in self.footnotes],
            **more,
        }


@dataclass(frozen=True)
class Reading:
    """What was found in one file.

    Attributes:
        file: its path or name as given. bytes: its size. sha256: of its bytes, lower-case hex.
        format: what the bytes are (``CSV``, ``XLSX`` …). declared_format: what the name says, None if it says nothing.
        encoding, bom, newline, delimiter: of text files, else None; see `osakadx.tables.encoding.Encoding`.
        tables: in the order of the sheets; hidden and blank sheets are findings, not tables.
    """

    file: str
    bytes: int
    sha256: str
    format: str
    declared_format: str | None = None
    encoding: str | None = None
    bom: bool | None = None
    newline: str | None = None
    delimiter: str | None = None
    tables: tuple[Table, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def readable(self) -> bool:
        """False where nothing of the file could be read as a table (exit code 2 of the command)."""
        return not any(unreadable(finding.rule) for finding in self.findings)

    @property
    def worst(self) -> str | None:
        """The gravest severity among the findings, None without findings."""
        return min((finding.severity for finding in self.findings), key=_GRAVITY.index, default=None)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Reading:
        """Return the reading that `as_dict` wrote down; its tables have no rows to give."""
        tables = tuple(map(Table.from_dict, said["tables"]))
        findings = tuple(map(Finding.from_dict, said["findings"]))
        facts = {key: value for key, value in said.items() if key not in ("version", "tables", "findings")}
        return cls(**facts, tables=tables, findings=findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as `osakadx read --json` prints it."""
        facts = ("file", "bytes", "sha256", "format", "declared_format", "encoding", "bom", "newline", "delimiter")
        return {
            "version": VERSION,
            **{fact: getattr(self, fact) for fact in facts},
            "tables": [table.as_dict() for table in self.tables],
            "findings": [finding.as_dict() for finding in self.findings],
        }


_GRAVITY = ("error", "warning", "advice")
