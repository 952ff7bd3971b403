"""What to do with a letter that could not be sent."""

from datetime import timedelta

import pytest
from osakadx.mails.trouble import BOUNCED, REFUSED, SILENT, again_in

FRESH = timedelta(hours=1)


def test_attempts_become_rarer():
    waits = [again_in(SILENT, attempt, FRESH) for attempt in range(1, 40)]
    assert waits[:3] == [timedelta(minutes=minutes) for minutes in (5, 10, 20)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)


@pytest.mark.parametrize(
    "trouble, attempts, age",
    [(BOUNCED, 1, FRESH), (REFUSED, 6, FRESH), (SILENT, 3, timedelta(days=15)), (REFUSED, 1, timedelta(days=15))],
)
def test_what_is_hopeless_is_put_aside(trouble, attempts, age):
    assert again_in(trouble, attempts, age) is None


def test_a_server_that_is_down_for_days_loses_nothing():
    assert again_in(SILENT, 60, timedelta(days=13)) is not None
