"""The harvest's tasks for the durable queue."""

from __future__ import annotations

import logging

import procrastinate
from ckan import model
from ckan import plugins as p
from ckan.lib import search
from osakadx.errors import OsakadxError

from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outbox, queue

from . import calendar, runs
from .model import OPEN, Run

log = logging.getLogger(__name__)

tasks = procrastinate.Blueprint()


@tasks.task(name="run", queue="harvest", retry=procrastinate.RetryStrategy(max_attempts=5, wait=5, exponential_wait=3))
def run(run_id: str) -> None:
    """Do one run, or go on with one that was cut short."""
    this = model.Session.get(Run, run_id)
    if this is None or this.state not in OPEN:
        return
    source = model.Session.get(HarvestSource, this.source_id)
    harvester = harvester_of(source.type) if source else None
    if source is None or harvester is None:
        kind = source.type if source else ""
        message = f"収集元の種類「{kind}」を扱えるプラグインがありません。"
        runs.fail(this, message, "unknown-source-type", "ckan.plugins を見直してください。")
        return
    try:
        harvester.harvest(this, source)
    except OsakadxError as error:
        model.Session.rollback()
        runs.fail(model.Session.get(Run, run_id), str(error), error.slug, error.fix)
    except Exception:
        model.Session.rollback()
        raise  # the queue tries again; `give_up` ends the run when it does not help


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="index", queue="index", queueing_lock="index", lock="index")
def index(timestamp: int = 0) -> None:
    """Send waiting data sets to the search engine; with the search engine down they go on waiting."""
    del timestamp
    try:
        sent, rejected = outbox.drain()
    except search.SearchIndexError as error:
        log.warning("search engine does not answer, %s data sets wait: %s", outbox.waiting(), error)
        return
    if sent or rejected:
        log.info("indexed %s data sets, %s rejected", sent, rejected)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="tick", queue=queue.CALENDAR, queueing_lock="tick")
def tick(timestamp: int) -> None:
    """Ask for the runs that are due, and put runs back into the queue whose work got lost on the way there."""
    for source_id in calendar.due(timestamp):
        runs.request(source_id, "calendar")
    for waiting in calendar.without_work():
        runs.enqueue(waiting)


def harvester_of(source_type: str) -> p.SingletonPlugin | None:
    """The plugin that harvests this type of source, if it is one of ours."""
    for plugin in p.PluginImplementations(IHarvester):
        if plugin.info()["name"] == source_type and hasattr(plugin, "harvest"):
            return plugin
    return None
