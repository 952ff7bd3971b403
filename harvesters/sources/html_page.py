"""A page of a municipal website that links to its data files.

Options:
    scope, item, title, description, section, link: CSS selectors of the page's recipe; see `page_links.Recipe`.
    by_section: each heading is a data set, and the links below it are its files.
    extensions: of data files, where the default list does not fit (``[pdf]`` for a page of documents).
    fingerprints: false spares the download of each new file that recognises it after it was renamed and moved.
    hosts: ``host`` or ``host:port`` beside the page's own from which files may be fetched for that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast
from urllib.parse import urlsplit

from osakadx import confined
from osakadx.confined import MEBI, Caps
from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError, OsakadxError
from osakadx.fetch import Answer, Fetcher
from osakadx.tables.encoding import detect
from osakadx.tables.source import Source as Bytes

from .. import link_words, page_links
from ..listing import Listing, Notes, Source
from ..page_identity import Entry, identify, places
from ..page_links import SELECTORS, File, Found, Offer, Recipe

TITLE = "リンクの並ぶページ"
REMEMBERS = True  # identities lean on what the page held before
OPTIONS = frozenset({*SELECTORS, "by_section", "extensions", "fingerprints", "hosts"})

CAPS = Caps(memory_bytes=1024 * MEBI, wall_seconds=120.0)
LARGEST = 16 * MEBI  # bytes of a page

_CLOSED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets that a page links to.

    Raises:
        ListingError: an option is unknown or of the wrong kind.
    """
    source.check_options(OPTIONS)
    recipe = _recipe(source)
    return Listing(lambda notes: _walk(fetch, source, recipe, notes))


def _walk(fetch: Fetcher, source: Source, recipe: Recipe, notes: Notes) -> Iterator[Record]:
    answer = fetch.get(
        source.url, etag=source.last.etag, modified=source.last.modified, accept="text/html", cap=LARGEST
    )
    parts = urlsplit(answer.url)
    notes.host, notes.etag, notes.modified = parts.netloc, answer.etag, answer.modified
    if answer.not_modified:
        notes.unchanged = True
        return
    found = _read(_decoded(answer, notes), answer.url, recipe, notes)
    for extension, number in found.passed.items():
        notes.skipped[f"document-{extension}"] += number
    if found.unsized:
        notes.skipped["link-without-extension"] += found.unsized
    if not found.offers:
        raise _no_links(found, source)
    contents = _Contents(fetch, source, notes)
    for offer, entry, guid in _identified(found.offers, source.last.records, contents):
        # A data set that was there under this address already is not fetched again to be recognised next time.
        known = {str(file.get("url")): str(file.get("sha256", "")) for file in _files(source.last.records.get(guid))}
        digests = [known.get(url) or contents.of(url) for url in entry.urls]
        yield _record(offer, entry, guid, answer.url, digests)


def _read(html: str, url: str, recipe: Recipe, notes: Notes) -> Found:
    """The links of a page, found in a confined process: HTML that keeps a parser busy for hours is soon written."""
    told = asdict(recipe) | {"extensions": sorted(recipe.extensions) if recipe.extensions is not None else None}
    arguments = {"url": url, "recipe": told}
    body = html.encode("utf-8", "replace")
    try:
        said = confined.call("ckanext.osakadx.harvesters.page_links:parsed", body, arguments, caps=CAPS, name=url)
    except OsakadxError as error:
        raise ListingError(error.message, where=error.where, fix=error.fix, slug=error.slug) from None
    found = page_links.found(said)
    for href in found.malformed:
        notes.warn("link-malformed", "アドレスの書き方に誤りのあるリンクを飛ばしました。", href)
    for repeated in found.repeated:
        said = "同じ名前の同じファイルが2つの見出しの下にあり、2つのデータセットになりました。"
        notes.warn("file-repeated", said + "設定の scope で、新着などの部分を除いてください。", repeated)
    for title in found.merged:
        said = f"表の「{title[:60]}」の行を1つのデータセットにまとめました。行ごとに違うデータなら、設定の item に tr、"
        notes.warn("rows-merged", said + "title に名前の列(2列目なら td:nth-child(2))を書いてください。", url)
    if found.cut:
        most = f"リンクが{page_links.MOST_LINKS:,}個を超えるため、残りは読んでいません。"
        notes.partial("page-too-many-links", most, url)
    return found


def _identified(
    offers: Sequence[Offer], last: Mapping[str, Any], contents: _Contents
) -> list[tuple[Offer, Entry, str]]:
    ranks = places((offer.section, offer.title) for offer in offers)
    entries = [
        Entry(offer.section, offer.title, tuple(file.url for file in offer.files), rank)
        for offer, rank in zip(offers, ranks, strict=True)
    ]
    before = {guid: _entry(raw) for guid, raw in last.items()}
    old = {guid: digest for guid, raw in last.items() if (digest := _together(_digests(raw)))}
    guids = identify(entries, before, lambda entry: _together([contents.of(url) for url in entry.urls]), old)
    return list(zip(offers, entries, guids, strict=True))


def _record(offer: Offer, entry: Entry, guid: str, page: str, digests: Sequence[str]) -> Record:
    concepts: dict[str, Any] = {"title": offer.title, "description": offer.description, "landing_page": page}
    if link_words.says_something(offer.section) and offer.section != offer.title:
        concepts["keyword"] = [offer.section]
    return Record(
        guid=guid,
        concepts={concept: value for concept, value in concepts.items() if value},
        files=tuple(_file(file, offer) for file in offer.files),
        raw={
            "section": offer.section,
            "title": offer.title,
            "place": entry.place,
            "files": [
                {"url": file.url, "words": file.words, "sha256": digest}
                for file, digest in zip(offer.files, digests, strict=True)
            ],
        },
    )


def _file(file: File, offer: Offer) -> dict[str, str]:
    own = link_words.name(file.words)
    # 平成28年3月 tells a file from its neighbours; CSV or ダウンロード does not.
    tells = link_words.says_something(file.words) or any(character.isdigit() for character in own)
    found = {
        "file_title": own if tells else offer.title,
        "file_download_url": file.url,
        "file_format": file.format,
        "file_size": file.size,
    }
    return {concept: value for concept, value in found.items() if value}


class _Contents:
    """SHA-256 of files, each fetched once at most; empty where it is not wanted or cannot be had."""

    def __init__(self, fetch: Fetcher, source: Source, notes: Notes) -> None:
        self._fetch, self._notes = fetch, notes
        self._wanted = source.options.get("fingerprints", True) is not False
        self._hosts = {notes.host, *_texts(source.options.get("hosts", []))}
        self._fetched: dict[str, str] = {}

    def of(self, url: str) -> str:
        if url not in self._fetched:
            asked = self._wanted and urlsplit(url).netloc in self._hosts
            self._fetched[url] = self._digest(url) if asked else ""
        return self._fetched[url]

    def _digest(self, url: str) -> str:
        try:
            return self._fetch.get(url).sha256
        except FetchError as error:
            self._notes.warn("file-unreachable", error.message, url)
            return ""


def _decoded(answer: Answer, notes: Notes) -> str:
    """The page's text; its bytes decide on the encoding, as header and meta are often wrong."""
    held = Bytes(answer.url, answer.body)
    encoding = detect(held)
    if encoding is None:
        raise ListingError(
            "ページの文字コードが判別できません。",
            where=answer.url,
            fix="ページをUTF-8で保存し直して公開するよう、公開元に伝えてください。",
            slug="text-undecodable",
        )
    with encoding.text(held) as stream:
        html = stream.read()
    if not _CLOSED.search(html):
        notes.partial("page-cut", "ページが途中で切れているようです(終わりのタグがありません)。", answer.url)
    return html


def _no_links(found: Found, source: Source) -> ListingError:
    documents = "、".join(f"{extension}が{number}件" for extension, number in sorted(found.passed.items()))
    return ListingError(
        "ページにデータファイルへのリンクがありません" + (f"({documents})。" if documents else "。"),
        where=source.url,
        fix="アドレスと設定(scope、link、extensions)を確かめてください。",
        slug="page-without-links",
    )


def _recipe(source: Source) -> Recipe:
    options = source.options
    for name in SELECTORS:
        if not isinstance(options.get(name, ""), str):
            raise ListingError(
                f"設定の{name}が文字列ではありません。",
                where=source.name,
                fix=f"{name}は「#contents」のようなCSSセレクターで書いてください。",
                slug="option-refused",
            )
    given = {name: str(options[name]) for name in SELECTORS if options.get(name)}
    extensions = frozenset(text.lower().lstrip(".") for text in _texts(options.get("extensions", [])))
    return Recipe(**given, by_section=options.get("by_section") is True, extensions=extensions or None)


def _entry(raw: Any) -> Entry:
    """What `_record` kept of a data set."""
    held = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    urls = tuple(str(file.get("url", "")) for file in _files(raw))
    return Entry(str(held.get("section", "")), str(held.get("title", "")), urls, int(held.get("place", 0)))


def _files(raw: Any) -> list[dict[str, Any]]:
    held: Any = cast("dict[str, Any]", raw).get("files") if isinstance(raw, dict) else None
    files = cast("list[Any]", held) if isinstance(held, list) else []
    return [cast("dict[str, Any]", file) for file in files if isinstance(file, dict)]


def _digests(raw: Any) -> tuple[str, ...]:
    return tuple(str(file.get("sha256", "")) for file in _files(raw))


def _together(digests: Sequence[str]) -> Hashable | None:
    """One digest for the files of a data set; None where any is unknown."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest() if digests and all(digests) else None


def _texts(value: Any) -> list[str]:
    return [str(item) for item in cast("list[Any]", value)] if isinstance(value, list) else [str(value)]
