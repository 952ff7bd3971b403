"""The durable queue through its commands."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

import psycopg
import pytest

from tests.faults.proxy import Proxy
from tests.portal import Stack, ckan

from . import workers


def test_a_worker_may_serve_some_queues_only(stack: Stack) -> None:
    ckan(stack, "osakadx-queue", "worker", "--queue", "harvest", "--queue", "index", "--until-empty")


def test_work_of_a_dead_worker_is_given_back_though_an_equal_job_waits(site: Any) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx import queue

    def sql(statement: str) -> None:
        model.Session.execute(sa.text(f"SET LOCAL search_path TO {queue.SCHEMA}"))
        model.Session.execute(sa.text(statement))
        model.Session.commit()

    queue.ensure_tables()
    queue.defer("test:equal", queue="dead", once="equal", lock="equal")
    queue.defer("test:other", queue="dead")
    sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE queue_name = 'dead'")
    queue.defer("test:equal", queue="dead", once="equal", lock="equal")
    try:
        queue.rescue()
        assert queue.counts()["dead"] == {"todo": 2}
    finally:
        sql("DELETE FROM procrastinate_jobs WHERE queue_name = 'dead'")


@pytest.mark.parametrize(
    "table, query, how",
    [
        ("workers", "update_heartbeat", "ended"),
        ("workers", "update_heartbeat", "held up"),
        ("jobs", "fetch_job", "ended"),
        ("jobs", "fetch_job", "held up"),
    ],
)
def test_a_worker_stops_whose_words_do_not_arrive(site: Any, stack: Stack, table: str, query: str, how: str) -> None:
    from ckanext.osakadx import queue

    queue.ensure_tables()
    begun = f"{queue.SCHEMA}.procrastinate_workers"
    with (
        psycopg.connect(stack.database_url(), autocommit=True) as asking,
        psycopg.connect(stack.database_url()) as other,
    ):
        asking.execute(f"DELETE FROM {begun}")
        idle = workers.worker(site, queues=["nothing"])
        with workers.ended(idle):
            workers.until(lambda: asking.execute(f"SELECT 1 FROM {begun}").fetchone(), 20, "no worker has begun")
            other.execute(f"LOCK TABLE {queue.SCHEMA}.procrastinate_{table} IN EXCLUSIVE MODE")
            held_up = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ %s"
            (asks,) = workers.until(lambda: asking.execute(held_up, [query]).fetchone(), 10, "nothing is asked")
            if how == "ended":
                asking.execute("SELECT pg_terminate_backend(%s)", [asks])
            else:
                idle.join(workers.STALLED + 2)
            other.rollback()
            idle.join(10)
            assert idle.exitcode == workers.TOLD


def test_who_waits_for_the_queue_has_it_when_the_database_is_back(site: Any, stack: Stack) -> None:
    import psycopg_pool
    from ckanext.osakadx import queue

    proxy = Proxy(stack.ports.postgres)
    proxy.mode = "refuse"
    options = queue._pool_options() | {
        "conninfo": queue._dsn().replace(f":{stack.ports.postgres}/", f":{proxy.port}/"), "reconnect_timeout": 0.5,
    }  # fmt: skip
    away = threading.Timer(3, setattr, (proxy, "mode", "pass"))
    with psycopg_pool.ConnectionPool(
        **options, reconnect_failed=queue._begin_anew, min_size=0, max_size=2, open=True
    ) as pool:
        away.start()
        with pool.connection(timeout=10) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    proxy.close()


def test_a_connection_that_dies_without_a_word_is_noticed_within_half_a_minute(site: Any) -> None:
    from ckan import model
    from ckanext.osakadx import queue

    with model.meta.engine.connect() as portal, psycopg.connect(queue._dsn()) as queued:
        for number in (portal.connection.fileno(), queued.fileno()):
            with socket.socket(fileno=os.dup(number)) as there:
                assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
                assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
