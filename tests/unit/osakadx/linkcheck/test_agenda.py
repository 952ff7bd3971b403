"""The order of thousands of requests, on a clock of its own."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.linkcheck.agenda import Agenda
from osakadx.manners import Courtesy

GAPS = {"slow.jp": 3.0, "own": 0.0}
TOGETHER = {"agreed.jp": 2, "own": 2}
COURTESY = Courtesy(gap=1.0, gaps=GAPS, together=TOGETHER)
HOSTS = ("a.jp", "b.jp", "c.jp", "slow.jp", "agreed.jp", "own")


@dataclass(frozen=True)
class Work:
    host: str
    due: float
    takes: float  # seconds


works = st.builds(
    Work,
    host=st.sampled_from(HOSTS),
    due=st.floats(0, 100, allow_nan=False),
    takes=st.sampled_from((0.0, 0.05, 0.9, 1.0, 7.0)),
)


@dataclass(frozen=True)
class Run:
    work: Work
    began: float
    ended: float


def limit(host: str) -> int:
    return TOGETHER.get(host, 1)


def simulated(queue: list[Work], together: int) -> list[Run]:
    """Do all the work as the checker would, and check at every step what may be checked only there."""
    agenda = Agenda[Work](COURTESY, together)
    for work in queue:
        agenda.add(work.host, work.due, work)
    for host in HOSTS:
        agenda.widen(host)
    left, now = list(queue), 0.0
    under_way: list[tuple[float, int, Work]] = []
    free = defaultdict(float)
    runs: list[Run] = []
    while left or under_way:
        while taken := agenda.take(now):
            host, due, work = taken
            assert (host, due) == (work.host, work.due)
            busy = [each.host for _, _, each in under_way]
            may = [
                each.due
                for each in left
                if free[each.host] <= now and busy.count(each.host) < TOGETHER.get(each.host, 1)
            ]
            assert due == min(may)  # the oldest of those that may be asked
            left.remove(work)
            free[host] = max(free[host], now + COURTESY.gap_of(host))
            heapq.heappush(under_way, (now + work.takes, len(runs), work))
            runs.append(Run(work, now, now + work.takes))
        assert agenda.busy == len(under_way) <= together
        assert agenda.waiting == len(left)
        wait = agenda.wait(now)
        ends = under_way[0][0] if under_way else float("inf")
        following = min(ends, now + wait if wait is not None else float("inf"))
        assert following < float("inf"), "something waits, and nothing will ever begin"
        now = following
        while under_way and under_way[0][0] <= now:
            _, _, work = heapq.heappop(under_way)
            free[work.host] = max(free[work.host], now + COURTESY.gap_of(work.host))
            agenda.done(work.host, now)
    return runs


@settings(max_examples=300, deadline=None)
@given(st.lists(works, max_size=40), st.integers(1, 8))
def test_every_host_is_asked_in_its_turn_and_everything_is_asked_once(queue: list[Work], together: int) -> None:
    runs = simulated(queue, together)

    assert sorted(map(repr, queue)) == sorted(repr(run.work) for run in runs)
    for host in HOSTS:
        mine = [run for run in runs if run.work.host == host]
        assert [run.work.due for run in mine] == sorted(run.work.due for run in mine)
        for number, run in enumerate(mine):
            under_way = [other for other in mine[:number] if other.ended > run.began]
            assert len(under_way) < limit(host)
            for other in mine[:number]:
                assert run.began - other.began >= COURTESY.gap_of(host) - 1e-9
                if other.ended <= run.began:
                    assert run.began - other.ended >= COURTESY.gap_of(host) - 1e-9


@settings(max_examples=100, deadline=None)
@given(st.lists(works, min_size=1, max_size=30))
def test_a_host_waits_for_itself_alone_where_there_is_room(queue: list[Work]) -> None:
    """Nothing starves: a host is through when its own requests and gaps are over, whatever the others do."""
    runs = simulated(queue, len(queue))
    for host in HOSTS:
        mine = [run for run in runs if run.work.host == host]
        longest = sum(run.work.takes + COURTESY.gap_of(host) for run in mine)
        assert max((run.ended for run in mine), default=0.0) <= longest + 1e-6


def agenda(*hosts: str, together: int = 10) -> Agenda[str]:
    made = Agenda[str](COURTESY, together)
    for number, host in enumerate(hosts):
        made.add(host, float(number), f"{host} {number}")
    return made


def test_a_host_is_asked_once_at_a_time_until_it_is_known_what_it_agreed_to() -> None:
    queue = agenda("agreed.jp", "agreed.jp", "agreed.jp")
    assert queue.take(0.0)
    assert queue.take(5.0) is None and queue.wait(5.0) is None
    queue.widen("agreed.jp")
    assert queue.take(5.0)
    queue.narrow("agreed.jp")
    queue.done("agreed.jp", 6.0)
    assert queue.take(60.0) is None
    queue.done("agreed.jp", 60.0)
    assert queue.take(60.9) is None
    assert queue.take(61.0)


def test_what_is_older_goes_first_even_when_it_comes_later() -> None:
    queue = agenda("a.jp", "b.jp")
    queue.add("b.jp", -1.0, "oldest")
    assert [queue.take(0.0), queue.take(0.0)] == [("b.jp", -1.0, "oldest"), ("a.jp", 0.0, "a.jp 0")]


def test_a_host_that_rests_lets_others_pass_and_comes_back() -> None:
    queue = agenda("a.jp", "b.jp")
    queue.rest("a.jp", 50.0)
    assert queue.take(0.0) == ("b.jp", 1.0, "b.jp 1")
    assert queue.take(49.9) is None
    assert queue.wait(40.0) == 10.0
    assert queue.take(50.0) == ("a.jp", 0.0, "a.jp 0")


def test_a_robots_delay_makes_the_gap_longer() -> None:
    queue = agenda("a.jp", "a.jp")
    queue.take(0.0)
    queue.done("a.jp", 0.1, delay=4.0)
    assert queue.wait(0.1) == pytest.approx(4.0)


def test_what_was_begun_for_nothing_goes_back_to_its_place() -> None:
    queue = agenda("a.jp", "a.jp")
    taken = queue.take(0.0)
    assert taken
    queue.undo(*taken)
    assert (queue.busy, queue.waiting) == (0, 2)
    assert queue.take(1.0) == taken


def test_a_host_can_be_given_up() -> None:
    queue = agenda("a.jp", "b.jp", "a.jp")
    assert queue.drop("a.jp") == ["a.jp 0", "a.jp 2"]
    assert (queue.waiting, queue.hosts()) == (1, ["b.jp"])
    assert queue.take(0.0) == ("b.jp", 1.0, "b.jp 1")
    queue.done("b.jp", 0.1)
    assert queue.wait(0.1) is None


@pytest.mark.parametrize("number", [1, 3])
def test_there_are_never_more_requests_than_the_machine_is_for(number: int) -> None:
    queue = agenda("a.jp", "b.jp", "c.jp", "slow.jp", together=number)
    assert sum(queue.take(0.0) is not None for _ in range(4)) == number
    assert queue.wait(0.0) is None
