"""An Opendatasoft portal through its Explore API v2.1.

Options:
    query: only what this free text finds.
    refine: facet → value, as the portal's filters name them: ``{publisher: 大阪市}``.
    rows: data sets per page, 100 (the API's most) unless told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError
from osakadx.fetch import Fetcher

from ..json_text import read
from ..json_values import mapping, mappings, text, texts
from ..listing import Listing, Notes, Source
from ..paging import Item, Page, Pages

TITLE = "Opendatasoft のポータル"
OPTIONS = frozenset({"query", "refine", "rows"})
ROWS = 100
WINDOW = 10_000  # the API gives no page beyond; its export of the catalog has no such end

_API = "/api/explore/v2.1"
_FACET = re.compile(r"[A-Za-z0-9_.]{1,100}")
# Concept → keys of ``metas``, ``template.key``; the first filled one counts.
_DATASET: Mapping[str, tuple[str, ...]] = {
    "title": ("default.title",),
    "description": ("default.description",),
    "keyword": ("default.keyword",),
    "theme": ("default.theme",),
    "issued": ("dcat.issued", "dcat.created"),
    "modified": ("default.modified", "default.data_processed"),
    "language": ("default.language",),
    "frequency": ("dcat.accrualperiodicity", "default.update_frequency"),
    "documentation": ("default.references",),
    "provenance": ("default.attributions",),
    "spatial": ("dcat.spatial", "default.territory"),
    "temporal": ("dcat.temporal",),
    "publisher_name": ("default.publisher",),
    "creator": ("dcat.creator",),
    "contact_name": ("dcat.contact_name",),
    "contact_email": ("dcat.contact_email",),
    "license": ("default.license", "default.license_url"),
}
_MANY = frozenset({"keyword", "theme", "language", "documentation"})


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a portal.

    Args:
        source: `url` is the portal's address (``https://data.example.jp``) or that of its API.

    Raises:
        ListingError: an option is unknown or of the wrong kind.
    """
    source.check_options(OPTIONS)
    selection, rows = _selection(source), _rows(source)
    return Listing(lambda notes: _walk(_Catalog(fetch, source, selection, notes), rows))


def _walk(catalog: _Catalog, rows: int) -> Iterator[Record]:
    notes = catalog.notes
    try:
        pages = Pages(catalog.page, _identity, notes, catalog.source.url, rows)
        for item in pages.items():
            yield from _records(item, catalog)
    except _BeyondWindow as told:
        notes.claimed = told.count
        for item in catalog.export():
            yield from _records(item, catalog)


class _BeyondWindow(ListingError):
    """More data sets than pages can reach; raised by the first page, before any record."""

    slug = "pages-too-many"

    def __init__(self, count: int, url: str) -> None:
        super().__init__(f"一覧が {count:,} 件あり、ページでは読み切れません。", where=url)
        self.count = count


@dataclass
class _Catalog:
    fetch: Fetcher
    source: Source
    selection: list[tuple[str, str]]
    notes: Notes
    ordered: bool = True

    @property
    def site(self) -> str:
        return self.source.url.split("?")[0].split(_API)[0].rstrip("/")

    def page(self, start: int, rows: int) -> Page:
        """A page in the order of ids: without an order pages overlap, and as many data sets are never shown."""
        asked = [*self.selection, ("limit", str(rows)), ("offset", str(start))]
        try:
            said = self._asked("datasets", [*asked, ("order_by", "dataset_id")] if self.ordered else asked)
        except FetchError as error:
            if not (self.ordered and start == 0 and error.slug == "http-error"):
                raise
            self.ordered = False  # 400: older portals do not know the column
            said = self._asked("datasets", asked)
        count, items = _judged(said, self.source.url)
        if start == 0 and count > WINDOW:
            raise _BeyondWindow(count, self.source.url)
        return Page(count, items)

    def export(self) -> list[dict[str, Any]]:
        """The whole catalog in one answer."""
        said = self._asked("exports/json", self.selection)
        if not isinstance(said, list):
            raise _broken(self.source.url)
        return [mapping(item) for item in cast("list[Any]", said)]

    def _asked(self, what: str, parameters: list[tuple[str, str]]) -> Any:
        url = f"{self.site}{_API}/catalog/{what}?{urlencode(parameters)}"
        answer = self.fetch.get(url, accept="application/json")
        self.notes.host = urlsplit(answer.url).netloc
        return read(answer.body, answer.url, self.notes)


def _judged(said: Any, url: str) -> tuple[int, list[Item]]:
    """Count and entries of a page, if this is one; never 'no data sets' where the portal failed."""
    found = mapping(said)
    count, results = found.get("total_count"), found.get("results")
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(results, list):
        raise _broken(url)
    return count, [mapping(item) for item in cast("list[Any]", results)]


def _broken(url: str) -> ListingError:
    return ListingError(
        "Opendatasoftのカタログとして読めません。",
        where=url,
        fix="ポータルのアドレス(https://data.example.jp の形)か確かめてください。",
        slug="opendatasoft-broken",
    )


def _records(item: Item, catalog: _Catalog) -> Iterator[Record]:
    """The record of an entry; none for one that is not public or has no identity, which is counted."""
    guid = _identity(item)
    if not guid:
        catalog.notes.skip("without-id")
    elif item.get("data_visible") is False:
        catalog.notes.skip("private")
    else:
        if not text(_meta(item, "default.title")):
            catalog.notes.warn("title-missing", f"題名が空なので、IDの「{guid[:60]}」を題名にしました。", guid)
        yield _record(item, guid, catalog.site)


def _identity(item: Item) -> str:
    return text(item.get("dataset_id")) or text(item.get("datasetid"))


def _record(item: Item, guid: str, site: str) -> Record:
    found = {concept: _first(item, keys, concept in _MANY) for concept, keys in _DATASET.items()}
    start, end = (_meta(item, f"dcat.temporal_coverage_{side}") for side in ("start_date", "end_date"))
    if not found["temporal"] and (start or end):
        found["temporal"] = f"{text(start)}/{text(end)}"
    found |= {
        "identifier": guid,
        "title": found["title"] or guid,
        "landing_page": f"{site}/explore/dataset/{quote(guid)}/",
    }
    return Record(
        guid=guid,
        concepts={concept: value for concept, value in found.items() if value},
        files=tuple(_files(item, guid, site)),
        raw=item,
        modified=text(_meta(item, "default.modified")),
    )


def _first(item: Item, keys: tuple[str, ...], many: bool) -> Any:
    of = texts if many else _joined
    return next((value for key in keys if (value := of(_meta(item, key)))), of(None))


def _joined(value: Any) -> str:
    """Portals keep several values where one is meant: several territories, several publishers."""
    return "、".join(texts(value))


def _meta(item: Item, name: str) -> Any:
    template, _, key = name.partition(".")
    return mapping(mapping(item.get("metas")).get(template)).get(key)


def _files(item: Item, guid: str, site: str) -> Iterator[dict[str, str]]:
    """The exports of its table, then what was attached to it."""
    title, changed = text(_meta(item, "default.title")) or guid, text(_meta(item, "default.data_processed"))
    if item.get("has_records") is not False:
        base = f"{site}{_API}/catalog/datasets/{quote(guid, safe='')}/exports"
        geo = "geo" in texts(item.get("features"))
        # As people open it: commas, and the columns' labels for names.
        table = [("CSV", "csv?delimiter=%2C&use_labels=true"), ("JSON", "json")]
        for name, export in [*table, ("GeoJSON", "geojson")] if geo else table:
            yield _filled(f"{title}({name})", f"{base}/{export}", name, changed)
    for kept in [*mappings(item.get("attachments")), *mappings(item.get("alternative_exports"))]:
        name = text(kept.get("title")) or text(kept.get("id"))
        yield _filled(name, _public(text(kept.get("url"))), text(kept.get("mimetype")), "")


def _public(url: str) -> str:
    """Attachments come as ``odsfile://…``, which nobody can open; their address is left out then."""
    return url if url.startswith(("http://", "https://")) else ""


def _filled(title: str, url: str, form: str, changed: str) -> dict[str, str]:
    found = {"file_title": title, "file_download_url": url, "file_format": form, "file_modified": changed}
    return {concept: value for concept, value in found.items() if value}


def _selection(source: Source) -> list[tuple[str, str]]:
    """Query parameters; values stand in quotation marks of the query language and must not end them."""
    query, refine = source.options.get("query", ""), source.options.get("refine", {})
    if not isinstance(refine, dict):
        raise _refused(source, 'refineは {"publisher": "大阪市"} の形で書いてください。')
    found = [("where", f'search("{_quoted(source, "query", query)}")')] if query else []
    for facet, value in cast("dict[Any, Any]", refine).items():
        if not _FACET.fullmatch(str(facet)):
            raise _refused(source, f"refineの「{str(facet)[:60]}」は絞り込みの名前として使えません。")
        found.append(("refine", f'{facet}:"{_quoted(source, "refine", value)}"'))
    return found


def _quoted(source: Source, name: str, value: Any) -> str:
    if not isinstance(value, str) or re.search(r'["\\\x00-\x1f]', value):
        raise _refused(source, f"{name}には、引用符や記号のないふつうの言葉を書いてください。")
    return value


def _rows(source: Source) -> int:
    written = str(source.options.get("rows", ROWS))
    if not written.isdecimal() or not 1 <= int(written) <= ROWS:
        raise _refused(source, f"rowsは1から{ROWS}までの数で書いてください。")
    return int(written)


def _refused(source: Source, message: str) -> ListingError:
    return ListingError(
        message, where=source.name, fix="収集元の設定(options)を直してください。", slug="option-refused"
    )
