"""Telling people: messages go into the outbox in the caller's transaction, and are sent later by the queue.

outbox.tell("harvest-held", about="source:…", people=people.chain(…), facts={…}, once="…")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from ckan import model
from osakadx.mails.recipients import Person
from sqlalchemy.dialects.postgresql import insert

from .model import FAILED, NOBODY, STATES, WAITING, Mail, now

NOBODY_REACHED = "届くアドレスを持つ人がいません。公開団体の編集者か、管理者のメールアドレスを登録してください。"


def tell(
    kind: str, *, about: str, people: Iterable[Person], facts: Mapping[str, Any], once: str, count: bool = True
) -> None:
    """Put a message for each of these people into the outbox; nothing is sent and nothing committed here.

    Args:
        kind: a slug of schemas/mails/kinds.yaml, which has its templates beside it.
        about: what it is about, to find messages again: ``source:<id>``.
        people: who is told, as ``people.chain`` gives them; when it is nobody, that is on record.
        facts: JSON-able values for the template.
        once: the same text is told to the same person once, however often this is called.
        count: whether a call that adds nothing is counted as a repetition.
    """
    told = list(people)
    rows = [_row(kind, about, person, facts, once) for person in told] or [_nobody(kind, about, facts, once)]
    statement = insert(Mail.__table__)
    again = {"repeats": Mail.__table__.c.repeats + 1, "repeated": now()}
    kept = (
        statement.on_conflict_do_update(index_elements=["dedupe_key"], set_=again)
        if count
        else statement.on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    for row in sorted(rows, key=lambda row: row["dedupe_key"]):  # one order for everybody: no deadlock
        model.Session.execute(kept.values(**row))


def _row(kind: str, about: str, person: Person, facts: Mapping[str, Any], once: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "person": person.key, "address": person.address, "via": person.via, "kind": kind,
        "subject_key": about, "dedupe_key": f"{once}:{person.key}", "facts": dict(facts), "created": now(),
        "state": WAITING, "attempts": 0, "repeats": 0,
    }  # fmt: skip


def _nobody(kind: str, about: str, facts: Mapping[str, Any], once: str) -> dict[str, Any]:
    row = _row(kind, about, Person(NOBODY, ""), facts, once)
    return {**row, "state": FAILED, "error": NOBODY_REACHED}


def counts(*conditions: sa.ColumnElement[bool]) -> dict[str, int]:
    """Number of messages by state, and of repetitions that were not sent (deduplicated), where conditions hold."""
    found: dict[str, int] = dict.fromkeys(STATES, 0)
    by_state = sa.select(Mail.state, sa.func.count()).where(*conditions).group_by(Mail.state)
    found.update(model.Session.execute(by_state).tuples().all())
    repeats = sa.select(sa.func.coalesce(sa.func.sum(Mail.repeats), 0)).where(*conditions)
    found["deduplicated"] = int(model.Session.scalar(repeats) or 0)
    return found
