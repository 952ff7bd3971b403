"""Workers that die, stand still, are told to stop, or meet a record that kills them: what a run is afterwards."""

from __future__ import annotations

import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ckan.test_harvest import Source, Town
from tests.ckan.workers import STALLED, ended, forked, until, worker

BATCH = 5
MANY = {f"k{number:02d}": f"公共施設一覧その{number}" for number in range(40)}


class Paths(Town):
    """A town with several lists, told apart by a word in their address."""

    by_path: dict[str, dict[str, str]] = {}

    def listing_of(self, path: str) -> bytes:
        usual = self.titles
        self.titles = next((titles for word, titles in self.by_path.items() if word in path), usual)
        try:
            return self.listing()
        finally:
            self.titles = usual


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, site: Any) -> Iterator[Paths]:
    from ckan.common import config

    started = Paths()
    started.titles = dict(MANY)
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [started.host])
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [started.host])
    yield started
    started.server.shutdown()


@pytest.fixture
def new_source(town: Town, context: Any, request: pytest.FixtureRequest) -> Callable[[str], Source]:
    def new(name: str) -> Source:
        name = f"{name}-{abs(hash(request.node.name)) % 10**8}-{time.monotonic_ns() % 10**9}"
        return Source(name, SimpleNamespace(host=f"{town.host}/{name}", mark=town.mark), context)

    return new


@pytest.fixture
def source(new_source: Callable[[str], Source]) -> Source:
    return new_source("town")


@pytest.fixture(autouse=True)
def nothing_waits(site: Any) -> Iterator[None]:
    """What a test leaves in the queue is not the next one's."""
    for clear in (True, False):
        if not clear:
            yield
        in_queue("DELETE FROM procrastinate_jobs")
        in_queue("DELETE FROM procrastinate_workers")
        in_queue(
            "UPDATE public.osakadx_harvest_run SET state = 'failed' WHERE state IN ('queued', 'running', 'paused')"
        )


def in_queue(statement: str) -> list[Any]:
    """Do a statement in the queue's schema, whose triggers know no other."""
    import psycopg
    from ckanext.osakadx import queue

    with psycopg.connect(queue._dsn(), options=f"-c search_path={queue.SCHEMA}") as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Batches of five that take their time; the file has a line for each: the process, and how many records."""
    from ckanext.osakadx.harvesters import base

    log = tmp_path / "batches"
    log.touch()
    original = base.Writer.apply

    def apply(self: Any, batch: Any) -> Any:
        with log.open("a") as file:
            file.write(f"{os.getpid()} {len(batch)}\n")
        time.sleep(0.15)
        return original(self, batch)

    monkeypatch.setattr(base, "BATCH", BATCH)
    monkeypatch.setattr(base.Writer, "apply", apply)
    return log


def batches(log: Path) -> list[tuple[int, int]]:
    return [(int(pid), int(size)) for pid, size in (line.split() for line in log.read_text().splitlines())]


def asked(source: Source, trigger: str = "command") -> str:
    from ckanext.osakadx.harvest import runs

    run, new = runs.request(source.id, trigger)
    assert new
    return run.id


def now(run_id: str) -> Any:
    from ckan import model
    from ckanext.osakadx.harvest.model import Run

    model.Session.rollback()
    model.Session.expire_all()
    return model.Session.get(Run, run_id)


def result(run_id: str, seconds: float = 40) -> Any:
    """The run when it has ended."""
    until(lambda: now(run_id).state in ("finished", "failed"), seconds, "the run does not end")
    return now(run_id)


def given_back() -> bool:
    from ckanext.osakadx import queue

    return bool(queue.rescue(STALLED))


@contextmanager
def two(flask_app: Any) -> Iterator[tuple[Any, Any]]:
    both = worker(flask_app), worker(flask_app)
    with ended(*both):
        yield both


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "standing still"])
def test_another_worker_goes_on_where_one_dies_or_stands_still(
    flask_app: Any, source: Source, slow: Path, how: signal.Signals
) -> None:
    with two(flask_app):
        run_id = asked(source)
        until(lambda: len(batches(slow)) >= 3, 20, "no worker begins")
        victim = batches(slow)[0][0]
        os.kill(victim, how)
        began = time.monotonic()
        until(given_back, 20, "the run is not given back")
        assert time.monotonic() - began < 10  # 2 seconds here are 30 in a portal
        run = result(run_id)
        assert (run.state, run.counts["added"], run.counts["proved"], run.attempt) == ("finished", 40, True, 2)
        assert len(source.datasets()) == 40
        assert len({pid for pid, _ in batches(slow)}) == 2
        if how == signal.SIGSTOP:
            written = len(batches(slow))
            os.kill(victim, signal.SIGCONT)
            time.sleep(2)
            after = now(run_id)
            assert (after.state, after.counts, after.attempt) == (run.state, run.counts, run.attempt)
            assert (len(source.datasets()), len(batches(slow))) == (40, written)


def test_a_worker_that_lost_its_run_writes_nothing_more(
    town: Town, source: Source, slow: Path, monkeypatch: Any
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import attempts, jobs
    from ckanext.osakadx.harvesters import base
    from sqlalchemy import text

    original, calls = base.Writer.apply, []

    def overtaken(self: Any, batch: Any) -> Any:
        calls.append(len(batch))
        if len(calls) == 3:
            with model.meta.engine.begin() as other:
                other.execute(
                    text("UPDATE osakadx_harvest_run SET attempt = attempt + 1 WHERE id = :id"), {"id": run_id}
                )
        return original(self, batch)

    monkeypatch.setattr(base.Writer, "apply", overtaken)
    run_id = asked(source)
    jobs.do(run_id)
    assert len(source.datasets()) == 2 * BATCH
    assert now(run_id).state == "running"
    assert attempts._MINE not in model.Session.info
    assert len(calls) == 3


def test_a_run_that_waits_in_a_transaction_is_ended_by_the_next_worker(
    flask_app: Any, source: Source, slow: Path
) -> None:
    """A process that stands still within a batch keeps names and rows locked, for which the next one would wait."""
    from ckanext.osakadx.harvesters import base

    original = base.Writer._commit

    def stands_still(self: Any, outcomes: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)
        return original(self, outcomes)

    base.Writer._commit = stands_still
    try:
        first = worker(flask_app)
    finally:
        base.Writer._commit = original
    with ended(first):
        run_id = asked(source)
        until(lambda: batches(slow), 20, "the worker does not begin")
        second = worker(flask_app)
        with ended(second):
            until(given_back, 20, "the run is not given back")
            assert result(run_id).counts["added"] == 40


def test_a_record_that_kills_its_workers_is_put_aside_and_the_others_proceed(
    flask_app: Any, town: Town, source: Source, slow: Path, monkeypatch: Any
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.harvest import jobs, results
    from ckanext.osakadx.harvest.model import Entry
    from ckanext.osakadx.harvesters import base

    original = base.normalise

    def crashes(record: Any, context: Any) -> Any:
        if record.title.endswith("その17") and os.getpid() != test:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(record, context)

    test = os.getpid()
    monkeypatch.setattr(base, "BATCH", 20)
    monkeypatch.setattr(base, "normalise", crashes)
    run_id = asked(source)
    deaths = 0
    while now(run_id).state in ("queued", "running"):
        one = worker(flask_app, wait=False)
        with ended(one):
            one.join(30)
        deaths += one.exitcode == -signal.SIGKILL
        assert deaths < 6
        until(lambda: given_back() or now(run_id).state == "finished", 20, "the run is not given back")
    run = now(run_id)
    assert deaths == 3
    assert (run.counts["added"], run.counts["quarantined"], run.counts["proved"]) == (39, 1, True)
    put_aside = sa.select(Entry).where(Entry.run_id == run_id, Entry.result == "quarantined")
    (entry,) = model.Session.scalars(put_aside)
    assert (entry.title, entry.notices[-1]["slug"]) == ("公共施設一覧その17", "quarantined")
    assert "隔離しました" in entry.notices[-1]["message"]
    assert [size for _, size in batches(slow)][-1] <= 20

    def killed(*_: Any) -> None:
        raise AssertionError("the record is tried again")

    monkeypatch.setattr(
        base, "normalise", lambda record, context: killed() if "17" in record.title else original(record, context)
    )
    for _ in range(2):
        again = asked(source)
        jobs.do(again)
        assert (now(again).counts["quarantined"], now(again).counts["unchanged"]) == (1, 39)

    # Aside for a week from its deaths on, however many runs there are meanwhile; then it is tried again.
    for entry in model.Session.scalars(sa.select(Entry).where(Entry.result == "quarantined")):
        since = datetime.fromisoformat(entry.notices[-1]["since"]) - results.AGAIN
        entry.notices = [*entry.notices[:-1], {**entry.notices[-1], "since": since.isoformat()}]
    model.Session.commit()
    monkeypatch.setattr(base, "normalise", original)
    later = asked(source)
    jobs.do(later)
    assert (now(later).counts["added"], now(later).counts["unchanged"]) == (1, 39)


def test_a_worker_that_dies_while_listing_does_not_die_for_ever(source: Source, monkeypatch: Any) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import jobs, staging

    def dies(*_: Any) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr(staging, "stage", dies)
    run_id = asked(source)
    for _ in range(3):
        with pytest.raises(SystemExit):
            jobs.do(run_id)
        model.Session.remove()
    jobs.do(run_id)
    assert (now(run_id).state, now(run_id).error["slug"]) == ("failed", "worker-died")


def test_a_worker_told_to_stop_leaves_a_checkpoint_within_30_seconds(
    flask_app: Any, town: Town, source: Source, slow: Path
) -> None:
    from ckanext.osakadx import queue

    one = worker(flask_app)
    with ended(one):
        run_id = asked(source)
        until(lambda: len(batches(slow)) >= 2, 20, "the worker does not begin")
        began = time.monotonic()
        os.kill(one.pid, signal.SIGTERM)
        one.join(30)
        assert (one.exitcode, time.monotonic() - began < 10) == (0, True)
    run = now(run_id)
    done = len(source.datasets())
    assert (run.state, run.working) == ("queued", None)
    assert 0 < done < 40 and done % BATCH == 0
    assert queue.counts()["harvest"] == {"todo": 1}
    asked_before = town.requests
    other = worker(flask_app, wait=False)
    with ended(other):
        run = result(run_id)
    assert (run.counts["added"], run.counts["proved"], town.requests) == (40, True, asked_before)


def test_f34_a_worker_of_before_a_migration_stops_at_its_checkpoint(
    flask_app: Any, source: Source, slow: Path, monkeypatch: Any, stack: Any
) -> None:
    from ckanext.osakadx import queue, versions

    monkeypatch.setattr(versions, "LOOK", 0.2)
    version = "UPDATE osakadx_harvest_alembic_version SET version_num = "
    known = stack.psql("SELECT version_num FROM osakadx_harvest_alembic_version", "ckan").strip()
    one = worker(flask_app)
    with ended(one):
        run_id = asked(source)
        until(lambda: batches(slow), 20, "the worker does not begin")
        try:
            stack.psql(f"{version}'999'", "ckan")
            one.join(30)
        finally:
            stack.psql(f"{version}'{known}'", "ckan")
        assert one.exitcode == 0
    assert (now(run_id).state, now(run_id).working) == ("queued", None)
    assert 0 < len(source.datasets()) < 40
    assert queue.counts()["harvest"] == {"todo": 1}
    other = worker(flask_app, wait=False)
    with ended(other):
        assert result(run_id).counts["proved"]


def test_a_worker_whose_work_hangs_goes_all_the_same(
    flask_app: Any, source: Source, slow: Path, monkeypatch: Any
) -> None:
    from ckanext.osakadx import queue
    from ckanext.osakadx.harvest import jobs

    monkeypatch.setattr(queue, "DRAIN", 0.5)
    monkeypatch.setattr(queue, "EXIT", 1.0)
    monkeypatch.setattr(jobs, "do", lambda *_, **__: (slow.write_text("1 1\n"), time.sleep(60)))
    one = worker(flask_app)
    with ended(one):
        asked(source)
        until(lambda: batches(slow), 20, "the worker does not begin")
        os.kill(one.pid, signal.SIGTERM)
        one.join(10)
        assert one.exitcode == 0
    until(given_back, 20, "the run is not given back")


def test_pause_resume_and_abort_are_effective_at_once(
    flask_app: Any, town: Paths, new_source: Any, context: Any, slow: Path
) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.harvest import calendar, standing

    paused, aborted = new_source("paused"), new_source("aborted")
    town.by_path = {"aborted": {f"a{number:02d}": f"保育施設一覧その{number}" for number in range(40)}}
    one = worker(flask_app, concurrency=2)
    with ended(one):
        ids = asked(paused), asked(aborted)
        until(lambda: paused.datasets() and aborted.datasets(), 20, "the worker does not begin")
        began = time.monotonic()
        shown = tk.get_action("osakadx_harvest_source_pause")(context(), {"source_id": paused.id})
        gone = tk.get_action("osakadx_harvest_run_abort")(context(), {"id": ids[1]})
        before = len(paused.datasets()), len(aborted.datasets())
        assert time.monotonic() - began < 10
        assert (shown["paused"], shown["run"]["state"], gone["state"]) == (True, "paused", "aborted")
        assert (gone["error"]["slug"], gone["finished"] is not None) == ("aborted", True)
        time.sleep(1.5)
        assert (len(paused.datasets()), len(aborted.datasets())) == before
        assert all(0 < number < 40 for number in before)
        assert [now(run_id).state for run_id in ids] == ["paused", "aborted"]

        again = tk.get_action("osakadx_harvest_run_create")(context(), {"source_id": paused.id})
        assert again["id"] == ids[0]
        shown = tk.get_action("osakadx_harvest_source_resume")(context(), {"source_id": paused.id})
        assert (shown["paused"], shown["run"]["state"] in ("queued", "running")) == (False, True)
        assert result(ids[0]).counts["added"] == 40
        with pytest.raises(tk.ValidationError):
            tk.get_action("osakadx_harvest_run_abort")(context(), {"id": ids[1]})
        assert result(asked(aborted)).counts["proved"]
    assert paused.id not in set(calendar.due(calendar.instant(), standing.is_due))


def test_a_paused_source_has_no_run(source: Source) -> None:
    from ckanext.osakadx.harvest import calendar, jobs, runs

    runs.pause(source.id, "admin")
    run_id = asked(source)
    assert now(run_id).state == "paused"
    jobs.do(run_id)
    assert (now(run_id).state, source.datasets(), calendar.without_work()) == ("paused", {}, [])
    runs.resume(source.id)
    jobs.do(run_id)
    assert now(run_id).state == "finished"


def test_a_small_source_does_not_wait_for_a_large_one(
    flask_app: Any, town: Paths, new_source: Any, slow: Path, monkeypatch: Any
) -> None:
    from ckanext.osakadx.harvest import fairness

    monkeypatch.setattr(fairness, "SIZES", ((25, 40), (50, 30), (100, 20)))
    monkeypatch.setattr(fairness, "UNKNOWN", 30)
    small = [new_source("alone"), new_source("small")]
    large = [new_source("large"), new_source("larger")]
    town.by_path = {
        "small": {f"s{number:02d}": f"小さな一覧その{number}" for number in range(40)},
        "larger": {f"y{number:03d}": f"もっと大きな一覧その{number}" for number in range(150)},
        "large": {f"x{number:03d}": f"大きな一覧その{number}" for number in range(150)},
    }
    took = []
    one = worker(flask_app)
    with ended(one):
        for source in small:
            if source is small[1]:
                long = [asked(each, "calendar") for each in large]
                until(lambda: large[0].datasets() or large[1].datasets(), 20, "the worker does not begin")
            began = time.monotonic()
            run_id = asked(source, "calendar")
            assert result(run_id).counts["added"] == 40
            took.append(time.monotonic() - began)
        left = [now(run_id) for run_id in long]
        assert any(run.state in ("queued", "running") for run in left)
        assert took[1] < 2 * took[0], took
        print(f"alone {took[0]:.1f} s, beside two large ones on one worker {took[1]:.1f} s")


@pytest.mark.parametrize(
    "records, trigger, higher", [(10, "calendar", 5_000), (500, "calendar", 50_000), (50_000, "page", 10)]
)
def test_a_person_comes_before_the_calendar_and_small_before_large(
    records: int, trigger: str, higher: int, site: Any
) -> None:
    from ckanext.osakadx.harvest import fairness

    person = fairness.PERSON if trigger == "page" else 0
    assert person + fairness.rank(records) > fairness.rank(higher)


def at_one_clock_time(number: int) -> list[str]:
    """Make sources of one clock time, which has passed today and was three days ago for the first time."""
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from ckan import model
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest import standing
    from ckanext.osakadx.harvest.model import Standing

    passed = datetime.now(ZoneInfo("Asia/Tokyo")) - timedelta(minutes=90)
    config = json.dumps({"publisher": "272272", "schedule": f"{passed.minute} {passed.hour} * * *"})
    sources = [
        HarvestSource(
            url=f"http://{uuid.uuid4()}.example.jp/", title="夜の市", type="osakadx_csv_listing", config=config,
            active=True, created=datetime.utcnow() - timedelta(days=3),
        )
        for _ in range(number)
    ]  # fmt: skip
    model.Session.add_all(sources)
    model.Session.flush()
    for source in sources:
        package = {"id": source.id, "name": source.id, "url": source.url, "type": "harvest", "state": "active"}
        model.Session.add(model.Package(**package))
        approved = standing.fingerprint(source.type, source.url, source.config)
        model.Session.add(Standing(source_id=source.id, approved=approved))
    model.Session.commit()
    return [source.id for source in sources]


@pytest.fixture
def no_other_sources(site: Any) -> Iterator[None]:
    """No source of another test is ever due, and none of this one afterwards."""
    in_queue("UPDATE public.harvest_source SET active = false")
    yield
    in_queue("UPDATE public.harvest_source SET active = false WHERE title = '夜の市'")


def test_two_schedulers_ask_for_each_run_once_and_not_for_all_at_once(flask_app: Any, no_other_sources: None) -> None:
    from ckanext.osakadx.harvest import calendar, jobs

    at_one_clock_time(10)

    def tick() -> None:
        with flask_app.test_request_context():
            jobs.tick(0)

    for minute in (1, 2):
        both = forked(tick), forked(tick)
        with ended(*both):
            for process in both:
                process.join(30)
        assert [process.exitcode for process in both] == [0, 0]
        started = in_queue(
            "SELECT count(*) FROM public.osakadx_harvest_run r JOIN public.harvest_source s ON s.id = r.source_id "
            "WHERE s.title = '夜の市' AND r.state = 'queued' GROUP BY s.id"
        )
        assert set(started) == {(1,)}
        # Two that look in the same instant may choose different ones; one alone asks for six.
        assert calendar.AT_ONCE <= len(started) <= 2 * calendar.AT_ONCE * minute
        ((number, locks),) = in_queue(
            "SELECT count(*), count(DISTINCT lock) FROM procrastinate_jobs WHERE queue_name = 'harvest'"
        )
        assert number == locks == len(started)
    assert len(started) == 10


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_makes_no_burst(no_other_sources: None, days: int) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import calendar, standing
    from ckanext.osakadx.harvest.model import Run

    for source_id in at_one_clock_time(9):
        model.Session.add(Run(source_id=source_id, job_id="none", trigger="calendar", state="finished"))
    model.Session.commit()
    jumped = calendar.instant() + days * 86400
    assert len(set(calendar.due(jumped, standing.is_due))) == (0 if days < 0 else calendar.AT_ONCE)
    if days < 0:  # the days after the jump are days as any other
        assert len(set(calendar.due(jumped + 2 * 86400 + 900, standing.is_due))) == calendar.AT_ONCE


def test_sources_of_one_clock_time_begin_one_after_another() -> None:
    from datetime import datetime, timedelta, timezone

    from ckanext.osakadx.harvest import calendar

    after = datetime(2026, 11, 20, 3, 0, tzinfo=timezone.utc)
    due = calendar.next_due("0 0 * * *", after)
    moments = [calendar.moment_of(f"source-{number}", "0 0 * * *", after) for number in range(60)]
    minutes = [int((moment - due) / timedelta(minutes=1)) for moment in moments]
    assert min(minutes) >= 0 and max(minutes) < 10
    assert max(minutes.count(minute) for minute in range(10)) <= 15
    often = calendar.moment_of("source-1", "*/2 * * * *", after)
    assert often < calendar.next_due("*/2 * * * *", calendar.next_due("*/2 * * * *", after))
    assert moments[7] == calendar.moment_of("source-7", "0 0 * * *", after)


def test_a_dead_worker_whose_work_waits_already_is_no_obstacle(site: Any) -> None:
    from ckanext.osakadx import queue

    for once in ("index", "other"):
        queue.defer("osakadx_harvest:index", queue="index", once=once, lock=once)
        in_queue("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    queue.defer("osakadx_harvest:index", queue="index", once="index")
    assert queue.rescue(0) == 2
    left = in_queue("SELECT queueing_lock, status::text FROM procrastinate_jobs ORDER BY 1")
    assert left == [("index", "todo"), ("other", "todo")]
