"""What stands on every page: navigation, footer, and the routes that other plugins may or may not bring."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from werkzeug.routing import BuildError


def osakadx_navigation() -> list[dict[str, Any]]:
    """List the entries of the main navigation with label, address and whether the page belongs to them."""
    _ = tk._
    entries = [
        (_("Find data"), "dataset.search", ("dataset", "resource")),
        (_("Publishers"), "organization.index", ("organization",)),
        (_("Coverage"), "osakadx_quality.coverage", ("osakadx_quality",)),
        (_("Fields"), "group.index", ("group",)),
        (_("How to use"), "osakadx.guide", ()),
    ]
    if tk.current_user.is_authenticated:
        entries.insert(4, (_("Publish data"), "dataset.new", ()))
    return [
        {"label": label, "url": tk.h.url_for(route), "current": _is_here(route, blueprints)}
        for label, route, blueprints in entries
        if osakadx_route_exists(route)
    ]


def _is_here(route: str, blueprints: tuple[str, ...]) -> bool:
    endpoint = tk.request.endpoint or ""
    if not blueprints or endpoint == "dataset.new":
        return route == endpoint
    return endpoint.split(".")[0].replace("_resource", "") in blueprints


def osakadx_footer() -> list[dict[str, str]]:
    """List the links of the footer: label and address."""
    _ = tk._
    entries = [
        (_("About this site"), "home.about"),
        (_("How to use"), "osakadx.guide"),
        (_("Terms of use"), "osakadx.terms"),
        (_("For developers (API)"), "osakadx.developers"),
        (_("Accessibility"), "osakadx.accessibility"),
    ]
    return [{"label": label, "url": tk.h.url_for(route)} for label, route in entries]


def osakadx_route_exists(route: str) -> bool:
    """Whether an enabled plugin offers a route that needs no arguments."""
    try:
        tk.h.url_for(route)
    except BuildError:
        return False
    return True


def osakadx_plugin(name: str) -> bool:
    """Whether a plugin is enabled."""
    return p.plugin_loaded(name)


def osakadx_error(number: int) -> dict[str, str]:
    """Word an HTTP error for people: title, and what happened and what to do."""
    _ = tk._
    known = {
        400: (_("The request could not be read"), _("Something in the address or form was not understood.")),
        403: (_("You may not see this page"), _("It is for people with a role in the publishing body. Log in first.")),
        404: (
            _("This page does not exist"),
            _("The address may have changed, or the data was taken back. Search for it:"),
        ),
        409: (_("Somebody else was faster"), _("The entry changed in the meantime. Look at it again and repeat.")),
        413: (_("The file is too large"), _("Divide it by year or area, or give its address instead of uploading it.")),
        429: (_("Too many requests"), _("Please wait a minute and try again.")),
        500: (_("Something went wrong here"), _("It is our fault, not yours, and it was recorded. Try again later.")),
        503: (_("The portal is busy"), _("Please wait a minute and try again.")),
    }
    title, what = known.get(number, (_("Something went wrong"), _("Go back and try again.")))
    return {"title": title, "what": what}


def osakadx_activity(kind: str) -> str:
    """Name a kind of change, as the activity plugin calls it: ``changed package``."""
    _ = tk._
    things = {
        "package": _("dataset"),
        "resource": _("file"),
        "organization": _("publisher"),
        "group": _("subject field"),
        "user": _("user"),
        "view": _("preview"),
        "tag": _("keyword"),
    }
    done = {
        "new": _("New: {thing}"),
        "changed": _("Changed: {thing}"),
        "deleted": _("Deleted: {thing}"),
        "added": _("Added: {thing}"),
        "removed": _("Removed: {thing}"),
        "follow": _("Followed: {thing}"),
    }
    first, _space, thing = kind.partition(" ")
    thing = thing.split(" ")[-1]
    return done[first].format(thing=things.get(thing, thing)) if first in done else kind


def osakadx_harvesters() -> list[dict[str, str]]:
    """List the kinds of harvest sources: name, and title and description in the page's language."""
    if not p.plugin_loaded("harvest"):
        return []
    return [
        {
            "name": kind["name"],
            "title": _said(kind["title"]) or kind["name"],
            "description": _said(kind.get("description")),
        }
        for kind in tk.h.harvesters_info()
    ]


def osakadx_harvester(name: str | None) -> str:
    """Name a kind of harvest source in the page's language."""
    return next((kind["title"] for kind in osakadx_harvesters() if kind["name"] == name), name or "")


def _said(text: str | None) -> str:
    """Translate what a plugin says of itself; gettext would answer to an empty text with the catalogue's header."""
    return tk._(text) if text else ""
