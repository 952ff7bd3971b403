"""In which order all data sets are scored anew, so that whatever cuts it short has cost the least."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from ckan import model
from osakadx.quality.rulebook import rulebook

from ckanext.osakadx import viewed

from .model import Score


def in_turn(size: int) -> Iterator[list[str]]:
    """Yield the ids of all active data sets, page by page: the longest due first, then what people look at most.

    Due the longest are, all at once, those that were never scored or by other rules; then the others by the day (of
    Japan) of their score. Begun anew, it begins with what was left.

    Args:
        size: of a page.
    """
    lately, package = viewed.lately(), model.Package
    day = sa.func.date_trunc("day", sa.func.timezone("Asia/Tokyo", Score.scored))
    due = sa.case((Score.rules_version == rulebook().version, day), else_=sa.literal(datetime.min))
    query = (
        sa.select(package.id)
        .outerjoin(Score, Score.package_id == package.id)
        .outerjoin(lately, lately.c.package_id == package.id)
        .where(package.state == "active", package.type == "dataset")
        .order_by(due, sa.func.coalesce(lately.c.views, 0).desc(), package.id)
    )
    # Read once: whoever scores commits page by page, and a score that was given changes the order.
    ids = model.Session.scalars(query).all()
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
