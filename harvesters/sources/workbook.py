"""A department's own Excel list of its data sets, in no form but its own; a CSV does as well.

Options:
    columns: concept → name of its column as written, where the names do not say it: ``{title: 資料名, url: リンク}``.
        ``url`` is an address of which only the ending says whether it is a file or a page.
    sheet: name of the sheet to read, or a list of names; every visible sheet with a list unless told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from osakadx import text
from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher
from osakadx.tables.signature import EXCEL
from osakadx.tables.table import SheetMarks, Table
from osakadx.vocab.concept import concepts

from ..department_list import ADDRESSES, URL, Sheet, columns, records
from ..list_file import HEADER_WITHIN, ListFile, fetched
from ..listing import Listing, Notes, Source

TITLE = "部局のデータ一覧(Excel)"
OPTIONS = frozenset({"columns", "sheet"})

# How a list is laid out is understood here; whoever publishes it is told in the report on the file itself.
_UNDERSTOOD = frozenset(
    {
        *("merged-cells", "header-of-several-rows", "header-repeated", "blank-row", "labels-left-out"),
        *("several-tables", "workbook-formulas"),
    }
)


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a department's workbook.

    Raises:
        ListingError: an option is unknown or of the wrong kind.
    """
    source.check_options(OPTIONS)
    told, wanted = _columns(source), _sheets(source)
    return Listing(lambda notes: _walk(fetch, source, told, wanted, notes))


def _walk(
    fetch: Fetcher, source: Source, told: Mapping[str, str], wanted: frozenset[str], notes: Notes
) -> Iterator[Record]:
    with fetched(fetch, source, notes, understood=_UNDERSTOOD, marks=True) as file:
        if file is None:
            return
        if error := file.unreadable():
            raise error
        sheets = list(_lists(file, told, wanted, notes))
        if not sheets:
            raise _no_list(file, told)
        for sheet in sheets:
            _tell_missing(sheet, told, notes)
        yield from records(sheets, notes)


def _lists(file: ListFile, told: Mapping[str, str], wanted: frozenset[str], notes: Notes) -> Iterator[Sheet]:
    """The sheets that hold a list; a wanted one must.

    Raises:
        ListingError: a wanted sheet is not there.
    """
    tables: dict[str, Table] = {}
    for table in file.reading.tables:
        tables.setdefault(
            table.sheet or "", table
        )  # the rows of a sheet are all there, whatever follows the first table
    if missing := sorted(wanted - {text.clean(name) for name in tables}):
        raise ListingError(
            f"シート「{'」「'.join(missing)}」がありません。", where=file.url,
            fix=f"あるシートは「{'」「'.join(tables)}」です。設定の sheet を直してください。", slug="sheet-missing",
        )  # fmt: skip
    _tell_unmarked(file, notes)
    for name, table in tables.items():
        if wanted and text.clean(name) not in wanted:
            continue
        sheet = _list(name, table, told)
        if sheet:
            yield sheet
        elif wanted:
            raise _no_list(file, told, name)
        else:
            notes.skip("sheet-without-list")


def _list(name: str, table: Table, told: Mapping[str, str]) -> Sheet | None:
    rows, marked = table.source(), table.marks or SheetMarks()
    for _, (_, cells) in zip(range(HEADER_WITHIN), rows, strict=False):
        found = columns(cells, told)
        if found and (told or set(found.meanings) & ADDRESSES or marked.links):
            # A list of places has names and telephones too; a list of data sets leads to them.
            return Sheet(name, found, rows, marked)
    return None


def _tell_unmarked(file: ListFile, notes: Notes) -> None:
    """Tell where links and merged cells are not known; an old .xls keeps them where nobody looks."""
    if file.reading.format == "XLS":
        said = "古い形式(.xls)のため、セルに付いたリンクと結合したセルは読めません。"
        notes.warn("links-unread", said, file.url)
    elif file.reading.format in EXCEL and any(table.marks is None for table in file.reading.tables):
        notes.partial("links-unread", "セルに付いたリンクと結合したセルを読み取れませんでした。", file.url)


def _tell_missing(sheet: Sheet, told: Mapping[str, str], notes: Notes) -> None:
    for concept, name in told.items():
        if concept not in sheet.columns.meanings:
            where = f"シート「{sheet.name}」" if sheet.name else ""
            notes.warn("column-missing", f"設定にある列「{name}」が見出しにありません。", where)


def _no_list(file: ListFile, told: Mapping[str, str], sheet: str = "") -> ListingError:
    where = f"{file.url} シート「{sheet}」" if sheet else file.url
    if "title" in told:
        fix = f"「{told['title']}」という見出しがあるか確かめ、変わっていれば設定の columns を直してください。"
    else:
        fix = "名前とアドレスの列の見出しを、設定の columns に {title: 資料名, url: リンク} の形で書いてください。"
    return ListingError("データの一覧の見出しが見つかりません。", where=where, fix=fix, slug="list-header-missing")


def _columns(source: Source) -> dict[str, str]:
    written: Any = source.options.get("columns", {})
    if not isinstance(written, dict):
        raise _refused(source, "columnsは {title: 資料名, url: リンク} の形で書いてください。")
    told = {str(concept): str(name) for concept, name in cast("dict[Any, Any]", written).items()}
    if unknown := sorted(told.keys() - concepts().keys() - {URL}):
        known = "、".join([URL, *concepts()])
        raise _refused(
            source, f"columnsに知らない項目があります: {'、'.join(unknown)}。", f"使える項目は {known} です。"
        )
    if len({text.squeeze(name) for name in told.values()} - {""}) < len(told):
        raise _refused(source, "columnsの列の名前が空か、2つの項目に同じ列が書かれています。")
    return told


def _sheets(source: Source) -> frozenset[str]:
    written: Any = source.options.get("sheet", [])
    names = cast("list[Any]", written) if isinstance(written, list) else [written]
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise _refused(source, "sheetはシートの名前か、その並びで書いてください。")
    return frozenset(text.clean(name) for name in names)


def _refused(source: Source, message: str, fix: str = "") -> ListingError:
    return ListingError(message, where=source.name, fix=fix, slug="option-refused")
