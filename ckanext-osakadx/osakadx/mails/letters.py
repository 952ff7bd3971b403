"""Out of messages that wait, letters: one for each person, with all that is due for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from . import due, kinds


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Message:
    """Something that one person is to be told."""

    id: str
    person: str
    kind: str
    created: datetime
    facts: Mapping[str, Any] = field(default_factory=_nothing)
    via: str = ""


@dataclass(frozen=True)
class Letter:
    """What goes to a person in one mail, the oldest first."""

    person: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Dealt:
    """What to do with messages: letters to send now, ids of messages nobody wants, ids of those over the day's cap."""

    letters: tuple[Letter, ...]
    stopped: tuple[str, ...]
    capped: tuple[str, ...]


def deal(
    messages: Sequence[Message],
    chosen: Mapping[str, Mapping[str, str]],
    sent_today: Mapping[str, int],
    *,
    now: datetime,
    gather: timedelta,
    cap: int,
) -> Dealt:
    """Sort what waits into letters.

    Args:
        chosen: person → kind → frequency, as far as people have chosen.
        sent_today: person → letters sent since the beginning of the day.
        gather: so long a message waits for others of the same person.
        cap: letters per person and day; 0: no limit.
    """
    by_person: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda message: message.created):
        by_person.setdefault(message.person, []).append(message)
    letters: list[Letter] = []
    stopped: list[str] = []
    capped: list[str] = []
    for person, waiting in by_person.items():
        wanted = {message.id: kinds.sending(message.kind, chosen.get(person, {})) for message in waiting}
        stopped += [message.id for message in waiting if wanted[message.id] == "never"]
        ready = _ready(waiting, wanted, now, gather)
        if not ready:
            continue
        if cap and sent_today.get(person, 0) >= cap:
            capped += [message.id for message in ready]
            continue
        letters.append(Letter(person, tuple(ready)))
    return Dealt(tuple(letters), tuple(stopped), tuple(capped))


def _ready(waiting: Sequence[Message], wanted: Mapping[str, str], now: datetime, gather: timedelta) -> list[Message]:
    """What is due, and with it what would be in a few minutes."""
    moments = {message.id: due.moment(wanted[message.id], message.created, gather) for message in waiting}
    if not any(moment and moment <= now for moment in moments.values()):
        return []
    return [message for message in waiting if (moment := moments[message.id]) and moment <= now + gather]
