"""The score of a data set, where the plugin that makes it is enabled."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .site import osakadx_plugin


def osakadx_quality(package: dict[str, Any]) -> dict[str, Any] | None:
    """Return the latest score of a data set as `osakadx_quality_show` gives it; None where there is none."""
    if not osakadx_plugin("osakadx_quality"):
        return None
    try:
        return tk.get_action("osakadx_quality_show")({}, {"id": package["id"]})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def osakadx_grade(package: dict[str, Any]) -> str:
    """Return the grade that the search index knows for a hit, or an empty text."""
    grade = package.get("osakadx_grade") or ""
    if not grade:
        grade = next((e["value"] for e in package.get("extras") or () if e.get("key") == "osakadx_grade"), "")
    return str(grade[0] if isinstance(grade, list) and grade else grade or "")
