"""A catalog of geographic data (OGC CSW 2.0.2) through GetRecords, its records in ISO 19139.

Options:
    query: only what these words find, all of them, anywhere in a record.
    rows: records per page, 50 unless told; a server that gives fewer is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError
from osakadx.fetch import Fetcher

from .. import xml_text
from ..iso19139 import NAMESPACES, ROOTS, record
from ..listing import Listing, Notes, Source

TITLE = "地理空間情報のカタログ(CSW)"
OPTIONS = frozenset({"query", "rows"})
WORLDWIDE_IDS = True
ROWS = 50
PAGES = 5_000

_ASKED = {
    "service": "CSW",
    "version": "2.0.2",
    "request": "GetRecords",
    "typeNames": "csw:Record",
    "resultType": "results",
    "elementSetName": "full",
    "outputSchema": NAMESPACES["gmd"],
    "outputFormat": "application/xml",
}
# Of each of ours, in any spelling, and of a GetCapabilities address that was pasted as it is.
_OURS = {name.lower() for name in _ASKED} | {
    *("startposition", "maxrecords", "constraint", "constraintlanguage", "constraint_language_version"),
    *("acceptversions", "sections"),
}


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a catalog.

    Args:
        source: `url` is the address of its CSW; what else stands in its query is kept.

    Raises:
        ListingError: an option is unknown or not plain words.
    """
    source.check_options(OPTIONS)
    asked = {**_ASKED, **_constraint(source)}
    return Listing(lambda notes: _Search(fetch, source, asked, _rows(source), notes).records())


def _constraint(source: Source) -> dict[str, str]:
    """The words as CQL; none of its wildcards, for which each server has its own escape."""
    query = str(source.options.get("query", ""))
    if re.search(r'[%_*?\\"<>\x00-\x1f]', query) or len(query) > 200:
        raise ListingError(
            'queryに検索の記号( % _ * ? \\ " < > )は使えません。', where=source.name,
            fix="ふつうの言葉で、200字までで書いてください。", slug="option-refused",
        )  # fmt: skip
    words = ["csw:AnyText LIKE '%{}%'".format(word.replace("'", "''")) for word in query.split()]
    if not words:
        return {}
    return {
        "constraintLanguage": "CQL_TEXT",
        "constraint_language_version": "1.1.0",
        "constraint": " AND ".join(words),
    }


def _rows(source: Source) -> int:
    written = str(source.options.get("rows", ROWS))
    if not written.isdecimal() or not 1 <= int(written) <= 1000:
        raise ListingError("rowsは1から1000までの数で書いてください。", where=source.name, slug="option-refused")
    return int(written)


@dataclass(frozen=True)
class _Page:
    """One answer: its records in our form and the number of all, how many the catalog has, and where the next begins
    (0: nowhere, None: it does not say).
    """

    records: list[Any]
    entries: int
    matched: int
    following: int | None


@dataclass
class _Search:
    """One search, page by page."""

    fetch: Fetcher
    source: Source
    asked: dict[str, str]
    rows: int
    notes: Notes

    def records(self) -> Iterator[Record]:
        """Every data set once."""
        seen: set[str] = set()
        start, given, matched, pages = 1, 0, 0, 0
        while start:
            pages += 1
            if pages > PAGES:
                self.notes.partial("too-many-pages", f"{PAGES:,}ページを超えたため、残りを読んでいません。")
                return
            page = self._page(start)
            self.notes.claimed = matched = page.matched
            given += page.entries
            before = len(seen), sum(self.notes.skipped.values())
            for metadata in page.records:
                found = record(metadata, self.notes)
                if found is not None:
                    seen.add(found.guid)
                    yield found
            if page.records and before == (len(seen), sum(self.notes.skipped.values())):
                said = f"{start} 件目からのページが前と同じ内容でした。"
                self.notes.partial("page-repeats", said, self.source.url)
                return
            start = self._following(page, start)
        if given < matched:
            said = f"{matched} 件あるはずの一覧から {given} 件しか読めませんでした。"
            self.notes.partial("count-disagrees", said, self.source.url)

    def _following(self, page: _Page, start: int) -> int:
        """Where the next page begins; 0 after the last."""
        reached = start + page.entries
        following = reached if page.following is None else page.following
        if following > page.matched or not page.entries:
            return 0
        if 0 < following <= start:
            said = f"{start} 件目の次に {following} 件目のページを指しています。"
            self.notes.partial("page-repeats", said, self.source.url)
            return 0
        return following

    def _page(self, start: int) -> _Page:
        """A page; one too large for the limits in smaller parts."""
        while True:
            try:
                return self._answer(start)
            except (FetchError, ListingError) as error:
                if error.slug not in ("too-large", "xml-too-large") or self.rows == 1:
                    raise
                self.rows = max(1, self.rows // 10)

    def _answer(self, start: int) -> _Page:
        parts = urlsplit(self.source.url)
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _OURS]
        position = {"startPosition": str(start), "maxRecords": str(self.rows)}
        query = urlencode([*kept, *self.asked.items(), *position.items()])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        answer = self.fetch.get(url, accept="application/xml, text/xml;q=0.9")
        self.notes.host = urlsplit(answer.url).netloc
        if not answer.body.strip():
            raise FetchError("カタログの中身が空でした。", where=answer.url, slug="empty-answer", transient=True)
        return _judged(xml_text.tree(answer.body, answer.url, self.notes), answer.url, self.notes)


def _judged(root: Any, url: str, notes: Notes) -> _Page:
    """The page, if this is one; never 'no data sets' where the catalog failed."""
    name = str(root.tag).rpartition("}")[2]
    if name == "ExceptionReport":
        said = " ".join(" ".join(root.itertext()).split())
        raise ListingError(
            f"カタログが検索の失敗を返しました: {said[:200] or '理由なし'}", where=url, slug="csw-refused"
        )
    results = next((child for child in root if str(child.tag).endswith("}SearchResults")), None)
    if name != "GetRecordsResponse" or results is None:
        raise _broken(url)
    children = list(results)
    records = [child for child in children if child.tag in ROOTS]
    matched, following = _number(results, "numberOfRecordsMatched"), _number(results, "nextRecord")
    if matched is None:
        raise _broken(url)
    if children and not records:
        raise ListingError(
            "カタログがISO 19139(gmd)のレコードを返しません。",
            where=url,
            fix="outputSchemaに http://www.isotc211.org/2005/gmd を使えるカタログか確かめてください。",
            slug="csw-not-iso",
        )
    for _ in range(len(children) - len(records)):
        notes.skip("not-iso")
    return _Page(records, len(children), matched, following)


def _number(results: Any, name: str) -> int | None:
    written = str(results.get(name, "")).strip()
    return int(written) if written.isdecimal() and len(written) < 10 else None


def _broken(url: str) -> ListingError:
    return ListingError(
        "CSWのGetRecordsの答えとして読めません。",
        where=url,
        fix="CSW 2.0.2 のアドレスか確かめてください。",
        slug="csw-broken",
    )
