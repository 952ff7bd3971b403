"""A CKAN catalog (2.8 or later) through its `package_search`: BODIK, e-Gov データポータル, Tokyo and any other.

Options:
    organization, group: only their data sets; a name, or a list of names.
    query: only what this free text finds.
    rows: data sets per page, 100 unless told; a server that gives fewer or more is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher

from ..ckan_package import Package, identity, record
from ..json_text import read
from ..listing import Listing, Notes, Source
from ..paging import Page, Pages

TITLE = "CKANカタログ"
OPTIONS = frozenset({"organization", "group", "query", "rows"})
ROWS = 100

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


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
    return Listing(lambda notes: _walk((_Search(fetch, source, one, notes).pages(rows) for one in selections), notes))


def _walk(searches: Iterable[Pages], notes: Notes) -> Iterator[Record]:
    notes.claimed = 0
    for pages in searches:
        for package in pages.items():
            found = record(package, notes)
            if found is not None:
                yield found
        notes.claimed += pages.count or 0


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
    if not written.isdecimal() or not 1 <= int(written) <= 1000:
        raise ListingError("rowsは1から1000までの数で書いてください。", where=source.name, slug="option-refused")
    return int(written)


@dataclass(frozen=True)
class _Search:
    """One selection of a catalog."""

    fetch: Fetcher
    source: Source
    selection: Mapping[str, str]
    notes: Notes

    def pages(self, rows: int) -> Pages:
        """Its data sets, in the order of ids."""
        return Pages(self._asked, identity, self.notes, self.source.url, rows)

    def _asked(self, start: int, rows: int) -> Page:
        asked = {**self.selection, "rows": str(rows), "start": str(start), "sort": "id asc"}
        answer = self.fetch.get(f"{_action(self.source.url)}?{urlencode(asked)}", accept="application/json")
        self.notes.host = urlsplit(answer.url).netloc
        return _judged(read(answer.body, answer.url, self.notes), answer.url)


def _judged(said: Any, url: str) -> Page:
    """The page, if this is one; never 'no data sets' where the catalog failed."""
    result = cast("dict[str, Any]", said).get("result") if isinstance(said, dict) else None
    if isinstance(said, dict) and cast("dict[str, Any]", said).get("success") is False:
        raise ListingError("カタログが検索の失敗を返しました。", where=url, slug="ckan-refused")
    found = cast("dict[str, Any]", result) if isinstance(result, dict) else {}
    count, results = found.get("count"), found.get("results")
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(results, list):
        raise ListingError(
            "CKANの検索結果として読めません。",
            where=url,
            fix="CKANのAPIのアドレスか確かめてください。",
            slug="ckan-broken",
        )
    packages = [cast("Package", item) for item in cast("list[Any]", results) if isinstance(item, dict)]
    return Page(count, packages)


def _action(url: str) -> str:
    base = url.split("?")[0].rstrip("/")
    return f"{base if '/api/' in base + '/' else base + '/api/3'}/action/package_search"
