"""How often one host may be asked: a turn at a time, a gap between turns, a rest when it asks for one or keeps failing.

One `Manners` serves one process; every fetcher of that process should share it.
"""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from osakadx.errors import FetchError


@dataclass(frozen=True)
class Clock:
    """Where time comes from, so that tests need not wait for it. Seconds throughout."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Courtesy:
    """What a host is owed, in seconds.

    Args:
        gap: between the end of one request and the start of the next.
        gaps: hosts with a gap of their own.
        patience: the longest wait for a host inside a run; a host that rests longer fails the request, for a later run.
        longest_rest: no ``Retry-After`` is believed beyond this.
        failures: so many in a row, and the host is left alone for `rest`.
    """

    gap: float = 1.0
    # data.bodik.jp asks for it (seen 2026-11); loopback is the demo's and the tests' own server.
    gaps: Mapping[str, float] = field(
        default_factory=lambda: {"data.bodik.jp": 2.0, "127.0.0.1": 0.0, "::1": 0.0, "localhost": 0.0}
    )
    patience: float = 120.0
    longest_rest: float = 3600.0
    failures: int = 5
    rest: float = 600.0


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    rests_until: float = 0.0
    failures: int = 0


class Manners:
    """The turns of every host asked by this process."""

    def __init__(self, courtesy: Courtesy | None = None, clock: Clock | None = None) -> None:
        self._courtesy = courtesy or Courtesy()
        self._clock = clock or Clock()
        self._hosts: dict[str, _Host] = {}
        self._door = threading.Lock()

    @contextmanager
    def turn(self, name: str) -> Generator[None]:
        """Wait for a host's turn and hold it while it is asked.

        Raises:
            FetchError: the host rests for longer than a run waits.
        """
        host = self._host(name)
        with host.turn:
            now = self._clock.monotonic()
            wait = max(host.free_at, host.rests_until) - now
            if wait > self._courtesy.patience:
                raise FetchError(
                    f"{name}には、いま問い合わせを控えています(あと約{round(wait / 60)}分)。",
                    where=name, fix="時間を置いて自動で再開します。", slug="host-resting", transient=True,
                )  # fmt: skip
            if wait > 0:
                self._clock.sleep(wait)
            try:
                yield
            finally:
                host.free_at = self._clock.monotonic() + self._courtesy.gaps.get(name, self._courtesy.gap)

    def answered(self, name: str) -> None:
        """A host answered, whatever it said: it is alive."""
        self._host(name).failures = 0

    def failed(self, name: str) -> None:
        """A host did not answer, or only with an error of its own; after several in a row it is left alone."""
        host = self._host(name)
        host.failures += 1
        if host.failures >= self._courtesy.failures:
            self.rest(name, self._courtesy.rest)

    def rest(self, name: str, seconds: float) -> None:
        """Ask a host nothing for a while, at most the longest rest."""
        seconds = min(max(seconds, 0.0), self._courtesy.longest_rest)
        host = self._host(name)
        host.rests_until = max(host.rests_until, self._clock.monotonic() + seconds)

    def asked_to_wait(self, header: str) -> float:
        """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); 0 where it says nothing readable."""
        if header.strip().isdecimal():
            return float(header)
        try:
            moment = email.utils.parsedate_to_datetime(header)
        except (TypeError, ValueError):
            return 0.0
        return max(0.0, moment.timestamp() - self._clock.wall())

    def _host(self, name: str) -> _Host:
        with self._door:
            return self._hosts.setdefault(name, _Host())
