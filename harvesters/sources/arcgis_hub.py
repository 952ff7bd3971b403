"""An ArcGIS Hub site through its search API (OGC API - Records).

Options:
    collection: of the site's catalog, ``dataset`` unless told.
    query: only what this free text finds.
    rows: items per page, 100 (the API's most) unless told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher
from osakadx.values import plain_text

from ..json_text import read
from ..json_values import mapping, mappings, text, texts
from ..listing import Listing, Notes, Source
from ..paging import Item, Page, Pages

TITLE = "ArcGIS Hub のサイト"
WORLDWIDE_IDS = True
OPTIONS = frozenset({"collection", "query", "rows"})
ROWS = 100
WINDOW = 10_000  # the API gives no page beyond, and never says a larger number

_API = "/api/search/v1"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_LAYER = re.compile(r"(?:Feature|Map)Server/(\d+)/?$")
_SERVICES = frozenset({"Feature Service", "Map Service", "Feature Layer", "Table"})
_LAYERS = (("CSV", "csv"), ("GeoJSON", "geojson"), ("SHP", "shapefile"), ("KML", "kml"))
_FORMATS: Mapping[str, str] = {
    "CSV": "CSV", "Microsoft Excel": "XLSX", "GeoJson": "GeoJSON", "Shapefile": "SHP", "KML": "KML", "PDF": "PDF",
    "CSV Collection": "ZIP", "File Geodatabase": "ZIP", "GeoPackage": "GPKG", "Microsoft Word": "DOCX",
}  # fmt: skip
_DAYS: Mapping[str, str] = {"modified": "modified", "created": "issued"}
_JAPAN = timezone(timedelta(hours=9))
_NO_LICENSE = frozenset({"none", "custom", "no-license"})


def listing(fetch: Fetcher, source: Source) -> Listing:
    """List the data sets of a site.

    Args:
        source: `url` is the site's address (``https://data-example.hub.arcgis.com``) or that of its search API.

    Raises:
        ListingError: an option is unknown or of the wrong kind.
    """
    source.check_options(OPTIONS)
    site = _Site(fetch, source, _collection(source), str(source.options.get("query", "")), _rows(source))
    return Listing(site.records)


@dataclass(frozen=True)
class _Site:
    fetch: Fetcher
    source: Source
    collection: str
    query: str
    rows: int

    @property
    def address(self) -> str:
        return self.source.url.split("?")[0].split(_API)[0].rstrip("/")

    def records(self, notes: Notes) -> Iterator[Record]:
        """Every public item of the collection."""
        pages = Pages(lambda start, rows: self._page(start, rows, notes), _identity, notes, self.source.url, self.rows)
        for item in pages.items():
            guid, access = _identity(item), text(_properties(item).get("access")) or "public"
            if not guid:
                notes.skip("without-id")
            elif access != "public":
                notes.skip("private")
            else:
                yield _record(item, guid, self.address)

    def _page(self, start: int, rows: int, notes: Notes) -> Page:
        """A page in the order of creation: without an order pages overlap, and as many items are never shown."""
        asked = {"limit": str(rows), "startindex": str(start + 1), "sortBy": "properties.created"}
        asked |= {"q": self.query} if self.query else {}
        url = f"{self.address}{_API}/collections/{self.collection}/items?{urlencode(asked)}"
        answer = self.fetch.get(url, accept="application/geo+json, application/json")
        notes.host = urlsplit(answer.url).netloc
        return _judged(read(answer.body, answer.url, notes), answer.url)


def _judged(said: Any, url: str) -> Page:
    """The page, if this is one; never 'no data sets' where the site failed."""
    found = mapping(said)
    features, count = found.get("features"), found.get("numberMatched")
    if not isinstance(features, list):
        raise ListingError(
            "ArcGIS Hubの検索結果として読めません。",
            where=url,
            fix="サイトのアドレス(https://….hub.arcgis.com の形)と collection を確かめてください。",
            slug="arcgis-hub-broken",
        )
    items: list[Item] = [mapping(item) for item in cast("list[Any]", features)]
    if not isinstance(count, int) or isinstance(count, bool):
        return Page(None, items, any(link.get("rel") == "next" for link in mappings(found.get("links"))))
    if count >= WINDOW:
        # Seen in the wild: a site whose catalog has no scope serves the index of all ArcGIS (2026).
        raise ListingError(
            f"一覧が {WINDOW:,} 件以上あります。サイトのカタログに範囲がなく、世界中のデータが返されているようです。",
            where=url,
            fix="ArcGIS Hubの管理画面でカタログの範囲を設定するか、collection か query で絞ってください。",
            slug="arcgis-hub-without-scope",
        )
    return Page(count, items)


def _record(item: Item, guid: str, site: str) -> Record:
    said = _properties(item)
    found: dict[str, Any] = {concept: _day(said.get(key)) for key, concept in _DAYS.items()}
    found |= {
        "identifier": guid,
        "title": text(said.get("title")) or text(said.get("name")),
        "description": text(said.get("description")) or text(said.get("snippet")),
        "keyword": texts(said.get("tags")),
        "theme": [name.removeprefix("/Categories/") for name in texts(said.get("categories"))],
        "language": [culture[:2].lower() for culture in texts(said.get("culture"))],
        "publisher_name": text(said.get("source")) or text(said.get("orgName")),
        "license": _license(said),
        "landing_page": f"{site}/datasets/{quote(guid)}",
    }
    return Record(
        guid=guid,
        concepts={concept: value for concept, value in found.items() if value},
        files=tuple(_files(said, guid, site)),
        raw=item,
        modified=found["modified"],
    )


def _files(said: Mapping[str, Any], guid: str, site: str) -> Iterator[dict[str, str]]:
    """Downloads that the site makes of a layer; the file itself of an item that is one; the page of a link."""
    kind, url, title = text(said.get("type")), text(said.get("url")), text(said.get("title"))
    common = {
        "file_copyright": plain_text(text(said.get("accessInformation"))).strip(),
        "file_modified": _day(said.get("modified")),
    }
    item, _, layer = guid.partition("_")
    if kind in _SERVICES:
        layer = layer or (found[1] if (found := _LAYER.search(url)) else "0")
        table = "Table" in (kind, *texts(said.get("typeKeywords")))
        for name, form in _LAYERS[:1] if table else _LAYERS:
            download = f"{site}/api/download/v1/items/{quote(item)}/{form}?layers={layer}"
            yield _filled(
                {"file_title": f"{title}({name})", "file_download_url": download, "file_format": name, **common}
            )
    elif kind in _FORMATS:
        download = f"https://www.arcgis.com/sharing/rest/content/items/{quote(item)}/data"
        yield _filled({"file_title": title, "file_download_url": download, "file_format": _FORMATS[kind], **common})
    elif url:
        yield _filled({"file_title": title, "file_access_url": url, **common})


def _filled(found: Mapping[str, str]) -> dict[str, str]:
    return {concept: value for concept, value in found.items() if value}


def _identity(item: Item) -> str:
    return text(item.get("id")) or text(_properties(item).get("id"))


def _properties(item: Item) -> dict[str, Any]:
    return mapping(item.get("properties"))


def _license(said: Mapping[str, Any]) -> str:
    """The licence's short name, or the words that the publisher wrote where it chose none from the list."""
    short = text(said.get("license"))
    return short if short.lower() not in _NO_LICENSE and short else plain_text(text(said.get("licenseInfo"))).strip()


def _day(value: Any) -> str:
    """Milliseconds since 1970 as the day in Japan; a text stays as it is."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return text(value)
    try:
        return datetime.fromtimestamp(value / 1000, _JAPAN).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _collection(source: Source) -> str:
    """The collection told, or the one whose address was given."""
    named = re.search(r"/collections/([^/?]+)", source.url)
    written = str(source.options.get("collection", named[1] if named else "dataset"))
    if not _NAME.fullmatch(written):
        raise _refused(source, f"collection「{written[:60]}」は名前として使えません。")
    return written


def _rows(source: Source) -> int:
    written = str(source.options.get("rows", ROWS))
    if not written.isdecimal() or not 1 <= int(written) <= ROWS:
        raise _refused(source, f"rowsは1から{ROWS}までの数で書いてください。")
    return int(written)


def _refused(source: Source, message: str) -> ListingError:
    return ListingError(
        message, where=source.name, fix="収集元の設定(options)を直してください。", slug="option-refused"
    )
