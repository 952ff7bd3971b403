"""Validators of the forms and the API, where CKAN looks for them."""

from ckanext.osakadx.completion import osakadx_complete_dataset
from ckanext.osakadx.logic.checks.files import osakadx_file_format, osakadx_file_link, osakadx_file_name
from ckanext.osakadx.logic.checks.links import osakadx_email, osakadx_lines, osakadx_link, osakadx_links
from ckanext.osakadx.logic.checks.numbers import (
    osakadx_code,
    osakadx_date,
    osakadx_not_before,
    osakadx_size,
    osakadx_telephone,
)
from ckanext.osakadx.logic.checks.required import osakadx_ignore_blank, osakadx_name, osakadx_required
from ckanext.osakadx.logic.checks.vocabulary import (
    osakadx_access_rights,
    osakadx_availability,
    osakadx_file_status,
    osakadx_frequency,
    osakadx_languages,
    osakadx_license,
    osakadx_standard,
    osakadx_themes,
    osakadx_universal_menu,
    osakadx_yes_no,
)
from ckanext.osakadx.logic.checks.words import osakadx_line, osakadx_tags, osakadx_text

__all__ = [
    "osakadx_access_rights",
    "osakadx_availability",
    "osakadx_code",
    "osakadx_complete_dataset",
    "osakadx_date",
    "osakadx_email",
    "osakadx_file_format",
    "osakadx_file_link",
    "osakadx_file_name",
    "osakadx_file_status",
    "osakadx_frequency",
    "osakadx_ignore_blank",
    "osakadx_languages",
    "osakadx_license",
    "osakadx_line",
    "osakadx_lines",
    "osakadx_link",
    "osakadx_links",
    "osakadx_name",
    "osakadx_not_before",
    "osakadx_required",
    "osakadx_size",
    "osakadx_standard",
    "osakadx_tags",
    "osakadx_telephone",
    "osakadx_text",
    "osakadx_themes",
    "osakadx_universal_menu",
    "osakadx_yes_no",
]
