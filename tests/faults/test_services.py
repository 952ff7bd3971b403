"""PostgreSQL, Redis and Solr that go away, come back, answer late or say no."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack

import psycopg
import pytest

from .portal import WORKERS, Portal


def restart(portal: Portal, service: str) -> None:
    """Restart a service as supervision does it."""
    portal.stack.control("restart", service)
    portal.stack.wait_for_services()


def test_f15_postgresql_restarts_in_the_middle_of_a_run(portal: Portal) -> None:
    source = portal.source("f15-restart", 80)
    run = source.begun()
    restart(portal, "postgres")
    assert source.ended(run, 90)["counts"]["added"] == 80


def test_f15_every_connection_to_postgresql_is_reset_in_the_middle_of_a_run(portal: Portal) -> None:
    source = portal.source("f15-reset", 80)
    run = source.begun()
    portal.proxies["postgres"].reset()
    assert source.ended(run, 90)["counts"]["added"] == 80


def test_f15_workers_are_back_soon_after_postgresql_was_away_for_long(portal: Portal) -> None:
    source = portal.source("f15-away", 120)
    run = source.begun()
    portal.proxies["postgres"].mode = "refuse"
    time.sleep(17)  # who doubles the pause between attempts has just failed for the fifth time, and sleeps till 31
    portal.proxies["postgres"].mode = "pass"
    portal.wait(lambda: len(portal.at_work()) >= len(WORKERS) + 1, 8, "workers and scheduler are not back")
    assert source.ended(run, 30)["counts"]["added"] == 120


def test_f15_connections_to_postgresql_that_die_without_a_word_are_given_up(portal: Portal) -> None:
    source = portal.source("f15-dead", 80)
    run = source.begun()
    portal.proxies["postgres"].lose()
    assert source.ended(run, 60)["counts"]["added"] == 80
    portal.wait(lambda: len(portal.at_work()) >= len(WORKERS) + 1, 30, "workers and scheduler are not back")


def test_f15_a_transaction_that_a_deadlock_ends_is_done_again(portal: Portal) -> None:
    source = portal.source("f15-deadlock", 40)
    run = source.begun()
    with portal.locked("LOCK TABLE package_tag IN EXCLUSIVE MODE"):
        portal.wait(portal.standing_still, 20, "nobody writes")
        portal.rows(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND application_name LIKE 'worker%%'"
        )
    assert source.ended(run, 60)["counts"]["added"] == 40


def test_f16_no_connection_to_postgresql_is_left_in_the_middle_of_a_run(portal: Portal) -> None:
    source = portal.source("f16", 240)  # more than is written while a hundred connections are opened
    run = source.begun()
    theirs = "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('worker1', 'worker2')"
    with ExitStack() as taken:

        def take() -> int:
            """Every connection that is free; how many."""
            for number in range(1000):
                try:
                    taken.enter_context(psycopg.connect(portal.stack.database_url()))
                except psycopg.OperationalError:
                    return number
            raise AssertionError("PostgreSQL has no limit")

        for _ in range(20):  # what the workers lose is taken before they have it again
            portal.proxies["postgres"].reset()
            if not take() and not portal.value(theirs):
                break
        written = source.results(run)
        assert portal.value("SELECT state FROM osakadx_harvest_run WHERE id = %s", run) in ("queued", "running")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            take()
            time.sleep(0.05)
        assert source.results(run) == written < 240
    assert source.ended(run, 120)["counts"]["added"] == 240


@pytest.mark.parametrize("mode", ["refuse", "drop"])
def test_f17_the_search_engine_is_away_and_comes_back(portal: Portal, mode: str) -> None:
    source = portal.source(f"f17-{mode}", 20)
    portal.proxies["solr"].mode = mode
    run = source.ask()
    if mode == "refuse":
        assert source.ended(run)["counts"]["added"] == 20
        assert portal.value("SELECT count(*) FROM osakadx_index_outbox") >= 20
    else:
        portal.wait(lambda: source.results(run) >= 10, 30, "no batch is written")
    portal.proxies["solr"].mode = "pass"
    portal.proxies["solr"].reset()
    assert source.ended(run)["counts"]["added"] == 20


def test_f18_one_document_of_a_batch_is_rejected_and_the_others_are_found(portal: Portal) -> None:
    source = portal.source("f18", 10)
    source.run()
    portal.settle()
    # A field of another plugin that the schema takes for a number.
    bad = sorted(source.items().values())[4]
    portal.do('UPDATE package SET extras = extras || \'{"views_total": "x"}\' WHERE id = %s', bad)
    portal.do("UPDATE package SET metadata_modified = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
              list(source.items().values()))  # fmt: skip
    with portal.inside():
        from ckan import model
        from ckanext.osakadx import outbox

        outbox.enqueue(list(source.items().values()))
        model.Session.commit()
    portal.settle()
    rows = portal.rows("SELECT package_id, error FROM osakadx_index_outbox")
    assert [row["package_id"] for row in rows] == [bad] and rows[0]["error"]
    portal.do("UPDATE package SET extras = extras - 'views_total' WHERE id = %s", bad)
    portal.do("UPDATE osakadx_index_outbox SET attempts = 0")


def test_f21_redis_is_flushed_refused_and_restarted_in_the_middle_of_a_run(portal: Portal) -> None:
    source = portal.source("f21", 60)
    portal.proxies["redis"].mode = "refuse"
    run = source.begun()
    portal.proxies["redis"].mode = "pass"
    subprocess.run(["redis-cli", "-p", str(portal.stack.ports.redis), "FLUSHALL"], check=False, capture_output=True)
    restart(portal, "redis")
    assert source.ended(run)["counts"]["added"] == 60
