"""Clock times of every day, week or month, as a form asks for them, and as the cron expression that is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Repeat = Literal["daily", "weekly", "monthly"]
_PLAIN = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|\d)")


@dataclass(frozen=True)
class Clock:
    """A time that comes again.

    Attributes:
        repeat: how often. hour, minute: in Asia/Tokyo.
        weekday: 0 is Sunday, as in cron; of weekly ones. day: of the month; of monthly ones.
    """

    repeat: Repeat
    hour: int
    minute: int
    weekday: int = 0
    day: int = 1

    @property
    def cron(self) -> str:
        """Minute, hour, day, month, weekday."""
        day = str(self.day) if self.repeat == "monthly" else "*"
        weekday = str(self.weekday) if self.repeat == "weekly" else "*"
        return f"{self.minute} {self.hour} {day} * {weekday}"


def read(cron: str) -> Clock | None:
    """The clock time that a cron expression means; None where it says something else."""
    match = _PLAIN.fullmatch(" ".join(cron.split()))
    if match is None:
        return None
    minute, hour = int(match[1]), int(match[2])
    if minute > 59 or hour > 23 or (match[3] != "*" and match[4] != "*"):
        return None
    if match[4] != "*":
        return Clock("weekly", hour, minute, weekday=int(match[4]) % 7) if int(match[4]) <= 7 else None
    if match[3] != "*":
        return Clock("monthly", hour, minute, day=int(match[3])) if 1 <= int(match[3]) <= 31 else None
    return Clock("daily", hour, minute)
