"""Pages of our own that only tell: how to use the catalog, its terms, its accessibility, its API."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

osakadx = Blueprint("osakadx", __name__)


def guide() -> str:
    """使い方: finding, looking and taking data."""
    return tk.render("osakadx/pages/guide.html")


def terms() -> str:
    """利用ルール: what one may do with the data and with this site."""
    return tk.render("osakadx/pages/terms.html")


def accessibility() -> str:
    """アクセシビリティ方針 (JIS X 8341-3)."""
    return tk.render("osakadx/pages/accessibility.html")


def developers() -> str:
    """API and machine-readable forms of the catalog."""
    return tk.render("osakadx/pages/developers.html")


for page in (guide, terms, accessibility, developers):
    osakadx.add_url_rule(f"/{page.__name__}", view_func=page)
