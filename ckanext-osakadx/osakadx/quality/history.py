"""What one more look at a file adds to its history: whether its content changed, whether its address and ids stayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from osakadx.quality.evidence import Change, Identity
from osakadx.quality.rowsum import kept

_KEPT = 24  # changes remembered: two years of a monthly list
_LEAST_BETWEEN = 2  # changes, before an own pace can be told


def change_after(before: Change | None, known: str, content: str, first_seen: str, day: str) -> Change:
    """Return the change history of a file after a look at it.

    Args:
        before: its history until now; None at the first look. known: digest of the content it had then
            (`osakadx.quality.evidence.Check.content`), empty at the first look.
        content: digest of the content it has now; empty where none could be read, which is no change.
        first_seen: day on which this content was first seen anywhere in the catalog, under whatever resource.
        day: of the look. All days YYYY-MM-DD.
    """
    if before is None:
        return Change(since=min(first_seen, day), watched=day)
    if not content or content == known:
        return before
    changes = (*before.changes, day)[-_KEPT:]
    return Change(since=min(first_seen, day), watched=before.watched, changes=changes)


def identity_after(
    before: Identity | None, *, moved: bool, ids_before: Sequence[str], ids: Sequence[str], day: str
) -> Identity:
    """Return what stayed the same of a file after a look at it.

    Args:
        before: as it was; None at the first look. moved: its address is another than at the look before.
        ids_before, ids: sketches of the row ids (`Check.ids`) of the version before and of this one; equal ones keep
            what was found when the ids last changed.
        day: of the look (YYYY-MM-DD).
    """
    if before is None:
        return Identity(since=day)
    share = before.ids_kept if tuple(ids_before) == tuple(ids) else kept(ids_before, ids)
    return Identity(since=before.since, moves=before.moves + moved, ids_kept=share)


def observed_days(change: Change) -> int | None:
    """Return the days between a publisher's own renewals (the median), None while there were too few."""
    days = [date.fromisoformat(day) for day in change.changes]
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    gaps = [gap for gap in gaps if gap > 0]
    return gaps[len(gaps) // 2] if len(gaps) >= _LEAST_BETWEEN else None
