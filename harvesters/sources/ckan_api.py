"""A CKAN catalog (2.8 or later) through its `package_search`: BODIK, e-Gov データポータル, Tokyo and any other.

Options:
    organization, group: only their data sets; a name, or a list of names.
    query: only what this free text finds.
    rows: data sets per page, 100 unless told; a server that gives fewer or more is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError
from osakadx.fetch import Fetcher

from ..ckan_package import Package, identity, record
from ..json_text import read
from ..listing import Listing, Notes, Source

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
    return Listing(lambda notes: _walk((_Search(fetch, source, one, notes, rows) for one in selections), notes))


def _walk(searches: Iterable[_Search], notes: Notes) -> Iterator[Record]:
    notes.claimed = 0
    for search in searches:
        for package in search.packages():
            found = record(package, notes)
            if found is not None:
                yield found
        notes.claimed += search.count


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
class _Page:
    count: int
    packages: list[Package]


@dataclass
class _Search:
    """One selection, page by page in the order of ids, where a data set that comes or goes moves the fewest others."""

    fetch: Fetcher
    source: Source
    selection: dict[str, str]
    notes: Notes
    rows: int
    count: int = 0
    moved: bool = False

    def packages(self) -> Iterator[Package]:
        """Every data set once; a second look where the catalog moved under the first."""
        seen: set[str] = set()
        yield from self._pass(seen)
        if self._missed(seen):
            self.moved = False
            again: set[str] = set()
            yield from (package for package in self._pass(again) if identity(package) not in seen)
            seen = again
        if self._missed(seen):
            said = f"{self.count} 件あるはずの一覧から {len(seen)} 件しか読めませんでした。"
            self.notes.partial("count-disagrees", said, self.source.url)

    def _missed(self, seen: set[str]) -> bool:
        return not self.notes.broken_off and (self.moved or len(seen) < self.count)

    def _pass(self, seen: set[str]) -> Iterator[Package]:
        start = 0
        while True:
            page = self._page(start)
            self.moved = self.moved or (start > 0 and page.count != self.count)
            self.count = page.count
            fresh = [package for package in page.packages if identity(package) not in seen]
            if page.packages and not fresh:
                self.notes.partial(
                    "page-repeats", f"{start + 1} 件目からのページが前と同じ内容でした。", self.source.url
                )
                return
            self.moved = self.moved or len(fresh) < len(page.packages)
            seen.update(identity(package) for package in fresh)
            yield from fresh
            start += len(page.packages)
            if not page.packages or start >= page.count:
                return

    def _page(self, start: int) -> _Page:
        """A page; broken JSON is asked for once more, and a page too large for the limits in smaller parts."""
        for _ in range(2):
            try:
                return self._asked(start)
            except ListingError as error:
                if error.slug != "json-broken":
                    raise
            except FetchError as error:
                if error.slug != "too-large" or self.rows == 1:
                    raise
                self.rows = max(1, self.rows // 10)
        return self._asked(start)

    def _asked(self, start: int) -> _Page:
        asked = {**self.selection, "rows": str(self.rows), "start": str(start), "sort": "id asc"}
        answer = self.fetch.get(f"{_action(self.source.url)}?{urlencode(asked)}", accept="application/json")
        self.notes.host = urlsplit(answer.url).netloc
        return _judged(read(answer.body, answer.url, self.notes), answer.url)


def _judged(said: Any, url: str) -> _Page:
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
    return _Page(count, packages)


def _action(url: str) -> str:
    base = url.split("?")[0].rstrip("/")
    return f"{base if '/api/' in base + '/' else base + '/api/3'}/action/package_search"
