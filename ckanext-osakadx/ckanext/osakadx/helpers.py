"""Template helpers. What they do stands in `ckanext.osakadx.display`, by subject."""

from __future__ import annotations

from ckanext.osakadx.choices import (
    osakadx_access_rights_choices,
    osakadx_file_status_choices,
    osakadx_frequency_choices,
    osakadx_language_choices,
    osakadx_license_choices,
    osakadx_standard_choices,
    osakadx_theme_choices,
    osakadx_universal_menu_choices,
)
from ckanext.osakadx.display.dataset import (
    osakadx_citation,
    osakadx_dataset,
    osakadx_frequency,
    osakadx_license,
    osakadx_modified,
    osakadx_origin,
    osakadx_overdue,
    osakadx_period,
    osakadx_standard,
    osakadx_summary,
)
from ckanext.osakadx.display.facets import (
    osakadx_chosen,
    osakadx_facet_label,
    osakadx_facets,
    osakadx_feed,
    osakadx_kinds,
    osakadx_sorts,
)
from ckanext.osakadx.display.figures import (
    osakadx_counts,
    osakadx_departments,
    osakadx_examples,
    osakadx_fields,
    osakadx_newest,
    osakadx_publishers,
    osakadx_region,
    osakadx_shades,
    osakadx_tiles,
)
from ckanext.osakadx.display.files import (
    osakadx_can_open,
    osakadx_downloads,
    osakadx_file_kinds,
    osakadx_main_file,
)
from ckanext.osakadx.display.language import (
    osakadx_date,
    osakadx_host,
    osakadx_languages,
    osakadx_name,
    osakadx_number,
    osakadx_site_description,
    osakadx_site_title,
    osakadx_size,
    osakadx_time,
)
from ckanext.osakadx.display.quality import osakadx_grade, osakadx_quality
from ckanext.osakadx.display.site import (
    osakadx_footer,
    osakadx_navigation,
    osakadx_plugin,
    osakadx_route_exists,
)
from ckanext.osakadx.display.table import (
    osakadx_pages,
    osakadx_points,
    osakadx_table_page,
    osakadx_table_preview,
    osakadx_type,
)

__all__ = [name for name in dir() if name.startswith("osakadx_")]
