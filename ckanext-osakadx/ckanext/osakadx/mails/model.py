"""Tables of the mails: the outbox, and what each person has chosen."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from ckan.plugins import toolkit as tk
from osakadx.mails.signature import new_handle
from sqlalchemy import Column, DateTime, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB

TIME = DateTime(timezone=True)
WAITING, SENDING, SENT, FAILED, STOPPED = "waiting", "sending", "sent", "failed", "stopped"
STATES = (WAITING, SENDING, SENT, FAILED, STOPPED)
NOBODY = "nobody"  # the person of a message for which nobody could be found


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(timezone.utc)


class Mail(tk.BaseModel):  # type: ignore[misc, name-defined]
    """One message to one person.

    ``state``: waiting → sending → sent | failed (put aside, ``error`` says why) | stopped (the person wants none).
    ``dedupe_key`` is unique: the same thing told again only counts in ``repeats``. ``letter``: the mail it went in.
    """

    __tablename__ = "osakadx_mail"

    id = Column(UnicodeText, primary_key=True, default=lambda: str(uuid4()))
    person = Column(UnicodeText, nullable=False)
    address = Column(UnicodeText, nullable=False)
    via = Column(UnicodeText, nullable=False, default="")
    kind = Column(UnicodeText, nullable=False)
    subject_key = Column(UnicodeText, nullable=False)
    dedupe_key = Column(UnicodeText, nullable=False, unique=True)
    facts = Column(JSONB, nullable=False, default=dict)
    created = Column(TIME, nullable=False, default=now)
    state = Column(UnicodeText, nullable=False, default=WAITING)
    letter = Column(UnicodeText)
    claimed = Column(TIME)
    sent = Column(TIME)
    attempts = Column(Integer, nullable=False, default=0)
    not_before = Column(TIME)
    error = Column(UnicodeText)
    bounced = Column(TIME)
    repeats = Column(Integer, nullable=False, default=0)
    repeated = Column(TIME)

    def as_dict(self) -> dict[str, Any]:
        """The message as the API shows it; instants in ISO 8601 with offset."""
        shown = {column.name: getattr(self, column.name) for column in self.__table__.columns}
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in shown.items()}


class MailPerson(tk.BaseModel):  # type: ignore[misc, name-defined]
    """Somebody who was told, or has chosen: kind → frequency, language, and the handle of their stop links."""

    __tablename__ = "osakadx_mail_person"

    key = Column(UnicodeText, primary_key=True)
    handle = Column(UnicodeText, nullable=False, unique=True, default=new_handle)
    chosen = Column(JSONB, nullable=False, default=dict)
    language = Column(UnicodeText, nullable=False, default="ja")
    confirmed = Column(TIME)
    bounced = Column(TIME)
    bounced_address = Column(UnicodeText, nullable=False, default="")
    changed = Column(TIME, nullable=False, default=now)
