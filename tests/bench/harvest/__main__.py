"""`make bench-harvest N=400`: stock CKAN's harvest beside ours, in turns, on one PostgreSQL, Redis and Solr.

The last line is JSON. Nothing is written unless both sites hold the same data sets, resources and index ids.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import ckan

from tests.portal import BIN, Ports, Stack, demo
from tests.portal import ckan as command

PROJECT = Path(__file__).resolve().parents[3]
STOCK_SCHEMA = Path(next(iter(ckan.__path__))) / "config" / "solr" / "schema.xml"
GOALS = {"first": 6, "two_workers": 10, "unchanged": 100, "one_percent": 40, "all_changed": 0}  # 0: none was set
ROUNDS_OF_GROWTH = 3
Figures = dict[str, Any]


def main() -> int:
    """Measure, print, and say whether every must is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", type=int, default=400, help="data sets of five files")
    options.add_argument("--rounds", type=int, default=1, help="how often; the median counts")
    options.add_argument("--grow", default="", help="sizes of a source that another thousand are added to: 1000,10000")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-harvest-") as folder, services(Path(folder)) as (stack, base):
        found = compare(stack, base, given.n, given.rounds)
        if given.grow:
            found["growth"] = growth(stack, base, [int(size) for size in given.grow.split(",")])
    return report(found)


# -- services ----------------------------------------------------------------------------------------------------------


@contextmanager
def services(root: Path) -> Iterator[tuple[Stack, str]]:
    """PostgreSQL, Redis and Solr with a site of each kind, and the catalog that both harvest."""
    stack = Stack(root, Ports.free())
    stack.prepare()
    demo.configure(stack, demo=False)
    home = root / "solr" / "home"
    shutil.copytree(home / "ckan" / "conf", home / "stock" / "conf")
    shutil.copy(STOCK_SCHEMA, home / "stock" / "conf" / "schema.xml")
    (home / "stock" / "core.properties").write_text("name=stock\n")
    catalog = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.harvest.catalog"], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert catalog.stdout is not None
        base = catalog.stdout.readline().strip()
        stack.start(stack.services())
        stack.wait_for_services()
        stack.create_databases()
        _allow(stack.ini, base)
        command(stack, "osakadx", "setup")
        _stock_site(stack)
        yield stack, base
    finally:
        catalog.terminate()
        stack.stop()


def _allow(ini: Path, base: str) -> None:
    host = base.removeprefix("http://")
    text = ini.read_text(encoding="utf-8")
    ini.write_text(text.replace("[loggers]", f"ckanext.osakadx.fetch.allow_hosts = {host}\n\n[loggers]", 1), "utf-8")


def _stock_site(stack: Stack) -> None:
    """A CKAN as it comes, with ckanext-harvest and its CKAN harvester, in a database and a core of its own."""
    if not stack.psql("SELECT 1 FROM pg_database WHERE datname = 'stock'", "postgres"):
        stack.psql("CREATE DATABASE stock OWNER ckan", "postgres")
    ini = stack.root / "stock.ini"
    subprocess.run([BIN / "ckan", "generate", "config", ini], check=True, capture_output=True)
    options = {
        "sqlalchemy.url": stack.database_url("stock"), "solr_url": stack.solr_url.replace("/ckan", "/stock"),
        "ckan.redis.url": stack.redis_url.replace("/0", "/1"), "ckan.site_url": "http://localhost:5999",
        "ckan.site_id": "stock", "ckan.plugins": "activity harvest ckan_harvester",
        "ckan.harvest.mq.type": "redis", "ckan.harvest.mq.hostname": "127.0.0.1",
        "ckan.harvest.mq.port": str(stack.ports.redis), "ckan.storage_path": str(stack.root / "stock"),
    }  # fmt: skip
    lines = [f"{key} = {value}" for key, value in options.items()]
    subprocess.run([BIN / "ckan", "config-tool", ini, *lines], check=True, capture_output=True)
    for words in (["db", "init"], ["db", "upgrade"]):
        done = subprocess.run([BIN / "ckan", "-c", ini, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr[-2000:]


class Site:
    """A site's process and the way to talk to it."""

    def __init__(self, stack: Stack, kind: str) -> None:
        ini = stack.ini if kind == "ours" else stack.root / "stock.ini"
        log = (stack.log / f"bench-{kind}.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.harvest.site", str(ini), kind],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        self._log = stack.log / f"bench-{kind}.log"
        self._answer()

    def __call__(self, do: str, **told: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **told}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit(f"site ended: {self._log.read_text(errors='replace')[-3000:]}")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


# -- what is measured --------------------------------------------------------------------------------------------------


def compare(stack: Stack, base: str, number: int, rounds: int) -> Figures:
    """First harvest, the same again, one in a hundred changed, all changed, in turns; then ours with two workers."""
    taken: dict[str, dict[str, list[Figures]]] = {
        step: {"stock": [], "ours": []} for step in ("first", "unchanged", "one_percent", "all_changed")
    }
    changed = {"one_percent": max(1, number // 100), "all_changed": number}
    with ExitStack() as open_sites:
        sites = {kind: Site(stack, kind) for kind in ("stock", "ours")}
        for site in sites.values():
            open_sites.callback(site.close)
        # One small round to warm up what a site does only once.
        for kind, site in sites.items():
            site("harvest", **site("source", name=f"warm-{kind}", url=f"{base}/warm/20"), expected=20)
        held = 20
        for round_ in range(rounds):
            url = f"{base}/r{round_}/{number}"
            ids = {kind: site("source", name=f"r{round_}-{kind}", url=url)["id"] for kind, site in sites.items()}
            held += number
            for step in taken:
                for kind in list(sites) if round_ % 2 == 0 else list(sites)[::-1]:
                    if step in changed:
                        sites[kind]("repoint", id=ids[kind], url=f"{url}/{changed[step]}")
                    taken[step][kind].append(sites[kind]("harvest", id=ids[kind], expected=held))
            oracle(sites)
        incremental = sites["stock"]("source", name="incremental", url=f"{base}/inc/{number}", force=False)["id"]
        sites["stock"]("harvest", id=incremental, expected=held + number)
        later = sites["stock"]("harvest", id=incremental, expected=held + number)
        two = two_workers(stack, base, number, sites["ours"])
    found: Figures = {"n": number, "oracle": "passed"}
    for step, kinds in taken.items():
        found[step] = _side_by_side(kinds)
    stock = found["first"]["stock_s"]
    found["two_workers"] = {"stock_s": stock, "ours_s": round(two, 2), "ratio": round(stock / two, 1)}
    found["unchanged"]["stock_by_date_s"] = round(later["seconds"], 2)
    last = {step: {kind: each[-1] for kind, each in kinds.items()} for step, kinds in taken.items()}
    found["per_new_data_set"] = _for_each(last["first"], number)
    found["per_changed_data_set"] = _for_each(last["all_changed"], number - changed["one_percent"])
    found["peak_mib"] = {kind: round(each["peak_mib"]) for kind, each in last["all_changed"].items()}
    return found


def _for_each(spent: dict[str, Figures], number: int) -> Figures:
    return {
        name: {kind: round(each[name] / number, 3) for kind, each in spent.items()}
        for name in ("sql", "commits", "solr")
    }


def _side_by_side(kinds: dict[str, list[Figures]]) -> Figures:
    stock, ours = (statistics.median(each["seconds"] for each in kinds[kind]) for kind in ("stock", "ours"))
    return {"stock_s": round(stock, 2), "ours_s": round(ours, 3), "ratio": round(stock / ours, 1)}


def two_workers(stack: Stack, base: str, number: int, first: Site) -> float:
    """Seconds until two processes have harvested half of the data sets each, from two sources."""
    second = Site(stack, "ours")
    try:
        second("harvest", **second("source", name="warm-second", url=f"{base}/warmb/20"), expected=0)
        half = number // 2
        told = [
            (site, site("source", name=f"half-{place}", url=f"{base}/h{place}/{half}")["id"])
            for place, site in enumerate((first, second))
        ]
        expected = first("searchable")["index"] + 2 * half
        taken: list[float] = []
        threads = [
            threading.Thread(
                target=lambda site=site, id_=id_: taken.append(site("harvest", id=id_, expected=expected)["seconds"])
            )
            for site, id_ in told
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return max(taken)
    finally:
        second.close()


def growth(stack: Stack, base: str, sizes: list[int]) -> Figures:
    """Milliseconds (the median of a few thousands) and peak memory for each data set more, by how many there are.

    The catalog grows at its address, as one does. A run right after, in which nothing is new, tells how much of it is
    the listing.
    """
    found: Figures = {}
    warm = Site(stack, "ours")  # a search engine that has just started is slower for its first thousands
    warm("harvest", **warm("source", name="warm-growth", url=f"{base}/w/2000"), expected=2000)
    warm.close()
    for size in [0, *sizes]:
        site = Site(stack, "ours")
        try:
            begun = max(size, 20)
            id_ = site("source", name=f"grow-{size}", url=f"{base}/g{size}/{begun}")["id"]
            held = site("searchable")["index"]
            first = site("harvest", id=id_, expected=held + begun)
            taken: list[Figures] = []
            for more in range(1000, 1000 * ROUNDS_OF_GROWTH + 1, 1000):
                urllib.request.urlopen(f"{base}/g{size}/{begun}/grow/1000").close()
                taken.append(site("harvest", id=id_, expected=held + begun + more))
                assert taken[-1]["counts"]["added"] == 1000, taken
            listed = site("harvest", id=id_, expected=held + begun + 1000 * ROUNDS_OF_GROWTH)
            each = [one["seconds"] - listed["seconds"] for one in taken]  # seconds for a thousand
            found[str(size)] = {
                "ms_each": round(statistics.median(each), 2), "all": [round(one, 2) for one in each],
                "listing_s": round(listed["seconds"], 2),
                "sql_each": round((taken[0]["sql"] - listed["sql"]) / 1000, 3),
                "first_peak_mib": round(first["peak_mib"]), "peak_mib": round(taken[-1]["peak_mib"]),
            }  # fmt: skip
        finally:
            site.close()
    return found


def oracle(sites: dict[str, Site]) -> None:
    """Both sites hold the same data sets and as many resources, and their index holds what their database does."""
    said = {kind: site("count") for kind, site in sites.items()}
    stock, ours = said["stock"], said["ours"]
    same = all(stock[name] == ours[name] for name in ("datasets", "resources", "index", "titles"))
    if not (same and stock["same_ids"] and ours["same_ids"]):
        short = {kind: {k: v for k, v in each.items() if k != "titles"} for kind, each in said.items()}
        raise SystemExit(f"the two sites differ: {short}")


def report(found: Figures) -> int:
    """Print the table, the goals and the JSON line."""
    print(f"{found['n']:,} data sets of five files, oracle {found['oracle']}\n")
    print(f"{'':<14}{'stock s':>10}{'ours s':>10}{'ratio':>9}{'must':>7}")
    met = True
    for step, goal in GOALS.items():
        row = found[step]
        met &= row["ratio"] >= goal
        print(f"{step:<14}{row['stock_s']:>10.2f}{row['ours_s']:>10.3f}{row['ratio']:>8.1f}×{goal or '–':>6}×")
    for kind in ("new", "changed"):
        for name, each in found[f"per_{kind}_data_set"].items():
            print(f"{name} for each {kind} data set: stock {each['stock']}, ours {each['ours']}")
    print(f"peak memory MiB: stock {found['peak_mib']['stock']}, ours {found['peak_mib']['ours']}")
    print(json.dumps(found, ensure_ascii=False))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
