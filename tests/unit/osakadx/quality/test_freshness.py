"""Freshness from content: what counts as new, within which period, and which parts of a series are closed."""

from dataclasses import replace
from datetime import date

import pytest
from osakadx.quality.evidence import Change, Pace
from osakadx.quality.rulebook import rulebook
from osakadx.quality.rules.freshness import period
from osakadx.quality.score import whole

from .evidences import DAY, full, toilets

BOOK = rulebook()
RULE = "content-changes-in-its-period"
TODAY = date.fromisoformat(DAY)


def stale(*files, **values):
    return whole(full(*files, **values), BOOK).share(RULE)


def seen(since, watched="2020-01-01", changes=None, newest="", **values):
    file = toilets(**values)
    file = replace(file, reading=replace(file.reading, check=replace(file.check, newest=newest)))
    return replace(file, change=Change(since, watched, (since,) if changes is None else changes))


@pytest.mark.parametrize(
    ("pace", "days"),
    [
        (Pace(declared=31), 31),
        (Pace(usual=366), 366),
        (Pace(observed=92), 92),
        (Pace(), 1098),
        (Pace(declared=9999), 1098),
        (Pace(declared=1830, declared_since="2026-10-01", before=366), 366),
        (Pace(declared=1830, declared_since="2025-10-01", before=366), 1098),
        (Pace(declared=31, declared_since="2026-10-01", before=366), 31),
        (Pace(declared=None, declared_since="2026-10-01", before=31, usual=366), 366),
    ],
)
def test_the_period_is_the_declared_one_else_the_usual_else_the_observed(pace, days):
    assert period(pace, TODAY) == days


def test_within_the_period_and_its_grace_nothing_is_lost_and_from_twice_of_it_all():
    assert [stale(seen(day)) for day in ("2026-01-01", "2025-09-01", "2024-10-01")] == [0.0, 0.0, 1.0]
    assert 0 < stale(seen("2025-05-01")) < 1


def test_what_never_changed_is_told_only_after_a_period_of_watching():
    assert stale(seen("2026-06-01", "2026-06-01", ())) is None
    assert stale(seen("2024-01-01", "2024-01-01", ())) == 1.0
    assert stale(seen("2026-06-01", "2026-06-01", (), newest="2026-09-01")) == 0.0
    assert stale(seen("2026-06-01", "2026-06-01", (), newest="2031-01-01")) is None


def test_old_parts_of_a_series_are_closed_by_a_newer_one_of_their_size():
    old = replace(seen("2021-01-01", newest="2020-12-31", id="a"), url="https://e.jp/2020")
    new = seen("2026-09-01", newest="2026-08-31", id="b", c3="新しい公園")
    tiny = seen("2026-09-01", newest="2026-08-31", id="b", rows=2)
    assert stale(old, new) == 0.0
    assert stale(old, tiny) > 0.8


def test_never_renewed_is_believed_of_what_speaks_of_a_closed_period_only():
    never = Pace(never=True)
    assert stale(seen("2021-01-01", newest="2015-03-31"), pace=never) == 0.0
    assert stale(seen("2020-01-01"), pace=never) == 1.0


def test_without_a_day_or_a_pace_nobody_can_tell():
    assert stale(day="") is None
    assert stale(pace=None) is None
