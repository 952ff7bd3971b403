"""Files of a data set: what they are good for, how they were found, how to take them, which stands for the data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from osakadx.quality.condition import Condition
from osakadx.search.facts import format_groups

from .language import is_japanese, osakadx_date, osakadx_size
from .site import osakadx_plugin

_ICONS = {"table": "table", "map": "map", "image": "image"}
_DOWNLOAD = "osakadx_intake.download"


def osakadx_file_kinds(
    package: dict[str, Any], conditions: Mapping[str, Mapping[str, Any]] | None = None
) -> list[dict[str, str]]:
    """Say what the files of a data set are good for (Tables, Maps …), each with its icon and formats.

    Args:
        package: the data set.
        conditions: how its files were found (`osakadx_conditions`): a page, a locked or an empty file is called that.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for resource in package.get("resources") or ():
        seen = (conditions or {}).get(resource.get("id") or "", {})
        written = seen.get("format") or (resource.get("format") or "").strip()
        for kind in _kinds(written, seen.get("state", "")):
            formats = found.setdefault(kind, [])
            if written and written not in formats:
                formats.append(written)
    return [
        {"label": label, "icon": icon, "formats": "・".join(formats)}
        for (label, icon), formats in sorted(found.items(), key=lambda entry: _place(entry[0][0]))
    ]


def _kinds(written: str, state: str) -> list[tuple[str, str]]:
    """What a file is good for, as (label, icon)."""
    from .facets import osakadx_kinds

    bad = _bad_kinds().get(state)
    if bad:
        return [bad]
    labels = osakadx_kinds()
    return [(labels[group], _ICONS.get(group, "document")) for group in format_groups([written])]


def _bad_kinds() -> dict[str, tuple[str, str]]:
    _ = tk._
    return {
        "web-page": (_("Web page"), "document"),
        "encrypted": (_("File locked with a password"), "lock"),
        "empty": (_("Empty file"), "document"),
    }


def _place(label: str) -> int:
    from .facets import osakadx_kinds

    labels = list(osakadx_kinds().values())
    return labels.index(label) if label in labels else len(labels)


def osakadx_conditions(packages: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Tell how the files of some data sets were found when they were looked at last, in one question to the database.

    Returns:
        By resource id, of the files of which something is to be said: ``state`` (see `osakadx.quality.condition`),
        ``format`` (what the file really is, or empty) and ``note``, a sentence.
    """
    known = [package for package in packages if package.get("id")]
    if not known or not osakadx_plugin("osakadx_intake"):
        return {}
    from ckanext.osakadx.intake import evidence

    addresses = {file["id"]: _subject(file) for package in known for file in package.get("resources") or ()}
    return {
        resource_id: {"state": seen.state, "format": seen.format, "note": condition_note(seen)}
        for resource_id, (subject, seen) in evidence.conditions([package["id"] for package in known]).items()
        if seen.state and subject == addresses.get(resource_id)  # else it has another address since
    }


def _subject(resource: Mapping[str, Any]) -> str:
    """What the intake examines of a file: its address, or `upload`."""
    return "upload" if resource.get("url_type") == "upload" else (resource.get("url") or "").strip()


def condition_note(seen: Condition) -> str:
    """Say in a sentence how a file was found, in the page's language."""
    _ = tk._
    if seen.state == "fails":
        said = _("When last checked ({date}): {what}")
        return said.format(date=osakadx_date(seen.checked), what=_failure(seen))
    if seen.cause == "login-page":
        return _("No data comes from here, but a page that asks for a password.")
    sentences = {
        "web-page": _("No data comes from here, but a web page (HTML)."),
        "encrypted": _("The file is locked with a password; nothing in it can be read."),
        "empty": _("The file is empty."),
        "differs": _("Its real format is {format}.").format(format=seen.format),
    }
    return sentences.get(seen.state, "")


def _failure(seen: Condition) -> str:
    _ = tk._
    if is_japanese() and seen.reason:
        return seen.reason
    names = {
        "not-found": _("the file was not found"),
        "forbidden": _("access was refused"),
        "too-slow": _("the server was too slow"),
        "name-not-found": _("there is no such server"),
    }
    what = names.get(seen.cause) or _("the file could not be fetched")
    return f"{what} ({seen.status})" if seen.status else what


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
