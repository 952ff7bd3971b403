"""Harvest sources as data: a YAML list of them, registered as ckanext-harvest sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx import data
from osakadx.errors import DataFileError

KEPT = ("schedule", "license", "options", "contact")  # go into the source's configuration


@dataclass(frozen=True)
class SourceList:
    """Sources to register, and the bodies they publish for that the portal does not know yet."""

    sources: list[dict[str, Any]]
    organizations: list[dict[str, str]]


def read(file: Path | None, base: str = "") -> SourceList:
    """Read a YAML list of sources, or the production list ``schemas/sources.yaml``.

    Args:
        file: path of the list; None: the production list.
        base: what stands for ``{base}`` in addresses, such as http://127.0.0.1:15080.

    Raises:
        DataFileError: the file is not such a list.
    """
    listed = yaml.safe_load(file.read_text(encoding="utf-8") if file else data.text("sources.yaml"))
    if not isinstance(listed, dict) or not isinstance(listed.get("sources"), list):
        raise DataFileError("収集元の一覧が読めません。", where=str(file or "schemas/sources.yaml"))
    sources = [{**entry, "url": entry["url"].replace("{base}", base.rstrip("/"))} for entry in listed["sources"]]
    return SourceList(sources, listed.get("organizations") or [])


def register(listed: SourceList, context: Callable[[], dict[str, Any]], *, enable: bool = False) -> Iterator[str]:
    """Create or update ckanext-harvest sources; yields one Japanese line for each that changed.

    Args:
        listed: as ``read`` returns it.
        context: makes a fresh action context of somebody who may do this.
        enable: make the sources active, whatever the list says.
    """
    for organization in listed.organizations:
        if model.Group.get(organization["name"]) is None:
            tk.get_action("organization_create")(context(), dict(organization))
            yield f"公開団体を用意しました: {organization['title']}"
    for entry in listed.sources:
        # Not under its own name: ckanext-harvest shows these keys beside the source's own `organization`.
        settings = {"publisher": entry["organization"], **{key: entry[key] for key in KEPT if entry.get(key)}}
        wanted = {
            "name": entry["name"],
            "title": entry["title"],
            "url": entry["url"],
            "source_type": entry["type"],
            "owner_org": model.Group.get(entry["organization"]).id,
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
        now = {key: shown.get(key) for key in wanted}
        # What an operator switched on stays on.
        wanted["active"] = bool(wanted["active"] or shown.get("active"))
        if now != wanted:
            tk.get_action("harvest_source_update")(context(), {**wanted, "id": existing.id})
            yield f"収集元を更新しました: {entry['title']}"
