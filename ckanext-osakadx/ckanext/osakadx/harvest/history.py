"""One record of a source through the runs: what it sent last, what became of it when, what changed on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model
from osakadx import changes

from .model import FINISHED, Entry, Item, Run

RUNS = 300  # looked through, newest first


def of(source_id: str, guid: str) -> dict[str, Any] | None:
    """What is known of a record; None where the source never had it.

    Returns:
        dict: ``item`` (state, data set, first and last run), ``record`` as read last (``raw``, ``concepts``,
        ``files``), ``history``: newest first, under its former guids too, each with the run, what became of the
        record, its notices, and ``changes`` against the reading before, where both were kept.
    """
    item = model.Session.get(Item, (source_id, guid))
    recent = sa.select(Run.id, Run.created, Run.started, Run.state, Run.plan["moved"].label("moved"))
    recent = recent.where(Run.source_id == source_id).order_by(Run.created.desc()).limit(RUNS).subquery()
    known = [Entry.guid == guid]
    known += [sa.and_(Entry.guid == old, recent.c.created < until) for old, until in _former(recent, guid)]
    query = (
        sa.select(Entry, recent.c.started, recent.c.created)
        .join(recent, recent.c.id == Entry.run_id)
        .where(sa.or_(*known))
        .order_by(recent.c.created.desc())
    )
    entries = model.Session.execute(query).all()
    if item is None and not entries:
        return None
    read = [entry for entry, *_ in entries if entry.record]
    before = dict(zip([entry.run_id for entry in read], [*(entry.record for entry in read[1:]), None], strict=True))
    history = [
        {
            "run_id": entry.run_id,
            "when": (started or created).isoformat(),
            "action": entry.action,
            "result": entry.result,
            "notices": entry.notices,
            "changes": _changes(before.get(entry.run_id), entry.record),
        }
        for entry, started, created in entries
    ]
    return {
        "guid": guid,
        "item": _item(item),
        "package_id": item.package_id if item else next((e.package_id for e, *_ in entries if e.package_id), None),
        "title": item.title if item else entries[0][0].title,
        "record": read[0].record if read else ({"raw": item.raw} if item and item.raw is not None else None),
        "history": history,
    }


def _former(recent: sa.Subquery, guid: str) -> list[tuple[str, datetime]]:
    """The guids that a record had before, the last one first, and when it left each."""
    moves = sa.select(recent.c.moved, recent.c.created).where(
        recent.c.state == FINISHED, sa.func.jsonb_array_length(recent.c.moved) > 0
    )
    found: list[tuple[str, datetime]] = []
    for moved, when in model.Session.execute(moves.order_by(recent.c.created.desc())):
        for old in (old for old, new in moved if new == guid):
            found.append((old, when))
            guid = old
            break
    return found


class Origin(NamedTuple):
    """Where a data set comes from: id and name of its source, its ID there."""

    source_id: str
    source: str
    guid: str


def origin(package_id: str) -> Origin | None:
    """The record that a data set was made of."""
    query = (
        sa.select(Item.source_id, model.Package.name, Item.guid)
        .join(model.Package, model.Package.id == Item.source_id)
        .where(Item.package_id == package_id)
    )
    row = model.Session.execute(query).first()
    return Origin(*row) if row else None


def _changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """What changed; nothing of the first reading, of which everything is new."""
    if not before or not after:
        return []
    return [
        {
            "concept": each.concept, "kind": each.kind, "before": each.before, "after": each.after, "file": each.file,
            "parts": [list(part) for part in each.parts],
        }
        for each in changes.compare(before, after)
    ]  # fmt: skip


def _item(item: Item | None) -> dict[str, Any] | None:
    if item is None:
        return None
    absent = item.absent_since.isoformat() if item.absent_since else None
    return {"state": item.state, "first_run": item.first_run, "last_run": item.last_run, "absent_since": absent}
