"""Which link is asked next: every host in its turn and within its manners, the oldest due first.

Nothing here waits or asks; time comes in as an argument (seconds of one clock), so a year can be tried in a moment.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from osakadx.manners import Courtesy

T = TypeVar("T")


@dataclass
class _Lane(Generic[T]):
    """The queue of one host.

    Attributes:
        waiting: heap of (due, number, work). busy: requests under way. limit: as many at a time.
        free_at: nothing starts before. delay: what its robots.txt asks for.
        place: number of the lane's valid entry in the agenda's heaps.
    """

    limit: int
    waiting: list[tuple[float, int, T]] = field(default_factory=list["tuple[float, int, T]"])
    busy: int = 0
    free_at: float = float("-inf")
    delay: float = 0.0
    place: int = -1


class Agenda(Generic[T]):
    """Work by host, and what each host is owed.

    A host is asked again when its gap has passed since the last request began and since the last one ended; until its
    owner has agreed to more (`widen`), one request at a time.

    Args:
        courtesy: gaps, and who may be asked more than once at a time.
        together: requests under way at a time, over all hosts.
    """

    def __init__(self, courtesy: Courtesy, together: int) -> None:
        self._courtesy, self._together = courtesy, together
        self._lanes: dict[str, _Lane[T]] = {}
        self._numbers = count()
        self._later: list[tuple[float, int, str]] = []  # (free at, place, host)
        self._ready: list[tuple[float, int, int, str]] = []  # (due, number, place, host): may be asked now
        self.busy = 0
        self.waiting = 0

    def add(self, host: str, due: float, work: T) -> None:
        """Queue work for a host behind what was due before it."""
        lane = self._lane(host)
        heapq.heappush(lane.waiting, (due, next(self._numbers), work))
        self.waiting += 1
        self._put(host, lane)

    def take(self, now: float) -> tuple[str, float, T] | None:
        """Begin the oldest work of those hosts that may be asked now.

        Returns:
            (host, due, work), to be followed by `done`; None where nothing may begin.
        """
        if self.busy >= self._together:
            return None
        while self._later and self._later[0][0] <= now:
            _, place, host = heapq.heappop(self._later)
            lane = self._lanes[host]
            if place == lane.place:
                heapq.heappush(self._ready, (*lane.waiting[0][:2], place, host))
        while self._ready:
            _, _, place, host = heapq.heappop(self._ready)
            lane = self._lanes[host]
            if place == lane.place:
                due, _, work = heapq.heappop(lane.waiting)
                lane.busy += 1
                self.busy += 1
                self.waiting -= 1
                self.rest(host, now + self._courtesy.gap_of(host, lane.delay))
                return host, due, work
        return None

    def done(self, host: str, now: float, delay: float = 0.0) -> None:
        """End a request that `take` began.

        Args:
            delay: seconds between requests that the host's robots.txt asks for.
        """
        lane = self._lane(host)
        lane.busy -= 1
        lane.delay = max(lane.delay, delay)
        self.busy -= 1
        self.rest(host, now + self._courtesy.gap_of(host, delay))

    def undo(self, host: str, due: float, work: T) -> None:
        """Take back a `take` after which nothing was asked."""
        self._lane(host).busy -= 1
        self.busy -= 1
        self.add(host, due, work)

    def rest(self, host: str, until: float) -> None:
        """Let nothing begin at a host before an instant."""
        lane = self._lane(host)
        lane.free_at = max(lane.free_at, until)
        self._put(host, lane)

    def widen(self, host: str) -> None:
        """Let a host be asked as many times at a time as its owner has agreed to."""
        self._limit(host, self._courtesy.together.get(host, 1))

    def narrow(self, host: str) -> None:
        """Let a host be asked once at a time."""
        self._limit(host, 1)

    def drop(self, host: str) -> list[T]:
        """Take away, in their order, what waits for a host."""
        lane = self._lane(host)
        dropped = [work for _, _, work in sorted(lane.waiting, key=lambda entry: entry[:2])]
        lane.waiting.clear()
        self.waiting -= len(dropped)
        self._put(host, lane)
        return dropped

    def hosts(self) -> list[str]:
        """Those that something waits for."""
        return [host for host, lane in self._lanes.items() if lane.waiting]

    def alone(self, host: str) -> bool:
        """Whether at most one request to a host is under way."""
        return self._lane(host).busy <= 1

    def left(self, host: str) -> int:
        """How much waits for a host."""
        return len(self._lane(host).waiting)

    def wait(self, now: float) -> float | None:
        """Seconds until something may begin by the passing of time alone; None where only an end brings it about."""
        if self.busy >= self._together:
            return None
        if any(place == self._lanes[host].place for _, _, place, host in self._ready):
            return 0.0
        while self._later and self._later[0][1] != self._lanes[self._later[0][2]].place:
            heapq.heappop(self._later)
        return max(0.0, self._later[0][0] - now) if self._later else None

    def _lane(self, host: str) -> _Lane[T]:
        return self._lanes.setdefault(host, _Lane(1))

    def _limit(self, host: str, limit: int) -> None:
        lane = self._lane(host)
        lane.limit = limit
        self._put(host, lane)

    def _put(self, host: str, lane: _Lane[T]) -> None:
        """Enter a lane anew, as whatever was entered before no longer holds."""
        lane.place = next(self._numbers)
        if lane.waiting and lane.busy < lane.limit:
            heapq.heappush(self._later, (lane.free_at, lane.place, host))
