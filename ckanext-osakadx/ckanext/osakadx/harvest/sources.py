"""Harvest sources as data: a YAML list of them, registered as ckanext-harvest sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx import data
from osakadx.errors import DataFileError

KEPT = ("organization", "schedule", "license", "options")  # go into the source's configuration


def read(file: Path | None, base: str = "") -> list[dict[str, Any]]:
    """Sources of a YAML file, or of the production list ``schemas/sources.yaml``.

    Args:
        file: path of the list; None: the production list.
        base: what stands for ``{base}`` in addresses, such as http://127.0.0.1:15080.

    Raises:
        DataFileError: the file is not such a list.
    """
    text = file.read_text(encoding="utf-8") if file else data.text("sources.yaml")
    listed = yaml.safe_load(text)
    entries = listed.get("sources") if isinstance(listed, dict) else listed
    if not isinstance(entries, list):
        raise DataFileError("収集元の一覧が読めません。", where=str(file or "schemas/sources.yaml"))
    return [{**entry, "url": entry["url"].replace("{base}", base.rstrip("/"))} for entry in entries]


def register(
    entries: list[dict[str, Any]], context: Callable[[], dict[str, Any]], *, enable: bool = False
) -> Iterator[str]:
    """Create or update ckanext-harvest sources; yields one Japanese line for each that changed.

    Args:
        entries: as ``read`` returns them.
        context: makes a fresh action context of somebody who may do this.
        enable: make the sources active, whatever the list says.
    """
    for entry in entries:
        settings = {key: entry[key] for key in KEPT if entry.get(key)}
        wanted = {
            "name": entry["name"],
            "title": entry["title"],
            "url": entry["url"],
            "source_type": entry["type"],
            "owner_org": entry["organization"],
            "frequency": "MANUAL",  # the clock times are in the configuration and kept by our own calendar
            "active": bool(enable or entry.get("enabled")),
            "config": json.dumps(settings, ensure_ascii=False, sort_keys=True),
            "notes": entry.get("note", ""),
        }
        existing = model.Package.get(entry["name"])
        if existing is None:
            tk.get_action("harvest_source_create")(context(), wanted)
            yield f"収集元を登録しました: {entry['title']}"
            continue
        shown = tk.get_action("harvest_source_show")(context(), {"id": existing.id})
        now = {**{key: shown.get(key) for key in wanted}, "owner_org": (shown.get("organization") or {}).get("name")}
        # What an operator switched on stays on.
        wanted["active"] = bool(wanted["active"] or shown.get("active"))
        if now != wanted:
            tk.get_action("harvest_source_update")(context(), {**wanted, "id": existing.id})
            yield f"収集元を更新しました: {entry['title']}"
