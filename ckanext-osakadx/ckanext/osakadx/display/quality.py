"""The score of data sets, where the plugin that makes it is enabled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from .language import is_japanese
from .site import osakadx_plugin

_PLUGIN = "osakadx_quality"


def osakadx_score(package: dict[str, Any]) -> dict[str, Any] | None:
    """Return the score of a data set as `osakadx_quality_show` gives it; None while there is none.

    Dimensions carry their ``name`` in the page's language.
    """
    if not osakadx_plugin(_PLUGIN):
        return None
    try:
        found = tk.get_action("osakadx_quality_show")({}, {"id": package["id"]})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    if not found.get("grade"):
        return None
    label = "label" if is_japanese() else "label_en"
    parts = [part | {"name": part.get(label) or part["label"]} for part in found["dimensions"]]
    return found | {"dimensions": parts}


def osakadx_grades(packages: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the grades of the data sets of a list by their ids, in one question to the database."""
    ids = [package["id"] for package in packages if package.get("id")]
    if not ids or not osakadx_plugin(_PLUGIN):
        return {}
    from ckanext.osakadx.quality.model import Score

    query = sa.select(Score.package_id, Score.grade).where(Score.package_id.in_(ids), Score.grade.is_not(None))
    return {row.package_id: row.grade for row in model.Session.execute(query)}
