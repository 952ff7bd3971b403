"""Real worker processes, forked from the test with everything loaded, to be killed, stopped and drained."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

FORK = multiprocessing.get_context("fork")
HEARTBEAT, STALLED = 0.5, 2.0  # seconds; a worker of the portal has longer ones
TOLD = 3  # how a worker ends that says why, apart from one that ends with a traceback


def forked(work: Callable[[], object]) -> Any:
    """Start a process that shares no connection with this one."""

    def alone() -> None:
        from ckan import model
        from ckanext.osakadx import outbox, queue

        model.Session.registry.clear()
        outbox._postman.cache_clear()
        model.meta.engine.dispose(close=False)
        queue._client.cache_clear()
        queue._worker_app.cache_clear()
        work()

    process = FORK.Process(target=alone)
    process.start()
    return process


def worker(flask_app: Any, **options: Any) -> Any:
    """Start a worker of the queue `harvest`."""

    def work() -> None:
        from ckanext.osakadx import queue

        queue.HEARTBEAT, queue.STALLED_AFTER = HEARTBEAT, STALLED
        try:
            queue.work(flask_app, **{"queues": ["harvest"], "calendar": False, **options})
        except click.ClickException:
            raise SystemExit(TOLD) from None

    return forked(work)


@contextlib.contextmanager
def ended(*processes: Any) -> Iterator[None]:
    """End these processes at the end, whatever state they are in."""
    try:
        yield
    finally:
        for process in processes:
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
            process.join(10)


def until(ready: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait until something is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found
