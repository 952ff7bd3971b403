from __future__ import annotations

from typing import ClassVar

import pytest
from osakadx import data
from osakadx.errors import DataFileError, FetchError
from osakadx.manners import Clock, Courtesy, Manners, OwnTurns, Wait, courtesy


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []
        self.clock = Clock(monotonic=lambda: self.now, wall=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time():
    return FakeClock()


def take(manners, host):
    with manners.turn(host):
        pass


def test_a_host_is_asked_once_a_second_and_hosts_do_not_wait_for_each_other(time):
    manners = Manners(Courtesy(gap=1.0), time.clock)
    for host in ("a.jp", "a.jp", "b.jp", "a.jp"):
        take(manners, host)
    assert time.slept == [1.0, 1.0]


def test_bodik_is_asked_every_two_seconds(time):
    manners = Manners(clock=time.clock)
    take(manners, "data.bodik.jp")
    take(manners, "data.bodik.jp")
    assert time.slept == [2.0]


def test_the_gap_counts_from_the_end_of_a_request_even_a_failed_one(time):
    manners = Manners(Courtesy(gap=1.0), time.clock)
    with pytest.raises(ValueError), manners.turn("a.jp"):
        time.now += 5
        raise ValueError
    take(manners, "a.jp")
    assert time.slept == [1.0]


def test_five_failures_in_a_row_leave_a_host_alone(time):
    manners = Manners(Courtesy(), time.clock)
    for _ in range(4):
        manners.failed("a.jp")
    take(manners, "a.jp")
    manners.failed("a.jp")
    with pytest.raises(FetchError) as error:
        take(manners, "a.jp")
    assert error.value.slug == "host-resting" and error.value.transient
    take(manners, "b.jp")


def test_after_its_rest_a_host_gets_one_try_before_the_next_rest(time):
    manners = Manners(Courtesy(rest=600.0), time.clock)
    for _ in range(5):
        manners.failed("a.jp")
    time.now += 601
    take(manners, "a.jp")
    manners.failed("a.jp")
    with pytest.raises(FetchError):
        take(manners, "a.jp")


def test_an_answer_forgives_the_failures_before_it(time):
    manners = Manners(Courtesy(), time.clock)
    for _ in range(4):
        manners.failed("a.jp")
    manners.answered("a.jp")
    manners.failed("a.jp")
    take(manners, "a.jp")


def test_an_answer_within_a_turn_forgives_with_its_end_in_one_step(time):
    class Steps(OwnTurns):
        steps: ClassVar = []

        def give_back(self, host, gap, answered=False):
            self.steps.append(("give back", answered))
            super().give_back(host, gap, answered)

        def answered(self, host):
            self.steps.append(("answered",))
            super().answered(host)

    manners = Manners(Courtesy(), time.clock, Steps(time.clock))
    for _ in range(4):
        manners.failed("a.jp")
    with manners.turn("a.jp"):
        manners.answered("a.jp")
    assert Steps.steps == [("give back", True)]
    for _ in range(4):
        manners.failed("a.jp")
    with manners.turn("a.jp"):  # it begins to answer and breaks off: one failure, the first of a new row
        manners.answered("a.jp")
        manners.failed("a.jp")
    for _ in range(3):
        manners.failed("a.jp")
    take(manners, "a.jp")
    manners.failed("a.jp")
    with pytest.raises(FetchError):
        take(manners, "a.jp")


def test_a_short_rest_is_waited_for_and_a_long_one_is_not(time):
    manners = Manners(Courtesy(patience=60.0), time.clock)
    manners.rest("a.jp", 30)
    take(manners, "a.jp")
    assert time.slept == [30.0]
    manners.rest("a.jp", 61)
    with pytest.raises(FetchError):
        take(manners, "a.jp")


def test_no_rest_is_longer_than_an_hour(time):
    manners = Manners(Courtesy(), time.clock)
    manners.rest("a.jp", 10**12)
    time.now += 3601
    take(manners, "a.jp")


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(time, header, seconds):
    assert Manners(clock=time.clock).asked_to_wait(header) == seconds


def test_the_file_says_what_is_kept():
    said = courtesy()
    assert (said.gap_of("example.jp"), said.gap_of("data.bodik.jp"), said.gap_of("127.0.0.1")) == (1.0, 2.0, 0.0)
    assert (said.failures, said.rest, said.longest_rest, said.patience) == (5, 600.0, 3600.0, 120.0)
    assert set(data.document("politeness.yaml")) == {*Courtesy.__dataclass_fields__, "robots_hours"}


@pytest.mark.parametrize(
    "said",
    [
        {"gap": "1s"},
        {"gap": -1},
        {"gaps": {"a.jp": "x"}},
        {"gaps": 2},
        {"pause": 3},
        {"together": 2},
        {"together": {"a.jp": "two"}},
        {"together": ["a.jp"]},
    ],
)
def test_a_file_that_says_something_else_is_refused(monkeypatch, said):
    monkeypatch.setattr(data, "document", lambda path: said)
    courtesy.cache_clear()
    with pytest.raises(DataFileError):
        courtesy()
    courtesy.cache_clear()


def test_hosts_that_agreed_to_more_are_named(monkeypatch):
    monkeypatch.setattr(data, "document", lambda path: {"together": {"a.jp": 2}, "gaps": {"a.jp": 0.1}})
    courtesy.cache_clear()
    assert (courtesy().together, courtesy().gap_of("a.jp")) == ({"a.jp": 2}, 0.1)
    courtesy.cache_clear()


@pytest.mark.parametrize("delay, gap", [(0.0, 1.0), (3.0, 3.0), (99.0, 5.0), (0.2, 1.0)])
def test_a_crawl_delay_makes_the_gap_longer_and_not_without_end(delay, gap):
    assert Courtesy().gap_of("a.jp", delay) == gap
    assert Courtesy(gaps={"a.jp": 0.0}).gap_of("a.jp", delay) == 0.0


def test_two_that_share_their_turns_wait_for_each_other(time):
    turns = OwnTurns(time.clock)
    one, two = (Manners(Courtesy(gap=1.0), time.clock, turns) for _ in range(2))
    with one.turn("a.jp"):
        assert turns.take("a.jp") == Wait()
    take(two, "a.jp")
    assert time.slept == [1.0]
    for _ in range(5):
        one.failed("a.jp")
    with pytest.raises(FetchError):
        take(two, "a.jp")


def test_a_turn_that_never_comes_is_not_waited_for_for_ever(time):
    turns = OwnTurns(time.clock)
    assert turns.take("a.jp") is None
    with pytest.raises(FetchError) as error:
        take(Manners(Courtesy(turn_patience=60.0), time.clock, turns), "a.jp")
    assert (error.value.slug, error.value.transient) == ("host-busy", True)
    assert 60 <= sum(time.slept) < 65
