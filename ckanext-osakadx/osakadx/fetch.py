"""Asking other people's servers: politely, within limits, and only where the address policy lets us.

`Fetcher.get` brings a page into memory, `Fetcher.download` a file onto the disk. Both retry what may pass, follow a
few redirects, ask conditionally when told what is known already, and raise FetchError in words for the publisher.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from osakadx.addresses import AddressPolicy, Target
from osakadx.errors import FetchError, RefusedAddress
from osakadx.failures import busy, robots_disallowed, unusable
from osakadx.manners import Clock, Manners
from osakadx.meter import MIB, Limits
from osakadx.robots import LONGEST, Robots
from osakadx.transport import Reply, Resolve, exchange, look_up
from osakadx.unpack import ACCEPTED

PAGE = Limits()
FILE = Limits(total=900.0, body=512 * MIB)
USER_AGENT = "OsakaDX-Catalog/0.1"

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LATER = frozenset({429, 503})
GOOD = frozenset({200, 203})
_AT_ONCE = frozenset({"connection-failed", "answer-cut", "coding-broken", "name-not-found", "server-busy"})

Sink = Callable[[bytes], object]


@dataclass(frozen=True)
class Answer:
    """What a server sent.

    Attributes:
        url: the address that answered in the end, after redirects.
        headers: names in lower case.
        body: of `get`; empty after `download` and when not modified.
        path: of `download`.
        sha256: of the unpacked body, hexadecimal; empty when not modified.
        size: of the unpacked body, in bytes. wire: bytes received for it, head included.
        elapsed: seconds from first try to last byte, waiting for the host's turn included.
        redirects: the addresses passed through, in order.
        not_modified: the server says that what the caller knows (ETag, Last-Modified) still holds.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    path: Path | None = None
    sha256: str = ""
    size: int = 0
    wire: int = 0
    elapsed: float = 0.0
    redirects: tuple[str, ...] = ()
    not_modified: bool = False

    @property
    def etag(self) -> str:
        """For the next conditional request."""
        return self.headers.get("etag", "")

    @property
    def modified(self) -> str:
        """``Last-Modified``, for the next conditional request."""
        return self.headers.get("last-modified", "")

    @property
    def content_type(self) -> str:
        """Media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher:
    """One way out for listings and files.

    Args:
        policy: which addresses may be asked.
        manners: the turns of the hosts; share one between the fetchers of a process.
        page, file: limits of `get` and of `download`.
        contact: an address or page for the administrators of the servers asked, named in the User-Agent.
        unverified: ``host:port`` whose broken certificate an operator has excepted.
        robots: the sites' robots.txt to keep to; None: there are none, or they are set aside.
        attempts: how often a passing failure is tried in all. redirects: how many are followed.
        resolve, clock, chance: name server, time and randomness (0 to 1).
    """

    def __init__(
        self,
        policy: AddressPolicy | None = None,
        *,
        manners: Manners | None = None,
        page: Limits = PAGE,
        file: Limits = FILE,
        contact: str = "",
        unverified: frozenset[str] = frozenset(),
        robots: Robots | None = None,
        attempts: int = 3,
        redirects: int = 5,
        resolve: Resolve = look_up,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.policy = policy or AddressPolicy()
        self.requests = 0
        self.wire = 0
        self._clock = clock or Clock()
        self._manners = manners or Manners(clock=self._clock)
        self._page, self._file = page, file
        self._user_agent = user_agent(contact)
        self._unverified, self._attempts, self._redirects = unverified, attempts, redirects
        self._robots = robots
        self._resolve, self._chance = resolve, chance

    def get(
        self, url: str, *, etag: str = "", modified: str = "", accept: str = "*/*", cap: int | None = None
    ) -> Answer:
        """Fetch a page into memory.

        Args:
            url: as its publisher wrote it.
            etag, modified: what an earlier Answer had; an unchanged page then comes back as `not_modified`.
            accept: media types.
            cap: bytes of the unpacked body, instead of the page's limit.

        Raises:
            RefusedAddress: the address, or one it redirects to, must not be asked.
            FetchError: no usable answer; `transient` says whether later may be better.
        """
        limits = self._page if cap is None else replace(self._page, body=cap)
        parts: list[bytes] = []
        answer = self._fetch(url, conditions(etag, modified, accept), limits, parts.clear, parts.append)
        return replace(answer, body=b"".join(parts))

    def download(
        self, url: str, path: Path, *, etag: str = "", modified: str = "", accept: str = "*/*", cap: int | None = None
    ) -> Answer:
        """Fetch a file onto the disk; as `get`, but `path` is written, or left alone when not modified.

        A file cut short or refused at a limit does not stay behind.
        """
        limits = self._file if cap is None else replace(self._file, body=cap)
        partial = path.with_name(path.name + ".part")
        try:
            with partial.open("wb") as file:
                answer = self._fetch(
                    url, conditions(etag, modified, accept), limits, lambda: _emptied(file), file.write
                )
            if answer.not_modified:
                return answer
            partial.replace(path)
            return replace(answer, path=path)
        finally:
            partial.unlink(missing_ok=True)

    def _fetch(
        self, url: str, headers: dict[str, str], limits: Limits, restart: Callable[[], object], sink: Sink
    ) -> Answer:
        began = self._clock.monotonic()
        for attempt in range(1, self._attempts + 1):
            restart()
            try:
                answer = self._followed(url, headers, limits, sink)
            except FetchError as error:
                if error.slug not in _AT_ONCE or attempt == self._attempts:
                    raise
                self._clock.sleep(2.0 ** (attempt - 1) * (0.5 + self._chance()))
            else:
                return replace(answer, elapsed=self._clock.monotonic() - began)
        raise AssertionError("attempts is at least 1")

    def _followed(self, url: str, headers: dict[str, str], limits: Limits, sink: Sink) -> Answer:
        """Ask, and ask again where the answer points, each address checked like the first."""
        target = self.policy.target(url)
        passed: list[str] = []
        while True:
            delay = self._delay(target)
            answer = self._asked(target, headers, limits, sink, delay)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return replace(answer, redirects=tuple(passed))
            passed.append(target.url)
            if len(passed) > self._redirects:
                raise RefusedAddress(
                    f"転送が{self._redirects}回を超えました。",
                    where=url, fix="最終的なアドレスを書いてください。", slug="too-many-redirects",
                )  # fmt: skip
            target = self.policy.redirected(target, answer.headers["location"])

    def _delay(self, target: Target) -> float:
        """Seconds between requests that a site's robots.txt asks for.

        Raises:
            FetchError: it forbids the address, or it should be there and could not be read.
        """
        if self._robots is None or self._manners.is_own(target.host):
            return 0.0
        site = f"{target.scheme}://{target.key}"
        rules = self._robots.of(site, lambda: self._robots_text(site))
        if not rules.allow(target.url):
            raise robots_disallowed(target.url)
        return rules.delay

    def _robots_text(self, site: str) -> str:
        asking = copy(self)
        asking._robots = None
        asking.requests = asking.wire = 0
        try:
            answer = asking.get(f"{site}/robots.txt", accept="text/plain, */*", cap=LONGEST)
        except FetchError as error:
            if error.transient:
                raise
            return ""  # none, or none that a program could read
        finally:
            self.requests += asking.requests
            self.wire += asking.wire
        return answer.body.decode("utf-8", "replace").removeprefix("\ufeff")

    def _asked(self, target: Target, headers: dict[str, str], limits: Limits, sink: Sink, delay: float) -> Answer:
        """Take the host's turn and ask once; tell the manners how it went."""
        with self._manners.turn(target.host, delay, self._clock.sleep):
            self.requests += 1
            try:
                with exchange(
                    target,
                    {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPTED, **headers},
                    policy=self.policy,
                    limits=limits,
                    clock=self._clock,
                    resolve=self._resolve,
                    verify=target.key not in self._unverified,
                ) as reply:
                    try:
                        return self._received(target, reply, headers, sink)
                    finally:
                        self.wire += reply.meter.received
            except FetchError as error:
                if error.transient:
                    self._manners.failed(target.host)
                raise

    def _received(self, target: Target, reply: Reply, headers: dict[str, str], sink: Sink) -> Answer:
        """Judge the status; hand the body of a good one to the sink."""
        answer = Answer(target.url, reply.status, reply.headers)
        if reply.status in PASSING:
            raise self._busy(target, reply)
        self._manners.answered(target.host)
        if reply.status in REDIRECTS:
            return answer
        if reply.status == 304 and ("If-None-Match" in headers or "If-Modified-Since" in headers):
            return replace(answer, not_modified=True, wire=reply.meter.received)
        if reply.status not in GOOD:
            raise unusable(reply.status, target.url)
        size, digest = 0, hashlib.sha256()
        for chunk in reply.body:
            size += len(chunk)
            digest.update(chunk)
            sink(chunk)
        return replace(answer, size=size, sha256=digest.hexdigest(), wire=reply.meter.received)

    def _busy(self, target: Target, reply: Reply) -> FetchError:
        if reply.status in LATER and "retry-after" in reply.headers:
            self._manners.rest(target.host, self._manners.asked_to_wait(reply.headers["retry-after"]))
        return busy(reply.status, target.url)


def user_agent(contact: str) -> str:
    """How our program names itself, with whom to turn to."""
    return f"{USER_AGENT} (+{contact})" if contact else USER_AGENT


def conditions(etag: str, modified: str, accept: str = "*/*") -> dict[str, str]:
    """Headers of a request that need not be answered with what is known already."""
    headers = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": modified}
    # A folded header of an old answer may hold a line break, which must not get into a request.
    return {name: " ".join(value.split()) for name, value in headers.items() if value}


def _emptied(file: BinaryIO) -> None:
    file.seek(0)
    file.truncate()
