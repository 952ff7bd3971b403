"""Workers and schedulers that are killed, stopped and woken up again; and a deploy in the middle of a run."""

from __future__ import annotations

import signal

from .portal import WORKERS, Portal


def test_f12_a_worker_killed_at_its_claim(portal: Portal) -> None:
    source = portal.source("f12-claim")
    with portal.locked("LOCK TABLE osakadx_harvest_run IN SHARE ROW EXCLUSIVE MODE"):
        pass
    reached = source.catalog.wait_at(0)
    run = source.ask()
    name = portal.working_on(run)
    portal.signal(name)
    assert reached.wait(90)  # killed before its first request, another worker takes the run over within 60 s
    source.catalog.fault = None
    source.catalog.door.set()
    assert source.ended(run)["counts"]["added"] == 30


def test_f12_a_worker_killed_while_it_stages_the_listing(portal: Portal) -> None:
    source = portal.source("f12-staging", 60)
    source.catalog.most = 20
    reached = source.catalog.wait_at(2)
    run = source.ask()
    assert reached.wait(30)
    portal.signal(portal.working_on(run))
    source.catalog.fault = None
    source.catalog.door.set()
    assert source.ended(run)["counts"]["added"] == 60


def test_f12_a_worker_killed_in_a_batch(portal: Portal) -> None:
    source = portal.source("f12-batch", 60)
    portal.do("DELETE FROM osakadx_queue.procrastinate_workers WHERE last_heartbeat < now() - interval '60 s'")
    run = source.begun(20)
    with portal.locked("LOCK TABLE package_tag IN EXCLUSIVE MODE"):
        portal.wait(portal.standing_still, 20, "nobody writes")
        portal.signal(portal.working_on(run))
    assert source.ended(run)["counts"]["added"] == 60


def test_f12_a_worker_killed_between_commit_and_index(portal: Portal) -> None:
    source = portal.source("f12-commit", 30)
    portal.proxies["solr"].mode = "drop"
    run = source.begun()
    portal.signal(portal.working_on(run))
    portal.proxies["solr"].mode = "pass"
    portal.proxies["solr"].reset()
    assert source.ended(run)["counts"]["added"] == 30


def test_f12_a_worker_killed_while_the_engine_takes_its_documents(portal: Portal) -> None:
    source = portal.source("f12-index", 30)
    proxy = portal.proxies["solr"]
    proxy.muted, proxy.mode = 0, "mute"
    run = source.ask()
    portal.wait(lambda: source.results(run) >= 10 and proxy.muted, 30, "no document is sent")
    portal.signal(portal.working_on(run))
    proxy.mode = "pass"
    proxy.reset()
    assert source.ended(run)["counts"]["added"] == 30


def test_f12_a_worker_killed_while_it_scores(portal: Portal) -> None:
    source = portal.source("f12-score", 20)
    source.run()
    with portal.inside():
        from ckanext.osakadx.quality import jobs

        with portal.locked("LOCK TABLE osakadx_quality_score IN EXCLUSIVE MODE"):
            jobs.request_many(list(source.items().values()))
            portal.wait(portal.standing_still, 30, "nobody scores")
            for name in WORKERS:
                portal.signal(name)
    scored = "SELECT count(*) FROM osakadx_quality_score WHERE package_id = ANY(%s)"
    portal.wait(lambda: portal.value(scored, list(source.items().values())) == 20, 40, "scores are missing")


def test_f14_a_worker_stopped_beyond_its_lease_and_woken_up_again(portal: Portal) -> None:
    source = portal.source("f14", 60)
    run = source.begun()
    with portal.locked("LOCK TABLE package_tag IN EXCLUSIVE MODE"):
        portal.wait(portal.standing_still, 20, "nobody writes")
        sleeper = portal.working_on(run)
        portal.signal(sleeper, signal.SIGSTOP)
    portal.wait(lambda: portal.working_on(run) != sleeper, 30, "nobody takes the run over")
    portal.signal(sleeper, signal.SIGCONT)
    assert source.ended(run)["state"] == "finished"


def test_f33_a_deploy_in_the_middle_of_a_run(portal: Portal) -> None:
    source = portal.source("f33", 100)
    run = source.begun()
    for name in WORKERS:
        portal.signal(name, signal.SIGTERM)
    assert source.ended(run)["counts"]["added"] == 100
