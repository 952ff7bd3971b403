"""One class per source type, for CKAN's plugin list."""

from __future__ import annotations

from .base import OsakaHarvester
from .sources import ckan_api, csv_listing, html_page


class CsvListingHarvester(OsakaHarvester):
    """オープンデータ一覧 (CSV or Excel)."""

    source = csv_listing
    title = "オープンデータ一覧"
    description = "国の様式の「オープンデータ一覧」(CSV か Excel)から集めます。新旧どちらの様式も読めます。"


class CkanApiHarvester(OsakaHarvester):
    """A CKAN catalog: BODIK, e-Gov, Tokyo …"""

    source = ckan_api
    title = "CKAN カタログ"
    description = "BODIK など、CKAN で公開されているカタログから、団体やキーワードを指定して集めます。"


class HtmlPageHarvester(OsakaHarvester):
    """A page of links to files."""

    source = html_page
    title = "リンクのあるページ"
    description = "ファイルへのリンクが並んだホームページのページから集めます。"
