"""Tables of the intake: when each file is looked at next, and the evidence of the last look."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ckan.plugins import toolkit as tk
from sqlalchemy import Boolean, Column, Computed, Date, DateTime, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB

TIME = DateTime(timezone=True)

KINDS = LINK, READING, TABLE = ("link", "reading", "table")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(timezone.utc)


class Due(tk.BaseModel):  # type: ignore[misc, name-defined]
    """When a file is looked at next.

    ``queued``: when that was last handed to a worker, None until then. ``routine``: nobody asked for it and nothing
    points to a change, so that it is enough to check the link; false: the file is fetched and read.
    ``hour``: of ``due``, in UTC: what is due in one hour is due equally long. ``views``: of the data set lately, as of
    the last sweep. ``host``: who is asked for the file, empty where it lies here.
    """

    __tablename__ = "osakadx_intake_due"

    resource_id = Column(UnicodeText, primary_key=True)
    package_id = Column(UnicodeText, nullable=False)
    due = Column(TIME, nullable=False)
    queued = Column(TIME)
    routine = Column(Boolean, nullable=False, default=False)
    hour = Column(DateTime, Computed("date_trunc('hour', due AT TIME ZONE 'UTC')"))
    views = Column(Integer, nullable=False, default=0)
    host = Column(UnicodeText, nullable=False, default="")


class Content(tk.BaseModel):  # type: ignore[misc, name-defined]
    """The day (of Japan) on which a content, by its digest, was first seen anywhere in the catalog."""

    __tablename__ = "osakadx_intake_content"

    content = Column(UnicodeText, primary_key=True)
    first_seen = Column(Date, nullable=False)


class Evidence(tk.BaseModel):  # type: ignore[misc, name-defined]
    """What one kind of examination found at a file.

    ``kind``: ``link`` (how it answers), ``reading`` (what is in it), ``table`` (what lies in the DataStore).
    ``subject``: what was examined, the address or ``upload``; evidence of another address says nothing.
    ``method``: how; ``checked``: when it was last looked at; ``changed``: since when the facts are as they are.
    """

    __tablename__ = "osakadx_intake_evidence"

    resource_id = Column(UnicodeText, primary_key=True)
    kind = Column(UnicodeText, primary_key=True)
    package_id = Column(UnicodeText, nullable=False)
    subject = Column(UnicodeText, nullable=False)
    method = Column(UnicodeText, nullable=False)
    checked = Column(TIME, nullable=False, default=now)
    changed = Column(TIME, nullable=False, default=now)
    facts = Column(JSONB, nullable=False)

    def as_dict(self) -> dict[str, Any]:
        """The evidence as the API shows it; instants in ISO 8601 with offset."""
        return {
            "kind": self.kind,
            "method": self.method,
            "checked": self.checked.isoformat(),
            "changed": self.changed.isoformat(),
            **self.facts,
        }
