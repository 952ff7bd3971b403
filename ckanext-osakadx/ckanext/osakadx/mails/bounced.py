"""Addresses that mail came back from: noted, so that the next in the chain is told, until they work again."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from ckan import model

from . import people, questions
from .model import FAILED, SENT, Mail, MailPerson

RECENT = timedelta(days=14)  # what was sent so lately may be what came back
CAME_BACK = "送ったメールが戻ってきました(宛先不明)。"


def note(address: str, now: datetime) -> int:
    """Note that an address cannot be reached, and commit; how many messages of late did not arrive."""
    lately = (Mail.state == SENT, sa.func.lower(Mail.address) == address.lower(), Mail.sent > now - RECENT)
    kinds = set(model.Session.scalars(sa.select(Mail.kind).where(*lately)))
    for person in people.of_address(address):
        if person.key.startswith(people.ADDRESS) and kinds == {questions.ANSWERED}:
            continue  # it asked once, got its answer, and is not kept
        row = people.record(person.key)
        row.bounced, row.bounced_address = now, person.address
    failed = sa.update(Mail).where(*lately).values(state=FAILED, error=CAME_BACK, bounced=now)
    number = model.Session.execute(failed.execution_options(synchronize_session=False)).rowcount
    model.Session.commit()
    return number


def forget(address: str) -> None:
    """An address works again; commit."""
    same = sa.func.lower(MailPerson.bounced_address) == address.lower()
    cleared = sa.update(MailPerson).where(same).values(bounced=None, bounced_address="")
    model.Session.execute(cleared.execution_options(synchronize_session=False))
    model.Session.commit()
