"""`make bench-links`: many links over many hosts, ours beside `requests` one after the other, in one run.

Two settings, because politeness has a price that no program can undercut: hosts as anybody finds them (one request at
a time, a gap of a second, robots.txt read), and hosts that have agreed to two at a time without a gap. The rival is
polite to nobody. Manners are judged by the servers' own logs. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from osakadx.addresses import AddressPolicy
from osakadx.linkcheck.checker import Checker, check
from osakadx.linkcheck.seen import Question, Seen
from osakadx.manners import Courtesy

from .sites import ETAG, body, kind, place

PROJECT = Path(__file__).resolve().parents[3]
MUST, AIM = 30, 60
# What each kind of link must be called by us, and what `requests` can know of it: its status.
OURS = {"file": "answers", "gone": "not-found", "page": "is-web-page", "login": "login-page", "moved": "answers",
        "unchanged": "same"}  # fmt: skip
RIVAL = {"file": 200, "gone": 404, "page": 200, "login": 200, "moved": 200, "unchanged": 304}
Span = tuple[str, str, float, float]


@dataclass(frozen=True)
class Setting:
    """What hosts are owed."""

    name: str
    gap: float
    together: int

    def courtesy(self, hosts: Sequence[str]) -> Courtesy:
        return Courtesy(gap=self.gap, together=dict.fromkeys(hosts, self.together))

    def floor(self, latency: float, most: int) -> float:
        """Seconds below which nobody who keeps to it can be.

        Args:
            most: requests to the host that is asked most often.
        """
        if not self.gap:
            return -(-most // self.together) * latency
        return (most + 1) * latency + most * self.gap  # robots.txt is one more


SETTINGS = (Setting("as found", 1.0, 1), Setting("agreed", 0.0, 2))


def main() -> int:
    """Measure, print, and say whether every must is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", type=int, default=2000, help="links")
    options.add_argument("--hosts", type=int, default=200)
    options.add_argument("--latency", type=float, default=0.05, help="seconds until a host answers")
    options.add_argument("--rounds", type=int, default=1, help="how often; the median counts")
    given = options.parse_args()
    hosts = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(given.hosts)]
    with Sites.started(given.latency) as sites:
        links = [link(number, hosts, sites.port) for number in range(given.n)]
        if wrong := oracle(sites, links[:40], hosts):
            print(f"the oracle check failed: {wrong}")
            return 1
        print(f"{given.n} links over {given.hosts} hosts that answer after {given.latency * 1000:.0f} ms")
        found = compare(sites, links, hosts, given.rounds, given.latency)
    return report(found)


def link(number: int, hosts: Sequence[str], port: int) -> Question:
    """The link of a number, with what was known of its file."""
    host, path = place(number, len(hosts))
    url = f"http://{hosts[host]}:{port}{path}"
    known = ETAG if kind(url) == "unchanged" else ""
    return Question(str(number), url, due=-number, etag=known, size=len(body(number)))


# --- the hosts -------------------------------------------------------------------------------------------------------


@dataclass
class Sites:
    """The process of the hosts."""

    process: subprocess.Popen[str]
    port: int

    @classmethod
    @contextmanager
    def started(cls, latency: float) -> Iterator[Sites]:
        command = [sys.executable, "-m", "tests.bench.links.sites", str(latency)]
        process = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        try:
            assert process.stdout and process.stdin
            yield cls(process, int(process.stdout.readline()))
            process.stdin.close()
            process.wait(10)
        finally:
            process.kill()

    def log(self) -> list[Span]:
        """What the hosts saw since the last time."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("log\n")
        return [tuple(span) for span in json.loads(self.process.stdout.readline())]


# --- the two ---------------------------------------------------------------------------------------------------------


def ours(port: int, links: Sequence[Question], hosts: Sequence[str], courtesy: Courtesy) -> list[Seen]:
    """The check as the portal runs it, but for the exception that lets it ask loopback."""
    policy = AddressPolicy(allow_hosts=frozenset(f"{host}:{port}" for host in hosts))
    return check(Checker(policy, courtesy=courtesy, contact="https://data.example.jp/"), links)


def rival(links: Sequence[Question]) -> dict[str, int]:
    """`requests`, one after the other, connections kept, whole bodies read; no gap, no robots.txt."""
    found = {}
    with requests.Session() as session:
        for link in links:
            headers = {"If-None-Match": link.etag} if link.etag else {}
            found[link.url] = session.get(link.url, headers=headers, timeout=30).status_code
    return found


def oracle(sites: Sites, links: Sequence[Question], hosts: Sequence[str]) -> list[str]:
    """Where one of the two does not say what the hosts were made to be."""
    wrong = mistakes(ours(sites.port, links, hosts, SETTINGS[1].courtesy(hosts)))
    wrong += rival_mistakes(rival(links))
    sites.log()
    return wrong


def mistakes(found: Sequence[Seen]) -> list[str]:
    """Links that we call something else than they are, and unchanged ones of which a byte was read."""
    return [
        f"{seen.question.url} {said(seen)} {seen.wire}"
        for seen in found
        if said(seen) != OURS[kind(seen.question.url)] or (seen.outcome == "same" and seen.wire)
    ]


def said(seen: Seen) -> str:
    """How a link is called: the slug of its failure, or the outcome."""
    return seen.error.slug if seen.error else seen.outcome


def rival_mistakes(found: dict[str, int]) -> list[str]:
    """Links that the rival did not reach."""
    return [f"requests: {url} {status}" for url, status in found.items() if status != RIVAL[kind(url)]]


# --- manners, from the hosts' own logs -------------------------------------------------------------------------------


def manners(log: Sequence[Span], setting: Setting) -> dict[str, Any]:
    """What the hosts saw: requests, the most at a time, the shortest gap, and how often they were owed more."""
    most, shortest, violations = 0, float("inf"), 0
    for host in {span[0] for span in log}:
        spans = sorted((began, ended) for name, _, began, ended in log if name == host)
        for number, (began, _) in enumerate(spans):
            under_way = 1 + sum(ended > began for _, ended in spans[:number])
            most = max(most, under_way)
            violations += under_way > setting.together
            over = [began - ended for _, ended in spans[:number] if ended <= began]
            if over:
                shortest = min(shortest, *over)
                violations += min(over) < setting.gap
    return {"requests": len(log), "most_at_a_time": most, "shortest_gap": round(shortest, 4), "violations": violations}


# --- the comparison --------------------------------------------------------------------------------------------------


def compare(
    sites: Sites, links: Sequence[Question], hosts: Sequence[str], rounds: int, latency: float
) -> dict[str, Any]:
    """Both, in turns."""
    times: dict[str, list[float]] = {"requests": [], **{setting.name: [] for setting in SETTINGS}}
    work: dict[str, list[float]] = {setting.name: [] for setting in SETTINGS}
    seen: dict[str, Any] = {}
    for _ in range(rounds):
        for setting in SETTINGS:
            began, busy = time.perf_counter(), time.process_time()
            found = ours(sites.port, links, hosts, setting.courtesy(hosts))
            times[setting.name].append(time.perf_counter() - began)
            work[setting.name].append(time.process_time() - busy)
            wrong = mistakes(found)
            assert not wrong and len(found) == len(links), wrong[:5]
            log = manners(sites.log(), setting)
            log["violations"] += seen.get(setting.name, {}).get("violations", 0)
            seen[setting.name] = log
        began = time.perf_counter()
        wrong = rival_mistakes(rival(links))
        times["requests"].append(time.perf_counter() - began)
        assert not wrong, wrong[:5]
        sites.log()
    most = max(Counter(urlsplit(url).netloc for one in found for url in (*one.redirects, one.final)).values())
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    return {
        "links": len(links),
        "hosts": len(hosts),
        "requests_s": round(middle["requests"], 2),
        "load": round(os.getloadavg()[1], 1),
        "cores": os.cpu_count(),
        "settings": {
            setting.name: {
                "gap_s": setting.gap,
                "together": setting.together,
                "seconds": round(middle[setting.name], 2),
                "floor_s": round(setting.floor(latency, most), 2),
                "cpu_s": round(statistics.median(work[setting.name]), 2),
                "links_per_s": round(len(links) / middle[setting.name]),
                "times_requests": round(middle["requests"] / middle[setting.name], 1),
                "hosts_saw": seen[setting.name],
            }
            for setting in SETTINGS
        },
    }


def report(found: dict[str, Any]) -> int:
    """Print what came out; 1 when a must is missed."""
    print(f"load {found['load']} on {found['cores']} cores; our work is bound by them, waiting for an answer is not")
    print(f"requests, one by one, polite to nobody: {found['requests_s']} s")
    for name, figures in found["settings"].items():
        owed = f"{figures['together']} at a time, gap {figures['gap_s']:g} s"
        print(f"ours, hosts {name} ({owed}): {figures['seconds']} s, {figures['times_requests']} times as fast")
        print(f"  nobody who keeps to that is below {figures['floor_s']} s; the hosts saw {figures['hosts_saw']}")
    fast = found["settings"]["agreed"]["times_requests"]
    violations = sum(figures["hosts_saw"]["violations"] for figures in found["settings"].values())
    found |= {"must": MUST, "aim": AIM, "met": fast >= MUST and not violations}
    print(json.dumps(found, ensure_ascii=False))
    return 0 if found["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
