"""One worker's go at a run: its number keeps out the goes before it, its notes tell which record killed the last one.

A go ends by itself (done, an error, room made for others, the worker told to stop) or is found dead by the next one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from ckan import model

from ckanext.osakadx import queue

from . import fairness, results
from .model import Entry, Run
from .writer import Overtaken

log = logging.getLogger(__name__)

DEATHS = 3  # of workers, until a record is put aside or a run that does not come to its records has failed
FEWER = 14  # records per batch after a first death; after a second one by one
LOOK = 1.0  # seconds between two looks, while a source is listed, whether the run is still ours

T = TypeVar("T")
_MINE = "osakadx_attempt"
MAKES_ROOM = "osakadx_makes_room"


class NotOurs(Overtaken):
    """The run is not this worker's any more: paused, aborted, or begun anew by another worker."""


class MakesRoom(Exception):
    """The run goes back into the queue at its checkpoint: others wait, or the worker was told to stop."""


class DiesAlways(Exception):
    """Workers die of this run before they come to its records."""


def begin(run: Run) -> None:
    """Take a run over, in the caller's transaction: whoever had it before can write no more.

    Raises:
        DiesAlways: workers died of it time and again.
    """
    _end_left_behind(run.id)
    model.Session.refresh(run, with_for_update=True)
    run.attempt += 1
    left = run.working
    run.working = _after_death(run, left) if left else {"deaths": 0}
    model.Session.flush()
    model.Session.info[_MINE] = (run.id, run.attempt, time.monotonic())


def leave() -> None:
    """This thread has no run any more."""
    model.Session.info.pop(_MINE, None)
    model.Session.info.pop(MAKES_ROOM, None)


def rest(run_id: str) -> None:
    """Note that a go ended by itself, and commit: nothing died."""
    run = model.Session.get(Run, run_id)
    if run is not None:
        run.working = None
        model.Session.commit()


def next_batch(run: Run, limit: int) -> list[Entry]:
    """The entries to do next, noted as being worked on; a batch of which a worker died comes again in smaller parts.

    Raises:
        MakesRoom: this is the moment to let others have the worker.
    """
    _make_room(run)
    working = run.working or {}
    suspects = results.open_among(run, working.get("suspects") or [])
    deaths = working.get("deaths", 0) if suspects else 0
    if suspects:
        limit = min(limit, FEWER if deaths == 1 else 1)
    entries = results.to_apply(run, limit, suspects)
    guids = [entry.guid for entry in entries]
    run.working = {"deaths": deaths, "suspects": suspects, "guids": guids}
    if entries:  # at the end there is nothing to be worked on; the run's own end commits
        model.Session.commit()
    return entries


def watched(listing: Iterable[T]) -> Iterator[T]:
    """The records of a listing, for as long as the run is ours and the worker is not told to stop."""
    looked = time.monotonic()
    for record in listing:
        if queue.stopping():
            raise MakesRoom
        if time.monotonic() - looked > LOOK:
            looked = time.monotonic()
            _look()
        yield record


def sleep(seconds: float) -> None:
    """Wait, for a host's turn mostly, as long as the run is ours and the worker is not told to stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if queue.stopping():
            raise MakesRoom
        time.sleep(min(left, LOOK))
        if left > LOOK:
            _look()


def _make_room(run: Run) -> None:
    if queue.stopping():
        raise MakesRoom
    info = model.Session.info
    if info.get(MAKES_ROOM) and fairness.should_make_room(run, time.monotonic() - info[_MINE][2]):
        raise MakesRoom


def _after_death(run: Run, left: dict[str, Any]) -> dict[str, Any]:
    """What a go knows of the one before it, which did not end by itself."""
    deaths = left.get("deaths", 0) + 1
    if not left.get("guids"):
        if deaths >= DEATHS and not left.get("suspects"):
            raise DiesAlways
        return {"deaths": deaths, "suspects": left.get("suspects") or []}
    died_of = results.open_among(run, left["guids"])
    log.warning("a worker died of run %s within %s records (%s. time)", run.id, len(died_of), deaths)
    if not died_of:
        return {"deaths": 0}
    if deaths >= DEATHS and len(died_of) == 1:
        results.quarantine(run, died_of, deaths)
        return {"deaths": 0}
    return {"deaths": min(deaths, DEATHS - 1), "suspects": died_of}


# -- keeping others out ------------------------------------------------------------------------------------------------


@sa.event.listens_for(model.Session, "before_commit")
def _fence(session: Any) -> None:
    """Let a commit pass only while the run is still ours; its row stays locked until the commit is through."""
    mine = session.info.get(_MINE)
    if mine and not session.in_nested_transaction():
        _check(session, mine, "FOR UPDATE")


def _look() -> None:
    mine = model.Session.info.get(_MINE)
    if mine:
        _check(model.Session(), mine, "")


def _check(session: Any, mine: tuple[str, int, float], lock: str) -> None:
    run_id, number, _ = mine
    query = sa.text(f"SELECT attempt FROM osakadx_harvest_run WHERE id = :id {lock}")  # noqa: S608
    # Not through the session, which would flush first.
    if session.connection().execute(query, {"id": run_id}).scalar() != number:
        raise NotOurs(run_id)


@sa.event.listens_for(model.Session, "after_begin")
def _mark(session: Any, transaction: Any, connection: Any) -> None:
    """Mark a transaction as one of a go at a run, so that the next go finds it should this worker stand still."""
    del transaction
    mine = session.info.get(_MINE)
    if mine:
        lock = sa.text("SELECT pg_advisory_xact_lock_shared(hashtext('osakadx_run'), hashtext(:id))")
        connection.execute(lock, {"id": mine[0]})


def _end_left_behind(run_id: str) -> None:
    """End transactions of goes before this one: a process that stands still keeps its rows locked for ever."""
    model.Session.execute(
        sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 2 "
            "AND classid::bigint = hashtext('osakadx_run')::bigint & 4294967295 "
            "AND objid::bigint = hashtext(:id)::bigint & 4294967295"
        ),
        {"id": run_id},
    )
