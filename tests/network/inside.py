"""Runs inside the namespaces: every attempt with the policy and without it, under the sniffer's eyes; prints JSON.

python -m tests.network.inside FOLDER
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from osakadx.addresses import AddressPolicy
from osakadx.errors import FetchError
from osakadx.fetch import Answer, Fetcher
from osakadx.linkcheck.checker import Checker, check
from osakadx.linkcheck.seen import Question, Seen
from osakadx.manners import Clock, Courtesy, Manners
from osakadx.meter import Limits
from osakadx.transport import Resolve, look_up

from .attempts import ATTEMPTS, IPV4, IPV6, NO_PACKET, NOT_TCP, OPENED, PROXY, Attempt
from .namespace import LONGEST
from .sniffer import Sniffer
from .unguarded import Unguarded
from .world import NAME_SERVER, PORTS, PUBLIC, SITE, WEB_V6, World, built

LIMITS = Limits(resolve=10.0, connect=10.0, first_byte=10.0, idle=10.0, total=30.0)  # a busy machine is no refusal
_NO_WAIT = Clock(sleep=lambda seconds: None)
CLOSED_PORT = 9999


def main(folder: Path) -> None:
    signal.alarm(LONGEST)
    began = time.monotonic()
    (folder / "fetched").mkdir()
    with built(folder) as world:
        sniffer = Sniffer(PUBLIC, NAME_SERVER)
        report = {
            "public": [public(world, sniffer, url) for url in (f"http://{SITE}/", f"https://{SITE}/",
                       "http://six.example/", f"http://[{WEB_V6}]/")],
            "guarded": [guarded(world, sniffer, attempt, folder, method) for attempt in ATTEMPTS
                        for method in ("get", "download")],
            "checked": [checked(world, sniffer, attempt, robots) for attempt in ATTEMPTS for robots in (False, True)],
            "checked_public": [checked(world, sniffer, Attempt("public", "a public page", f"http://{SITE}/"), True)],
            "checked_opened": [checked(world, sniffer, attempt, False) for attempt, _, _ in OPENED],
            "checked_unguarded": [unchecked(world, sniffer, attempt) for attempt in ATTEMPTS],
            "opened": [guarded(world, sniffer, attempt, folder, "get") for attempt, _, _ in OPENED],
            "controls": controls(world, sniffer),
            "unguarded": [unguarded(world, sniffer, attempt) for attempt in ATTEMPTS],
            "proxies": [proxied(world, sniffer, url) for url in (f"http://{SITE}/", f"https://{SITE}/")],
        }  # fmt: skip
        report |= {"windows": sniffer.windows, "packets": sniffer.packets, "missed": sniffer.missed()}
    report["seconds"] = round(time.monotonic() - began, 1)
    json.dump(report, sys.stdout)


def controls(world: World, sniffer: Sniffer) -> list[dict[str, Any]]:
    """Connect straight to an address of each kind, past all our code: what the sniffer and the listeners must see."""
    found = []
    for kind, addresses in (("ipv4", IPV4), ("ipv6", IPV6)):
        for name, written in addresses.items():
            address = written.replace("%25", "%")
            if written in NO_PACKET and address not in NOT_TCP:
                continue
            for port in (80, CLOSED_PORT):
                _forget(world, sniffer)
                send = _datagram if address in NOT_TCP else _connect
                send(address, port)
                found.append({"id": f"{kind}-{name}-{port}", "tcp": send is _connect, **_seen(world, sniffer)})
    return found


def public(world: World, sniffer: Sniffer, url: str) -> dict[str, Any]:
    """What is allowed works, and is the only thing that happens."""
    return guarded(world, sniffer, Attempt("public", "a public page", url), Path(), "get")


def guarded(world: World, sniffer: Sniffer, attempt: Attempt, folder: Path, method: str) -> dict[str, Any]:
    """One attempt through the fetcher as it is."""
    place = folder / "fetched" / "file.bin"
    fetcher = _fetcher(AddressPolicy(allow_hosts=attempt.allow, only_hosts=attempt.only), attempt)
    ask = fetcher.get if method == "get" else lambda url: fetcher.download(url, place)
    _forget(world, sniffer, attempt)
    with _environment(attempt.environment):
        ended = _ended(lambda: ask(attempt.url))
    seen = _seen(world, sniffer)
    if method == "download":
        ended["body"] = place.read_text() if place.exists() else ended.get("body", "")
        place.unlink(missing_ok=True)
        ended["left"] = [entry.name for entry in place.parent.iterdir()]
    return {"id": attempt.id, "method": method, **ended, **seen}


def unguarded(world: World, sniffer: Sniffer, attempt: Attempt) -> dict[str, Any]:
    """The same attempt through the same fetcher, with the policy's check switched off."""
    _forget(world, sniffer, attempt)
    with _environment(attempt.environment):
        ended = _ended(lambda: _fetcher(Unguarded(), attempt).get(attempt.url))
    return {"id": attempt.id, **ended, **_seen(world, sniffer)}


def checked(world: World, sniffer: Sniffer, attempt: Attempt, robots: bool) -> dict[str, Any]:
    """One attempt through the link check as it is, asking for robots.txt first or not."""
    policy = AddressPolicy(allow_hosts=attempt.allow, only_hosts=attempt.only)
    _forget(world, sniffer, attempt)
    with _environment(attempt.environment):
        (seen,) = check(_checker(policy, attempt, robots), [Question(attempt.id, attempt.url, page_declared=True)])
    return {"id": attempt.id, "method": "robots" if robots else "check", **_told(seen), **_seen(world, sniffer)}


def unchecked(world: World, sniffer: Sniffer, attempt: Attempt) -> dict[str, Any]:
    """The same attempt through the same link check, with the policy's check switched off."""
    _forget(world, sniffer, attempt)
    with _environment(attempt.environment):
        try:
            check(_checker(Unguarded(), attempt, False), [Question(attempt.id, attempt.url, page_declared=True)])
        except ValueError as error:  # even a lenient reader finds no place in it
            print(attempt.id, repr(error), file=sys.stderr)
    return {"id": attempt.id, **_seen(world, sniffer)}


def proxied(world: World, sniffer: Sniffer, url: str) -> dict[str, Any]:
    """What the standard library does with a proxy of the environment."""
    _forget(world, sniffer)
    with _environment({"http_proxy": PROXY, "https_proxy": PROXY}):
        try:
            urllib.request.build_opener().open(url, timeout=3).close()
        except OSError as error:
            print(url, repr(error), file=sys.stderr)
    return _seen(world, sniffer)


def _checker(policy: AddressPolicy, attempt: Attempt, robots: bool) -> Checker:
    return Checker(
        policy,
        courtesy=Courtesy(gap=1e-6 if robots else 0.0),  # a host without a gap is not asked for its robots.txt
        limits=LIMITS,
        unverified=frozenset({f"{SITE}:443"}),
        resolve=_resolve(attempt),
    )


def _told(seen: Seen) -> dict[str, Any]:
    if seen.error is None:
        return {"ends": "answered", "kind": "Seen", "message": "", "url": seen.final}
    return {"ends": seen.error.slug, "kind": type(seen.error).__name__, "message": str(seen.error)}


def _resolve(attempt: Attempt) -> Resolve:
    found = iter(attempt.resolved)
    return (lambda host, port: list(next(found, attempt.resolved[-1]))) if attempt.resolved else look_up


def _fetcher(policy: AddressPolicy, attempt: Attempt) -> Fetcher:
    return Fetcher(
        policy,
        manners=Manners(Courtesy(gap=0.0), _NO_WAIT),
        page=LIMITS,
        file=LIMITS,
        unverified=frozenset({f"{SITE}:443"}),  # its certificate was made a moment ago
        resolve=_resolve(attempt),
        clock=_NO_WAIT,
        chance=lambda: 0.0,
    )


def _ended(ask: Callable[[], Answer]) -> dict[str, Any]:
    try:
        answer = ask()
    except FetchError as error:
        return {"ends": error.slug, "kind": type(error).__name__, "message": str(error)}
    except Exception as error:  # no way for the fetcher to end: shown as what it is
        return {"ends": type(error).__name__, "kind": "unexpected", "message": str(error)}
    return {"ends": "answered", "kind": "Answer", "message": "", "url": answer.url, "body": answer.body.decode()}


def _forget(world: World, sniffer: Sniffer, attempt: Attempt | None = None) -> None:
    world.become(attempt.names if attempt else {}, attempt.pages if attempt else {})
    sniffer.window()


def _seen(world: World, sniffer: Sniffer) -> dict[str, Any]:
    packets = sniffer.window()
    knocks = sum(packet.syn and packet.port in PORTS for packet in packets)
    until = time.monotonic() + 2
    while len(world.accepted) < knocks and time.monotonic() < until:
        time.sleep(0.001)  # a listener's thread may be a little later than the packet
    return {"packets": [packet.as_dict() for packet in packets], "accepted": list(world.accepted)}


def _connect(address: str, port: int) -> None:
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError as error:
        print(address, port, repr(error), file=sys.stderr)


def _datagram(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("lo"))
        try:
            sock.sendto(b"x", (address, port))
        except OSError as error:
            print(address, port, repr(error), file=sys.stderr)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
