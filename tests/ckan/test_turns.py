"""Hosts are asked politely by all processes together, and as their robots.txt says."""

from __future__ import annotations

import itertools
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from osakadx.errors import FetchError
from osakadx.manners import Courtesy, Manners

from tests.ckan.test_harvest import HEADER
from tests.ckan.workers import ended, forked, until

GAP = 0.3


@pytest.fixture
def host(site: Any, request: pytest.FixtureRequest) -> str:
    return f"h{abs(hash(request.node.name)) % 10**8}.example.jp"


def manners(**courtesy: Any) -> Manners:
    from ckanext.osakadx.turns import SharedTurns

    return Manners(Courtesy(**{"gap": GAP, **courtesy}), turns=SharedTurns())


def test_processes_and_threads_ask_one_host_one_at_a_time_with_a_gap(host: str, tmp_path: Path) -> None:
    log = tmp_path / "turns"

    def ask(mine: Manners) -> None:
        for _ in range(2):
            with mine.turn(host):
                began = time.time()
                time.sleep(0.05)
                with log.open("a") as file:
                    file.write(f"{began} {time.time()}\n")

    def work() -> None:
        mine = manners()
        threads = [threading.Thread(target=ask, args=(mine,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    processes = [forked(work) for _ in range(3)]
    with ended(*processes):
        for process in processes:
            process.join(60)
    turns = sorted(tuple(map(float, line.split())) for line in log.read_text().splitlines())
    assert len(turns) == 12
    assert min(later[0] - earlier[1] for earlier, later in itertools.pairwise(turns)) >= GAP - 0.05


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "standing still"])
def test_a_process_that_dies_or_stands_still_frees_its_host(
    host: str, tmp_path: Path, monkeypatch: Any, how: signal.Signals
) -> None:
    from ckanext.osakadx import turns

    assert turns.LEASE + turns.RENEWAL <= 60
    monkeypatch.setattr(turns, "LEASE", 1.5)
    monkeypatch.setattr(turns, "RENEWAL", 0.3)
    holds = tmp_path / "holds"

    def hold() -> None:
        with manners().turn(host):
            holds.touch()
            time.sleep(60)

    process = forked(hold)
    with ended(process):
        until(holds.exists, 10, "the turn is not taken")
        time.sleep(2)
        assert turns.SharedTurns().take(host) is not None  # a slow answer keeps its turn for as long as it takes
        os.kill(process.pid, how)
        began = time.monotonic()
        with manners().turn(host):
            assert time.monotonic() - began < 5


def test_a_turn_taken_over_is_not_given_back_by_its_late_holder(host: str, monkeypatch: Any) -> None:
    from ckanext.osakadx import turns

    late, other = turns.SharedTurns(), turns.SharedTurns()
    monkeypatch.setattr(turns, "LEASE", 0.2)
    monkeypatch.setattr(turns, "RENEWAL", 60)
    assert late.take(host) is None
    time.sleep(0.4)
    monkeypatch.setattr(turns, "LEASE", 45.0)
    assert other.take(host) is None
    late.give_back(host, 0)
    assert turns.SharedTurns().take(host) is not None
    other.give_back(host, 0)
    assert late.take(host) is None
    late.give_back(host, 0)


def test_a_rest_and_the_breaker_hold_for_every_process(host: str) -> None:
    one, other = manners(), manners()
    one.rest(host, 500)
    with pytest.raises(FetchError) as error, other.turn(host):
        pass
    assert error.value.slug == "host-resting"
    name = f"b-{host}"
    for mine in (one, other, one, other):
        mine.failed(name)
    with one.turn(name):
        pass
    one.answered(name)
    for mine in (one, other, one, other, one):
        mine.failed(name)
    with pytest.raises(FetchError), other.turn(name):
        pass


class Site(ThreadingHTTPServer):
    """A town that forbids programs its list, on an address that is not the one of our own machine."""

    def __init__(self, robots: str) -> None:
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                row = f"272272,k1,東大阪市,公園一覧,,公園,http://{site.host}/k1.csv,CSV,CC BY 4.0,2026-04-01"
                body = robots.encode() if self.path == "/robots.txt" else f"{','.join(HEADER)}\r\n{row}\r\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/csv; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.2", 0), Handler)
        self.host = f"127.0.0.2:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, site: Any) -> Iterator[Site]:
    from ckan.common import config

    started = Site("User-agent: *\nDisallow: /list.csv\n")
    for option in ("allow_hosts", "only_hosts"):
        monkeypatch.setitem(config, f"ckanext.osakadx.fetch.{option}", [started.host])
    yield started
    started.shutdown()


def test_a_list_that_robots_txt_forbids_is_left_alone_unless_the_desk_sets_it_aside(closed: Site, context: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import Run
    from ckanext.osakadx.harvest.state import keeps_to_robots

    source = {
        "name": f"robots-{closed.server_port}", "title": "閉じた市", "url": f"http://{closed.host}/list.csv",
        "source_type": "osakadx_csv_listing", "owner_org": "272272", "frequency": "MANUAL",
    }  # fmt: skip

    def run(config: dict[str, Any]) -> Any:
        action = "harvest_source_update" if "id" in source else "harvest_source_create"
        source["id"] = tk.get_action(action)(context(), {**source, "config": json.dumps(config)})["id"]
        asked, _ = runs.request(source["id"], "command")
        jobs.do(asked.id)
        model.Session.remove()
        return model.Session.get(Run, asked.id)

    refused = run({"publisher": "272272"})
    assert (refused.state, refused.error["slug"]) == ("failed", "robots-disallowed")
    assert closed.asked == ["/robots.txt"]
    done = run({"publisher": "272272", "respect_robots": False})
    assert (done.state, done.counts["added"]) == ("finished", 1)
    import sqlalchemy as sa
    from ckanext.osakadx.harvest.model import Item

    package_id = model.Session.scalar(sa.select(Item.package_id).where(Item.source_id == source["id"]))
    assert not keeps_to_robots(package_id)
    assert keeps_to_robots("no-such-data-set")
