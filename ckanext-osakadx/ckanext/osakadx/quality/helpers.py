"""Template helpers of the scores."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk


def osakadx_quality(package_id: str) -> dict[str, Any]:
    """The score of a data set, see the action ``osakadx_quality_show``; empty for those who may not see it."""
    try:
        return tk.get_action("osakadx_quality_show")({}, {"id": package_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {}
