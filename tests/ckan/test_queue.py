"""The durable queue through its commands."""

from __future__ import annotations

from typing import Any

from tests.portal import Stack, ckan


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
