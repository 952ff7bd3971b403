"""オープンデータ一覧 as a file: CSV in any Japanese encoding or a workbook, in each of its forms, read in a sandbox.

No options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher
from osakadx.tables.table import Row, Table

from ..list_file import HEADER_WITHIN, ListFile, fetched
from ..listing import Listing, Notes, Source
from ..open_data_list import Columns, columns, records

TITLE = "オープンデータ一覧"
WORLDWIDE_IDS = True
OPTIONS: frozenset[str] = frozenset()


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of an オープンデータ一覧.

    Raises:
        ListingError: an option was given.
    """
    source.check_options(OPTIONS)
    return Listing(lambda notes: _walk(fetch, source, notes))


def _walk(fetch: Fetcher, source: Source, notes: Notes) -> Iterator[Record]:
    with fetched(fetch, source, notes) as file:
        if file is None:
            return
        header, rows, table = _list(file)
        if _ends_short(table):
            notes.partial("listing-cut", "最後の行が途中で切れているようです。", f"{table.ragged_rows[-1]}行目")
        yield from records(rows, header, notes)


def _list(file: ListFile) -> tuple[Columns, Iterator[Row], Table]:
    """The header, the rows below it and their table, from the first sheet that holds a list."""
    for table in file.reading.tables:
        rows = table.source()
        for _, (_, cells) in zip(range(HEADER_WITHIN), rows, strict=False):
            if header := columns(cells):
                return header, rows, table
    raise file.unreadable() or ListingError(
        "オープンデータ一覧の見出しが見つかりません。",
        where=file.url,
        fix="「データセット_タイトル」(旧様式では「データ名称」)などの見出しの行があるか確かめてください。",
        slug="list-header-missing",
    )


def _ends_short(table: Table) -> bool:
    """Whether the last row, and it alone, lacks cells: the mark of a file cut in the middle of a row."""
    if len(table.ragged_rows) != 1:
        return False
    rows: list[Sequence[str]] = [cells for number, cells in table.source() if number >= table.ragged_rows[0]]
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    return len(filled) == 1 and len(filled[0]) < table.columns
