"""When something is told, by the clock of Asia/Tokyo."""

from datetime import datetime, timedelta

import pytest
from osakadx.mails import due
from osakadx.mails.due import TOKYO

GATHER = timedelta(minutes=10)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    "frequency, created, sent",
    [
        ("now", "2026-11-26T03:17", "2026-11-26T03:27"),
        ("daily", "2026-11-26T03:17", "2026-11-26T08:00"),
        ("daily", "2026-11-26T08:00", "2026-11-27T08:00"),
        ("daily", "2026-12-31T12:00", "2027-01-01T08:00"),
        ("weekly", "2026-11-26T03:17", "2026-11-30T08:00"),
        ("weekly", "2026-11-30T07:59", "2026-11-30T08:00"),
        ("weekly", "2026-11-30T08:01", "2026-12-07T08:00"),
    ],
)
def test_a_message_is_sent_when_its_reader_wants_it(frequency, created, sent):
    assert due.moment(frequency, at(created), GATHER) == at(sent)


def test_what_nobody_wants_is_never_due():
    assert due.moment("never", at("2026-11-26T03:17"), GATHER) is None


@pytest.mark.parametrize(
    "frequency, now, period",
    [
        ("weekly", "2026-11-30T08:00", ("2026-11-23", "2026-11-30")),
        ("weekly", "2026-12-01T23:00", ("2026-11-23", "2026-11-30")),
        ("weekly", "2026-12-03T09:00", None),  # too late
        ("weekly", "2026-11-30T07:59", None),  # last week's was due a week ago
        ("daily", "2026-11-26T08:00", ("2026-11-25", "2026-11-26")),
        ("daily", "2026-11-26T07:59", ("2026-11-24", "2026-11-25")),
        ("never", "2026-11-30T08:00", None),
    ],
)
def test_a_digest_is_of_the_last_whole_day_or_week(frequency, now, period):
    found = due.period(frequency, at(now))
    assert (found and (str(found.start.date()), str(found.end.date()))) == period


def test_a_reminder_is_due_each_time_another_week_is_full():
    since = at("2026-11-26T03:17")
    assert [due.weeks(since, since + timedelta(days=days)) for days in (0, 6.9, 7, 13, 14)] == [0, 0, 1, 1, 2]
