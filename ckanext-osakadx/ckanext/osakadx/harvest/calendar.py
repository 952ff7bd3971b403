"""When each source is due: clock times in Asia/Tokyo, as cron expressions in the source's configuration."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model
from croniter import croniter

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx.queue import SCHEMA

from .model import OPEN, QUEUED, RUNNING, Pause, Run, now

TOKYO = ZoneInfo("Asia/Tokyo")
MISSED = timedelta(hours=20)  # a clock time that passed while the portal was down is made up for within this time
SPREAD = timedelta(minutes=10)  # sources of one clock time begin within this time, each at its own moment
AT_ONCE = 6  # runs asked for in one minute, however many are due: after an outage, or a jump of the clock


def next_due(schedule: str, after: datetime) -> datetime:
    """The first clock time of a schedule after an instant.

    Args:
        schedule: cron expression of five fields, read in Asia/Tokyo (``17 3 * * *``: 毎日 3 時 17 分).
        after: an aware datetime.

    Raises:
        ValueError: the schedule is not a cron expression.
    """
    return croniter(schedule, after.astimezone(TOKYO)).get_next(datetime)


@functools.lru_cache(maxsize=1000)
def is_schedule(schedule: str) -> bool:
    """Whether a text is a cron expression of five fields whose time comes at all: 30 February never does."""
    if len(schedule.split()) != 5 or not croniter.is_valid(schedule):
        return False
    try:
        return bool(next_due(schedule, now()))
    except ValueError:
        return False


def instant() -> int:
    """The present instant as the database has it, in seconds since 1970."""
    return int(model.Session.scalar(sa.text("SELECT extract(epoch FROM now())")))


def due(timestamp: int, may_run: Callable[[HarvestSource], bool]) -> Iterator[str]:
    """Ids of active sources whose clock time came since their last run (or in the last hours, without one).

    The longest due come first, and only so many that the others can wait a minute. A paused source is never due, nor
    is one that waits for its approval.
    """
    instant = datetime.fromtimestamp(timestamp, timezone.utc)
    last = dict(model.Session.execute(sa.select(Run.source_id, sa.func.max(Run.created)).group_by(Run.source_id)).all())
    waiting = sa.select(Pause.source_id).union(sa.select(Run.source_id).where(Run.state.in_(OPEN)))
    query = sa.select(HarvestSource).where(HarvestSource.active, HarvestSource.id.not_in(waiting))
    found: list[tuple[datetime, str]] = []
    for source in model.Session.scalars(query):
        schedule = settings(source.config).get("schedule", "")
        if not is_schedule(schedule):
            continue
        # A run of the future was made when a clock was wrong.
        before = min(last.get(source.id, source.created.replace(tzinfo=timezone.utc)), instant)
        moment = moment_of(source.id, schedule, max(before, instant - MISSED))
        if moment <= instant and may_run(source):
            found.append((moment, source.id))
    yield from (source_id for _, source_id in sorted(found)[:AT_ONCE])


def moment_of(source_id: str, schedule: str, after: datetime) -> datetime:
    """When a source is due: its clock time, and a little later, by a part of `SPREAD` that is always the same."""
    first = next_due(schedule, after)
    spread = min(SPREAD, (next_due(schedule, first) - first) / 2)
    return first + spread * (zlib.crc32(source_id.encode()) / 2**32)


def next_run(source: HarvestSource) -> datetime | None:
    """When the calendar asks for the next run of a source, if it may run."""
    schedule = settings(source.config).get("schedule", "")
    return next_due(schedule, now()) if is_schedule(schedule) else None


def without_work() -> list[Run]:
    """Open runs for which the queue holds no job: the process died between the two."""
    has_job = sa.text(
        f"NOT EXISTS (SELECT 1 FROM {SCHEMA}.procrastinate_jobs j WHERE j.status IN ('todo', 'doing') "  # noqa: S608
        "AND j.args->>'run_id' = osakadx_harvest_run.id)"
    )
    query = sa.select(Run).where(Run.state.in_((QUEUED, RUNNING)), Run.created < now() - timedelta(minutes=1), has_job)
    return list(model.Session.scalars(query))


def settings(config: str | None) -> dict[str, Any]:
    """A source's configuration (JSON); empty where it is none."""
    try:
        read = json.loads(config or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
