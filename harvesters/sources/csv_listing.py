"""オープンデータ一覧 as a file: CSV in any Japanese encoding or a workbook, in each of its forms, read in a sandbox.

No options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError
from osakadx.fetch import Answer, Fetcher
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.sandbox import Caps, sandboxed
from osakadx.tables.table import Reading, Row, Table

from ..listing import Listing, Notes, Source
from ..open_data_list import Columns, columns, records

TITLE = "オープンデータ一覧"
OPTIONS: frozenset[str] = frozenset()

_LIMITS = Limits(file_bytes=64 * MEBI, document_bytes=64 * MEBI)
# Nobody waits for it; what it writes down comes into this process, so a list that unpacks to more is none.
_CAPS = Caps(cpu_seconds=60, wall_seconds=180.0, file_bytes=256 * MEBI)
_HEADER_WITHIN = 50  # rows
# Findings of a reading that mean: this is not all of the file.
_CUT = frozenset({"quote-unclosed", "text-cut-at-end", "line-too-long", "field-too-long", "reading-stopped"})


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of an オープンデータ一覧.

    Raises:
        ListingError: an option was given.
    """
    source.check_options(OPTIONS)
    return Listing(lambda notes: _walk(fetch, source, notes))


def _walk(fetch: Fetcher, source: Source, notes: Notes) -> Iterator[Record]:
    answer = fetch.get(source.url, etag=source.last.etag, modified=source.last.modified)
    notes.host, notes.etag, notes.modified = urlsplit(answer.url).netloc, answer.etag, answer.modified
    if answer.not_modified:
        notes.unchanged = True
        return
    if not answer.body:
        raise FetchError("一覧の中身が空でした。", where=answer.url, slug="empty-answer", transient=True)
    name = PurePosixPath(unquote(urlsplit(answer.url).path)).name
    with sandboxed(answer.body, name, limits=_LIMITS, caps=_CAPS) as reading:
        _tell(reading, answer, notes)
        header, rows, table = _list(reading, answer)
        if _ends_short(table):
            notes.partial("listing-cut", "最後の行が途中で切れているようです。", f"{table.ragged_rows[-1]}行目")
        yield from records(rows, header, notes)


def _list(reading: Reading, answer: Answer) -> tuple[Columns, Iterator[Row], Table]:
    """The header, the rows below it and their table, from the first sheet that holds a list."""
    for table in reading.tables:
        rows = table.source()
        for _, (_, cells) in zip(range(_HEADER_WITHIN), rows, strict=False):
            if header := columns(cells):
                return header, rows, table
    raise _no_list(reading, answer)


def _ends_short(table: Table) -> bool:
    """Whether the last row, and it alone, lacks cells: the mark of a file cut in the middle of a row."""
    if len(table.ragged_rows) != 1:
        return False
    rows: list[Sequence[str]] = [cells for number, cells in table.source() if number >= table.ragged_rows[0]]
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    return len(filled) == 1 and len(filled[0]) < table.columns


def _tell(reading: Reading, answer: Answer, notes: Notes) -> None:
    for finding in reading.findings:
        if finding.severity == "advice":
            continue
        where = f"{finding.row}行目" if finding.row else answer.url
        (notes.partial if finding.rule in _CUT else notes.warn)(finding.rule, finding.message, where)


def _no_list(reading: Reading, answer: Answer) -> ListingError:
    if reading.format == "HTML":
        return ListingError(
            "一覧の代わりにHTMLのページが返されました。",
            where=answer.url, fix="一覧のCSVかExcelのアドレスか確かめてください。", slug="html-instead",
        )  # fmt: skip
    first = next((finding for finding in reading.findings if finding.severity == "error"), None)
    if not reading.tables and first:
        return ListingError(first.message, where=answer.url, fix=first.fix, slug=first.rule)
    return ListingError(
        "オープンデータ一覧の見出しが見つかりません。",
        where=answer.url,
        fix="「データセット_タイトル」(旧様式では「データ名称」)などの見出しの行があるか確かめてください。",
        slug="list-header-missing",
    )
