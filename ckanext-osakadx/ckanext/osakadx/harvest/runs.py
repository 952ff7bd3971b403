"""The life of a run in the database: asked for, begun, listed, planned, applied, ended; held, released, discarded.

What a run does with what it finds is in ``harvesters/base.py``; here is only what is stored, and when it is true.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.dataset import Record
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectError, HarvestSource
from ckanext.osakadx import outbox, queue

from .model import DISCARDED, FAILED, FINISHED, HELD, OPEN, QUEUED, RUNNING, Entry, Item, Run, now
from .writer import Outcome

STAGE_ROWS = 500  # entries per INSERT while a listing is read
GRACE = timedelta(days=7)  # an absent record is archived after this long …
GRACE_RUNS = 3  # … and after this many complete listings without it


# -- asking for a run ------------------------------------------------------------------------------------------------


def request(source_id: str, trigger: str, job_id: str | None = None) -> tuple[Run, bool]:
    """Ask for a run of a source.

    Args:
        source_id: id of the ckanext-harvest source.
        trigger: who asked: calendar, page, command.
        job_id: ckanext-harvest's job this run fulfils; None: one is made.

    Returns:
        (the run, True) or, when the source has an open run already, (that run, False).
    """
    source = model.Session.get(HarvestSource, source_id)
    if source is None:
        raise tk.ObjectNotFound(f"harvest source {source_id}")
    open_run = _open_run(source_id)
    if open_run is not None:
        return open_run, False
    job = model.Session.get(HarvestJob, job_id) if job_id else HarvestJob(source_id=source_id)
    job.status = "Running"
    model.Session.add(job)
    model.Session.flush()
    run = Run(source_id=source_id, job_id=job.id, trigger=trigger)
    model.Session.add(run)
    try:
        model.Session.commit()
    except IntegrityError:  # somebody else asked in the same instant
        model.Session.rollback()
        open_run = _open_run(source_id)
        if open_run is None:
            raise
        return open_run, False
    enqueue(run)
    return run, True


def enqueue(run: Run) -> None:
    """Put the work of a run into the durable queue (once, however often it is called)."""
    queue.defer(
        "osakadx_harvest:run",
        queue="harvest",
        lock=f"source:{run.source_id}",
        once=f"run:{run.id}",
        run_id=run.id,
    )


def _open_run(source_id: str) -> Run | None:
    return model.Session.scalars(sa.select(Run).where(Run.source_id == source_id, Run.state.in_(OPEN))).first()


# -- reading the listing -----------------------------------------------------------------------------------------------


def begin(run: Run) -> None:
    """Mark a run as running; a run that was cut short goes on where its results end."""
    run.state = RUNNING
    run.started = run.started or now()
    job = model.Session.get(HarvestJob, run.job_id)
    job.gather_started = job.gather_started or _naive(run.started)
    model.Session.commit()


def known(source_id: str) -> dict[str, Item]:
    """What the catalog has from a source: guid → item, absent ones included, archived ones too."""
    return {item.guid: item for item in model.Session.scalars(sa.select(Item).where(Item.source_id == source_id))}


def last_applied(source_id: str) -> Run | None:
    """The last run of a source whose whole listing was read and applied."""
    query = sa.select(Run).where(Run.source_id == source_id, Run.state == FINISHED).order_by(Run.finished.desc())
    recent = model.Session.scalars(query.limit(50))
    return next((run for run in recent if run.facts.get("complete") and not run.counts.get("waiting")), None)


@dataclass(frozen=True)
class Seen:
    """What is kept in memory of a listed record."""

    digest: str
    title: str
    addresses: tuple[str, ...]


def stage(run: Run, records: Iterable[Record], known_digests: Mapping[str, str]) -> dict[str, Seen]:
    """Write what the source lists, page by page, and return what is needed to plan.

    Args:
        records: the listing as it streams in, each guid once.
        known_digests: guid → digest of what the catalog has; a record is stored whole only when it differs.

    Returns:
        guid → digest, title and addresses of every record.
    """
    model.Session.execute(sa.delete(Entry).where(Entry.run_id == run.id))
    listed: dict[str, Seen] = {}
    rows: list[dict[str, Any]] = []
    for record in records:
        seen = listed[record.guid] = Seen(record.digest(), record.title, addresses(record.files))
        changed = known_digests.get(record.guid) != seen.digest
        rows.append(
            {
                "run_id": run.id,
                "guid": record.guid,
                "position": len(listed),
                "digest": seen.digest,
                "title": seen.title,
                "record": storable(asdict(record)) if changed else None,
            }
        )
        if len(rows) == STAGE_ROWS:
            _insert_entries(rows)
    _insert_entries(rows)
    model.Session.commit()
    return listed


def addresses(files: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Where a record's files lie; they help to know a record again whose guid has changed."""
    return tuple(str(file["file_download_url"]) for file in files if file.get("file_download_url"))


def _insert_entries(rows: list[dict[str, Any]]) -> None:
    if rows:
        model.Session.execute(sa.insert(Entry), rows)
        rows.clear()


def storable(value: Any) -> Any:
    """The value as PostgreSQL's JSONB takes it: NUL and lone surrogates are not text there."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return json.loads(text.replace("\\u0000", "").encode("utf-8", "replace").decode("utf-8"))


# -- plan and guard ----------------------------------------------------------------------------------------------------


def planned(
    run: Run,
    actions: Mapping[str, str],
    gone: Sequence[Item],
    facts: dict[str, Any],
    verdict: dict[str, Any],
    moved: Sequence[tuple[str, str]],
) -> None:
    """Store the plan and the guard's verdict.

    Args:
        actions: guid → add, change, same or return, for everything listed.
        gone: what is no longer listed.
        facts, verdict: as the listing and the guard give them.
        moved: (old guid, new guid) of records that seem to be the same under another guid.
    """
    by_action: dict[str, list[str]] = {}
    for guid, action in actions.items():
        by_action.setdefault(action, []).append(guid)
    for action, guids in by_action.items():
        for start in range(0, len(guids), 5000):
            model.Session.execute(
                sa.update(Entry)
                .where(Entry.run_id == run.id, Entry.guid.in_(guids[start : start + 5000]))
                .values(action=action, result="unchanged" if action == "same" else None)
            )
    for position, item in enumerate(gone, start=len(actions) + 1):
        model.Session.add(
            Entry(
                run_id=run.id,
                guid=item.guid,
                position=position,
                digest=item.digest,
                title=item.title,
                action="gone",
                package_id=item.package_id,
            )
        )
    run.plan = {**{action: len(guids) for action, guids in by_action.items()}, "gone": len(gone), "moved": list(moved)}
    run.facts = facts
    run.guard = {**verdict, "held_removals": verdict["action"] == "hold-removals" and bool(verdict["held"])}
    job = model.Session.get(HarvestJob, run.job_id)
    job.gather_finished = _naive(now())
    model.Session.commit()


def hold(run: Run) -> None:
    """The guard holds the whole run: nothing is touched until a person releases or discards it."""
    run.state = HELD
    run.finished = now()
    _end_job(run)
    model.Session.commit()


def release(run: Run, user: str) -> None:
    """A person has looked at a held run and wants what it planned."""
    if not is_held(run):
        raise tk.ValidationError({"id": [tk._("This run is not held.")]})
    run.released = True
    run.guard = {**run.guard, "released_by": user, "released_at": now().isoformat(), "held_removals": False}
    _take_over(run)
    run.state = QUEUED
    run.finished = None
    job = model.Session.get(HarvestJob, run.job_id)
    job.status, job.finished = "Running", None
    model.Session.commit()
    enqueue(run)


def _take_over(run: Run) -> None:
    """Records that only changed their guid keep their data sets: the identity moves, nothing is doubled."""
    for old, new in run.plan.get("moved", []):
        item = model.Session.get(Item, (run.source_id, old))
        entry = model.Session.get(Entry, (run.id, new))
        gone = model.Session.get(Entry, (run.id, old))
        if item is None or entry is None or model.Session.get(Item, (run.source_id, new)) is not None:
            continue
        item.guid = new
        entry.action = "change"
        if gone is not None:
            model.Session.delete(gone)


def discard(run: Run, user: str) -> None:
    """A person has looked at a held run and does not want it; the catalog stays as it is."""
    if not is_held(run):
        raise tk.ValidationError({"id": [tk._("This run is not held.")]})
    run.guard = {**run.guard, "discarded_by": user, "discarded_at": now().isoformat(), "held_removals": False}
    run.state = DISCARDED if run.state == HELD else run.state
    model.Session.commit()


def is_held(run: Run) -> bool:
    """Whether the run, or its removals, wait for a person."""
    return run.state == HELD or bool(run.state == FINISHED and run.guard.get("held_removals"))


# -- results -----------------------------------------------------------------------------------------------------------


def to_apply(run: Run, limit: int) -> list[Entry]:
    """The next entries that have to be added or changed and have no result yet."""
    return list(
        model.Session.scalars(
            sa.select(Entry)
            .where(Entry.run_id == run.id, Entry.action.in_(("add", "change", "return")), Entry.result.is_(None))
            .order_by(Entry.position)
            .limit(limit)
        )
    )


def note(run: Run, entries: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> None:
    """Store the outcomes of a batch, in the batch's own transaction."""
    for outcome in outcomes:
        entry = entries[outcome.guid]
        entry.result = outcome.result
        entry.package_id = outcome.package_id
        entry.notices = storable(list(outcome.notices))
        model.Session.add(entry)
        if outcome.result in ("added", "updated") and outcome.package_id:
            _note_item(run, entry, outcome.package_id)
        _note_object(run, entry)
    model.Session.flush()


def _note_item(run: Run, entry: Entry, package_id: str) -> None:
    record = entry.record or {}
    values = {
        "source_id": run.source_id,
        "guid": entry.guid,
        "package_id": package_id,
        "digest": entry.digest,
        "title": entry.title,
        "addresses": list(addresses(record.get("files") or ())),
        "raw": record.get("raw"),
        "state": "present",
        "last_run": run.id,
        "absent_since": None,
        "absent_runs": 0,
    }
    model.Session.execute(
        insert(Item)
        .values(**values, first_run=run.id)
        .on_conflict_do_update(index_elements=["source_id", "guid"], set_=values)
    )


REPORT = {"added": "added", "updated": "updated", "refused": "errored", "absent": "deleted", "archived": "deleted"}


def _note_object(run: Run, entry: Entry) -> None:
    """ckanext-harvest's own row for this record: its pages and reports read it."""
    good = entry.result != "refused"
    if good:
        model.Session.execute(
            sa.update(HarvestObject)
            .where(HarvestObject.harvest_source_id == run.source_id, HarvestObject.guid == entry.guid)
            .values(current=False)
        )
    moment = _naive(now())
    harvest_object = HarvestObject(
        guid=entry.guid,
        current=entry.result in ("added", "updated"),
        gathered=moment,
        content=json.dumps(entry.record.get("raw") if entry.record else None, ensure_ascii=False),
        fetch_started=moment,
        fetch_finished=moment,
        import_started=moment,
        import_finished=moment,
        state="COMPLETE" if good else "ERROR",
        job=model.Session.get(HarvestJob, run.job_id),
        source=model.Session.get(HarvestSource, run.source_id),
        package_id=entry.package_id,
        report_status=REPORT[entry.result],
    )
    model.Session.add(harvest_object)
    if not good:
        model.Session.flush()
        model.Session.add(
            HarvestObjectError(
                harvest_object_id=harvest_object.id,
                stage="Import",
                message=json.dumps(entry.notices, ensure_ascii=False),
            )
        )


def mark_gone(run: Run) -> None:
    """Note that records are absent; those absent longer than the grace are archived. Nothing is deleted."""
    entries = model.Session.scalars(
        sa.select(Entry).where(Entry.run_id == run.id, Entry.action == "gone", Entry.result.is_(None))
    ).all()
    archived = []
    for entry in entries:
        item = model.Session.get(Item, (run.source_id, entry.guid))
        item.absent_since = item.absent_since or now()
        item.absent_runs += 1
        item.last_run = run.id
        over = item.absent_runs >= GRACE_RUNS and now() - item.absent_since >= GRACE
        if over and item.state != "archived":
            archived.append(item.package_id)
            item.state = entry.result = "archived"
            _note_object(run, entry)
        else:
            entry.result = item.state = "archived" if item.state == "archived" else "absent"
    outbox.enqueue([entry.package_id for entry in entries])
    model.Session.commit()


def confirm_same(run: Run) -> None:
    """Records that are listed as before are present (again), without touching their data sets."""
    back = model.Session.scalars(
        sa.select(Item)
        .join(Entry, sa.and_(Entry.run_id == run.id, Entry.guid == Item.guid, Entry.action == "same"))
        .where(Item.source_id == run.source_id, Item.state != "present")
    ).all()
    for item in back:
        item.state, item.absent_since, item.absent_runs = "present", None, 0
    outbox.enqueue([item.package_id for item in back])
    model.Session.commit()


# -- the end -----------------------------------------------------------------------------------------------------------


def finish(run: Run, *, facts: dict[str, Any] | None = None, unchanged: int = 0) -> None:
    """End a run: count what became of everything listed, and prove that it adds up.

    Args:
        facts: how the listing ended, when it was not planned because the source says that nothing changed.
        unchanged: number of records that source has, in that case.
    """
    run.facts = facts or run.facts
    results = dict(
        model.Session.execute(
            sa.select(Entry.result, sa.func.count()).where(Entry.run_id == run.id).group_by(Entry.result)
        ).all()
    )
    states = dict(
        model.Session.execute(
            sa.select(Item.state, sa.func.count()).where(Item.source_id == run.source_id).group_by(Item.state)
        ).all()
    )
    results["unchanged"] = results.get("unchanged", 0) + unchanged
    listed = sum(number for result, number in results.items() if result in ("added", "updated", "unchanged", "refused"))
    waiting = results.get(None, 0)  # what is gone at the source and waits for a person
    run.counts = {
        **{name: results.get(name, 0) for name in ("added", "updated", "unchanged", "refused", "absent", "archived")},
        "listed": listed,
        "waiting": waiting,
        "claimed": run.facts.get("claimed"),
        "in_catalog": states.get("present", 0),
        "absent_in_catalog": states.get("absent", 0) + states.get("archived", 0),
        # What is listed = what the catalog has, but for what was refused and what is gone and not yet let go.
        "proved": not run.facts.get("complete")
        or listed - results.get("refused", 0) == states.get("present", 0) - waiting,
    }
    run.state = FINISHED
    run.finished = now()
    # An unchanged record is one row of the item table, not one row per run.
    model.Session.execute(sa.delete(Entry).where(Entry.run_id == run.id, Entry.action == "same"))
    _end_job(run)
    model.Session.commit()


def fail(run: Run, message: str, slug: str, fix: str = "") -> None:
    """End a run that could not do its work; what was applied before stays."""
    run.state = FAILED
    run.finished = now()
    run.error = {"slug": slug, "message": message, "fix": fix}
    _end_job(run)
    model.Session.commit()


def _end_job(run: Run) -> None:
    job = model.Session.get(HarvestJob, run.job_id)
    if job:
        job.status = "Finished"
        job.gather_finished = job.gather_finished or _naive(now())
        job.finished = _naive(now())


def _naive(moment: Any) -> Any:
    """An instant as ckanext-harvest stores it: UTC without zone."""
    return moment.replace(tzinfo=None)
