"""When files are looked at: asked for by a change, by the calendar, or by a person; oldest due first.

The table `osakadx_intake_due` is the memory. A change is noted in its own transaction, so that a crash between database
and queue loses nothing: the calendar finds what is due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk

from .model import Due, now

RECHECK = "ckanext.osakadx.intake.recheck_hours"
AGAIN = "ckanext.osakadx.intake.retry_hours"
LOST = timedelta(hours=6)  # what was queued longer ago than this never came back
PAGE = 500

_NOTE = """
    INSERT INTO osakadx_intake_due (resource_id, package_id, due)
    SELECT r.id, r.package_id, :due FROM resource r JOIN package p ON p.id = r.package_id
    WHERE r.state = 'active' AND p.state = 'active' {condition}
    ON CONFLICT (resource_id) DO UPDATE
    SET package_id = excluded.package_id, due = least(osakadx_intake_due.due, excluded.due), queued = NULL
"""
_NEW = "AND NOT EXISTS (SELECT 1 FROM osakadx_intake_due d WHERE d.resource_id = r.id)"


def note(package_ids: Collection[str]) -> None:
    """Note, in the caller's transaction, that the files of these data sets are to be looked at now."""
    if package_ids:
        query = sa.text(_NOTE.format(condition="AND p.id = ANY(:packages)"))
        model.Session.execute(query, {"due": now(), "packages": list(package_ids)})


def note_all() -> None:
    """Note, in the caller's transaction, that every file is to be looked at now."""
    model.Session.execute(sa.text(_NOTE.format(condition="")), {"due": now()})


def sweep() -> None:
    """Note files that nobody has noted, forget those that are gone, and commit."""
    model.Session.execute(sa.text(_NOTE.format(condition=_NEW)), {"due": now()})
    active = (
        sa.exists()
        .where(model.Resource.id == Due.resource_id, model.Resource.state == "active")
        .where(model.Package.id == model.Resource.package_id, model.Package.state == "active")
    )
    model.Session.execute(sa.delete(Due).where(~active).execution_options(synchronize_session=False))
    model.Session.commit()


def due() -> Iterator[tuple[str, str]]:
    """Yield (resource id, address) of what is due, the oldest first, and commit page by page that it was handed out."""
    while rows := _claim():
        yield from rows


def looked(resource_id: str, *, well: bool) -> None:
    """Note, in the caller's transaction, when a file is looked at next."""
    hours = int(tk.config.get(RECHECK if well else AGAIN) or (24 if well else 12))
    put_off(resource_id, now() + timedelta(hours=hours))


def put_off(resource_id: str, until: datetime) -> None:
    """Note, in the caller's transaction, that a file is not looked at before an instant."""
    model.Session.execute(sa.update(Due).where(Due.resource_id == resource_id).values(due=until, queued=None))


def forget(resource_id: str) -> None:
    """Note, in the caller's transaction, that there is no file to look at."""
    model.Session.execute(sa.delete(Due).where(Due.resource_id == resource_id))


def waiting() -> int:
    """Number of files that are due."""
    return model.Session.execute(sa.select(sa.func.count()).where(Due.due <= now())).scalar_one()


def _claim() -> list[tuple[str, str]]:
    lost = now() - LOST
    chosen = (
        sa.select(Due.resource_id)
        .where(Due.due <= now(), sa.or_(Due.queued.is_(None), Due.queued < lost))
        .order_by(Due.due)
        .limit(PAGE)
        .with_for_update(skip_locked=True)
    )
    ids = list(model.Session.scalars(chosen))
    model.Session.execute(sa.update(Due).where(Due.resource_id.in_(ids)).values(queued=now()))
    rows = model.Session.execute(sa.select(model.Resource.id, model.Resource.url).where(model.Resource.id.in_(ids)))
    found = {row[0]: row[1] or "" for row in rows}
    model.Session.commit()
    return [(id_, found.get(id_, "")) for id_ in ids]
