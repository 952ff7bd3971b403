"""How scores developed: the history of a data set, what was mended, and how long both are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from .model import JAPAN, History, Improvement, Score

# The plan of the prefecture runs for five years. A row is written only when something changed.
KEPT = timedelta(days=5 * 366)


def of(package_id: str, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the history of a data set, the oldest first; with a limit only the newest so many."""
    query = sa.select(History).where(History.package_id == package_id).order_by(History.day.desc())
    return [row.as_dict() for row in reversed(model.Session.scalars(query.limit(limit)).all())]


def improvements(
    organization_id: str | None = None, since: datetime | None = None, *, limit: int = 20, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many improvements public data sets made, and a page of them, the newest first.

    Args:
        organization_id: only of this organisation.
        since: only from this instant on.
    """
    package, group = model.Package, model.Group
    conditions = [package.state == "active", package.private.is_(False)]
    conditions += [package.owner_org == organization_id] if organization_id else []
    conditions += [Improvement.at >= since] if since else []
    source = sa.join(Improvement, package, package.id == Improvement.package_id).outerjoin(
        group, group.id == package.owner_org
    )
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(source).where(*conditions))
    page = sa.select(Improvement, package.name, package.title, group.name, group.title).select_from(source)
    page = page.where(*conditions).order_by(Improvement.at.desc(), Improvement.package_id).limit(limit).offset(offset)
    return int(count or 0), [_shown(*row) for row in model.Session.execute(page)]


def _shown(row: Improvement, name: str, title: str, organization: str | None, heading: str | None) -> dict[str, Any]:
    return {
        "package_id": row.package_id,
        "name": name,
        "title": title or name,
        "organization": organization,
        "organization_title": heading or organization,
        "at": row.at.isoformat(),
        "grade_before": row.grade_before,
        "grade": row.grade,
        "points_before": row.points_before,
        "points": row.points,
        "mended": row.mended,
        "rules_version": row.rules_version,
    }


def improved(start: datetime, end: datetime) -> dict[str, int]:
    """Id of an organisation → number of its public data sets that became better in a time."""
    package = model.Package
    query = (
        sa.select(package.owner_org, sa.func.count(package.id.distinct()))
        .join(Improvement, Improvement.package_id == package.id)
        .where(package.state == "active", package.private.is_(False), Improvement.at >= start, Improvement.at < end)
    )
    return dict(model.Session.execute(query.group_by(package.owner_org)).tuples().all())


def forget(now: datetime) -> None:
    """Delete what is older than `KEPT`, but for the row that still holds, and all of purged data sets; and commit."""
    first = (now - KEPT).astimezone(JAPAN).date()
    later = aliased(History)
    replaced = sa.exists().where(later.package_id == History.package_id, later.day > History.day, later.day <= first)
    _delete(sa.delete(History).where(History.day < first, replaced))
    _delete(sa.delete(Improvement).where(Improvement.at < now - KEPT))
    for table in (Score, History, Improvement):
        _delete(sa.delete(table).where(~sa.exists().where(model.Package.id == table.package_id)))
    model.Session.commit()


def _delete(statement: Any) -> None:
    model.Session.execute(statement.execution_options(synchronize_session=False))
