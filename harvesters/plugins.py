"""One class per source type, for CKAN's plugin list. Titles are English here and Japanese in the catalogue."""

from __future__ import annotations

from ckanext.osakadx.i18n.mark import N_

from .base import OsakaHarvester
from .sources import arcgis_hub, ckan_api, csv_listing, csw, dcat, folder, html_page, opendatasoft, workbook


class CsvListingHarvester(OsakaHarvester):
    """オープンデータ一覧 (CSV or Excel)."""

    source = csv_listing
    title = N_("Open data list")
    description = N_("Collects from a list of open data in the national form, old or new, as CSV or Excel.")


class WorkbookHarvester(OsakaHarvester):
    """A department's own Excel list."""

    source = workbook
    title = N_("Department's own list (Excel)")
    description = N_(
        "Collects from an Excel list in a form of its own; columns are known by their headings or are set."
    )


class CkanApiHarvester(OsakaHarvester):
    """A CKAN catalog: BODIK, e-Gov, Tokyo …"""

    source = ckan_api
    title = N_("CKAN catalog")
    description = N_("Collects from a catalog that runs CKAN, such as BODIK, by publisher or keyword.")


class DcatHarvester(OsakaHarvester):
    """A DCAT catalog: Turtle, RDF/XML, JSON-LD, data.json."""

    source = dcat
    title = N_("DCAT catalog")
    description = N_("Collects from a catalog in DCAT, written in Turtle, RDF/XML, JSON-LD or as data.json.")


class CswHarvester(OsakaHarvester):
    """A catalog of geographic data: CSW, ISO 19139."""

    source = csw
    title = N_("Catalog of geographic data (CSW)")
    description = N_("Collects from a catalog of geographic data (OGC CSW 2.0.2, ISO 19139), by keyword.")


class HtmlPageHarvester(OsakaHarvester):
    """A page of links to files."""

    source = html_page
    title = N_("Page of links")
    description = N_("Collects from a web page that links to files.")


class OpendatasoftHarvester(OsakaHarvester):
    """An Opendatasoft portal."""

    source = opendatasoft
    title = N_("Opendatasoft portal")
    description = N_("Collects from a portal that runs Opendatasoft, by keyword or filter.")


class ArcgisHubHarvester(OsakaHarvester):
    """An ArcGIS Hub site."""

    source = arcgis_hub
    title = N_("ArcGIS Hub site")
    description = N_("Collects from a site of map data that runs ArcGIS Hub.")


class FolderHarvester(OsakaHarvester):
    """A department's shared folder."""

    source = folder
    folders = True
    title = N_("Watched folder")
    description = N_(
        "Takes the files of a shared folder into this portal. Its address is folder:// and the name that the operator "
        "of the server gave it."
    )
