"""Clock times between a form and cron."""

from __future__ import annotations

import pytest
from osakadx.schedule import Clock, read


@pytest.mark.parametrize(
    ("cron", "clock"),
    [
        ("17 3 * * *", Clock("daily", 3, 17)),
        ("0  0 * * *", Clock("daily", 0, 0)),
        ("5 4 * * 1", Clock("weekly", 4, 5, weekday=1)),
        ("5 4 * * 7", Clock("weekly", 4, 5, weekday=0)),
        ("30 23 15 * *", Clock("monthly", 23, 30, day=15)),
    ],
)
def test_plain_clock_times_are_read(cron, clock):
    assert read(cron) == clock


@pytest.mark.parametrize(
    "cron",
    ["", "* * * * *", "*/5 3 * * *", "17 3 1 * 1", "17 3 * 4 *", "61 3 * * *", "1 24 * * *", "1 1 32 * *", "1 1 * * 8"],
)
def test_what_says_something_else_is_left_to_cron(cron):
    assert read(cron) is None


@pytest.mark.parametrize("cron", ["17 3 * * *", "5 4 * * 1", "30 23 15 * *"])
def test_a_clock_time_is_written_as_it_was_read(cron):
    clock = read(cron)
    assert clock is not None and clock.cron == cron
