"""How often people looked at each data set lately, as CKAN's plugin `tracking` counts it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from ckan import model

LATELY = timedelta(days=30)  # CKAN counts the views of a fortnight up to a day; `ckan tracking update` may be late
_SUMMARY = sa.table(
    "tracking_summary",
    sa.column("package_id", sa.UnicodeText),
    sa.column("recent_views", sa.Integer),
    sa.column("tracking_date", sa.Date),
)


def lately() -> sa.Subquery:
    """The query of views: package_id and views, of those that were looked at; empty where nobody counts."""
    table = _SUMMARY.c
    if not model.Session.scalar(sa.select(sa.func.to_regclass(_SUMMARY.name))):
        return sa.select(sa.literal("").label("package_id"), sa.literal(0).label("views")).where(sa.false()).subquery()
    query = sa.select(table.package_id, table.recent_views.label("views"))
    newest = query.distinct(table.package_id).where(table.tracking_date > sa.func.current_date() - LATELY)
    return newest.order_by(table.package_id, table.tracking_date.desc(), table.recent_views.desc()).subquery()
