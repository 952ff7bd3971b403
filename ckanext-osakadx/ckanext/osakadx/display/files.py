"""Files of a data set: what they are good for, how to take them, which stands for the data set."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from osakadx.search.facts import format_groups

from .language import osakadx_size
from .site import osakadx_plugin

_ICONS = {"table": "table", "map": "map", "image": "image"}
_DOWNLOAD = "osakadx_intake.download"


def osakadx_file_kinds(package: dict[str, Any]) -> list[dict[str, str]]:
    """Say what the files of a data set are good for (Tables, Maps …), each with its icon and formats."""
    from .facets import osakadx_kinds

    formats: dict[str, list[str]] = {}
    for resource in package.get("resources") or ():
        written = (resource.get("format") or "").strip()
        for group in format_groups([written]):
            formats.setdefault(group, [])
            if written and written not in formats[group]:
                formats[group].append(written)
    labels = osakadx_kinds()
    order = {group: at for at, group in enumerate(labels)}
    return [
        {"label": labels[group], "icon": _ICONS.get(group, "document"), "formats": "・".join(formats[group])}
        for group in sorted(formats, key=lambda group: order.get(group, len(order)))
    ]


def osakadx_main_file(package: dict[str, Any]) -> dict[str, Any] | None:
    """Return the file whose rows stand for the data set: the first whose table was loaded."""
    return next((resource for resource in package.get("resources") or () if resource.get("datastore_active")), None)


def osakadx_downloads(package: dict[str, Any], resource: dict[str, Any]) -> list[dict[str, Any]]:
    """List the ways to take a file: label, address, note, and whether it is the one to offer first.

    The forms made by the portal come first where its table was loaded; the original always stands there.
    """
    _ = tk._
    labels = {"csv-excel": _("CSV (opens in Excel)"), "csv": _("CSV (UTF-8)"), "json": "JSON", "geojson": "GeoJSON"}
    found = [
        {
            "label": labels[form],
            "url": tk.h.url_for(_DOWNLOAD, id=package["name"], resource_id=resource["id"], ext=form),
        }
        for form in _forms(resource)
    ]
    if not found and resource.get("datastore_active"):
        dump = tk.h.url_for("datastore.dump", resource_id=resource["id"])
        ways = (("csv-excel", "csv&bom=true"), ("csv", "csv"), ("json", "json"))
        found = [{"label": labels[form], "url": f"{dump}?format={words}"} for form, words in ways]
    if resource.get("url"):
        found.append({"label": _("Original file"), "url": resource["url"], "note": _original_note(resource)})
    return [entry | {"first": at == 0} for at, entry in enumerate(found)]


def _forms(resource: dict[str, Any]) -> list[str]:
    return tk.h.osakadx_table_forms(resource["id"]) if osakadx_plugin("osakadx_intake") else []


def _original_note(resource: dict[str, Any]) -> str:
    parts = [resource.get("format") or "", osakadx_size(resource.get("size"))]
    return " ".join(part for part in parts if part)


def osakadx_can_open(address: str) -> bool:
    """Whether an address may stand in a link: http and https only."""
    return (address or "").lower().startswith(("http://", "https://", "/"))
