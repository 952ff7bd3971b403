"""How often one host may be asked: a turn at a time, a gap between turns, a rest when it asks for one or keeps failing.

What is owed to whom is in ``schemas/politeness.yaml``. Who has the turn is kept in a `Turns`: here one for a single
process; a portal keeps one that all of its workers share.
"""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, cast

from osakadx import data
from osakadx.errors import DataFileError, FetchError
from osakadx.failures import resting

_SHORTEST_LOOK, _LONGEST_LOOK = 0.05, 1.0  # seconds between two looks whether another process is done with a host


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
        together: hosts that have agreed to be asked so often at a time when thousands of links are checked; else once.
        patience: the longest wait for a host inside a run; a host that rests longer fails the request, for a later run.
        turn_patience: the longest wait for another process that asks the host.
        longest_rest: no ``Retry-After`` is believed beyond this. longest_crawl_delay: no ``Crawl-delay`` beyond this.
        failures: so many in a row, and the host is left alone for `rest`.
    """

    gap: float = 1.0
    gaps: Mapping[str, float] = field(default_factory=dict[str, float])
    together: Mapping[str, int] = field(default_factory=dict[str, int])
    patience: float = 120.0
    turn_patience: float = 1800.0
    longest_rest: float = 3600.0
    longest_crawl_delay: float = 5.0
    failures: int = 5
    rest: float = 600.0

    def gap_of(self, host: str, delay: float = 0.0) -> float:
        """Seconds between two requests to a host.

        Args:
            delay: what its robots.txt asks for; a host without a gap is our own and asks for nothing.
        """
        gap = self.gaps.get(host, self.gap)
        return max(gap, min(delay, self.longest_crawl_delay)) if gap else 0.0


@cache
def courtesy() -> Courtesy:
    """The courtesy of ``schemas/politeness.yaml``.

    Raises:
        DataFileError: the file says something else than it may.
    """
    said: dict[str, float | dict[str, float]] = dict(data.document("politeness.yaml"))
    said.pop("robots_hours", None)
    gaps, together = _by_host(said.pop("gaps", {})), _by_host(said.pop("together", {}))
    if unreadable(said) or said.keys() - Courtesy.__dataclass_fields__.keys():
        raise _unreadable_file()
    numbers = {name: float(value) for name, value in said.items() if not isinstance(value, dict)}
    failures = int(numbers.pop("failures", Courtesy.failures))
    return Courtesy(
        gaps=gaps, together={host: max(1, int(one)) for host, one in together.items()}, failures=failures, **numbers
    )


def _by_host(said: object) -> dict[str, float]:
    found = cast("dict[str, float]", said or {})
    if not isinstance(said, dict | None) or unreadable(found):
        raise _unreadable_file()
    return {host: float(number) for host, number in found.items()}


def _unreadable_file() -> DataFileError:
    return DataFileError(
        "間隔の決まりが読めません。",
        where="schemas/politeness.yaml",
        fix="項目の名前と、0以上の数字を書いてください。",
    )


def unreadable(said: Mapping[str, object]) -> bool:
    """Whether one of the values is no number of seconds."""
    return any(isinstance(value, bool) or not isinstance(value, int | float) or value < 0 for value in said.values())


@dataclass(frozen=True)
class Wait:
    """Why a host cannot be asked just now.

    Attributes:
        seconds: until its gap or its rest is over; 0 when another process asks it.
    """

    seconds: float = 0.0


class Turns(Protocol):
    """Who may ask which host, and from when on. Every method is one step that no other can cut in two.

    A turn that its taker does not give back, because its process died, ends by itself after a minute at most.
    """

    def take(self, host: str) -> Wait | None:
        """Take the turn of a host; None when it is the caller's now."""
        ...

    def give_back(self, host: str, gap: float, answered: bool = False) -> None:
        """End a turn; the next may begin after the gap. A host that answered is forgiven its failures."""
        ...

    def answered(self, host: str) -> None:
        """Forget the failures of a host."""
        ...

    def failed(self, host: str) -> int:
        """Count one more failure in a row, and tell how many there are."""
        ...

    def rest(self, host: str, seconds: float) -> None:
        """Let nobody have the turn of a host before so many seconds from now."""
        ...


@dataclass
class _Host:
    free_at: float = 0.0
    failures: int = 0


class OwnTurns:
    """The turns of one process that shares its hosts with no other."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._hosts: dict[str, _Host] = {}
        self._taken: set[str] = set()
        self._door = threading.Lock()

    def take(self, host: str) -> Wait | None:
        """See `Turns`."""
        with self._door:
            if host in self._taken:
                return Wait()
            seconds = self._host(host).free_at - self._clock.monotonic()
            if seconds > 0:
                return Wait(seconds)
            self._taken.add(host)
            return None

    def give_back(self, host: str, gap: float, answered: bool = False) -> None:
        """See `Turns`."""
        self.rest(host, gap)
        with self._door:
            self._taken.discard(host)
            if answered:
                self._host(host).failures = 0

    def answered(self, host: str) -> None:
        """See `Turns`."""
        with self._door:
            self._host(host).failures = 0

    def failed(self, host: str) -> int:
        """See `Turns`."""
        with self._door:
            self._host(host).failures += 1
            return self._host(host).failures

    def rest(self, host: str, seconds: float) -> None:
        """See `Turns`."""
        with self._door:
            known = self._host(host)
            known.free_at = max(known.free_at, self._clock.monotonic() + seconds)

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host())


class Manners:
    """The turns of every host asked by this process, and by those it shares `Turns` with.

    Args:
        courtesy: what hosts are owed; that of ``schemas/politeness.yaml`` unless told.
        turns: who has the turn of which host; of this process alone unless told.
    """

    def __init__(
        self, courtesy: Courtesy | None = None, clock: Clock | None = None, turns: Turns | None = None
    ) -> None:
        self._courtesy = courtesy or _courtesy()
        self._clock = clock or Clock()
        self._turns = turns or OwnTurns(self._clock)
        self._queues: dict[str, threading.Lock] = {}
        self._alive: dict[str, bool] = {}  # host whose turn a thread of ours has → whether it has answered
        self._door = threading.Lock()

    @contextmanager
    def turn(self, name: str, delay: float = 0.0, sleep: Callable[[float], None] | None = None) -> Generator[None]:
        """Wait for a host's turn and hold it while it is asked.

        Args:
            delay: seconds between requests that its robots.txt asks for.
            sleep: waits for so many seconds; the clock's unless told.

        Raises:
            FetchError: the host rests for longer than a run waits.
        """
        # The threads of one process queue up here, so that only one of them looks at what other processes do.
        with self._queue(name):
            self._wait(name, sleep or self._clock.sleep)
            self._alive[name] = False
            try:
                yield
            finally:
                self._turns.give_back(name, self._courtesy.gap_of(name, delay), self._alive.pop(name))

    def _wait(self, name: str, sleep: Callable[[float], None]) -> None:
        waited, look = 0.0, _SHORTEST_LOOK
        while wait := self._turns.take(name):
            if wait.seconds > self._courtesy.patience:
                raise resting(name, wait.seconds)
            if waited > self._courtesy.turn_patience:
                raise FetchError(
                    f"{name}への問い合わせの順番が、{round(waited / 60)}分待っても来ません。",
                    where=name, fix="時間を置いて自動でやり直します。", slug="host-busy", transient=True,
                )  # fmt: skip
            sleep(wait.seconds or look)
            waited += 0.0 if wait.seconds else look
            look = min(look * 1.5, _LONGEST_LOOK)

    def is_own(self, name: str) -> bool:
        """Whether a host is of our own machine, which is owed nothing: its gap is 0."""
        return self._courtesy.gap_of(name) == 0

    def answered(self, name: str) -> None:
        """A host answered, whatever it said: it is alive. Within a turn that is told with its end, in one step."""
        if name in self._alive:
            self._alive[name] = True
        else:
            self._turns.answered(name)

    def failed(self, name: str) -> None:
        """A host did not answer, or only with an error of its own; after several in a row it is left alone."""
        if self._alive.get(name):  # it began to answer and broke off: one failure, not one more of those before
            self._alive[name] = False
            self._turns.answered(name)
        if self._turns.failed(name) >= self._courtesy.failures:
            self.rest(name, self._courtesy.rest)

    def rest(self, name: str, seconds: float) -> None:
        """Ask a host nothing for a while, at most the longest rest."""
        self._turns.rest(name, min(max(seconds, 0.0), self._courtesy.longest_rest))

    def asked_to_wait(self, header: str) -> float:
        """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); 0 where it says nothing readable."""
        return retry_after(header, self._clock.wall())

    def _queue(self, name: str) -> threading.Lock:
        with self._door:
            return self._queues.setdefault(name, threading.Lock())


def retry_after(header: str, now: float) -> float:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); 0 where it says nothing readable.

    Args:
        now: seconds since 1970.
    """
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return 0.0
    return max(0.0, moment.timestamp() - now)


_courtesy = courtesy  # under a name that the argument does not hide
