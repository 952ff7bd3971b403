"""The scores of the data sets that a request shows: asked for together, however many the results of a search are."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from ckan import model
from flask import g, has_request_context

from .model import Score

_EXPECTED, _KNOWN = "osakadx_quality_expected", "osakadx_quality_known"


def expect(package_ids: Iterable[str]) -> None:
    """Note that the scores of these data sets may be asked for while the request lasts."""
    if has_request_context():
        setattr(g, _EXPECTED, {*g.get(_EXPECTED, ()), *package_ids})


def score(package_id: str) -> Score | None:
    """Return the score of a data set; the first question answers for all that were expected."""
    if not has_request_context():
        return model.Session.get(Score, package_id)
    found: dict[str, Score | None] = g.get(_KNOWN, {})
    if package_id not in found:
        wanted = {package_id, *g.get(_EXPECTED, ())} - found.keys()
        rows = model.Session.scalars(sa.select(Score).where(Score.package_id.in_(wanted)))
        found = {**found, **dict.fromkeys(wanted), **{row.package_id: row for row in rows}}
        setattr(g, _KNOWN, found)
    return found[package_id]
