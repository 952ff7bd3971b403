"""The durable queue and its calendar: procrastinate, in a schema of its own in the portal's PostgreSQL.

PostgreSQL is the queue of record, so work outlives Redis, workers and restarts. Plugins offer tasks through
``IQueueTasks``; `ckan osakadx-queue worker` does them, `ckan osakadx-queue scheduler` keeps the calendar.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
import procrastinate
import psycopg
import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from flask import Flask
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager

from . import versions
from .interfaces import IQueueTasks

if TYPE_CHECKING:
    import psycopg_pool

log = logging.getLogger(__name__)

T = TypeVar("T")

SCHEMA = "osakadx_queue"
CALENDAR = "calendar"  # the queue of periodic tasks
HEARTBEAT = 5.0  # seconds between two signs of life of a worker
POLL = 0.5  # seconds between two looks of an idle worker for work
STALLED_AFTER = 30.0  # seconds without a heartbeat until a worker counts as dead
DRAIN = 20.0  # seconds a stopping worker gives the work in hand …
EXIT = 27.0  # … and until it goes without waiting for it: below STALLED_AFTER, and below what supervisors wait
RECONNECT = 5.0  # seconds of attempts to connect, each after a longer pause, until they begin anew with short ones
URGENT = 1000  # priority of work of a moment for which others wait, such as the search index

_HASTEN = (
    "UPDATE procrastinate_jobs SET priority = %(priority)s "
    "WHERE queueing_lock = %(once)s AND status = 'todo' AND priority < %(priority)s"
)
_stopping = threading.Event()
_lost = threading.Event()  # the database did not answer where a worker cannot do without
_exit_timer: threading.Timer | None = None  # ends a process that does not end by itself


def defer(task: str, *, queue: str, lock: str = "", once: str = "", priority: int = 0, **arguments: Any) -> bool:
    """Put a task into the queue.

    Call it after the commit of what the task reads: it uses a connection of its own.

    Args:
        task: ``<plugin name>:<task name>``.
        queue: name of the queue.
        lock: tasks with the same lock never run at the same time.
        once: while a task with this queueing lock waits, another one is not added; it waits with the higher of the two
            priorities.
        priority: higher first.
        arguments: JSON-able arguments of the task.

    Returns:
        False when a task with the same ``once`` is already waiting.
    """
    job = _client().configure_task(
        task, allow_unknown=True, queue=queue, lock=lock or None, queueing_lock=once or None, priority=priority
    )
    try:
        job.defer(**arguments)
    except procrastinate.exceptions.AlreadyEnqueued:
        _client().connector.execute_query(_HASTEN, once=once, priority=priority)
        return False
    return True


def counts() -> dict[str, dict[str, int]]:
    """Number of jobs by queue and status (todo, doing, succeeded, failed …)."""
    table = sa.text(f"SELECT queue_name, status::text, count(*) FROM {SCHEMA}.procrastinate_jobs GROUP BY 1, 2")  # noqa: S608
    found: dict[str, dict[str, int]] = {}
    for queue, status, number in model.Session.execute(table):
        found.setdefault(queue, {})[status] = number
    return found


def ensure_tables() -> bool:
    """Create the queue's schema and tables where they are missing; True when they were."""
    with psycopg.connect(_dsn(), autocommit=False) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [SCHEMA])
        row = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_jobs"]).fetchone()
        if row and row[0]:
            return False
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
        connection.execute(SchemaManager.get_schema())
    return True


def waiting(queue: str, lock: str) -> int | None:
    """The highest priority among the jobs of a queue that could begin now but for want of a worker; None: no job.

    Args:
        lock: jobs with this lock are left out: the caller's own.
    """
    found = model.Session.execute(
        sa.text(
            f"SELECT max(j.priority) FROM {SCHEMA}.procrastinate_jobs j "  # noqa: S608
            "WHERE j.status = 'todo' AND j.queue_name = :queue AND coalesce(j.lock, '') <> :lock "
            "AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()) AND NOT EXISTS (SELECT 1 "
            f"FROM {SCHEMA}.procrastinate_jobs other WHERE other.lock = j.lock AND other.status = 'doing')"
        ),
        {"queue": queue, "lock": lock},
    )
    return found.scalar()


def stopping() -> bool:
    """Whether this process was told to stop: long work goes back into the queue at its next checkpoint."""
    return _stopping.is_set()


def work(
    flask_app: Flask, *, queues: Sequence[str] | None, calendar: bool, wait: bool = True, concurrency: int = 1
) -> None:
    """Do tasks until told to stop (SIGTERM drains), or until the queues are empty when ``wait`` is false.

    Args:
        flask_app: the portal, whose context the tasks run in.
        queues: names of the queues to serve; None: all.
        calendar: whether to put periodic tasks into the queue when they are due.

    Raises:
        click.ClickException: PostgreSQL could not be reached; what was in hand goes back into the queue.
    """
    app = _worker_app()
    known = app.periodic_registry.periodic_tasks
    app.periodic_registry.periodic_tasks = known if calendar else {}
    _stopping.clear()
    _lost.clear()
    options: dict[str, Any] = {
        "queues": queues,
        "concurrency": concurrency,
        "wait": wait,
        "shutdown_graceful_timeout": DRAIN,
        # Nobody tells a worker that a lock has become free: it looks, or files of one host would wait for each other.
        "fetch_job_polling_interval": POLL,
        "update_heartbeat_interval": HEARTBEAT,
        "stalled_worker_timeout": STALLED_AFTER,
        "task_middleware": [functools.partial(_inside_portal, flask_app)],
        "delete_jobs": "successful",
        "install_signal_handlers": False,
    }
    try:
        asyncio.run(_served(app, options, handle_signals=wait))
    except procrastinate.exceptions.ConnectorException:
        if not _lost.is_set():
            raise
        log.warning("the database was lost", exc_info=True)
    finally:
        app.periodic_registry.periodic_tasks = known
        if _exit_timer:
            _exit_timer.cancel()
    if _lost.is_set():
        raise click.ClickException(
            "PostgreSQL に届かないため、手元の仕事をキューに返して止まりました。起動し直すと続きから始めます。"
            "くり返すときは、PostgreSQL と sqlalchemy.url を確かめてください。"
        )


async def _served(app: procrastinate.App, options: dict[str, Any], *, handle_signals: bool) -> None:
    async with app.open_async():
        working = asyncio.ensure_future(app.run_worker_async(**options))

        def stop() -> None:
            if not _stopping.is_set():
                _stop()
                working.cancel()

        if handle_signals:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop)
        app.job_manager.on_loss = stop
        migrated = asyncio.ensure_future(versions.until_migrated(app.job_manager.ask))
        migrated.add_done_callback(lambda done: None if done.cancelled() else stop())
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            migrated.cancel()


def _stop() -> None:
    """Have work in hand end at its checkpoint, and go at the latest after a while: what hangs is given to others."""
    global _exit_timer
    _stopping.set()

    def leave() -> None:
        log.warning("work in hand did not come to a checkpoint: it goes back to the queue when this worker is gone")
        logging.shutdown()
        os._exit(int(_lost.is_set()))

    _exit_timer = threading.Timer(EXIT, leave)
    _exit_timer.daemon = True
    _exit_timer.start()


def rescue(seconds: float | None = None) -> int:
    """Give the work of workers that died, or stand still, back to the queue; how many jobs it was.

    The job is made anew under another number, so that a worker that wakes up later cannot end the work of the one that
    has taken it over.

    Args:
        seconds: without a sign of life.
    """
    with psycopg.connect(_dsn(), autocommit=False, options=f"-c search_path={SCHEMA}") as connection:
        dead = connection.execute(
            "SELECT j.id, j.task_name FROM procrastinate_jobs j "
            "LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
            "WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - %s * interval '1 second') "
            "FOR UPDATE OF j SKIP LOCKED",
            [STALLED_AFTER if seconds is None else seconds],
        ).fetchall()
        for number, task in dead:
            log.warning("job %s (%s) was left by a dead worker: back to the queue", number, task)
            columns = "queue_name, task_name, priority, lock, queueing_lock, args"
            job = connection.execute(
                f"DELETE FROM procrastinate_jobs WHERE id = %s RETURNING {columns}, attempts + 1",  # noqa: S608
                [number],
            ).fetchone()
            assert job
            # Where the same work waits already, it needs no second job.
            connection.execute(
                f"INSERT INTO procrastinate_jobs ({columns}, attempts) VALUES (%s, %s, %s, %s, %s, %s, %s) "  # noqa: S608
                "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING",
                [*job[:5], json.dumps(job[5]), job[6]],
            )
    return len(dead)


def _inside_portal(flask_app: Flask, call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Give a task the portal's context and leave no session, transaction or half-done change behind."""
    del worker
    with flask_app.test_request_context(base_url=tk.config["ckan.site_url"]):
        try:
            return call_next()
        except Exception:
            log.exception("task %s failed (job %s)", context.job.task_name, context.job.id)
            raise
        finally:
            model.Session.rollback()
            model.Session.remove()


def _dsn() -> str:
    return str(tk.config["sqlalchemy.url"]).replace("postgresql+psycopg2://", "postgresql://")


def _pool_options() -> dict[str, Any]:
    """Options of a pool of connections.

    Between its attempts to connect a pool waits twice as long each time: after an outage it sleeps as long again as
    the outage was. One that gives up soon and begins anew is back within seconds.
    """
    return {
        "conninfo": _dsn(),
        "kwargs": {"options": f"-c search_path={SCHEMA}"},
        "reconnect_timeout": RECONNECT,
    }


def _begin_anew(pool: psycopg_pool.ConnectionPool) -> None:
    """Have a pool that gave up connecting try again: it does where it is to keep one connection more."""
    least = pool.min_size
    pool.resize(least + 1, pool.max_size)
    pool.resize(least, pool.max_size)


async def _begin_anew_async(pool: psycopg_pool.AsyncConnectionPool) -> None:
    """See `_begin_anew`."""
    least = pool.min_size
    await pool.resize(least + 1, pool.max_size)
    await pool.resize(least, pool.max_size)


@functools.lru_cache(maxsize=1)
def _client() -> procrastinate.App:
    """The app through which this process adds tasks; its small pool is opened at first use."""
    connector = procrastinate.SyncPsycopgConnector(
        **_pool_options(), reconnect_failed=_begin_anew, min_size=0, max_size=2
    )
    app = procrastinate.App(connector=connector)
    app.open()
    atexit.register(app.close)
    return app


@functools.lru_cache(maxsize=1)
def _worker_app() -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        **_pool_options(), reconnect_failed=_begin_anew_async, min_size=1, max_size=6
    )
    app = procrastinate.App(connector=connector)
    app.job_manager = _Jobs(connector)
    app.add_tasks_from(_own_tasks(), namespace="osakadx_queue")
    for plugin in p.PluginImplementations(IQueueTasks):
        app.add_tasks_from(plugin.queue_tasks(), namespace=plugin.name)
    return app


class _Jobs(JobManager):
    """The jobs of the queue, for a worker that stops where the database does not take what it has to say.

    A sign of life or the end of a job that gets lost leaves work with a worker that others take for dead, or with one
    that has long forgotten it. procrastinate itself watches this in the scheduler only: without periodic tasks its
    watch ends at the start (its issue 1597).

    A job that goes back gives way where an equal one waits already.

    Attributes:
        on_loss: called in the worker's loop when the database was lost.
    """

    on_loss: Callable[[], None] = staticmethod(lambda: None)

    async def ask(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        return await self._answer(self.connector.execute_query_all_async(query))

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """See `JobManager`."""
        return await self._answer(super().fetch_job(queues, worker_id))

    async def update_heartbeat(self, worker_id: int) -> None:
        """See `JobManager`."""
        await self._answer(super().update_heartbeat(worker_id))

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """See `JobManager`."""
        await self._answer(super().finish_job(job, status, delete_job))

    async def retry_job(self, job: Job, **options: Any) -> None:
        """Put a job back into the queue; where one with its queueing lock waits, that one will do its work."""
        try:
            await self._answer(super().retry_job(job, **options))
        except procrastinate.exceptions.UniqueViolation:
            await self.finish_job(job, status=Status.FAILED, delete_job=True)

    async def listen_for_jobs(self, **options: Any) -> None:
        """Hear of new jobs at once; while the connection for it is away, a worker finds them by looking."""
        while True:
            try:
                await super().listen_for_jobs(**options)
            except procrastinate.exceptions.ConnectorException as error:
                log.info("new jobs are not told just now: %s", error.__cause__)
            await asyncio.sleep(1)

    async def _answer(self, question: Coroutine[Any, Any, T]) -> T:
        """What the database says; where it is lost, or says nothing for so long that others take over, work ends."""
        asked = asyncio.ensure_future(question)
        try:
            # Not `wait_for`, which waits until psycopg has cancelled its query: over a dead connection for ever.
            if not (await asyncio.wait({asked}, timeout=STALLED_AFTER))[0]:
                silence = asyncio.TimeoutError(f"no answer within {STALLED_AFTER:.0f} s")
                raise procrastinate.exceptions.ConnectorException from silence
            return await asked
        except procrastinate.exceptions.ConnectorException as error:
            if isinstance(error.__cause__, (psycopg.OperationalError, asyncio.TimeoutError)):
                log.warning("the database was lost, this worker stops: %s", error.__cause__)
                _lost.set()
                self.on_loss()
            raise
        finally:
            asked.cancel()


def _own_tasks() -> procrastinate.Blueprint:
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="* * * * * */10")
    @tasks.task(name="rescue", queue=CALENDAR, queueing_lock="rescue", priority=URGENT)
    def give_back(timestamp: int) -> None:
        """Give the work of workers that died without a word back to the queue."""
        del timestamp
        rescue()

    @tasks.periodic(cron="7 3 * * *")
    @tasks.task(queue=CALENDAR, queueing_lock="tidy", pass_context=True)
    async def tidy(context: procrastinate.JobContext, timestamp: int) -> None:
        """Forget jobs that ended long ago."""
        del timestamp
        await context.app.job_manager.delete_old_jobs(nb_hours=24 * 30, include_failed=True)

    return tasks


@click.group(name="osakadx-queue", short_help="The durable queue: worker, scheduler, status.")
def command() -> None:
    """The durable queue of the portal's harvests, readings and scores."""


@command.command()
@click.option("--queue", "queues", multiple=True, help="Serve only this queue (may be repeated).")
@click.option("--concurrency", default=1, show_default=True, help="Tasks at the same time in this process.")
@click.option("--until-empty", is_flag=True, help="Stop when nothing is left to do.")
@click.pass_context
def worker(ctx: click.Context, queues: tuple[str, ...], concurrency: int, until_empty: bool) -> None:
    """Do tasks until told to stop."""
    ensure_tables()
    work(
        ctx.meta["flask_app"],
        queues=list(queues) or None,
        calendar=False,
        wait=not until_empty,
        concurrency=concurrency,
    )


@command.command()
@click.pass_context
def scheduler(ctx: click.Context) -> None:
    """Keep the calendar: put periodic tasks into the queue when they are due, rescue the work of dead workers."""
    ensure_tables()
    work(ctx.meta["flask_app"], queues=[CALENDAR], calendar=True)


@command.command()
@click.option("--seconds", default=600, show_default=True, help="How long to wait.")
def wait(seconds: int) -> None:
    """Stay until nothing waits in the queue but the calendar; say how far it is. Ends with 3 when time was up."""
    deadline = time.monotonic() + seconds
    said = ""
    while left := _left():
        if time.monotonic() > deadline:
            raise SystemExit(3)
        if (line := "、".join(f"{name} {number}" for name, number in sorted(left.items()))) != said:
            said = line
            click.echo(f"  残り {said}")
        time.sleep(1)


def _left() -> dict[str, int]:
    model.Session.rollback()
    open_jobs = {
        name: by_status.get("todo", 0) + by_status.get("doing", 0)
        for name, by_status in counts().items()
        if name not in (CALENDAR, "builtin")
    }
    return {name: number for name, number in open_jobs.items() if number}


@command.command()
def status() -> None:
    """Print the number of jobs by queue and status as JSON."""
    click.echo(json.dumps(counts(), ensure_ascii=False))
