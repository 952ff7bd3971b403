"""オープンデータ一覧 as a file: CSV in any Japanese encoding or a workbook, in each of its forms, read in a sandbox.

No options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher
from osakadx.tables.table import Row, SheetMarks, Table

from ..list_file import HEADER_WITHIN, ListFile, fetched
from ..listing import Listing, Notes, Source
from ..open_data_list import Columns, Sheet, columns, records

TITLE = "オープンデータ一覧"
WORLDWIDE_IDS = True
OPTIONS: frozenset[str] = frozenset()

_EXAMPLES = re.compile(r"(?:記入|入力|記載)例|見本|サンプル")


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of an オープンデータ一覧.

    Raises:
        ListingError: an option was given.
    """
    source.check_options(OPTIONS)
    return Listing(lambda notes: _walk(fetch, source, notes))


def _walk(fetch: Fetcher, source: Source, notes: Notes) -> Iterator[Record]:
    with fetched(fetch, source, notes, marks=True) as file:
        if file is None:
            return
        tables = _lists(file, notes)
        sheets = [_sheet(table, named=len(tables) > 1) for table in tables]
        for sheet, table in zip(sheets, tables, strict=True):
            if _ends_short(table):
                place = sheet.where(table.ragged_rows[-1])
                notes.partial("listing-cut", "最後の行が途中で切れているようです。", place)
        yield from records(sheets, notes)


def _lists(file: ListFile, notes: Notes) -> list[Table]:
    """The tables that hold a list, one of each sheet; a sheet of examples beside another list is none.

    Raises:
        ListingError: there is none.
    """
    found: dict[str, Table] = {}
    for table in file.reading.tables:
        name = table.sheet or ""
        if name in found or _header(table.source()) is None:  # the rows of a sheet are all there, whatever follows
            continue
        if found and _EXAMPLES.search(name):
            notes.skip("sheet-of-examples")
        else:
            found[name] = table
    if found:
        return list(found.values())
    raise file.unreadable() or ListingError(
        "オープンデータ一覧の見出しが見つかりません。",
        where=file.url,
        fix="「データセット_タイトル」(旧様式では「データ名称」)などの見出しの行があるか確かめてください。",
        slug="list-header-missing",
    )


def _header(rows: Iterator[Row]) -> Columns | None:
    """Read rows up to the header."""
    near = zip(range(HEADER_WITHIN), rows, strict=False)
    return next((header for _, (_, cells) in near if (header := columns(cells))), None)


def _sheet(table: Table, *, named: bool) -> Sheet:
    rows = table.source()
    header = _header(rows)
    assert header is not None  # it had one a moment ago
    return Sheet((table.sheet or "") if named else "", header, rows, table.marks or SheetMarks())


def _ends_short(table: Table) -> bool:
    """Whether the last row, and it alone, lacks cells: the mark of a file cut in the middle of a row."""
    if len(table.ragged_rows) != 1:
        return False
    rows: list[Sequence[str]] = [cells for number, cells in table.source() if number >= table.ragged_rows[0]]
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    return len(filled) == 1 and len(filled[0]) < table.columns
