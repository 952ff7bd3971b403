"""A DCAT catalog: Turtle, RDF/XML or JSON-LD, in one document or in pages (hydra), or DCAT-US's data.json.

No options: what an answer is, its bytes say.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from osakadx import failures
from osakadx.dataset import Record
from osakadx.fetch import Answer, Fetcher

from .. import dcat_us, json_text, rdf_text
from ..dcat_catalog import Holders, Page, page
from ..listing import Listing, Notes, Source

TITLE = "DCATカタログ"
OPTIONS: frozenset[str] = frozenset()
PAGES = 5_000

_ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, application/json;q=0.7, */*;q=0.1"
_TURTLE_TYPES = frozenset({"text/turtle", "application/x-turtle", "application/n-triples", "text/n3"})
_TURTLE_NAME = re.compile(r"\.(?:ttl|nt|n3)$", re.IGNORECASE)
_XML = re.compile(rb"<(?:[?!]|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?[\s/>])")
_BOM = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*")


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a catalog.

    Args:
        source: `url` is the address of its first page.

    Raises:
        ListingError: an option was given.
    """
    source.check_options(OPTIONS)
    return Listing(lambda notes: _Catalog(fetch, source, notes).records())


@dataclass
class _Catalog:
    """The pages of one catalog, each asked for once."""

    fetch: Fetcher
    source: Source
    notes: Notes
    visited: set[str] = field(default_factory=set[str])
    seen: set[str] = field(default_factory=set[str])
    linked: set[str] = field(default_factory=set[str])
    described: set[str] = field(default_factory=set[str])
    claimed: int = -1
    holders: Holders = field(init=False)

    def __post_init__(self) -> None:
        self.holders = Holders(self.notes)

    def records(self) -> Iterator[Record]:
        """Every data set, page after page."""
        last = self.source.last
        answer = self.fetch.get(self.source.url, etag=last.etag, modified=last.modified, accept=_ACCEPT)
        self.notes.host = urlsplit(answer.url).netloc
        if answer.not_modified:
            self.notes.etag, self.notes.modified, self.notes.unchanged = answer.etag, answer.modified, True
            return
        self.visited.add(_plain(self.source.url))
        waiting = yield from self._read(answer)
        if not waiting:
            # Of a catalog in pages the first may be unchanged while another is not.
            self.notes.etag, self.notes.modified = answer.etag, answer.modified
        while waiting:
            if len(self.visited) > PAGES:
                self.notes.partial("too-many-pages", f"{PAGES:,}ページを超えたため、残りを読んでいません。")
                return
            waiting += yield from self._read(self.fetch.get(waiting.pop(0), accept=_ACCEPT))
        self._count()

    def _read(self, answer: Answer) -> Generator[Record, None, list[str]]:
        """The records of a page; returns the addresses of those that follow it."""
        self.visited.add(_plain(answer.url))
        before = self._met()
        found = _page(answer, self.notes, self.holders)
        self.seen.update(record.guid for record in found.records)
        self.linked |= found.linked
        self.described |= found.described
        self.claimed = max(self.claimed, -1 if found.claimed is None else found.claimed)
        self.notes.claimed = self.claimed if self.claimed >= 0 else None
        yield from found.records
        if found.following and self._met() == before:
            self.notes.partial("page-repeats", "前のページにないデータセットのないページが続いています。", answer.url)
            return []
        return list(self._following(found, answer))

    def _met(self) -> int:
        """How many different data sets were met by now, those left out included."""
        return len(self.seen) + sum(self.notes.skipped.values())

    def _following(self, found: Page, answer: Answer) -> Iterator[str]:
        for url in found.following:
            if _host(url) != _host(answer.url):
                self.notes.partial(
                    "page-elsewhere", "次のページのアドレスが、別の公開場所を指しています。読んでいません。", url[:300]
                )
            elif _plain(url) in self.visited:
                self.notes.partial("page-repeats", "次のページとして、読み終えたページを指しています。", url[:300])
            else:
                self.visited.add(_plain(url))
                yield url

    def _count(self) -> None:
        """Tell of what the catalog names or claims and does not describe."""
        if missing := sorted(self.linked - self.described):
            self.notes.partial(
                "datasets-not-described",
                f"カタログが挙げる{len(missing)}件のデータセットの中身が書かれていません。",
                missing[0][:300],
            )
        had = self._met()
        if self.claimed > had:
            said = f"{self.claimed} 件あるはずの一覧から {had} 件しか読めませんでした。"
            self.notes.partial("count-disagrees", said, self.source.url)


def _page(answer: Answer, notes: Notes, holders: Holders) -> Page:
    body = answer.body
    start = _BOM.match(body)
    begins = body[start.end() if start else 0 :][:200]
    if not begins:
        raise failures.empty("カタログ", answer.url)
    turtle = answer.content_type in _TURTLE_TYPES or bool(_TURTLE_NAME.search(urlsplit(answer.url).path))
    if begins.startswith(b"{") or (begins.startswith(b"[") and not turtle):
        value = json_text.read(body, answer.url, notes)
        if dcat_us.is_catalog(value, answer.url):
            return Page(tuple(dcat_us.records(value, answer.url, notes, holders)))
        return page(rdf_text.from_json(value, answer.url, notes), answer.url, notes, holders)
    # <catalog> may begin either; <?xml and <!DOCTYPE begin no Turtle.
    xml = _XML.match(begins.replace(b"\0", b"")) and not (turtle and begins[1:2] not in (b"?", b"!"))
    read = rdf_text.from_xml if xml else rdf_text.from_text
    return page(read(body, answer.url, notes), answer.url, notes, holders)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _plain(url: str) -> str:
    return urldefrag(url).url
