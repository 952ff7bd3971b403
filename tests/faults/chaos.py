"""Kills and outages at random while everything is harvested: `make chaos N=1000`.

The seed is printed; with it the same faults come in the same order (their moments depend on the machine). The last line
is JSON; nothing may be lost, doubled, half done or missing from the index.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.unit.loopback import answer

from .invariants import invariants
from .portal import SERVICES, WORKERS, Portal, Source
from .portal import portal as started
from .source import HTML, RESET, package

# Records that were put aside have been so since the last century.
LONG_AGO = """
    UPDATE osakadx_harvest_entry SET notices = replace(notices::text, '"since": "20', '"since": "19')::jsonb
    WHERE result = 'quarantined' RETURNING guid
"""
BAD = (HTML, RESET, answer("busy", status=503), answer('{"success": true, "resu'))


class Chaos:
    """Faults until so many kills are done.

    Attributes:
        done: kind of fault → how often.
    """

    def __init__(self, portal: Portal, seed: int, sources: int = 4, each: int = 40) -> None:
        self.portal = portal
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.asked: dict[str, str] = {}
        self.sources = [portal.source(f"chaos-{seed}-{number}", each) for number in range(sources)]
        self.numbers = {source.id: each for source in self.sources}

    def run(self, kills: int) -> dict[str, Any]:
        """Do the faults, come to rest, and tell what is broken."""
        began = time.monotonic()
        faults: list[tuple[Callable[[], None], int]] = [
            (self.kill, 12), (self.stop, 1), (self.kill_scheduler, 2), (self.deploy, 1), (self.misbehave, 3),
            (self.cut, 2), (self.away, 2), (self.restart, 1), (self.lose, 1),
        ]  # fmt: skip
        choices, weights = zip(*faults, strict=True)
        while self.done["kills"] < kills:
            self.work()
            time.sleep(self.random.uniform(0, 0.6))
            self.random.choices(choices, weights)[0]()
        self.rest()
        found = invariants(self.portal, 180)
        return {
            "seed_faults": dict(self.done), "kills": self.done["kills"],
            **{name: len(each) for name, each in found.items()}, "runs": self.runs(),
            "datasets": sum(len(source.items()) for source in self.sources),
            "seconds": round(time.monotonic() - began),
        }  # fmt: skip

    def work(self) -> None:
        """Let a source publish something new or other, and ask for its harvest."""
        source = self.random.choice(self.sources)
        for _ in range(self.random.randint(0, 3)):
            number = self.numbers[source.id] = self.numbers[source.id] + 1
            new = package(source.catalog.key, number)
            source.catalog.packages[new["id"]] = new
        source.catalog.change(self.random.sample(range(30), 8), self.random.randint(1, 9))
        try:
            source.ask()
        except Exception:
            # The database is away: nobody could ask.
            self.done["asked in vain"] += 1

    # -- faults --------------------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """kill -9 of a worker."""
        self.done["kills"] += self.portal.signal(self.random.choice(WORKERS))

    def kill_scheduler(self) -> None:
        """kill -9 of the scheduler."""
        self.done["kills"] += self.portal.signal("scheduler")

    def deploy(self) -> None:
        """SIGTERM to a worker, as a deploy sends it."""
        self.done["deploys"] += self.portal.signal(self.random.choice(WORKERS), signal.SIGTERM)

    def stop(self) -> None:
        """A worker stands still for longer than its lease."""
        name = self.random.choice(WORKERS)
        if self.portal.signal(name, signal.SIGSTOP):
            time.sleep(self.random.uniform(0.5, 7))
            self.portal.signal(name, signal.SIGCONT)
            self.done["stops"] += 1

    def misbehave(self) -> None:
        """A source answers nonsense for a while, or lists almost nothing."""
        catalog = self.random.choice(self.sources).catalog
        bad = self.random.choice([*BAD, None])
        if bad is None:
            catalog.fault = lambda ask: catalog.good(ask, packages=list(catalog.packages.values())[:3])
        else:
            catalog.fault = lambda ask: bad
        time.sleep(self.random.uniform(0.1, 0.8))
        catalog.fault = None
        self.done["bad sources"] += 1

    def cut(self) -> None:
        """Every connection to a service is reset."""
        self.portal.proxies[self.random.choice(SERVICES)].reset()
        self.done["resets"] += 1

    def lose(self) -> None:
        """Every connection to a service dies without a word."""
        self.portal.proxies[self.random.choice(SERVICES)].lose()
        self.done["silences"] += 1

    def away(self) -> None:
        """A service cannot be reached for a while."""
        proxy = self.portal.proxies[self.random.choice(SERVICES)]
        proxy.mode = self.random.choice(["refuse", "drop"])
        time.sleep(self.random.uniform(0.2, 2))
        proxy.mode = "pass"
        proxy.reset()  # what was dropped on an open connection is waited for in vain
        self.done["outages"] += 1

    def restart(self) -> None:
        """A service is restarted."""
        name = self.random.choice(("postgres", "redis"))
        self.portal.stack.control("restart", name)
        self.portal.stack.wait_for_services()
        self.done["restarts"] += 1

    # -- the end -------------------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """No more faults: whoever failed is harvested once more, as the next night would do it.

        Among so many kills three may fall upon one record, which is then put aside though it killed nobody. When its
        time aside is over it is tried again, and that has to bring it.
        """
        for source in self.sources:
            source.catalog.fault = None
        self.portal.wait(lambda: not self.portal.open_runs(), 180, "runs stay open")
        for source in self.sources:
            self._harvested(source)
        aside = self._put_aside()
        self.done["put aside for a while"] = len(aside)
        for source in self.sources:
            if source.id in aside:
                self.portal.rows(LONG_AGO)
                self._harvested(source)

    def _put_aside(self) -> list[str]:
        """The source of each record that the last run of its source found put aside."""
        last = "SELECT DISTINCT ON (source_id) id, source_id FROM osakadx_harvest_run ORDER BY source_id, created DESC"
        query = f"SELECT r.source_id FROM ({last}) r JOIN osakadx_harvest_entry e ON e.run_id = r.id"
        return [row["source_id"] for row in self.portal.rows(f"{query} WHERE e.result = 'quarantined'")]

    def _harvested(self, source: Source) -> None:
        deadline = time.monotonic() + 120
        while True:
            run = source.run(120)
            if run["state"] == "finished" and run["facts"].get("complete"):
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{source.catalog.key} cannot be harvested: {run['guard']} {run['error']}")
            time.sleep(1)  # its host rests for a while, after all these failures

    def runs(self) -> dict[str, int]:
        """State → number of runs of these sources."""
        rows = self.portal.rows(
            "SELECT state, count(*) AS n FROM osakadx_harvest_run WHERE source_id = ANY(%s) GROUP BY 1",
            [source.id for source in self.sources],
        )
        return {row["state"]: row["n"] for row in rows}


BREACHES = ("lost", "doubled", "half_written", "not_in_index", "unproved", "untrue", "other_resources", "silent")


def main() -> int:
    """Start a portal, ill-treat it, and say what became of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", type=int, default=100, help="kills")
    options.add_argument("--seed", type=int, default=None)
    given = options.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, started(Path(folder)) as portal:
        found = Chaos(portal, seed).run(given.n)
    print(json.dumps({"seed": seed, **found}, ensure_ascii=False))
    return 1 if any(found[name] for name in BREACHES) else 0


if __name__ == "__main__":
    sys.exit(main())
