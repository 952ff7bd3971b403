"""Questions about data sets (データへの質問): until when they are answered, how many may be asked, which of them count.

Asking oneself must be no cheap way to a better score. So a question does not count that comes from inside the
publisher (`INSIDE`), that one asker adds on the same day (`AGAIN`) or that is answered from where it was asked
(`SAME_PLACE`) while that is known, which is until midnight; and of those asked on one day, one answer in time counts.
Late ones count, all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from osakadx.quality.evidence import Answers

JAPAN = ZoneInfo("Asia/Tokyo")
LOOKED_BACK = timedelta(days=365)
Standing = Literal["in-time", "late", "waiting"]
Limit = Literal["", "asker", "dataset"]

# Why a question does not count, whatever becomes of it.
INSIDE, AGAIN, SAME_PLACE = "inside", "again", "same-place"


@dataclass(frozen=True)
class Question:
    """A question as far as the score is concerned.

    Attributes:
        asked: when. answered: when it was first answered, None while it waits.
        counts: False where it was no question (spam), or one of those above.
    """

    asked: datetime
    answered: datetime | None = None
    counts: bool = True


@dataclass(frozen=True)
class Limits:
    """Questions that are taken on one day: of one asker, and about one data set; 0: no limit."""

    asker: int
    dataset: int


def day(moment: datetime) -> date:
    """Return the day of an instant (with offset) in Japan."""
    return moment.astimezone(JAPAN).date()


def due(asked: datetime, promise: int) -> date:
    """Return the last day (of Japan) on which an answer is in time.

    Args:
        asked: when, with offset. promise: days within which questions are answered.
    """
    return day(asked) + timedelta(days=promise)


def days_left(asked: datetime, now: datetime, promise: int) -> int:
    """Return the days until the promise ends: 0 on its last day, below 0 when it is broken."""
    return (due(asked, promise) - day(now)).days


def standing(question: Question, now: datetime, promise: int) -> Standing:
    """Say whether a question was answered in time, is late (answered late, or waiting too long), or waits."""
    settled = question.answered or now
    if days_left(question.asked, settled, promise) < 0:
        return "late"
    return "in-time" if question.answered else "waiting"


def answers(questions: Iterable[Question], now: datetime, promise: int) -> Answers:
    """Reckon what the score is told of the questions about one data set.

    Args:
        questions: in any order; those asked more than 365 days ago are left out.
        now: the instant of the scoring, with offset.
        promise: days within which questions are answered.
    """
    lately = [one for one in questions if one.counts and one.asked > now - LOOKED_BACK]
    found = [(one, standing(one, now, promise)) for one in lately]
    late = [one for one, said in found if said == "late"]
    return Answers(
        asked=len(lately),
        in_time=len({day(one.asked) for one, said in found if said == "in-time"}),
        late=len(late),
        overdue=sum(one.answered is None for one in late),
    )


def reached(of_asker: int, of_dataset: int, limits: Limits) -> Limit:
    """Return which limit a further question would break: that of its asker, of the data set, or none.

    Args:
        of_asker: questions of the same asker today. of_dataset: questions about the same data set today.
    """
    if limits.asker and of_asker >= limits.asker:
        return "asker"
    return "dataset" if limits.dataset and of_dataset >= limits.dataset else ""
