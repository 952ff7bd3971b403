"""Template helpers that the pages of runs and sources need, with or without the theme, which brings the same ones."""

from __future__ import annotations

from ckanext.osakadx.display.language import osakadx_name, osakadx_number, osakadx_size, osakadx_time
from ckanext.osakadx.display.runs import osakadx_held, osakadx_runs
from ckanext.osakadx.display.site import osakadx_harvester, osakadx_harvesters
from ckanext.osakadx.display.sources import (
    osakadx_bars,
    osakadx_duration,
    osakadx_record_url,
    osakadx_schedule,
    osakadx_source_fields,
    osakadx_standing,
)

__all__ = [
    "osakadx_bars",
    "osakadx_duration",
    "osakadx_harvester",
    "osakadx_harvesters",
    "osakadx_held",
    "osakadx_name",
    "osakadx_number",
    "osakadx_record_url",
    "osakadx_runs",
    "osakadx_schedule",
    "osakadx_size",
    "osakadx_source_fields",
    "osakadx_standing",
    "osakadx_time",
]
