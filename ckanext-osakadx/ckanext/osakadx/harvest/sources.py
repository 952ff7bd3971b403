"""Harvest sources as data: one in words of ours, or a YAML list of them, stored as ckanext-harvest sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx import data
from osakadx.errors import DataFileError

from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestSource

from . import calendar, standing

KEPT = ("schedule", "license", "options", "guard", "respect_robots")  # go into the source's configuration
PREFIX = "osakadx_"
SYNONYMS = {"osakadx_ckan": "osakadx_ckan_api"}


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


def kinds() -> list[str]:
    """Names of the kinds of sources that enabled plugins harvest."""
    return [plugin.info()["name"] for plugin in p.PluginImplementations(IHarvester)]


def kind(written: str) -> str:
    """The name of a kind of sources, from the ways people write it: ``ckan_api``, ``osakadx_ckan``."""
    known = set(kinds())
    return next((name for name in (written, SYNONYMS.get(written, ""), PREFIX + written) if name in known), written)


def config(described: Mapping[str, Any]) -> str:
    """What ckanext-harvest stores as the configuration of a source.

    Args:
        described: ``type``, ``organization`` (its name), and what it has of schedule, license, options, guard.
    """
    if not described["type"].startswith(PREFIX):
        options = described.get("options")
        return json.dumps(options, ensure_ascii=False, sort_keys=True) if options else ""
    # Not under its own name: ckanext-harvest shows these keys beside the source's own `organization`.
    settings = {"publisher": described["organization"]} | _kept(described)
    return json.dumps(settings, ensure_ascii=False, sort_keys=True)


def described(source: HarvestSource) -> dict[str, Any]:
    """A stored source in the words that `config` and `package` take."""
    package = model.Session.get(model.Package, source.id)
    owner = model.Session.get(model.Group, package.owner_org) if package.owner_org else None
    settings = calendar.settings(source.config)
    told = {
        "name": package.name, "title": source.title, "url": source.url, "type": source.type,
        "notes": package.notes or "", "contact": standing.contact(source.id),
        "organization": settings.get("publisher") or (owner.name if owner else ""),
    }  # fmt: skip
    if not source.type.startswith(PREFIX):
        return told | {"organization": owner.name if owner else "", "options": settings}
    return told | _kept(settings)


def _kept(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a source beside its address; a plain no is said too."""
    return {key: settings[key] for key in KEPT if settings.get(key) or settings.get(key) is False}


def package(described: Mapping[str, Any]) -> dict[str, Any]:
    """What `harvest_source_create` takes for a source."""
    return {
        "name": described["name"],
        "title": described.get("title") or described["name"],
        "url": described["url"],
        "source_type": described["type"],
        "owner_org": model.Group.get(described["organization"]).id,
        "frequency": "MANUAL",  # the clock times are in the configuration and kept by our own calendar
        "config": config(described),
        "notes": described.get("notes", ""),
    }


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
        wanted = package({**entry, "notes": entry.get("note", "")})
        enabled = bool(enable or entry.get("enabled"))
        existing = model.Package.get(entry["name"])
        if existing is None:
            created = tk.get_action("harvest_source_create")(context(), wanted)
            standing.switch(model.Session.get(HarvestSource, created["id"]), enabled)
            standing.tell(created["id"], entry.get("contact") or "")
            yield f"収集元を登録しました: {entry['title']}"
            continue
        shown = tk.get_action("harvest_source_show")(context(), {"id": existing.id})
        source = model.Session.get(HarvestSource, existing.id)
        # What an operator switched on stays on.
        switched = enabled and standing.state(source, standing.of(source.id)) != standing.ACTIVE
        told = standing.contact(source.id)
        if {key: shown.get(key) or "" for key in wanted} != wanted or entry.get("contact", told) != told:
            tk.get_action("harvest_source_update")(context(), {**wanted, "id": existing.id})
            standing.tell(source.id, entry.get("contact", told) or "")
            yield f"収集元を更新しました: {entry['title']}"
        if switched:
            standing.switch(source, True)
            yield f"収集元を有効にしました: {entry['title']}"
