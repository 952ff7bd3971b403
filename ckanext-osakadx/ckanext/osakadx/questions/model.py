"""The table of the questions."""

from __future__ import annotations

from datetime import datetime, timezone
from uuid import uuid4

from ckan.plugins import toolkit as tk
from sqlalchemy import Column, DateTime, UnicodeText

TIME = DateTime(timezone=True)
STATES = WAITING, ANSWERED, MARKED = ("waiting", "answered", "marked")
REASONS = SPAM, PERSONAL, ELSEWHERE = ("spam", "personal", "elsewhere")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(timezone.utc)


class Question(tk.BaseModel):  # type: ignore[misc, name-defined]
    """A question about a data set.

    ``text``: as it was asked; public only when answered, and then only where there is no ``summary`` of the
    publisher's in its place. ``address``: where the answer is mailed to; emptied with that mail. ``asker``: a digest
    good for one day (`osakadx.askers`), emptied after it. ``uncounted``: why it does not count for the score (inside,
    again, same-place). ``state``: waiting, answered, or marked as no question for a ``reason``. ``answered``: when
    first; ``settled_by``: id of the account that answered or marked it last.
    """

    __tablename__ = "osakadx_question"

    id = Column(UnicodeText, primary_key=True, default=lambda: str(uuid4()))
    package_id = Column(UnicodeText, nullable=False)
    asked = Column(TIME, nullable=False, default=now)
    text = Column(UnicodeText, nullable=False)
    address = Column(UnicodeText, nullable=False, default="")
    asker = Column(UnicodeText, nullable=False, default="")
    uncounted = Column(UnicodeText, nullable=False, default="")
    state = Column(UnicodeText, nullable=False, default=WAITING)
    summary = Column(UnicodeText, nullable=False, default="")
    answer = Column(UnicodeText, nullable=False, default="")
    answered = Column(TIME)
    settled_by = Column(UnicodeText, nullable=False, default="")
    marked = Column(TIME)
    reason = Column(UnicodeText, nullable=False, default="")
