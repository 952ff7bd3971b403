"""What an answer means with what was known of a link, and when the link is looked at again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from osakadx.linkcheck.rules import Rules
from osakadx.linkcheck.seen import Seen
from osakadx.quality.evidence import ANSWERING, Verdict
from osakadx.quality.verdict import Strike, added, settle, strike


@dataclass(frozen=True)
class Entry:
    """What is to be stored of a look at a link.

    Attributes:
        facts: as `osakadx.quality.evidence.Link` is stored, with the strikes.
        news: whether a score may come out another.
        read: whether the file is to be fetched and read again: it is another one, or may be.
    """

    facts: dict[str, Any]
    news: bool
    read: bool

    @property
    def verdict(self) -> Verdict:
        """How the link stands."""
        return self.facts["verdict"]

    @property
    def strikes(self) -> int:
        """Failures in a row."""
        return len(self.facts["strikes"])


def entered(known: Mapping[str, Any], seen: Seen) -> Entry | None:
    """Return what is known after a look; None where the look taught nothing.

    What was read of the file stays as it was (digest, size, validators): only reading it again may change that.

    Args:
        known: facts of this very address; empty where there are none.
    """
    if seen.outcome == "put-off":
        return None
    way: dict[str, Any] = {"status": seen.status, "final": seen.final, "redirects": list(seen.redirects)}
    facts = {**known, **way, "url": seen.question.url}
    before: Verdict | None = known.get("verdict")
    if seen.outcome != "failed":
        verdict: Verdict = "moved" if seen.redirects else "ok"
        facts |= {"verdict": verdict, "cause": "", "reason": "", "strikes": []}
        return Entry(facts, news=verdict != before or bool(known.get("strikes")), read=seen.outcome != "same")
    one = strike(seen.error, seen.when) if seen.error else None
    if one is None:
        return None
    return _struck(known, facts, before, one)


def _struck(known: Mapping[str, Any], facts: dict[str, Any], before: Verdict | None, one: Strike) -> Entry:
    strikes = added([Strike.from_dict(said) for said in known.get("strikes", ())], one)
    verdict = settle(before, strikes)
    facts |= {"verdict": verdict, "cause": one.cause, "reason": one.reason}
    facts["strikes"] = [each.as_dict() for each in strikes]
    return Entry(facts, news=verdict != before or known.get("cause") != one.cause, read=False)


def until_next(rules: Rules, verdict: Verdict, strikes: int, quiet: timedelta, chance: float) -> timedelta:
    """Return after what time a link is looked at again: the longer nothing has changed, the longer.

    Args:
        verdict, strikes: how it stands; failures in a row.
        quiet: how long it has been as it is.
        chance: 0 to 1, scatters the looks.
    """
    if strikes:
        hours = rules.failing_hours if verdict in (*ANSWERING, "unknown") else rules.broken_hours
    else:
        hours = next((step for step in rules.hours if timedelta(hours=step) > quiet), rules.hours[-1])
    return timedelta(hours=hours * (1 + rules.jitter * (2 * chance - 1)))
