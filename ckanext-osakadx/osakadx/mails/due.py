"""When something is told: at once, daily or weekly by the clock of Asia/Tokyo; reminders by the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = time(8)  # what is sent daily or weekly is there when people begin to work
LATE = timedelta(days=2)  # a digest that could not be made in this time after its hour is left out


@dataclass(frozen=True)
class Period:
    """From the beginning of one day to the beginning of another, in Asia/Tokyo."""

    start: datetime
    end: datetime


def moment(frequency: str, created: datetime, gather: timedelta) -> datetime | None:
    """When a message that came up at ``created`` is to be sent; None: never.

    Args:
        frequency: now, daily, weekly or never.
        gather: so long a message sent at once waits for others to join it.
    """
    if frequency == "never":
        return None
    if frequency == "now":
        return created + gather
    local = created.astimezone(TOKYO)
    day = local.date() + timedelta(days=local.time() >= OFFICE)
    if frequency == "weekly":
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, OFFICE, TOKYO)


def period(frequency: str, now: datetime, late: timedelta = LATE) -> Period | None:
    """The last whole day or week whose digest is due; None where nobody wants one, or it is too late for it.

    Args:
        frequency: daily or weekly. late: so long after its hour a digest is still made.
    """
    if frequency not in ("daily", "weekly"):
        return None
    days = 1 if frequency == "daily" else 7
    today = (now.astimezone(TOKYO) - timedelta(hours=OFFICE.hour)).date()
    last = today - timedelta(days=today.weekday() if days == 7 else 0)
    end = datetime.combine(last, time(), TOKYO)
    if now - datetime.combine(last, OFFICE, TOKYO) > late:
        return None
    return Period(end - timedelta(days=days), end)


def weeks(since: datetime, now: datetime) -> int:
    """Number of whole weeks that something has lasted: a reminder each time it grows."""
    return max(0, (now - since) // timedelta(days=7))


def day_begins(now: datetime) -> datetime:
    """The beginning of today in Asia/Tokyo."""
    return datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
