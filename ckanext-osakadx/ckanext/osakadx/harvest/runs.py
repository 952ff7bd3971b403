"""The life of a run in the database: asked for, begun, listed, planned, applied, ended; held, released, discarded.

What a run does with what it finds is in ``harvesters/base.py``; here is only what is stored, and when it is true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from sqlalchemy.exc import IntegrityError

from ckanext.harvest.model import HarvestJob, HarvestSource
from ckanext.osakadx import queue

from . import arrivals, attempts, fairness, staging, standing
from .model import (
    ABORTED,
    DISCARDED,
    FAILED,
    FINISHED,
    HELD,
    OPEN,
    PAUSED,
    QUEUED,
    RUNNING,
    Entry,
    Item,
    Pause,
    Run,
    now,
)

LISTED = ("added", "updated", "unchanged", "refused", "conflict", "quarantined")


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
    if not standing.is_approved(source):
        raise tk.ValidationError({"source": [tk._("This source waits for approval and does not run before it.")]})
    already = open_run(source_id)
    if already is not None:
        return already, False
    job = model.Session.get(HarvestJob, job_id) if job_id else HarvestJob(source_id=source_id)
    job.status = "Running"
    model.Session.add(job)
    model.Session.flush()
    run = Run(source_id=source_id, job_id=job.id, trigger=trigger, state=PAUSED if is_paused(source_id) else QUEUED)
    model.Session.add(run)
    try:
        model.Session.commit()
    except IntegrityError:  # somebody else asked in the same instant
        model.Session.rollback()
        already = open_run(source_id)
        if already is None:
            raise
        return already, False
    if run.state == QUEUED:
        enqueue(run)
    return run, True


def enqueue(run: Run, priority: int | None = None) -> None:
    """Put the work of a run into the durable queue (once, however often it is called).

    Args:
        priority: as `fairness` gives it to a run that waits for its first worker, unless told.
    """
    queue.defer(
        "osakadx_harvest:run",
        queue=fairness.QUEUE,
        lock=fairness.lock_of(run.source_id),
        once=f"run:{run.id}",
        priority=fairness.priority(run) if priority is None else priority,
        run_id=run.id,
    )


def go_on_later(run: Run) -> None:
    """Give a run back to the queue at its checkpoint."""
    run.state, run.working = QUEUED, None
    model.Session.commit()
    enqueue(run, fairness.priority_of_rest(run))


def open_run(source_id: str) -> Run | None:
    """The run of a source that waits, works or is paused; there is one at most."""
    return model.Session.scalars(_open(source_id)).first()


# -- reading the listing -----------------------------------------------------------------------------------------------


def begin(run: Run) -> None:
    """Mark a run as running; a run that was cut short goes on where its results end.

    Raises:
        attempts.DiesAlways: workers died of it time and again.
    """
    attempts.begin(run)
    run.state = RUNNING
    run.started = run.started or now()
    job = model.Session.get(HarvestJob, run.job_id)
    job.gather_started = job.gather_started or _naive(run.started)
    model.Session.commit()


def last_applied(source_id: str) -> Run | None:
    """The last run of a source whose whole listing was read and applied."""
    query = sa.select(Run).where(Run.source_id == source_id, Run.state == FINISHED).order_by(Run.finished.desc())
    recent = model.Session.scalars(query.limit(50))
    return next((run for run in recent if run.facts.get("complete") and not run.counts.get("waiting")), None)


def numbers(source_id: str) -> dict[str, int]:
    """How many records of a source are present, absent and archived in the catalog."""
    query = sa.select(Item.state, sa.func.count()).where(Item.source_id == source_id).group_by(Item.state)
    return dict(model.Session.execute(query).tuples().all())


def progress(run: Run) -> dict[str, int]:
    """How many of the records that a run has to write are written."""
    writing = Entry.action.in_(("add", "change", "return"))
    query = sa.select(sa.func.count(), sa.func.count(Entry.result)).where(Entry.run_id == run.id, writing)
    to_do, done = model.Session.execute(query).tuples().one()
    return {"to_do": to_do, "done": done}


def read_in_full(source_id: str) -> datetime:
    """When every record of a source was last read, and not taken as unchanged on the source's word."""
    query = sa.select(sa.func.max(Run.finished)).where(
        Run.source_id == source_id, Run.state == FINISHED, Run.facts["complete"].as_boolean(),
        sa.func.coalesce(Run.facts["trusted"].as_integer(), 0) == 0,
    )  # fmt: skip
    return model.Session.scalar(query) or datetime.min.replace(tzinfo=timezone.utc)


# -- plan and guard ----------------------------------------------------------------------------------------------------


def planned(
    run: Run,
    numbers: Mapping[str, int],
    facts: dict[str, Any],
    verdict: dict[str, Any],
    moved: Sequence[tuple[str, str]],
    back: Sequence[tuple[str, str]] = (),
) -> None:
    """Store the plan and the guard's verdict, and commit what was staged with them.

    Args:
        numbers: add, change, return, same, gone → number of records.
        facts, verdict: as the listing and the guard give them.
        moved: (old guid, new guid) of what is gone and seems to be the same under another guid; where the run is not
            held, of what was taken over. back: the same of what was absent before and is back in a run that is held.
    """
    run.plan = {**{action: number for action, number in numbers.items() if number}, "moved": list(moved)}
    if back:
        run.plan["back"] = list(back)
    run.plan.setdefault("gone", 0)
    run.facts = facts
    run.guard = {**verdict, "held_removals": verdict["action"] == "hold-removals" and bool(run.plan["gone"])}
    job = model.Session.get(HarvestJob, run.job_id)
    job.gather_finished = _naive(now())
    model.Session.commit()


def hold(run: Run) -> None:
    """The guard holds the whole run: nothing is touched until a person releases or discards it."""
    run.state = HELD
    run.finished, run.working = now(), None
    _end_job(run)
    model.Session.commit()
    arrivals.ended(run)


def release(run: Run, user: str) -> None:
    """A person has looked at a held run and wants what it planned."""
    if not is_held(run):
        raise tk.ValidationError({"id": [tk._("This run is not held.")]})
    run.released = True
    run.guard = {**run.guard, "released_by": user, "released_at": now().isoformat(), "held_removals": False}
    if run.state == HELD:  # else only its removals were
        taken = staging.take_over(run, [*run.plan.get("moved", []), *run.plan.get("back", [])])
        run.plan = {**run.plan, "moved": list(taken), "back": []}
    run.state = QUEUED
    run.finished = None
    job = model.Session.get(HarvestJob, run.job_id)
    job.status, job.finished = "Running", None
    model.Session.commit()
    enqueue(run)


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


# -- stopped by a person -----------------------------------------------------------------------------------------------


def is_paused(source_id: str) -> bool:
    """Whether a person has paused this source."""
    return model.Session.scalar(sa.select(sa.exists().where(Pause.source_id == source_id)))


def pause(source_id: str, user: str) -> None:
    """Let no run of a source go on, from this moment: what a worker has in hand is not written any more."""
    model.Session.merge(Pause(source_id=source_id, paused_by=user, since=now()))
    for run in model.Session.scalars(_open(source_id).with_for_update().execution_options(populate_existing=True)):
        wait_for_resume(run)
    model.Session.commit()


def wait_for_resume(run: Run) -> None:
    """Make a run one that waits for its source to be resumed, in the caller's transaction."""
    run.state, run.working = PAUSED, None
    run.attempt += 1


def resume(source_id: str) -> None:
    """Let a paused source have its runs again; one that was open goes on at its checkpoint."""
    model.Session.execute(sa.delete(Pause).where(Pause.source_id == source_id))
    waiting = [run for run in model.Session.scalars(_open(source_id)) if run.state == PAUSED]
    for run in waiting:
        run.state = QUEUED
    model.Session.commit()
    for run in waiting:
        enqueue(run)


def abort(run: Run, user: str) -> None:
    """End an open run for good, from this moment; what it has written stays, what it had planned is dropped."""
    model.Session.refresh(run, with_for_update=True)
    if run.state not in OPEN:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This run has ended already.")]})
    run.attempt += 1
    run.state = ABORTED
    run.finished, run.working = now(), None
    run.error = {
        "slug": "aborted", "message": f"{user or '管理者'}が中止しました。反映済みの分は残っています。",
        "fix": "続きは次の実行で集めます。",
    }  # fmt: skip
    _end_job(run)
    model.Session.commit()


def _open(source_id: str) -> sa.Select[tuple[Run]]:
    return sa.select(Run).where(Run.source_id == source_id, Run.state.in_(OPEN))


# -- the end -----------------------------------------------------------------------------------------------------------


def finish(run: Run, *, facts: dict[str, Any] | None = None, unchanged: int = 0) -> None:
    """End a run: count what became of everything listed, and prove that it adds up.

    Args:
        facts: how the listing ended, when it was not planned because the source says that nothing changed.
        unchanged: number of records that source has, in that case.
    """
    run.facts = facts or run.facts
    query = sa.select(Entry.action, Entry.result, sa.func.count()).where(Entry.run_id == run.id)
    results: dict[str, int] = {}
    waiting = 0  # what is gone at the source and waits for a person
    left_out = 0  # what is listed and the catalog does not have
    for action, result, number in model.Session.execute(query.group_by(Entry.action, Entry.result)):
        if result:
            results[result] = results.get(result, 0) + number
            left_out += number if result in ("refused", "conflict", "quarantined") and action != "change" else 0
        elif action == "gone":
            waiting += number
    states = numbers(run.source_id)
    # An unchanged record leaves nothing but this number behind; one that came back has an entry.
    results["unchanged"] = unchanged or run.plan.get("same", 0)
    listed = sum(results.get(name, 0) for name in LISTED)
    run.counts = {
        **{name: results.get(name, 0) for name in (*LISTED, "absent", "archived")},
        "listed": listed,
        "waiting": waiting,
        "claimed": run.facts.get("claimed"),
        "in_catalog": states.get("present", 0),
        "absent_in_catalog": states.get("absent", 0) + states.get("archived", 0),
        # What is listed = what the catalog has, but for what was not written and what is gone and not yet let go.
        "proved": not run.facts.get("complete") or listed - left_out == states.get("present", 0) - waiting,
    }
    run.state = FINISHED
    run.finished, run.working = now(), None
    _end_job(run)
    model.Session.commit()
    arrivals.ended(run)


def fail(run: Run, message: str, slug: str, fix: str = "", where: str = "") -> None:
    """End a run that could not do its work; what was applied before stays."""
    run.state = FAILED
    run.finished, run.working = now(), None
    run.error = {"slug": slug, "message": message, "where": where, "fix": fix}
    _end_job(run)
    model.Session.commit()
    arrivals.ended(run)


def _end_job(run: Run) -> None:
    job = model.Session.get(HarvestJob, run.job_id)
    if job:
        job.status = "Finished"
        job.gather_finished = job.gather_finished or _naive(now())
        job.finished = _naive(now())


def _naive(moment: Any) -> Any:
    """An instant as ckanext-harvest stores it: UTC without zone."""
    return moment.replace(tzinfo=None)
