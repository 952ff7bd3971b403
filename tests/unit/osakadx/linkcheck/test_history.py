"""What looks at a link add up to; three strikes on two days are a function of the history and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.errors import FetchError
from osakadx.linkcheck.history import entered, until_next
from osakadx.linkcheck.rules import rules
from osakadx.linkcheck.seen import Outcome, Question, Seen

MONDAY = datetime(2026, 11, 2, 3, tzinfo=timezone.utc)
READ = {"verdict": "ok", "sha256": "abc", "size": 8, "etag": '"7"', "modified": "", "strikes": []}


def look(outcome: Outcome, hours: float = 0, slug: str = "not-found", **more: Any) -> Seen:
    error = FetchError("だめでした。", slug=slug) if outcome in ("failed", "put-off") else None
    question = Question("1", "https://a.example/list.csv")
    return Seen(question, outcome, MONDAY + timedelta(hours=hours), final=question.url, error=error, **more)


def after(known: dict[str, Any], *looks: Seen) -> dict[str, Any]:
    for one in looks:
        entry = entered(known, one)
        known = entry.facts if entry else known
    return known


def test_the_same_file_is_no_news_and_needs_no_reading() -> None:
    entry = entered(READ, look("same", status=304))
    assert entry and (entry.news, entry.read) == (False, False)
    assert entry.facts["sha256"] == "abc" and entry.facts["status"] == 304


@pytest.mark.parametrize("outcome", ["changed", "answers"])
def test_what_may_be_another_file_is_read_and_keeps_what_was_read_until_then(outcome: Outcome) -> None:
    entry = entered(READ, look(outcome, status=200, etag='"8"', length=9))
    assert entry and entry.read
    # else the next conditional request would call a version unchanged that nobody has read
    assert (entry.facts["etag"], entry.facts["size"], entry.facts["sha256"]) == ('"7"', 8, "abc")


def test_a_file_that_came_from_elsewhere_has_moved() -> None:
    entry = entered(READ, look("same", redirects=("https://a.example/list.csv",)))
    assert entry and entry.verdict == "moved" and entry.news
    assert entry.facts["redirects"] == ["https://a.example/list.csv"]


def test_a_link_is_gone_after_three_failures_on_two_days_and_back_at_once() -> None:
    known = dict(READ)
    for hours, verdict in ((0, "ok"), (12, "ok"), (24, "gone")):
        known = after(known, look("failed", hours))
        assert known["verdict"] == verdict
    assert known["cause"] == "not-found" and known["reason"] == "だめでした。"
    back = entered(known, look("same", 36))
    assert back and back.news and (back.verdict, back.strikes, back.facts["cause"]) == ("ok", 0, "")


def test_three_failures_on_one_day_are_an_accident() -> None:
    assert after(dict(READ), *(look("failed", hours) for hours in (0, 1, 2, 3)))["verdict"] == "ok"


@pytest.mark.parametrize(
    ("slug", "verdict"),
    [("login-page", "refused"), ("waf-page", "refused"), ("certificate-expired", "refused"), ("is-web-page", "html"),
     ("name-not-found", "gone"), ("too-slow", "gone")],
)  # fmt: skip
def test_a_confirmed_failure_is_called_what_it_is(slug: str, verdict: str) -> None:
    assert after(dict(READ), *(look("failed", hours, slug) for hours in (0, 12, 24)))["verdict"] == verdict


def test_what_taught_nothing_changes_nothing() -> None:
    assert entered(READ, look("put-off", slug="robots-disallowed")) is None
    assert entered(READ, look("failed", slug="host-resting")) is None


@given(st.lists(st.tuples(st.sampled_from(["failed", "same", "put-off"]), st.floats(0, 100)), max_size=30))
def test_a_link_is_broken_only_after_three_failures_in_a_row_on_two_days(history: list[tuple[Outcome, float]]) -> None:
    looks, hours = [], 0.0
    for outcome, more in history:
        hours += more
        looks.append(look(outcome, hours))
    taught = [one for one in looks if one.outcome != "put-off"]
    row: list[Seen] = []
    for one in taught:
        row = [*row, one] if one.outcome == "failed" else []
    days = {(one.when + timedelta(hours=9)).date() for one in row}
    broken = len(row) >= 3 and len(days) >= 2
    assert (after(dict(READ), *looks)["verdict"] == "gone") == broken
    assert after(dict(READ), *looks) == after(dict(READ), *looks)


@pytest.mark.parametrize(
    ("quiet_hours", "hours"), [(0, 12), (11.9, 12), (12, 24), (30, 168), (24 * 8.5, 720), (24 * 400, 720)]
)
def test_the_longer_nothing_changes_the_rarer_it_is_looked_at(quiet_hours: float, hours: float) -> None:
    assert until_next(rules(), "ok", 0, timedelta(hours=quiet_hours), 0.5) == timedelta(hours=hours)


@pytest.mark.parametrize(("verdict", "hours"), [("ok", 12), ("unknown", 12), ("gone", 24), ("refused", 24)])
def test_a_failure_is_looked_at_soon_whatever_went_before(verdict: Any, hours: float) -> None:
    assert until_next(rules(), verdict, 1, timedelta(days=99), 0.5) == timedelta(hours=hours)


@given(st.floats(0, 1), st.floats(0, 10_000))
def test_looks_are_scattered_and_stay_within_bounds(chance: float, quiet: float) -> None:
    at = until_next(rules(), "ok", 0, timedelta(hours=quiet), chance)
    middle = until_next(rules(), "ok", 0, timedelta(hours=quiet), 0.5)
    assert abs(at - middle) <= middle * rules().jitter * 1.0001
