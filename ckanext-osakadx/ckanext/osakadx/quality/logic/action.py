"""Actions of the scores."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.osakadx.quality.model import History, Score, unscored

from . import schema


@tk.side_effect_free
@validate(schema.dataset)
def osakadx_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the score of a data set, from what was found at its files.

    Args:
        id (str): id or name of the data set

    Returns:
        dict: ``grade`` (A to D, null while nothing was examined), ``points`` and ``max`` (of the examined dimensions),
        ``dimensions`` (slug, label, label_en, points, max), ``findings`` (the most worthwhile first: rule, severity,
        message, fix, where, resource_id, minutes, and gain: the points the data set would have more), ``waiting``
        (files not examined yet), ``checked`` (when it was scored), ``rules_version``
    """
    tk.check_access("osakadx_quality_show", context, data_dict)
    package = model.Package.get(data_dict["id"])
    found = model.Session.get(Score, package.id)
    return found.as_dict() if found is not None else unscored(package.id)


@tk.side_effect_free
@validate(schema.dataset)
def osakadx_quality_history(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return how the score of a data set developed, the oldest first; each entry holds until the next.

    Args:
        id (str): id or name of the data set

    Returns:
        list: dicts of ``day``, ``grade``, ``points``, ``max``, ``dimensions``, ``rules_version``
    """
    tk.check_access("osakadx_quality_history", context, data_dict)
    package = model.Package.get(data_dict["id"])
    query = sa.select(History).where(History.package_id == package.id).order_by(History.day)
    return [row.as_dict() for row in model.Session.scalars(query)]
