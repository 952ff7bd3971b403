"""The kinds of sources, one module each: its `TITLE`, its `OPTIONS`, and `listing(fetch, source) -> Listing`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from osakadx.errors import ListingError
from osakadx.fetch import Fetcher

from ..listing import Listing, Source
from . import arcgis_hub, ckan_api, csv_listing, csw, dcat, folder, html_page, opendatasoft, workbook

PREFIX = "osakadx_"  # of a kind's name on the portal, where other people's harvesters live too


@dataclass(frozen=True)
class Kind:
    """What a module of this package offers.

    Attributes:
        robots: whether it keeps to robots.txt: lists and pages do; APIs and feeds are there to be asked.
    """

    title: str
    options: frozenset[str]
    listing: Callable[[Fetcher, Source], Listing]
    robots: bool = False


_PAGES = (csv_listing, workbook, html_page)
KINDS: Mapping[str, Kind] = {
    module.__name__.rsplit(".", 1)[-1]: Kind(module.TITLE, module.OPTIONS, module.listing, module in _PAGES)
    for module in (csv_listing, workbook, ckan_api, dcat, csw, opendatasoft, arcgis_hub, html_page, folder)
}


def kind(name: str) -> Kind:
    """The kind of a name, with or without the portal's prefix.

    Raises:
        ListingError: there is none.
    """
    found = KINDS.get(name.removeprefix(PREFIX))
    if found is None:
        known = "、".join(KINDS)
        raise ListingError(f"収集元の種類「{name}」はありません。", fix=f"{known} のどれかです。", slug="type-unknown")
    return found
