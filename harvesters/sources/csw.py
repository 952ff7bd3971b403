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

from osakadx import failures, links
from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher

from .. import xml_text
from ..iso19139 import NAMESPACES, ROOTS, identifier, record
from ..listing import Listing, Notes, Source
from ..paging import Item, Page, Pages

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
    asked, rows = {**_ASKED, **_constraint(source)}, _rows(source)
    return Listing(lambda notes: _Search(fetch, source, asked, notes).records(rows))


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
        raise ListingError(
            "rowsの数が使えません。",
            where=source.name,
            fix="rowsは1から1000までの数で書いてください。",
            slug="option-refused",
        )
    return int(written)


@dataclass
class _Search:
    """One search, page by page."""

    fetch: Fetcher
    source: Source
    asked: dict[str, str]
    notes: Notes
    pages: int = 0

    def records(self, rows: int) -> Iterator[Record]:
        """Every data set; what else the catalog has is counted."""
        for item in Pages(self._page, _identity, self.notes, self.source.url, rows).items():
            if item["entry"].tag not in ROOTS:
                self.notes.skip("not-iso")
            elif found := record(item["entry"], self.notes):
                yield found

    def _page(self, start: int, rows: int) -> Page:
        self.pages += 1
        if self.pages > PAGES:
            self.notes.partial("too-many-pages", f"{PAGES:,}ページを超えたため、残りを読んでいません。")
            return Page(self.notes.claimed, [])
        parts = links.parts(self.source.url)
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _OURS]
        position = {"startPosition": str(start + 1), "maxRecords": str(rows)}
        query = urlencode([*kept, *self.asked.items(), *position.items()])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        answer = self.fetch.get(url, accept="application/xml, text/xml;q=0.9")
        self.notes.host = urlsplit(answer.url).netloc
        if not answer.body.strip():
            raise failures.empty("カタログ", answer.url)
        return _judged(xml_text.tree(answer.body, answer.url, self.notes), answer.url)


def _judged(root: Any, url: str) -> Page:
    """The page, if this is one; never 'no data sets' where the catalog failed."""
    name = str(root.tag).rpartition("}")[2]
    if name == "ExceptionReport":
        said = " ".join(" ".join(root.itertext()).split())
        raise ListingError(
            f"カタログが検索の失敗を返しました: {said[:200] or '理由なし'}",
            where=url,
            fix="queryを外して試し、同じなら理由を添えて相手の管理者に知らせてください。",
            slug="csw-refused",
        )
    results = next((child for child in root if str(child.tag).endswith("}SearchResults")), None)
    if name != "GetRecordsResponse" or results is None:
        raise _broken(url)
    entries = list(results)
    matched = _number(results, "numberOfRecordsMatched")
    if matched is None:
        raise _broken(url)
    if entries and not any(entry.tag in ROOTS for entry in entries):
        raise ListingError(
            "カタログがISO 19139(gmd)のレコードを返しません。",
            where=url,
            fix="outputSchemaに http://www.isotc211.org/2005/gmd を使えるカタログか確かめてください。",
            slug="csw-not-iso",
        )
    return Page(matched, list(_items(entries)))


def _items(entries: list[Any]) -> Iterator[Item]:
    """The entries of a page, each known by its identifier, or by all its text."""
    for entry in entries:
        known = identifier(entry) or str(xml_text.etree.tostring(entry, encoding="unicode", with_tail=False))
        yield {"identity": known, "entry": entry}


def _identity(item: Item) -> str:
    return str(item["identity"])


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
