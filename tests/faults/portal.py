"""A portal of real processes to be ill-treated: services behind proxies, workers and a scheduler under supervision.

Workers and scheduler reach PostgreSQL, Redis and Solr through `proxy.Proxy`; the test itself asks them directly.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg.rows import dict_row

from tests.portal import PROJECT, Ports, Stack, services
from tests.unit.loopback import Site

from .proxy import Proxy
from .source import Catalog, catalog, serving

HOSTS = 240  # 127.0.2.1 and so on: a host of its own for each catalog, so that no rest of one holds up another
WORKERS = ("worker1", "worker2")
SCHEDULERS = ("scheduler", "scheduler2")
QUEUES = ("harvest", "index", "quality")
PUBLISHER = "271403"
SERVICES = ("postgres", "redis", "solr")


class Portal:
    """The portal under test, what can be done to it, and what can be asked about it.

    Attributes:
        proxies: service → proxy. sources: every source made so far.
        local: ids of data sets that no source brought.
    """

    def __init__(self, stack: Stack, open_: ExitStack) -> None:
        self.stack = stack
        self.sources: list[Source] = []
        self.local: set[str] = set()
        self.resources: dict[tuple[str, str], str] = {}
        self._open = open_
        self._hosts = 0
        self.proxies = {name: Proxy(getattr(stack.ports, name)) for name in SERVICES}
        for proxy in self.proxies.values():
            open_.callback(proxy.close)
        self._port = Ports.free().sites
        allowed = " ".join(f"127.0.2.{number}:{self._port}" for number in range(1, HOSTS))
        _add(stack.ini, f"ckanext.osakadx.fetch.allow_hosts = {allowed}\nckanext.osakadx.fetch.only_hosts = {allowed}")
        self.quick_ini = stack.root / "quick.ini"
        text = stack.ini.read_text(encoding="utf-8")
        for name, proxy in self.proxies.items():
            text = re.sub(rf"\b{getattr(stack.ports, name)}\b", str(proxy.port), text)
        self.quick_ini.write_text(text, encoding="utf-8")
        _add(self.quick_ini, "solr_timeout = 5")
        self.db = open_.enter_context(self.connection())
        self.app = _app(stack.ini)

    # -- processes -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start workers and scheduler, and wait until they are at work; the second scheduler waits for its test."""
        self.off("scheduler2")
        queues = [*(f"{name}={','.join(QUEUES)}" for name in WORKERS), *(f"{name}=calendar" for name in SCHEDULERS)]
        worker = next(program for program in self.stack.portal() if program.name == "worker")
        command = [sys.executable, "-m", "tests.faults.quick", str(self.quick_ini), str(self.stack.run), *queues]
        environment = {**worker.environment, "CKAN_INI": str(self.quick_ini), "PYTHONPATH": str(PROJECT)}
        program = dataclasses.replace(
            worker, name="processes", command=command, environment=environment, stop_seconds=15
        )
        self.stack.start([*self.stack.services(), program])
        self.wait(lambda: len(self.at_work()) >= len(WORKERS) + 1, 90, "workers and scheduler do not start")

    def off(self, name: str) -> None:
        """Do not start a program again, and kill it where it runs."""
        (self.stack.run / f"{name}.off").touch()
        self.signal(name)

    def on(self, name: str) -> None:
        """Start a program again."""
        (self.stack.run / f"{name}.off").unlink(missing_ok=True)

    def at_work(self) -> list[int]:
        """Ids of the queue's workers that gave a sign of life lately."""
        rows = self.rows(
            "SELECT id FROM osakadx_queue.procrastinate_workers WHERE last_heartbeat > now() - interval '2 s'"
        )
        return [row["id"] for row in rows]

    def pid(self, name: str) -> int:
        """Process id of a program; 0 when it does not run."""
        try:
            pid = int((self.stack.run / f"{name}.pid").read_text())
            alive = b"tests.faults.quick" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return 0
        return pid if alive else 0

    def number(self, name: str) -> int:
        """The queue's number of a program; 0 when it has none yet."""
        try:
            return int((self.stack.run / f"{name}.id").read_text())
        except (OSError, ValueError):
            return 0

    def signal(self, name: str, number: signal.Signals = signal.SIGKILL) -> bool:
        """Send a signal to a program, SIGKILL unless told; False when it does not run just now."""
        pid = self.pid(name)
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, number)
        return bool(pid)

    def working_on(self, run_id: str) -> str:
        """Name of the worker that does a run; waits for it."""
        query = "SELECT worker_id FROM osakadx_queue.procrastinate_jobs WHERE status = 'doing' AND args->>'run_id' = %s"
        self.wait(lambda: self.rows(query, run_id), 30, "nobody takes the run")
        number = self.rows(query, run_id)[0]["worker_id"]
        return next(name for name in WORKERS if self.number(name) == number)

    # -- asking --------------------------------------------------------------------------------------------------------

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A connection of the test's own to the database, past the proxy."""
        with psycopg.connect(
            self.stack.database_url(), row_factory=dict_row, autocommit=True, prepare_threshold=None
        ) as connection:
            yield connection

    def rows(self, query: str, *given: Any) -> list[dict[str, Any]]:
        """What a query gives; over a new connection when PostgreSQL was restarted."""
        try:
            return self.db.execute(query, given or None).fetchall()
        except psycopg.OperationalError:
            self.db = self._open.enter_context(self.connection())
            return self.db.execute(query, given or None).fetchall()

    def value(self, query: str, *given: Any) -> Any:
        """The one value that a query gives."""
        return next(iter(self.rows(query, *given)[0].values()))

    def do(self, statement: str, *given: Any) -> None:
        """Change the database."""
        self.db.execute(statement, given or None)

    @contextmanager
    def locked(self, statement: str, *given: Any) -> Iterator[None]:
        """Hold a lock of the database while the block runs, so that whoever needs it stands still."""
        with self.connection() as connection, connection.transaction():
            connection.execute(statement, given or None)
            yield

    def standing_still(self) -> bool:
        """Whether a session waits for a lock."""
        return bool(self.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    def wait(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Ask until something is so; fail when time is up."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} (after {seconds} s)")
            time.sleep(0.02)

    def solr(self, path: str, body: bytes | None = None, **query: str) -> dict[str, Any]:
        """Ask the search engine past the proxy."""
        request = urllib.request.Request(
            f"{self.stack.solr_url}/{path}?{urlencode({'wt': 'json', **query})}",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    # -- sources and runs ----------------------------------------------------------------------------------------------

    def source(self, key: str, number: int = 30, *, catalog: Catalog | None = None, **settings: Any) -> Source:
        """A harvest source over a catalog of so many data sets, on a host of its own."""
        if catalog is None:
            catalog = self.catalog(key, number)
        with self.inside():
            from ckan import model
            from ckanext.harvest.model import HarvestSource
            from ckanext.osakadx.harvest import standing

            made = HarvestSource(
                url=catalog.url, title=f"source-{key}", type="osakadx_ckan_api", frequency="MANUAL", active=True,
                config=json.dumps({"publisher": PUBLISHER, "license": "CC BY 4.0", **settings}),
            )  # fmt: skip
            made.save()
            id_ = made.id
            model.Session.add(model.Package(id=id_, name=id_, title=made.title, url=catalog.url, type="harvest"))
            standing.approve(made, "")
        source = Source(self, id_, catalog)
        self.sources.append(source)
        return source

    def catalog(self, key: str, number: int, site: Site | None = None) -> Catalog:
        """A catalog on the next free host, or on one that there is."""
        return catalog(site or self.host(), key, number)

    def host(self) -> Site:
        """The next free host."""
        self._hosts += 1
        return self._open.enter_context(serving((f"127.0.2.{self._hosts}", self._port)))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The portal in this process, for actions and for asking for runs."""
        from ckan import model

        with self.app.test_request_context():
            model.Session.remove()
            try:
                yield
            finally:
                model.Session.rollback()
                model.Session.remove()

    def settle(self, seconds: float = 60) -> None:
        """Wait until no run is open, no work is in hand and nothing waits for the search engine."""
        self.wait(
            lambda: not self.value("SELECT count(*) FROM osakadx_harvest_run WHERE state IN ('queued', 'running')"),
            seconds,
            f"runs stay open: {self.open_runs()}",
        )
        with self.inside():
            from ckanext.osakadx import queue

            if self._waiting():
                queue.defer("osakadx_harvest:index", queue="index", once="index")
        self.wait(lambda: not self._waiting(), seconds, "data sets go on waiting for the search engine")

    def open_runs(self) -> list[dict[str, Any]]:
        return self.rows(
            "SELECT r.id, r.state, r.plan, j.status, j.attempts FROM osakadx_harvest_run r LEFT JOIN "
            "osakadx_queue.procrastinate_jobs j ON j.args->>'run_id' = r.id WHERE r.state IN ('queued', 'running')"
        )

    def _waiting(self) -> int:
        return self.value("SELECT count(*) FROM osakadx_index_outbox WHERE attempts < 3")


class Source:
    """One harvest source.

    Attributes:
        owed: guids that the catalog must have from it: everything a complete run has listed.
    """

    def __init__(self, portal: Portal, id_: str, catalog: Catalog) -> None:
        self.portal, self.id, self.catalog = portal, id_, catalog
        self.owed: set[str] = set()

    def move(self, before: str, after: str) -> None:
        """Change a part of its address, with the desk's consent."""
        with self.portal.inside():
            from ckan import model
            from ckanext.harvest.model import HarvestSource
            from ckanext.osakadx.harvest import standing

            this = model.Session.get(HarvestSource, self.id)
            this.url = this.url.replace(before, after)
            standing.approve(this, "")

    def ask(self) -> str:
        """Ask for a run; its id."""
        with self.portal.inside():
            from ckanext.osakadx.harvest import runs

            asked, _ = runs.request(self.id, "command")
            return asked.id

    def begun(self, results: int = 10) -> str:
        """Ask for a run and wait until that many of its records are written; its id."""
        run = self.ask()
        self.portal.wait(lambda: self.results(run) >= results, 30, "no batch is written")
        return run

    def run(self, seconds: float = 60) -> dict[str, Any]:
        """A run from asking to its end."""
        return self.ended(self.ask(), seconds)

    def ended(self, run_id: str, seconds: float = 60) -> dict[str, Any]:
        """Wait for the end of a run; what is finished in full is owed from now on."""
        portal = self.portal
        query = "SELECT * FROM osakadx_harvest_run WHERE id = %s"
        portal.wait(
            lambda: portal.rows(query, run_id)[0]["state"] not in ("queued", "running"), seconds,
            f"run of {self.catalog.key} does not end",
        )  # fmt: skip
        run = portal.rows(query, run_id)[0]
        if run["state"] == "finished":
            self.owed |= self.items().keys()
            if run["facts"].get("complete"):
                query = "SELECT guid FROM osakadx_harvest_entry WHERE run_id = %s AND result IN ('refused', 'conflict')"
                self.owed |= self.catalog.packages.keys() - {row["guid"] for row in portal.rows(query, run_id)}
        return run

    def items(self) -> Mapping[str, str]:
        """Guid → id of the data set that the catalog has from this source."""
        rows = self.portal.rows("SELECT guid, package_id FROM osakadx_harvest_item WHERE source_id = %s", self.id)
        return {row["guid"]: row["package_id"] for row in rows}

    def states(self) -> dict[str, int]:
        """present, absent, archived → number of records."""
        rows = self.portal.rows(
            "SELECT state, count(*) AS n FROM osakadx_harvest_item WHERE source_id = %s GROUP BY 1", self.id
        )
        return {row["state"]: row["n"] for row in rows}

    def results(self, run_id: str) -> int:
        """How many entries of a run have their result."""
        return self.portal.value(
            "SELECT count(*) FROM osakadx_harvest_entry WHERE run_id = %s AND result IS NOT NULL", run_id
        )

    def decide(self, run_id: str, how: str) -> None:
        """Release or discard a held run, as an authorised person does."""
        with self.portal.inside():
            from ckan import model
            from ckanext.osakadx.harvest import runs
            from ckanext.osakadx.harvest.model import Run

            getattr(runs, how)(model.Session.get(Run, run_id), "admin")


@contextmanager
def portal(root: Path) -> Iterator[Portal]:
    """Start everything, and stop it at the end."""
    with ExitStack() as open_:
        stack = open_.enter_context(services(root))
        made = Portal(stack, open_)
        try:
            made.start()
            yield made
        finally:
            for name in (*WORKERS, *SCHEDULERS):
                made.signal(name, signal.SIGUSR1)
            stack.control("stop", "processes")  # while they reach their services, or they wait for them in vain


def _add(ini: Path, lines: str) -> None:
    text = ini.read_text(encoding="utf-8")
    ini.write_text(text.replace("[loggers]", f"{lines}\n\n[loggers]", 1), encoding="utf-8")


def _app(ini: Path) -> Any:
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    return make_app(load_config(str(ini)))._wsgi_app
