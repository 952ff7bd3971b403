"""Tables of the harvest: runs, what a run listed, what a source has in the catalog."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from ckan.plugins import toolkit as tk
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB

TIME = DateTime(timezone=True)

QUEUED, RUNNING, HELD, FINISHED, FAILED, DISCARDED = "queued", "running", "held", "finished", "failed", "discarded"
PAUSED, ABORTED = "paused", "aborted"
OPEN = (QUEUED, RUNNING, PAUSED)


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(timezone.utc)


class Run(tk.BaseModel):  # type: ignore[misc, name-defined]
    """One run of one source: listing → plan → guard → apply.

    ``state``: queued → running → finished | failed | held; held → queued (released) | discarded; an open run may be
    paused → queued (resumed), or aborted. ``attempt`` and ``working`` are of ``attempts.py``.
    ``facts`` say how the listing ended, ``plan`` holds the numbers of the plan, ``guard`` the verdict, ``counts`` the
    results; see ``runs.py``.
    """

    __tablename__ = "osakadx_harvest_run"

    id = Column(UnicodeText, primary_key=True, default=lambda: str(uuid4()))
    source_id = Column(UnicodeText, nullable=False)
    job_id = Column(UnicodeText, nullable=False)
    trigger = Column(UnicodeText, nullable=False)
    state = Column(UnicodeText, nullable=False, default=QUEUED)
    created = Column(TIME, nullable=False, default=now)
    started = Column(TIME)
    finished = Column(TIME)
    facts = Column(JSONB, nullable=False, default=dict)
    released = Column(Boolean, nullable=False, default=False)
    plan = Column(JSONB, nullable=False, default=dict)
    guard = Column(JSONB, nullable=False, default=dict)
    counts = Column(JSONB, nullable=False, default=dict)
    warnings = Column(JSONB, nullable=False, default=list)
    error = Column(JSONB)
    attempt = Column(Integer, nullable=False, default=0)
    working = Column(JSONB(none_as_null=True))

    def as_dict(self) -> dict[str, Any]:
        """The run as the API shows it; instants in ISO 8601 with offset."""
        shown = {column.name: getattr(self, column.name) for column in self.__table__.columns}
        shown.pop("working")
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in shown.items()}


class Entry(tk.BaseModel):  # type: ignore[misc, name-defined]
    """One record as a run listed it, what the plan says of it, and what became of it.

    ``action``: add | change | return | same (only of what was absent) | gone | absent (before, and still);
    ``result``: added | updated | unchanged | refused | absent | archived | conflict | quarantined (workers died of it).
    ``record`` is kept for what the run changes, so that a killed run resumes without asking again.
    """

    __tablename__ = "osakadx_harvest_entry"

    run_id = Column(UnicodeText, primary_key=True)
    guid = Column(UnicodeText, primary_key=True)
    position = Column(Integer, nullable=False)
    digest = Column(UnicodeText, nullable=False)
    title = Column(UnicodeText, nullable=False)
    stamp = Column(UnicodeText, nullable=False, default="")
    record = Column(JSONB)
    action = Column(UnicodeText)
    result = Column(UnicodeText)
    notices = Column(JSONB, nullable=False, default=list)
    package_id = Column(UnicodeText)


class Item(tk.BaseModel):  # type: ignore[misc, name-defined]
    """What the catalog has from a source: the identity (source, guid) and the data set it became.

    ``stamp`` is the source's own word on when it changed; ``raw`` what it sent, for kinds of sources that lean on it.
    """

    __tablename__ = "osakadx_harvest_item"

    source_id = Column(UnicodeText, primary_key=True)
    guid = Column(UnicodeText, primary_key=True)
    package_id = Column(UnicodeText, nullable=False, unique=True)
    digest = Column(UnicodeText, nullable=False)
    title = Column(UnicodeText, nullable=False)
    stamp = Column(UnicodeText, nullable=False, default="")
    addresses = Column(JSONB, nullable=False, default=list)
    raw = Column(JSONB)
    state = Column(UnicodeText, nullable=False, default="present")
    first_run = Column(UnicodeText, nullable=False)
    last_run = Column(UnicodeText, nullable=False)
    absent_since = Column(TIME)
    absent_runs = Column(Integer, nullable=False, default=0)


class StoredFile(tk.BaseModel):  # type: ignore[misc, name-defined]
    """A file that was taken from a watched folder into the portal's storage, and the resource it became.

    ``path`` is relative to the folder, ``size`` and ``changed`` tell whether the file is another one by now, ``sha256``
    whether its bytes are; ``stored`` is what the storage says of it (the resource's url, last_modified …).
    """

    __tablename__ = "osakadx_harvest_file"

    resource_id = Column(UnicodeText, primary_key=True)
    package_id = Column(UnicodeText, nullable=False, index=True)
    path = Column(UnicodeText, nullable=False)
    size = Column(BigInteger, nullable=False)
    changed = Column(UnicodeText, nullable=False)
    sha256 = Column(UnicodeText, nullable=False)
    stored = Column(JSONB, nullable=False, default=dict)


class Standing(tk.BaseModel):  # type: ignore[misc, name-defined]
    """Whether a source may run: ``approved`` is the fingerprint of what the desk agreed to, see ``standing.py``.

    ``allow_hosts`` are exceptions of the address policy for this source alone, which only a sysadmin sets. ``contact``
    is whom a held or failed run is told to; it stands here because ckanext-harvest shows a source's configuration to
    everybody.
    """

    __tablename__ = "osakadx_harvest_standing"

    source_id = Column(UnicodeText, primary_key=True)
    enabled = Column(Boolean, nullable=False, default=True)
    approved = Column(UnicodeText, nullable=False, default="")
    asked_by = Column(UnicodeText, nullable=False, default="")
    asked = Column(TIME)
    decided_by = Column(UnicodeText, nullable=False, default="")
    decided = Column(TIME)
    allow_hosts = Column(JSONB, nullable=False, default=list)
    contact = Column(UnicodeText, nullable=False, default="")


class Pause(tk.BaseModel):  # type: ignore[misc, name-defined]
    """A source that a person has paused: no run of it begins until it is resumed."""

    __tablename__ = "osakadx_harvest_pause"

    source_id = Column(UnicodeText, primary_key=True)
    since = Column(TIME, nullable=False, default=now)
    paused_by = Column(UnicodeText, nullable=False, default="")
