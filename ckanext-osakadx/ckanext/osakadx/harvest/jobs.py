"""The harvest's tasks for the durable queue."""

from __future__ import annotations

import logging
from typing import Any

import procrastinate
from ckan import model
from ckan import plugins as p
from ckan.lib import search
from osakadx.errors import OsakadxError

from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outbox, queue, reconcile

from . import attempts, calendar, runs, standing
from .model import QUEUED, RUNNING, Run
from .writer import Overtaken

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
    do(run_id, last=context.job.attempts >= ATTEMPTS, makes_room=True)


def do(run_id: str, *, last: bool = True, makes_room: bool = False) -> None:
    """Do one run, or go on with one that was cut short.

    Args:
        run_id: id of the run; one that is not open any more is left alone.
        last: whether an unexpected error ends the run, or is left to the queue to try again.
        makes_room: whether a long run goes back into the queue where others wait for its worker.
    """
    this = model.Session.get(Run, run_id)
    if this is None or this.state not in (QUEUED, RUNNING):
        return
    if runs.is_paused(this.source_id):
        runs.wait_for_resume(this)
        model.Session.commit()
        return
    source = model.Session.get(HarvestSource, this.source_id)
    harvester = harvester_of(source.type) if source else None
    if source is None or harvester is None:
        kind = source.type if source else ""
        message = f"収集元の種類「{kind}」を扱えるプラグインがありません。"
        runs.fail(this, message, "unknown-source-type", "ckan.plugins を見直してください。")
        return
    model.Session.info[attempts.MAKES_ROOM] = makes_room
    try:
        _do(harvester, this, source, last=last)
    except attempts.NotOurs:
        model.Session.rollback()
        log.warning("run %s is not this worker's any more", run_id)
    finally:
        attempts.leave()


def _do(harvester: Any, run: Run, source: HarvestSource, *, last: bool) -> None:
    run_id = run.id
    try:
        harvester.harvest(run, source)
    except attempts.NotOurs:
        raise
    except attempts.MakesRoom:
        model.Session.rollback()
        runs.go_on_later(model.Session.get(Run, run_id))
    except attempts.DiesAlways:
        model.Session.rollback()
        message = f"この実行の途中で、処理が{attempts.DEATHS}回続けて異常終了しました。"
        runs.fail(model.Session.get(Run, run_id), message, "worker-died", "ログを添えて管理者に知らせてください。")
    except OsakadxError as error:
        model.Session.rollback()
        runs.fail(model.Session.get(Run, run_id), error.message, error.slug, error.fix, error.where)
    except Overtaken as error:
        model.Session.rollback()
        log.warning("%s", error)
    except Exception as error:
        model.Session.rollback()
        if last:
            message = f"収集の途中で予期しない誤りが起きました({type(error).__name__})。"
            runs.fail(model.Session.get(Run, run_id), message, "unexpected", "ログを添えて管理者に知らせてください。")
        else:
            attempts.rest(run_id)
        raise


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="index", queue="index", queueing_lock="index", lock="index", priority=queue.URGENT)
def index(timestamp: int = 0) -> None:
    """Send waiting data sets to the search engine; with the search engine down they go on waiting.

    By the calendar it also looks whether the index is still there, and has a lost one filled again.
    """
    try:
        if timestamp and reconcile.is_wiped():
            log.warning("the search index is empty or another one: it is filled from the database")
            reconcile.reconcile()
        sent, rejected = outbox.drain()
    except search.SearchIndexError as error:
        log.warning("search engine does not answer, %s data sets wait: %s", outbox.waiting(), error)
        return
    if sent or rejected:
        log.info("indexed %s data sets, %s rejected", sent, rejected)


@tasks.periodic(cron="41 17 * * *")
@tasks.task(name="reconcile", queue="index", queueing_lock="reconcile", lock="reconcile", priority=queue.URGENT)
def compare(timestamp: int = 0) -> None:
    """Compare database and index, and repair; every night (the queue's clock is UTC: 2:41 in Japan)."""
    del timestamp
    try:
        found = reconcile.reconcile()
    except search.SearchIndexError as error:
        log.warning("search engine does not answer, nothing was compared: %s", error)
        return
    log.info("database and index compared: %s", found)
    queue.defer("osakadx_harvest:index", queue="index", once="index", priority=queue.URGENT)


@tasks.periodic(cron="* * * * *")
@tasks.task(name="tick", queue=queue.CALENDAR, queueing_lock="tick", priority=queue.URGENT)
def tick(timestamp: int) -> None:
    """Ask for the runs that are due, and put runs back into the queue whose work got lost on the way there."""
    del timestamp  # the scheduler's clock may be wrong; the database's is the same for all
    for source_id in list(calendar.due(calendar.instant(), standing.is_due)):
        runs.request(source_id, "calendar")
    for waiting in calendar.without_work():
        runs.enqueue(waiting)


def harvester_of(source_type: str) -> p.SingletonPlugin | None:
    """The plugin that harvests this type of source, if it is one of ours."""
    for plugin in p.PluginImplementations(IHarvester):
        if plugin.info()["name"] == source_type and hasattr(plugin, "harvest"):
            return plugin
    return None
