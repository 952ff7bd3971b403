"""When sources are due."""

from __future__ import annotations

import pytest
from ckanext.osakadx.harvest.calendar import is_schedule


@pytest.mark.parametrize("schedule", ["17 3 * * *", "0 0 29 2 *", "*/5 * * * 1-5"])
def test_a_time_that_comes_is_a_schedule(schedule: str) -> None:
    assert is_schedule(schedule)


@pytest.mark.parametrize(
    "schedule", ["", "17 3 * *", "17 3 * * * *", "99 3 * * *", "毎日3時", "0 0 30 2 *", "0 0 31 4,6 *"]
)
def test_a_time_that_never_comes_is_none(schedule: str) -> None:
    assert not is_schedule(schedule)
