"""A CKAN catalog (2.8 or later) through its `package_search`: BODIK, e-Gov データポータル, Tokyo and any other.

Options:
    organization, group: only their data sets; a name, or a list of names.
    query: only what this free text finds.
    rows: data sets per page, 100 unless told; a server that gives fewer or more is followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from osakadx.dataset import Record
from osakadx.errors import ListingError, OsakadxError
from osakadx.fetch import Fetcher

from ..ckan_package import Package, identity, record
from ..json_text import read
from ..json_values import mapping
from ..listing import Listing, Notes, Same, Source
from ..paging import Page, Pages

TITLE = "CKANカタログ"
WORLDWIDE_IDS = True
OPTIONS = frozenset({"organization", "group", "query", "rows"})
ROWS = 100
# Where only ids and dates are asked for, and how many data sets are then asked for by id at once.
MANIFEST_ROWS, DETAIL_ROWS = 1000, 50
MOST_ROWS = 1000  # CKAN gives no more at once (ckan.search.rows_max)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}")  # nothing that a search engine reads as more than itself within quotes
Stamps = Callable[[Sequence[str]], Mapping[str, str]]
MANIFEST = ("id", "name", "metadata_modified")


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a catalog.

    Args:
        source: `url` is the catalog's address (``https://data.bodik.jp``) or that of its API where the path is unusual
            (``https://data.e-gov.go.jp/data/api/3``).

    Raises:
        ListingError: an option is unknown or not a plain name.
    """
    source.check_options(OPTIONS)
    selections, rows = _selections(source), _rows(source)
    return Listing(lambda notes: _walk((_Search(fetch, source, one, notes) for one in selections), rows, notes))


def _walk(searches: Iterable[_Search], rows: int, notes: Notes) -> Iterator[Record | Same]:
    for search in searches:
        stamps = search.source.last.stamps
        pages = search.pages(MANIFEST_ROWS, ",".join(MANIFEST)) if stamps else search.pages(rows)
        yield from _changed(search, pages, stamps, notes) if stamps else _records(pages.items(), notes)


def _records(packages: Iterable[Package], notes: Notes) -> Iterator[Record]:
    return (found for package in packages if (found := record(package, notes)) is not None)


def _changed(search: _Search, pages: Pages, stamps: Stamps, notes: Notes) -> Iterator[Record | Same]:
    """Read only what has another date than when it was read last; a catalog that sends all at once is read as it is."""
    for part in _parts(pages.items(), MANIFEST_ROWS):
        known = stamps([identity(item) for item in part])
        asked: list[str] = []
        for item in part:
            guid = identity(item)
            if guid in known and _same_instant(known[guid], item.get("metadata_modified")):
                yield Same(guid)
            elif "resources" in item:
                yield from _records([item], notes)
            else:
                asked.append(guid)
        for start in range(0, len(asked), DETAIL_ROWS):
            yield from _records(search.by_id(asked[start : start + DETAIL_ROWS]), notes)


def _parts(items: Iterable[Package], size: int) -> Iterator[list[Package]]:
    """Lists of so many items; what was read before an error ended the reading comes before the error."""
    part: list[Package] = []
    try:
        for item in items:
            part.append(item)
            if len(part) == size:
                yield part
                part = []
    except OsakadxError:
        yield part
        raise
    yield part


def _same_instant(known: str, said: Any) -> bool:
    """Whether two dates of CKAN are one: its search engine keeps milliseconds and adds a Z."""
    return bool(said) and _instant(known) == _instant(str(said))


def _instant(written: str) -> str:
    whole, _, fraction = written.removesuffix("Z").removesuffix("+00:00").partition(".")
    return f"{whole}.{fraction[:3].rstrip('0')}"


def _selections(source: Source) -> list[dict[str, str]]:
    """One set of search parameters for each organization and group; plain names only, as they become Solr syntax."""
    found: list[dict[str, str]] = []
    for field_name, key in (("organization", "organization"), ("groups", "group")):
        for name in _names(source, key):
            found.append({"fq": f"{field_name}:{name}"})
    query = str(source.options.get("query", ""))
    if re.search(r"[{}:\\]", query):
        raise ListingError(
            "queryに検索エンジンの記号( { } : \\ )は使えません。", where=source.name,
            fix="ふつうの言葉で書いてください。", slug="option-refused",
        )  # fmt: skip
    found = found or [{}]
    return [{**selection, "q": query} for selection in found] if query else found


def _names(source: Source, key: str) -> list[str]:
    value: Any = source.options.get(key, [])
    names = [str(name) for name in (cast("list[Any]", value) if isinstance(value, list) else [value])]
    for name in names:
        if not _NAME.fullmatch(name):
            raise ListingError(
                f"{key}「{name[:60]}」は名前として使えません。", where=source.name,
                fix="英数字、ハイフン、下線だけの名前を書いてください。", slug="option-refused",
            )  # fmt: skip
    return names


def _rows(source: Source) -> int:
    written = str(source.options.get("rows", ROWS))
    if not written.isdecimal() or not 1 <= int(written) <= MOST_ROWS:
        raise ListingError(
            "rowsの数が使えません。",
            where=source.name,
            fix=f"rowsは1から{MOST_ROWS}までの数で書いてください。",
            slug="option-refused",
        )
    return int(written)


@dataclass(frozen=True)
class _Search:
    """One selection of a catalog."""

    fetch: Fetcher
    source: Source
    selection: Mapping[str, str]
    notes: Notes

    def pages(self, rows: int, fields: str = "") -> Pages:
        """Its data sets, in the order of ids; only some fields of each where the server can be told so."""

        def ask(start: int, number: int) -> Page:
            return self._asked({"rows": str(number), "start": str(start)} | ({"fl": fields} if fields else {}))

        return Pages(
            ask,
            identity,
            self.notes,
            self.source.url,
            rows,
            spare=int("rows" not in self.source.options and rows < MOST_ROWS),
        )

    def by_id(self, guids: Sequence[str]) -> list[Package]:
        """Whole data sets; where one of them cannot be had, the listing is partial."""
        wanted = " OR ".join(f'"{guid}"' for guid in guids if _ID.fullmatch(guid))
        page = self._asked({"rows": str(len(guids)), "fq": f"id:({wanted})"})
        if missing := set(guids) - {identity(package) for package in page.items}:
            said = f"一覧にある {len(missing)} 件のデータセットを取得できませんでした。"
            self.notes.partial("record-missing", said, min(missing))
        return page.items

    def _asked(self, parameters: Mapping[str, str]) -> Page:
        asked = {**self.selection, **parameters, "sort": "id asc"}
        if self.selection.get("fq") and parameters.get("fq"):
            asked["fq"] = f"+({self.selection['fq']}) +({parameters['fq']})"
        answer = self.fetch.get(f"{_action(self.source.url)}?{urlencode(asked)}", accept="application/json")
        self.notes.host = urlsplit(answer.url).netloc
        return _judged(read(answer.body, answer.url, self.notes), answer.url)


def _judged(said: Any, url: str) -> Page:
    """The page, if this is one; never 'no data sets' where the catalog failed."""
    result = cast("dict[str, Any]", said).get("result") if isinstance(said, dict) else None
    if isinstance(said, dict) and cast("dict[str, Any]", said).get("success") is False:
        raise ListingError(
            "カタログが検索の失敗を返しました。",
            where=url,
            fix="organization、group、query が相手のカタログにあるか確かめ、あるなら相手の管理者に知らせてください。",
            slug="ckan-refused",
        )
    found = cast("dict[str, Any]", result) if isinstance(result, dict) else {}
    count, results = found.get("count"), found.get("results")
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(results, list):
        raise ListingError(
            "CKANの検索結果として読めません。",
            where=url,
            fix="CKANのAPIのアドレスか確かめてください。",
            slug="ckan-broken",
        )
    return Page(count, [mapping(item) for item in cast("list[Any]", results)])


def _action(url: str) -> str:
    base = url.split("?")[0].rstrip("/")
    return f"{base if '/api/' in base + '/' else base + '/api/3'}/action/package_search"
