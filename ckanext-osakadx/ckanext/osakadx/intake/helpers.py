"""Template helpers of the intake."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk


def osakadx_reading(resource_id: str) -> dict[str, Any]:
    """What was found at a file, see the action ``osakadx_intake_reading_show``; empty for those who may not see it."""
    try:
        return tk.get_action("osakadx_intake_reading_show")({}, {"id": resource_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {}


def osakadx_table_forms(resource_id: str) -> list[str]:
    """The forms in which a file's table can be taken: ``csv-excel``, ``csv``, ``json``, and ``geojson`` with points."""
    table = osakadx_reading(resource_id).get("table") or {}
    if not table.get("loaded"):
        return []
    return ["csv-excel", "csv", "json", *(["geojson"] if "latitude" in table else [])]
