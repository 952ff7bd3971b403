"""What to do with a letter that could not be sent: try again later, or put it aside."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
REFUSALS = 6  # of one letter by a mail server that answers
AGE = timedelta(days=14)  # after this long with no mail server nobody needs the news any more

SILENT, REFUSED, BOUNCED = "silent", "refused", "bounced"


def again_in(trouble: str, attempts: int, age: timedelta) -> timedelta | None:
    """How long to wait before the next attempt; None: put it aside.

    Args:
        trouble: silent (the server cannot be used at all), refused (it does not take this letter now), or bounced (it
            will never take a letter to this address).
        attempts: how often it was tried, this time included.
        age: how long the message has waited.
    """
    if trouble == BOUNCED or age > AGE or (trouble == REFUSED and attempts >= REFUSALS):
        return None
    return min(FIRST * 2 ** min(attempts - 1, 10), LONGEST)
