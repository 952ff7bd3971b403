"""When files are looked at: asked for by a change, by the calendar, or by a person; oldest due first.

The table `osakadx_intake_due` is the memory. A change is noted in its own transaction, so that a crash between database
and queue loses nothing: the calendar finds what is due.
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.linkcheck.history import until_next
from osakadx.linkcheck.rules import rules

from .files import UPLOAD
from .model import LINK, Due, Evidence, now

LOST = timedelta(hours=6)  # what was queued longer ago than this never came back
PAGE = 500

_NOTE = """
    INSERT INTO osakadx_intake_due (resource_id, package_id, due, routine)
    SELECT r.id, r.package_id, :due, false FROM {files}
    ON CONFLICT (resource_id) DO UPDATE
    SET package_id = excluded.package_id, due = least(osakadx_intake_due.due, excluded.due), queued = NULL,
        routine = false
"""
_ALL = "resource r JOIN package p ON p.id = r.package_id WHERE r.state = 'active' AND p.state = 'active'"
_NEW = " AND NOT EXISTS (SELECT 1 FROM osakadx_intake_due d WHERE d.resource_id = r.id)"
# One look into the index for each data set, whatever the planner believes of tables that a harvest has just filled: by
# their statistics from before it would go over all files for every data set.
_OF = """
    unnest(CAST(:packages AS text[])) AS chosen(id)
    JOIN package p ON p.id = chosen.id AND p.state = 'active'
    JOIN LATERAL (SELECT id, package_id FROM resource
                  WHERE package_id = chosen.id AND state = 'active' OFFSET 0) r ON true
"""


def note(package_ids: Collection[str]) -> None:
    """Note, in the caller's transaction, that the files of these data sets are to be looked at now."""
    if package_ids:
        query = sa.text(_NOTE.format(files=_OF))
        model.Session.execute(query, {"due": now(), "packages": list(package_ids)})


def note_all() -> None:
    """Note, in the caller's transaction, that every file is to be looked at now."""
    model.Session.execute(sa.text(_NOTE.format(files=_ALL)), {"due": now()})


def sweep() -> None:
    """Note files that nobody has noted, forget those that are gone, and commit."""
    model.Session.execute(sa.text(_NOTE.format(files=_ALL + _NEW)), {"due": now()})
    active = (
        sa.exists()
        .where(model.Resource.id == Due.resource_id, model.Resource.state == "active")
        .where(model.Package.id == model.Resource.package_id, model.Package.state == "active")
    )
    model.Session.execute(sa.delete(Due).where(~active).execution_options(synchronize_session=False))
    model.Session.commit()


def due() -> Iterator[tuple[str, str]]:
    """Yield (resource id, address) of what is to be read, the oldest first; commit by page that it was handed out."""
    while rows := _claim():
        yield from rows


def looked(resource_id: str) -> None:
    """Note, in the caller's transaction, when a file is looked at next, by how its link stands.

    From then on the link check does it, where it can tell whether anything has changed: a file elsewhere that has
    validators, or does not come. Others are fetched again.
    """
    query = sa.select(Evidence.facts, Evidence.subject, Evidence.changed)
    row = model.Session.execute(query.where(Evidence.resource_id == resource_id, Evidence.kind == LINK)).first()
    facts, subject, changed = row or ({"verdict": "unknown"}, UPLOAD, now())
    routine = subject != UPLOAD and any(facts.get(key) for key in ("etag", "modified", "strikes"))
    until = now() + again_after(facts, changed, random.random())  # noqa: S311
    values = {"due": until, "queued": None, "routine": routine}
    model.Session.execute(sa.update(Due).where(Due.resource_id == resource_id).values(**values))


def again_after(facts: dict[str, Any], changed: datetime, chance: float) -> timedelta:
    """After what time a link is looked at again.

    Args:
        facts: of its evidence. changed: since when it is so. chance: 0 to 1, scatters the looks.
    """
    return until_next(rules(), facts["verdict"], len(facts.get("strikes", ())), now() - changed, chance)


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
        .where(Due.due <= now(), Due.routine.is_(False), sa.or_(Due.queued.is_(None), Due.queued < lost))
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


# -- links: looks that are a matter of routine ------------------------------------------------------------------------

# Whose turn it is, and of one host no more than is through in a few minutes: nobody waits for the largest.
_LINKS = """
    WITH waiting AS (
        SELECT d.resource_id, d.due, row_number() OVER (
            PARTITION BY lower(split_part(r.url, '/', 3)) ORDER BY d.due, d.resource_id) AS place
        FROM osakadx_intake_due d JOIN resource r ON r.id = d.resource_id
        WHERE d.routine AND d.due <= :now AND (d.queued IS NULL OR d.queued < :lost)
    ), chosen AS (
        SELECT d.resource_id FROM osakadx_intake_due d JOIN waiting w USING (resource_id)
        WHERE w.place <= :per_host ORDER BY w.due, d.resource_id LIMIT :many FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE osakadx_intake_due d SET queued = :now FROM chosen c WHERE d.resource_id = c.resource_id
    RETURNING d.resource_id, d.package_id, d.due
"""
_LOST_LINK = timedelta(hours=1)


def links(many: int, per_host: int) -> list[tuple[str, str, datetime]]:
    """Take (resource id, package id, due) of links that are due, the oldest first, and commit that they were taken.

    Args:
        many: at most so many. per_host: of one host.
    """
    given = {"now": now(), "lost": now() - _LOST_LINK, "many": many, "per_host": per_host}
    rows = model.Session.execute(sa.text(_LINKS), given).tuples().all()
    model.Session.commit()
    return sorted(rows, key=lambda row: (row[2], row[0]))


def read_instead(resource_ids: Collection[str]) -> None:
    """Note, in the caller's transaction, that files are to be fetched and read now: checking the link is not enough."""
    values = {"due": now(), "queued": None, "routine": False}
    model.Session.execute(sa.update(Due).where(Due.resource_id.in_(list(resource_ids))).values(**values))


def checked(following: Mapping[str, datetime]) -> None:
    """Note, in the caller's transaction and one statement, when links are checked next.

    What somebody has asked for meanwhile stays due.
    """
    rows = [{"resource_id": id_, "due": due.isoformat()} for id_, due in following.items()]
    statement = sa.text(
        "UPDATE osakadx_intake_due d SET due = n.due, queued = NULL "
        "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n(resource_id text, due timestamptz) "
        "WHERE d.resource_id = n.resource_id AND d.routine AND d.queued IS NOT NULL"
    )
    model.Session.execute(statement, {"rows": json.dumps(rows)})


def all_links() -> None:
    """Have every link checked that can be, and commit."""
    model.Session.execute(sa.update(Due).where(Due.routine).values(due=now(), queued=None))
    model.Session.commit()


def links_waiting() -> int:
    """Number of links that are due and not being checked."""
    waiting = sa.or_(Due.queued.is_(None), Due.queued < now() - _LOST_LINK)
    query = sa.select(sa.func.count()).where(Due.due <= now(), Due.routine, waiting)
    return model.Session.execute(query).scalar_one()
