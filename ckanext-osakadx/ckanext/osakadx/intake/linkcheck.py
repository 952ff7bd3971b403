"""Checks the links that are due, many at a time, and stores what they answered in a few statements a page.

A link that answers with the file that is known is done with; one that may have another file has it fetched and read.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.linkcheck.history import Entry, entered
from osakadx.linkcheck.seen import Question, Seen
from osakadx.tables.table import VERSION

from ckanext.osakadx import outgoing

from . import evidence, files, schedule
from .model import LINK, READING, now

MANY = 2000  # links in one go
PER_HOST = 100  # of one host: at a second each it is through in two minutes
PAGE = 500  # links stored together
_LATER = timedelta(hours=1)  # the host rests or is asked by others
_NOT_FOR_US = timedelta(days=1)  # its robots.txt says so, or the operator


@dataclass(frozen=True)
class _Link:
    """A link that is due, and since when."""

    question: Question
    package_id: str
    due: datetime


def run(seconds: float) -> tuple[Counter[str], set[str]]:
    """Check links that are due, the oldest first, until none is or time is up; commits page by page.

    Returns:
        How many were ``same``, to be ``read``, ``failed`` and ``put-off``; ids of data sets whose score has news.
    """
    until = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    news: set[str] = set()
    while time.monotonic() < until and (taken := schedule.links(MANY, PER_HOST)):
        links = _known(taken)
        unknown = [resource_id for resource_id, _, _ in taken if resource_id not in links]
        if unknown:
            schedule.read_instead(unknown)
            model.Session.commit()
            counts["read"] += len(unknown)
        asyncio.run(_checked(links, until, counts, news))
    return counts, news


async def _checked(links: dict[str, _Link], until: float, counts: Counter[str], news: set[str]) -> None:
    checker = outgoing.checker(lambda: time.monotonic() >= until)
    page: list[Seen] = []
    async with aclosing(checker.check(link.question for link in links.values())) as answers:
        async for seen in answers:
            page.append(seen)
            if len(page) == PAGE:
                _store(page, links, counts, news)
                page = []
    if page:
        _store(page, links, counts, news)


# -- what is known ----------------------------------------------------------------------------------------------------

# What was read by an older reader, or was never read and answers, is fetched anew.
_FACTS = """
    SELECT r.id, r.url, r.format, l.facts
    FROM resource r
    JOIN osakadx_intake_evidence l ON l.resource_id = r.id AND l.kind = :link AND l.subject = btrim(r.url)
    LEFT JOIN osakadx_intake_evidence d ON d.resource_id = r.id AND d.kind = :reading
    WHERE r.id = ANY(:ids) AND r.state = 'active'
    AND (d.resource_id IS NULL OR d.facts ->> 'version' = :version)
"""


def _known(taken: Sequence[tuple[str, str, datetime]]) -> dict[str, _Link]:
    """The links among those taken that are known well enough for a check, by resource id."""
    given = {"ids": [row[0] for row in taken], "link": LINK, "reading": READING, "version": str(VERSION)}
    found = {row.id: row for row in model.Session.execute(sa.text(_FACTS), given)}
    aside = files.setting_robots_aside({row[1] for row in taken})
    model.Session.commit()
    return {
        resource_id: _Link(_question(found[resource_id], due, package_id not in aside), package_id, due)
        for resource_id, package_id, due in taken
        if resource_id in found
    }


def _question(row: Any, due: datetime, robots: bool) -> Question:
    facts = row.facts
    return Question(
        id=row.id,
        url=row.url.strip(),
        due=due.timestamp(),
        etag=facts.get("etag", ""),
        modified=facts.get("modified", ""),
        size=facts.get("size"),
        page_declared=(row.format or "").strip().upper() in ("HTML", "HTM"),
        keep_to_robots=robots,
    )


# -- what is stored ---------------------------------------------------------------------------------------------------

_LOCK = """
    SELECT e.resource_id, e.facts, e.changed, e.checked
    FROM osakadx_intake_evidence e JOIN resource r ON r.id = e.resource_id AND btrim(r.url) = e.subject
    WHERE e.kind = :link AND e.resource_id = ANY(:ids) AND r.state = 'active'
    ORDER BY e.resource_id FOR UPDATE OF e
"""
_KEEP = """
    UPDATE osakadx_intake_evidence e
    SET method = n.method, checked = n.checked, changed = n.changed, facts = n.facts
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS n(resource_id text, method text, checked timestamptz, changed timestamptz, facts jsonb)
    WHERE e.resource_id = n.resource_id AND e.kind = :link
"""


def _store(page: Iterable[Seen], links: dict[str, _Link], counts: Counter[str], news: set[str]) -> None:
    """Store a page of answers and commit; what was examined or changed while we asked stays as it is."""
    looks = {seen.question.id: seen for seen in page}
    rows = model.Session.execute(sa.text(_LOCK), {"link": LINK, "ids": list(looks)}).all()
    kept: list[dict[str, Any]] = []
    following = {id_: _put_off_until(seen, links[id_].due) for id_, seen in looks.items()}
    read: list[str] = []
    for row in rows:
        seen = looks[row.resource_id]
        entry = entered(row.facts, seen) if row.checked < seen.when else None
        counts["read" if entry and entry.read else seen.outcome] += 1
        if entry is None:
            continue
        changed = row.changed if evidence.unchanged(LINK, row.facts, entry.facts) else seen.when
        kept.append(_kept(row.resource_id, seen, entry, changed))
        following[row.resource_id] = now() + schedule.again_after(entry.facts, changed, random.random())  # noqa: S311
        if entry.read:
            read.append(row.resource_id)
        if entry.news:
            news.add(links[row.resource_id].package_id)
    if kept:
        model.Session.execute(sa.text(_KEEP), {"link": LINK, "rows": json.dumps(kept)})
    schedule.checked(following)
    if read:
        schedule.read_instead(read)
    model.Session.commit()


def _put_off_until(seen: Seen, due: datetime) -> datetime:
    """When to ask again where nothing was learned; what was not come to stays due."""
    if seen.error is None:
        return due
    return seen.when + (_NOT_FOR_US if seen.error.slug in ("robots-disallowed", "host-not-listed") else _LATER)


def _kept(resource_id: str, seen: Seen, entry: Entry, changed: datetime) -> dict[str, Any]:
    return {
        "resource_id": resource_id,
        "method": seen.method,
        "checked": seen.when.isoformat(),
        "changed": changed.isoformat(),
        "facts": evidence.storable(entry.facts),
    }
