"""The digest: what a day or a week of harvest was, for each person who looks after sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.mails import due, kinds
from osakadx.mails.due import Period
from osakadx.mails.recipients import Person

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx.harvest.model import FAILED, FINISHED, Entry, Run

from . import harvest, outbox
from .model import MailPerson

KIND = "harvest-digest"
LISTED = 30  # sources named in one digest
NOTICES = 10  # kinds of odd spellings named in one digest


@dataclass
class Digest:
    """One person's digest."""

    person: Person
    period: Period
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def once(self) -> str:
        """What makes it the same digest when it is made again."""
        return f"{KIND}:{self.period.start.date()}:{self.period.end.date()}"


def write(now: datetime, late: timedelta = due.LATE) -> int:
    """Put the digests that are due into the outbox and commit; how many they are."""
    written = 0
    for digest in wanted(now, late):
        told = [digest.person]
        outbox.tell(KIND, about="digest", people=told, facts=digest.facts, once=digest.once, count=False)
        written += 1
    model.Session.commit()
    return written


def wanted(now: datetime, late: timedelta = due.LATE) -> Iterator[Digest]:
    """Each digest that is due now and has something to tell."""
    sources: dict[str, list[HarvestSource]] = {}
    persons: dict[str, Person] = {}
    for source in model.Session.scalars(sa.select(HarvestSource).where(HarvestSource.active)).all():
        for person in harvest.owners(source):
            persons.setdefault(person.key, person)
            sources.setdefault(person.key, []).append(source)
    chosen = dict(model.Session.execute(sa.select(MailPerson.key, MailPerson.chosen)).tuples().all())
    seen: dict[Period, dict[str, _Seen]] = {}
    for key, person in persons.items():
        period = due.period(kinds.frequency(KIND, chosen.get(key, {})), now, late)
        if period is None:
            continue
        if period not in seen:
            seen[period] = _look(period)
        facts = _facts(sources[key], seen[period], period)
        if facts:
            yield Digest(person, period, facts)


@dataclass
class _Seen:
    """What happened at one source."""

    counts: Counter[str] = field(default_factory=Counter)
    held: bool = False
    failed: bool = False
    notices: Counter[str] = field(default_factory=Counter)
    messages: dict[str, str] = field(default_factory=dict)


def _look(period: Period) -> dict[str, _Seen]:
    """What happened in a period, by source."""
    seen: dict[str, _Seen] = {}
    inside = (Run.finished >= period.start, Run.finished < period.end)
    for run in model.Session.scalars(sa.select(Run).where(*inside).order_by(Run.finished)):
        of = seen.setdefault(run.source_id, _Seen())
        if run.state == FINISHED:
            of.counts.update({name: number for name, number in run.counts.items() if type(number) is int})
            of.counts["gone"] += run.counts.get("absent", 0) + run.counts.get("archived", 0)
        of.held, of.failed = harvest.bad(run) and run.state != FAILED, run.state == FAILED
    several = sa.case((sa.func.jsonb_typeof(Entry.notices) == "array", Entry.notices), else_=sa.text("'[]'::jsonb"))
    notice = sa.func.jsonb_array_elements(several).table_valued("value").render_derived()
    slug, message = notice.c.value.op("->>")("slug"), notice.c.value.op("->>")("message")
    found = (
        sa.select(Run.source_id, slug, sa.func.min(message), sa.func.count(Entry.guid.distinct()))
        .select_from(Run)
        .join(Entry, Entry.run_id == Run.id)
        .join(notice, sa.true())
        .where(*inside)
        .group_by(Run.source_id, slug)
    )
    for source_id, name, words, number in model.Session.execute(found):
        of = seen.setdefault(source_id, _Seen())
        of.notices[name or ""] += number
        of.messages[name or ""] = words or name or ""
    return seen


def _facts(sources: list[HarvestSource], seen: Mapping[str, _Seen], period: Period) -> dict[str, Any]:
    """The facts of a digest; empty where nothing happened that is worth a mail."""
    rows, notices, messages = [], Counter[str](), {}
    for source in sorted(sources, key=lambda source: source.title or ""):
        of = seen.get(source.id)
        if of is None:
            continue
        row = {name: of.counts[name] for name in ("added", "updated", "gone", "refused")}
        if any(row.values()) or of.held or of.failed:
            package = model.Package.get(source.id)
            link = harvest.link(package.name if package else source.id)
            rows.append({**row, "title": source.title, "held": of.held, "failed": of.failed, "link": link})
        notices.update(of.notices)
        messages |= of.messages
    if not rows and not notices:
        return {}
    return {
        "start": period.start.isoformat(),
        "last": (period.end - timedelta(days=1)).isoformat(),
        "sources": rows[:LISTED],
        "left": max(0, len(rows) - LISTED),
        "warnings": [
            {"slug": slug, "message": messages[slug], "count": number} for slug, number in notices.most_common(NOTICES)
        ],
        "asks": any(row["held"] or row["failed"] for row in rows),
    }
