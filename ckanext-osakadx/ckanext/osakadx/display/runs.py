"""Runs of harvest sources, where the plugin that makes them is enabled."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .site import osakadx_plugin


def osakadx_runs(source_id: str, limit: int = 5) -> list[dict[str, Any]]:
    """Return the last runs of a source, newest first, with the name of their state in the page's language."""
    if not osakadx_plugin("osakadx_harvest"):
        return []
    try:
        runs = tk.get_action("osakadx_harvest_run_list")({}, {"source_id": source_id, "limit": limit})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return []
    names = _states()
    return [run | {"state_name": names.get(run["state"], run["state"])} for run in runs]


def _states() -> dict[str, str]:
    _ = tk._
    return {
        "queued": _("waiting its turn"),
        "running": _("running now"),
        "held": _("held for a person"),
        "finished": _("done"),
        "failed": _("failed"),
        "discarded": _("dropped"),
    }
