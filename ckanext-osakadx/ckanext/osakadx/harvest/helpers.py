"""Template helpers that the pages of runs need, with or without the theme, which brings the same ones."""

from __future__ import annotations

from ckanext.osakadx.display.language import osakadx_number, osakadx_time
from ckanext.osakadx.display.runs import osakadx_held, osakadx_runs

__all__ = ["osakadx_held", "osakadx_number", "osakadx_runs", "osakadx_time"]
