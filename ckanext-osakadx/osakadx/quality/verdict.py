"""When a file counts as reachable and when as broken: one failure proves nothing, three on two days do (疎通の判定)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from osakadx.errors import FetchError, RefusedAddress
from osakadx.quality.evidence import ANSWERING, Verdict

STRIKES = 3
DAYS = 2
_KEPT = 12
_JAPAN = timezone(timedelta(hours=9))

# Failures that say nothing about the file: asked later, without a strike.
_NOT_THE_FILE = frozenset({"host-resting", "host-busy", "host-not-listed", "robots-disallowed", "too-many-requests"})
_REFUSED = frozenset({"forbidden", "tls-failed", "login-page", "waf-page"})
_PAGES = frozenset({"is-web-page"})


@dataclass(frozen=True)
class Strike:
    """One failed attempt in a row.

    Attributes:
        when: aware datetime.
        verdict: what the address is if this is no accident. cause: slug of the error.
        reason: the error in one Japanese sentence.
        sure: asking again cannot change it (the address itself must not be asked).
    """

    when: datetime
    verdict: Verdict
    cause: str
    reason: str = ""
    sure: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return {**vars(self), "when": self.when.isoformat()}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Strike:
        """Return the strike that `as_dict` wrote down."""
        when = datetime.fromisoformat(said["when"])
        return cls(when, said["verdict"], said["cause"], said["reason"], said["sure"])


def strike(error: FetchError, when: datetime) -> Strike | None:
    """Return what a failed fetch says about the address; None where it says nothing about it."""
    if error.slug in _NOT_THE_FILE:
        return None
    if isinstance(error, RefusedAddress):
        return Strike(when, "refused", error.slug, error.message, sure=True)
    return Strike(when, _verdict(error.slug), error.slug, error.message)


def _verdict(cause: str) -> Verdict:
    if cause in _PAGES:
        return "html"
    return "refused" if cause in _REFUSED or cause.startswith("certificate-") else "gone"


def settle(before: Verdict | None, strikes: Sequence[Strike]) -> Verdict:
    """Return the verdict after failed attempts in a row.

    Args:
        before: the verdict until now for this very address; None where it was never asked.
        strikes: the failures since the last success, the newest last; at least one.
    """
    last = strikes[-1]
    days = {one.when.astimezone(_JAPAN).date() for one in strikes}
    if last.sure or (len(strikes) >= STRIKES and len(days) >= DAYS):
        return last.verdict
    if before in ANSWERING:
        return before
    # A page in place of the data is seen, not missed: where there never were data, it needs no second look.
    if before is None and (last.verdict == "html" or last.cause == "login-page"):
        return last.verdict
    return before if before is not None else "unknown"


def added(strikes: Sequence[Strike], new: Strike) -> list[Strike]:
    """Return the strikes with a new one, as many as are worth keeping: the first, and the newest."""
    grown = [*strikes, new]
    return grown if len(grown) <= _KEPT else [grown[0], *grown[1 - _KEPT :]]
