"""更新が続いている: the content changed within its period, whatever the dates of saving say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from osakadx.quality.evidence import Change, Evidence, File, Pace
from osakadx.quality.rule import Costs, Shortfall, dataset_rule

# Where nobody says how often: a list that has not changed for three years is taken for one that nobody keeps.
_LONGEST = 3 * 366
_GRACE = 1.25  # of a period, for holidays and the days a file is on its way
_LATE = 2.0  # periods after which nothing is left
_AS_LARGE = 0.5  # a newer part of a series closes an older one only if it is about as large


@dataset_rule("content-changes-in-its-period", on="pace")
def content_changes_in_its_period(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """Each content changed within the period; parts of a series that a newer part has closed are left out."""
    del costs
    if evidence.pace is None or not evidence.day:
        return None
    today = date.fromisoformat(evidence.day)
    days = period(evidence.pace, today)
    told, late, worst = 0.0, 0.0, None
    weighed = [(max(group, key=_known), weight) for group, weight in evidence.balance]
    for file, weight in weighed:
        if file.change is None or _closed(file, weight, weighed, evidence.pace):
            continue
        last = _last(file.change, _newest(file), today, days)
        if last is None:
            continue
        told += weight
        lateness = _lateness((today - last).days, days)
        late += weight * lateness
        if lateness and (worst is None or last < worst):
            worst = last
    if not told:
        return [] if evidence.pace.never and _all_closed(weighed) else None
    if worst is None:
        return []
    due = worst + timedelta(days=days)
    return [Shortfall(affected=late / told, case="overdue", facts={"last": worst.isoformat(), "due": due.isoformat()})]


def period(pace: Pace, today: date) -> int:
    """Return the days within which content must change.

    The declared ones; a longer declaration counts only from the next due date by the old one. Else the usual ones of
    the standard data set, else those the publisher kept to so far, else three years.
    """
    for days in (_declared(pace, today), pace.usual, pace.observed):
        if days:
            return min(days, _LONGEST)
    return _LONGEST


def _declared(pace: Pace, today: date) -> int | None:
    days, before = pace.declared, pace.before
    if before and (days is None or days > before) and pace.declared_since:
        took_effect = date.fromisoformat(pace.declared_since) + timedelta(days=before)
        if today < took_effect:
            return before
    return days


def _known(file: File) -> tuple[bool, str]:
    return file.change is not None, file.id


def _newest(file: File) -> str:
    return file.check.newest if file.check is not None else ""


def _last(change: Change, newest: str, today: date, days: int) -> date | None:
    """The day the content was last new; None while it was watched for too short to tell.

    A change that was seen counts, from the first sight of the content that came by it: content of old registered
    anew is as old as it is. What never changed is as old as the newest day it speaks of, or as its first sight.
    """
    since = min(date.fromisoformat(change.since), today)
    if change.changes:
        return since
    told = _day(newest)
    if told is not None and told > today:
        told = None
    if told is not None and (today - told).days <= days * _GRACE:
        return told
    watched = (today - date.fromisoformat(change.watched)).days
    return since if watched > days * _GRACE or (today - since).days > days * _GRACE else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _lateness(age: int, days: int) -> float:
    """0 within the period and its grace, 1 from twice the period on."""
    if age <= days * _GRACE:
        return 0.0
    return min(1.0, 0.25 + 0.75 * (age - days * _GRACE) / (days * (_LATE - _GRACE)))


def _closed(file: File, weight: float, weighed: Sequence[tuple[File, float]], pace: Pace) -> bool:
    """Whether a content is the closed part of a series, or of a data set that says it is never renewed.

    The content says so: all that it speaks of lies before what a newer part of about its size and width speaks of.
    """
    mine = _newest(file)
    if not mine:
        return False
    if pace.never and _day(mine) is not None:
        return True
    others = [(other, size) for other, size in weighed if other is not file and _shape(other) == _shape(file)]
    return any(_newest(other) > mine and size >= weight * _AS_LARGE for other, size in others)


def _shape(file: File) -> tuple[int, ...]:
    return () if file.reading is None else tuple(table.columns for table in file.reading.tables)


def _all_closed(weighed: Sequence[tuple[File, float]]) -> bool:
    return bool(weighed) and all(_newest(file) for file, _ in weighed)
