"""What a person hears of and how often: shown, chosen, stopped, taken up again. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ckan import model
from osakadx.mails.kinds import frequency, kinds
from osakadx.mails.signature import new_handle

from . import people
from .model import MailPerson, now


def shown(key: str) -> dict[str, Any]:
    """The kinds a person can choose about, each with its present frequency."""
    row = model.Session.get(MailPerson, key)
    chosen = row.chosen if row else {}
    offered = [kind for kind in kinds().values() if kind.choices]
    return {
        "language": row.language if row else "ja",
        "kinds": [asdict(kind) | {"frequency": frequency(kind.slug, chosen)} for kind in offered],
    }


def choose(key: str, chosen: Mapping[str, str], language: str = "") -> None:
    """Set the frequency of some kinds, and the language of the mails."""
    row = people.record(key)
    row.chosen = {**row.chosen, **chosen}
    row.language = language or row.language
    row.changed = now()


def stop(row: MailPerson, slugs: Iterable[str]) -> None:
    """Send no more of these kinds."""
    choose(row.key, {slug: "never" for slug in slugs if kinds()[slug].choices})


def resume(row: MailPerson, slugs: Iterable[str]) -> None:
    """Send these kinds again as is usual."""
    row.chosen = {slug: frequency for slug, frequency in row.chosen.items() if slug not in set(slugs)}
    row.changed = now()


def new_links(key: str) -> None:
    """Take the power from every link in mails sent so far."""
    people.record(key).handle = new_handle()


def confirm(row: MailPerson) -> None:
    """The person has opened a mail at this address and wants what goes there."""
    row.confirmed = row.changed = now()
    row.bounced = None
