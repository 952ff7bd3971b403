"""The intake's tasks for the durable queue."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection

import procrastinate
import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from osakadx.links import taken_apart

from ckanext.osakadx import queue, scratch
from ckanext.osakadx.quality import jobs as quality

from . import datastore, evidence, linkcheck, schedule
from .examine import examine as examine_file
from .model import KINDS

log = logging.getLogger(__name__)

QUEUE = "intake"
LINKS = "links"
CHECK = "osakadx_intake:links"
AT_ONCE = 2  # priority of what a person waits for: before the calendar's work, however much of it there is
SECONDS = 300.0  # that one piece of the link check may hold a worker
tasks = procrastinate.Blueprint()


def request(package_ids: Collection[str]) -> None:
    """Have the files of these data sets looked at soon, and commit. Call it after the data sets are committed."""
    if package_ids:
        schedule.note(package_ids)
        model.Session.commit()
        wake()


def request_all() -> None:
    """Have every file looked at soon, and commit."""
    schedule.note_all()
    model.Session.commit()
    wake()


def wake() -> None:
    """Have what is due handed out now rather than at the next minute."""
    queue.defer("osakadx_intake:dispatch", queue=QUEUE, once="osakadx_intake:dispatch", priority=1)


def hasten(package_id: str) -> None:
    """Have the files of a data set that somebody has just saved looked at before all that the calendar hands out."""
    name = "osakadx_intake:examine_dataset"
    queue.defer(name, queue=QUEUE, once=f"{name}:{package_id}", priority=AT_ONCE, package_id=package_id)


def put(resource_id: str, address: str, *, force: bool = False, priority: int = 0) -> bool:
    """Queue the examination of one file; False when one is waiting already, which then has the higher priority.

    Files of one host wait for each other, whichever worker takes them: a server is never asked twice at a time.
    """
    host = taken_apart(address).netloc
    return queue.defer(
        "osakadx_intake:examine",
        queue=QUEUE,
        lock=f"host:{host}" if host else f"resource:{resource_id}",
        once=f"osakadx_intake:{resource_id}",
        priority=priority,
        resource_id=resource_id,
        force=force,
    )


def have_scored(package_id: str) -> None:
    """Have a data set scored, where scores are given at all; once, however many of its files have news."""
    if p.plugin_loaded("osakadx_quality"):
        quality.request(package_id)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="dispatch", queue=QUEUE, queueing_lock="osakadx_intake:dispatch", lock="osakadx_intake:dispatch")
def dispatch(timestamp: int = 0) -> None:
    """Queue the files whose turn it is; when the workers have enough, the others wait for a later minute."""
    del timestamp
    for resource_id, address in schedule.due():
        put(resource_id, address)


@tasks.periodic(cron="17 * * * *")
@tasks.task(name="links", queue=LINKS, queueing_lock=CHECK, lock=CHECK, priority=-1)
def links(timestamp: int = 0) -> None:
    """Check the links that are due; in pieces, so that no other work waits for thousands of them."""
    del timestamp
    check_links(SECONDS)
    if schedule.links_waiting():
        queue.defer(CHECK, queue=LINKS, once=CHECK, lock=CHECK, priority=-1)


def check_links(seconds: float) -> Counter[str]:
    """Check the links that are due for so many seconds, and have read and scored what has news; counts by outcome."""
    counts, news = linkcheck.run(seconds)
    if news and p.plugin_loaded("osakadx_quality"):
        quality.request_many(sorted(news))
    if counts["read"]:
        wake()
    return counts


@tasks.task(name="examine", queue=QUEUE, retry=procrastinate.RetryStrategy(max_attempts=3, wait=60, exponential_wait=5))
def examine(resource_id: str, force: bool = False) -> None:
    """Look at one file; when there is news, have its data set scored."""
    package_id = examine_file(resource_id, force=force)
    if package_id:
        have_scored(package_id)
    if schedule.waits_for_its_host(resource_id):
        wake()  # the next share of its host, now rather than at the next minute


@tasks.task(name="examine_dataset", queue=QUEUE)
def examine_dataset(package_id: str, force: bool = False) -> None:
    """Queue every file of one data set before what the calendar has handed out."""
    table = model.Resource
    query = sa.select(table.id, table.url).where(table.package_id == package_id, table.state == "active")
    for resource_id, address in model.Session.execute(query).all():
        put(resource_id, address or "", force=force, priority=AT_ONCE)


@tasks.periodic(cron="23 * * * *")
@tasks.task(name="sweep", queue=QUEUE, queueing_lock="osakadx_intake:sweep")
def sweep(timestamp: int = 0) -> None:
    """Find files that nobody asked to look at, and let go of what is gone."""
    del timestamp
    schedule.sweep()
    scratch.sweep()
    for resource_id, has_table in evidence.of_gone_files():
        if has_table:
            datastore.drop(resource_id)
        evidence.forget(resource_id, *KINDS)
        model.Session.commit()
