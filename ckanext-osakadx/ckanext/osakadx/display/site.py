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
        (_("Fields"), "group.index", ("group",)),
        (_("How to use"), "osakadx.guide", ("osakadx",)),
    ]
    if tk.current_user.is_authenticated:
        entries.insert(3, (_("Publish data"), "dataset.new", ()))
    return [
        {"label": label, "url": tk.h.url_for(route), "current": _is_here(route, blueprints)}
        for label, route, blueprints in entries
    ]


def _is_here(route: str, blueprints: tuple[str, ...]) -> bool:
    endpoint = tk.request.endpoint or ""
    if route == "dataset.new" or endpoint == "dataset.new":
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
