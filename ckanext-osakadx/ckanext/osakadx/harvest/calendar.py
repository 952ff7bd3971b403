"""When each source is due: clock times in Asia/Tokyo, as cron expressions in the source's configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model
from croniter import croniter

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx.queue import SCHEMA

from .model import QUEUED, RUNNING, Run, now

TOKYO = ZoneInfo("Asia/Tokyo")
MISSED = timedelta(hours=20)  # a clock time that passed while the portal was down is made up for within this time


def next_due(schedule: str, after: datetime) -> datetime:
    """The first clock time of a schedule after an instant.

    Args:
        schedule: cron expression of five fields, read in Asia/Tokyo (``17 3 * * *``: 毎日 3 時 17 分).
        after: an aware datetime.

    Raises:
        ValueError: the schedule is not a cron expression.
    """
    return croniter(schedule, after.astimezone(TOKYO)).get_next(datetime)


def is_schedule(schedule: str) -> bool:
    """Whether a text is a cron expression of five fields."""
    return len(schedule.split()) == 5 and croniter.is_valid(schedule)


def due(timestamp: int) -> Iterator[str]:
    """Ids of the active sources whose clock time came since their last run (or in the last hours, without one)."""
    instant = datetime.fromtimestamp(timestamp, timezone.utc)
    last = dict(model.Session.execute(sa.select(Run.source_id, sa.func.max(Run.created)).group_by(Run.source_id)).all())
    for source in model.Session.scalars(sa.select(HarvestSource).where(HarvestSource.active)):
        schedule = settings(source.config).get("schedule", "")
        if not is_schedule(schedule):
            continue
        since = max(last.get(source.id, source.created.replace(tzinfo=timezone.utc)), instant - MISSED)
        if next_due(schedule, since) <= instant:
            yield source.id


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
