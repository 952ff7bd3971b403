"""Workers and schedulers of the portal with the times of a test: what takes minutes elsewhere takes seconds here.

    python -m tests.faults.quick INI FOLDER worker1=harvest,index scheduler=calendar …

Each program is a process of its own, forked from this one once CKAN is loaded, and forked again when it ends, so that a
killed worker is back in an instant. ``FOLDER/<name>.pid`` holds its process id; ``FOLDER/<name>.id`` the queue's number
of it; while ``FOLDER/<name>.off`` is there, it is not started. Nothing is replaced, only hurried: batches and pages are
small, so that a kill has something to fall between.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

STALLED_AFTER = 4.0
BATCH = 10


def hurry(folder: Path) -> None:
    """Shorten every time that a worker or scheduler waits."""
    import procrastinate
    from ckanext.osakadx import outgoing, queue
    from ckanext.osakadx.harvest import jobs, staging
    from ckanext.osakadx.harvesters import base
    from ckanext.osakadx.turns import SharedTurns
    from osakadx.fetch import Fetcher
    from osakadx.manners import Courtesy, Manners
    from osakadx.meter import Limits
    from procrastinate.manager import JobManager
    from procrastinate.periodic import PeriodicRegistry

    queue.STALLED_AFTER = STALLED_AFTER
    queue.DRAIN = 5.0
    queue.EXIT = 7.0
    base.BATCH = BATCH
    staging.PAGE = BATCH
    queue.HEARTBEAT = 0.5
    run_worker = procrastinate.App.run_worker_async

    async def run_often(app: procrastinate.App, **options: Any) -> Any:
        return await run_worker(app, **{**options, "fetch_job_polling_interval": 0.3})

    procrastinate.App.run_worker_async = run_often
    register = PeriodicRegistry.register_task

    def often(registry: PeriodicRegistry, *, task: Any, cron: str, **others: Any) -> Any:
        short = re.split(r"[:.]", task.name)[-1] in ("rescue", "tick", "index")
        return register(registry, task=task, cron="* * * * * *" if short else cron, **others)

    PeriodicRegistry.register_task = often
    register_worker = JobManager.register_worker

    async def told(manager: JobManager) -> int:
        """Leave the worker's number where the test finds it."""
        number = await register_worker(manager)
        (folder / f"{os.environ['PGAPPNAME']}.id").write_text(str(number))
        return number

    JobManager.register_worker = told
    jobs.tasks.tasks["run"].retry_strategy = procrastinate.RetryStrategy(max_attempts=jobs.ATTEMPTS, wait=1)
    # Every address of this tier is on loopback and of a test's own.
    courtesy = Courtesy(gap=0.0, patience=5.0, rest=30.0)
    outgoing._manners = lambda *_: Manners(courtesy, turns=SharedTurns())
    outgoing.Fetcher = functools.partial(
        Fetcher, page=Limits(connect=2.0, first_byte=1.5, idle=1.5, total=4.0, window=1.0)
    )


def main(ini: str, place: str, *programs: str) -> None:
    """Load the portal once, then keep the programs running until told to end."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    folder = Path(place)
    hurry(folder)
    app = make_app(load_config(ini))._wsgi_app
    queues = {name: queues.split(",") for name, queues in (program.split("=") for program in programs)}
    running: dict[int, str] = {}
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ending.append(number))
    while not ending:
        for name in queues.keys() - running.values():
            if not (folder / f"{name}.off").exists():
                running[_forked(app, folder, name, queues[name])] = name
        _bury(running)
        time.sleep(0.05)
    for number in (signal.SIGTERM, signal.SIGCONT):
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
    while running:
        _bury(running)
        time.sleep(0.05)


def _bury(running: dict[int, str]) -> None:
    for pid in list(running):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del running[pid]


def _forked(app: Any, folder: Path, name: str, queues: list[str]) -> int:
    """Start a program; its id."""
    pid = os.fork()
    if pid:
        (folder / f"{name}.pid").write_text(str(pid))
        return pid
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.environ["PGAPPNAME"] = name
        with (folder.parent / "log" / f"{name}.log").open("ab") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        faulthandler.register(signal.SIGUSR1, sys.stderr, all_threads=True)  # where does it stand?
        from ckan import model
        from ckanext.osakadx import queue

        # The parent's connections are the parent's.
        model.Session.remove()
        model.meta.engine.dispose(close=False)
        queue.ensure_tables()
        queue.work(app, queues=queues, calendar=queues == [queue.CALENDAR])
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
        time.sleep(0.5)  # a service that is away is not asked without a pause
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
