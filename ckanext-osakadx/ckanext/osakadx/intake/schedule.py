"""When files are looked at: asked for by a change, by the calendar, or by a person.

The oldest due come first, and of what is due in the same hour the files of the data sets that people look at most.
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

from ckanext.osakadx import viewed
from ckanext.osakadx.quality.interfaces import Backlog

from .files import UPLOAD
from .model import LINK, Due, Evidence, now

LOST = timedelta(hours=6)  # what was queued longer ago than this never came back
PAGE = 500
# What waits with the workers has its place already: no more is handed out than keeps them busy until the next minute.
AHEAD = 5000
PER_HOST = 100

# Of a host's name, what fits into an index.
_NOTE = """
    INSERT INTO osakadx_intake_due (resource_id, package_id, due, routine, views, host)
    SELECT r.id, r.package_id, :due, false, 0,
        CASE WHEN r.url_type = 'upload' THEN '' ELSE left(lower(split_part(coalesce(r.url, ''), '/', 3)), 255) END
    FROM {files}
    ON CONFLICT (resource_id) DO UPDATE
    SET package_id = excluded.package_id, due = least(osakadx_intake_due.due, excluded.due), queued = NULL,
        routine = false, host = excluded.host
"""
_ALL = "resource r JOIN package p ON p.id = r.package_id WHERE r.state = 'active' AND p.state = 'active'"
_NEW = " AND NOT EXISTS (SELECT 1 FROM osakadx_intake_due d WHERE d.resource_id = r.id)"
# One look into the index for each data set, whatever the planner believes of tables that a harvest has just filled: by
# their statistics from before it would go over all files for every data set.
_OF = """
    unnest(CAST(:packages AS text[])) AS chosen(id)
    JOIN package p ON p.id = chosen.id AND p.state = 'active'
    JOIN LATERAL (SELECT id, package_id, url, url_type FROM resource
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
    """Note files that nobody has noted, forget those that are gone, count views anew, and commit."""
    model.Session.execute(sa.text(_NOTE.format(files=_ALL + _NEW)), {"due": now()})
    active = (
        sa.exists()
        .where(model.Resource.id == Due.resource_id, model.Resource.state == "active")
        .where(model.Package.id == model.Resource.package_id, model.Package.state == "active")
    )
    model.Session.execute(sa.delete(Due).where(~active).execution_options(synchronize_session=False))
    _count_views()
    model.Session.commit()


def _count_views() -> None:
    """Note how often data sets were looked at lately, where that has changed; 0 where nobody counts."""
    lately = viewed.lately()
    query = sa.select(Due.resource_id, sa.func.coalesce(lately.c.views, 0).label("views"))
    query = query.outerjoin(lately, lately.c.package_id == Due.package_id)
    now_ = query.where(Due.views != sa.func.coalesce(lately.c.views, 0)).subquery()
    change = sa.update(Due).where(Due.resource_id == now_.c.resource_id).values(views=now_.c.views)
    model.Session.execute(change.execution_options(synchronize_session=False))


def due() -> Iterator[tuple[str, str]]:
    """Yield (resource id, address) of what is to be read next, in turn; commit by page that it was handed out.

    There is an end when so much waits with the workers that what becomes due meanwhile would come too late.
    """
    _give_back(False, LOST)
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


def backlog() -> Backlog:
    """Count what is due, whether it is with a worker already or not."""
    count = sa.func.count()
    query = sa.select(count.filter(Due.routine.is_(False)), count.filter(Due.routine), sa.func.min(Due.due))
    return Backlog(*model.Session.execute(query.where(Due.due <= now())).one())


# -- whose turn it is -------------------------------------------------------------------------------------------------

# Of each host the first few, by an index that holds them in turn: neither is a million rows sorted, nor does everybody
# wait for the largest host. What lies here (no host) waits for nobody. Twice as many as wanted are looked at, since
# another process may be taking some of them.
_TAKE = """
    WITH RECURSIVE hosts AS (
        (SELECT host FROM osakadx_intake_due WHERE routine = :routine AND queued IS NULL ORDER BY host LIMIT 1)
        UNION ALL
        SELECT (
            SELECT d.host FROM osakadx_intake_due d
            WHERE d.routine = :routine AND d.queued IS NULL AND d.host > h.host ORDER BY d.host LIMIT 1
        ) FROM hosts h WHERE h.host IS NOT NULL
    ), busy AS (
        SELECT host, count(*) AS files FROM osakadx_intake_due
        WHERE NOT routine AND queued IS NOT NULL AND NOT :routine GROUP BY host
    ), turn AS (
        SELECT first.* FROM hosts h LEFT JOIN busy b ON b.host = h.host CROSS JOIN LATERAL (
            SELECT d.resource_id, d.hour, d.views, d.due FROM osakadx_intake_due d
            WHERE d.routine = :routine AND d.queued IS NULL AND d.host = h.host
            AND d.hour <= CAST(:hour AS timestamp) AND d.due <= :now
            ORDER BY d.hour, d.views DESC, d.due, d.resource_id
            LIMIT CASE WHEN h.host = '' THEN :many ELSE greatest(:per_host - coalesce(b.files, 0), 0) END
        ) first ORDER BY first.hour, first.views DESC, first.due, first.resource_id LIMIT 2 * :many
    ), chosen AS (
        SELECT d.resource_id FROM osakadx_intake_due d JOIN turn t ON t.resource_id = d.resource_id
        WHERE d.queued IS NULL AND d.routine = :routine
        ORDER BY t.hour, t.views DESC, t.due, t.resource_id LIMIT :many FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE osakadx_intake_due d SET queued = :now FROM chosen c WHERE d.resource_id = c.resource_id
    RETURNING d.resource_id, d.package_id, d.due, d.hour, d.views
"""
_LOST_LINK = timedelta(hours=1)


def _give_back(routine: bool, lost: timedelta) -> None:
    """Give back, in the caller's transaction, what was taken so long ago that whoever took it is gone."""
    again = sa.update(Due).where(Due.routine.is_(routine), Due.queued < now() - lost).values(queued=None)
    model.Session.execute(again.execution_options(synchronize_session=False))


def _take(routine: bool, many: int, per_host: int) -> list[Any]:
    """Take rows whose turn it is, in turn, in the caller's transaction."""
    moment = now()
    given = {"routine": routine, "many": many, "per_host": per_host, "now": moment, "hour": moment.replace(tzinfo=None)}
    rows = model.Session.execute(sa.text(_TAKE), given).all()
    return sorted(rows, key=lambda row: (row.hour, -row.views, row.due, row.resource_id))


def waits_for_its_host(resource_id: str) -> bool:
    """Whether more files of this one's host are due, and none of them is with a worker: its share was worked off."""
    host = sa.select(Due.host).where(Due.resource_id == resource_id).scalar_subquery()
    others = sa.exists().where(Due.host == host, Due.routine.is_(False), Due.resource_id != resource_id)
    handed_out, due_ = others.where(Due.queued.is_not(None)), others.where(Due.queued.is_(None), Due.due <= now())
    return bool(model.Session.scalar(sa.select(sa.and_(due_, ~handed_out))))


def _claim() -> list[tuple[str, str]]:
    """Hand out a page of files to be read, and commit; empty when the workers have enough."""
    taken = sa.select(sa.func.count()).where(Due.routine.is_(False), Due.queued.is_not(None))
    room = AHEAD - model.Session.execute(taken).scalar_one()
    rows = _take(False, min(PAGE, room), PER_HOST) if room > 0 else []
    ids = [row.resource_id for row in rows]
    table = model.Resource
    found = dict(model.Session.execute(sa.select(table.id, table.url).where(table.id.in_(ids))).tuples().all())
    model.Session.commit()
    return [(id_, found.get(id_) or "") for id_ in ids]


# -- links: looks that are a matter of routine ------------------------------------------------------------------------


def links(many: int, per_host: int) -> list[tuple[str, str, datetime]]:
    """Take (resource id, package id, due) of links that are due, in turn, and commit that they were taken.

    Args:
        many: at most so many. per_host: of one host.
    """
    _give_back(True, _LOST_LINK)
    rows = _take(True, many, per_host)
    model.Session.commit()
    return [(row.resource_id, row.package_id, row.due) for row in rows]


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
