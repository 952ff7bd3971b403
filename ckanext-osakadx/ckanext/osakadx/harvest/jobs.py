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

from . import calendar, runs, standing
from .model import OPEN, Run

log = logging.getLogger(__name__)

ATTEMPTS = 5  # of a run that ends with an error nobody foresaw: services that restart, mostly

tasks = procrastinate.Blueprint()


@tasks.task(
    name="run",
    queue="harvest",
    pass_context=True,
    retry=procrastinate.RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3),
)
def run(context: procrastinate.JobContext, run_id: str) -> None:
    """Do one run, or go on with one that was cut short; after the last attempt the run has failed."""
    do(run_id, last=context.job.attempts >= ATTEMPTS)


def do(run_id: str, *, last: bool = True) -> None:
    """Do one run, or go on with one that was cut short.

    Args:
        run_id: id of the run; one that is not open any more is left alone.
        last: whether an unexpected error ends the run, or is left to the queue to try again.
    """
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
    except Exception as error:
        model.Session.rollback()
        if last:
            message = f"収集の途中で予期しない誤りが起きました({type(error).__name__})。"
            runs.fail(model.Session.get(Run, run_id), message, "unexpected", "ログを添えて管理者に知らせてください。")
        raise


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
        if standing.is_due(model.Session.get(HarvestSource, source_id)):
            runs.request(source_id, "calendar")
    for waiting in calendar.without_work():
        runs.enqueue(waiting)


def harvester_of(source_type: str) -> p.SingletonPlugin | None:
    """The plugin that harvests this type of source, if it is one of ours."""
    for plugin in p.PluginImplementations(IHarvester):
        if plugin.info()["name"] == source_type and hasattr(plugin, "harvest"):
            return plugin
    return None
