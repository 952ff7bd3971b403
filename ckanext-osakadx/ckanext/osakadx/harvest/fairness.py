"""Whose run comes first: a person's before the calendar's, a small one before a large one; a long one makes room."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.osakadx import queue

from .model import Entry, Item, Run

QUEUE = "harvest"
PERSON = 100
SIZES = ((200, 40), (1_000, 30), (10_000, 20))  # up to so many records: priority
LARGE = 10
UNKNOWN = 30  # of a source that was never read
SLICE = 10.0  # seconds that runs of equal rank have a worker in turn


def priority(run: Run) -> int:
    """Priority of a run that waits for its first worker."""
    known = _number(sa.select(Item.guid).where(Item.source_id == run.source_id))
    return rank(known) if run.trigger == "calendar" else PERSON + rank(known)


def priority_of_rest(run: Run) -> int:
    """Priority of a run of which only a part is left."""
    left = sa.select(Entry.guid).where(Entry.run_id == run.id, Entry.result.is_(None))
    return rank(_number(left) if run.plan else 0)


def _number(rows: sa.Select[tuple[str]]) -> int:
    """How many there are, counted as far as it makes a difference for the rank."""
    counted = rows.limit(SIZES[-1][0] + 1).subquery()
    return model.Session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def rank(records: int) -> int:
    """Priority of so many records; 0: their number is not known."""
    if not records:
        return UNKNOWN
    return next((rank for most, rank in SIZES if records <= most), LARGE)


def should_make_room(run: Run, seconds: float) -> bool:
    """Whether a run gives its worker to another one that waits.

    Args:
        seconds: how long it has had the worker.
    """
    other = queue.waiting(QUEUE, lock_of(run.source_id))
    if other is None:
        return False
    own = priority_of_rest(run)
    return other > own if seconds < SLICE else other >= own and own < SIZES[0][1]


def lock_of(source_id: str) -> str:
    """A source has one run at a time."""
    return f"source:{source_id}"
