"""Examines one file: fetch it, judge how it answers, read it in a sandbox, load its table, keep what was found.

What is unchanged since the last time is neither parsed nor loaded again. What is wrong with a file is evidence, not an
error; errors that come out of here are ours and let the queue try again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from ckan import model
from osakadx.errors import FetchError
from osakadx.linkcheck.rules import rules
from osakadx.linkcheck.signs import a_page, stand_in
from osakadx.quality.check import VERSION as CHECKED
from osakadx.quality.checked import looked_at
from osakadx.quality.evidence import Check
from osakadx.quality.verdict import Strike, added, settle, strike
from osakadx.tables.findings import found
from osakadx.tables.table import VERSION, Reading

from ckanext.osakadx import reindex, scratch

from . import datastore, evidence, files, past, schedule, tables
from .model import LINK, READING, TABLE, Evidence, now

log = logging.getLogger(__name__)

_NOT_NOW = timedelta(hours=1)  # the host rests, or is not for us to ask


@dataclass(frozen=True)
class Case:
    """One file under examination, with what was known before."""

    resource: model.Resource
    subject: str
    name: str
    declared: str
    before: dict[str, Evidence]

    @property
    def link(self) -> dict[str, Any]:
        """Facts of the last link check, of this very address."""
        row = self.before.get(LINK)
        return dict(row.facts) if row is not None and row.subject == self.subject else {}

    def read_before(self) -> bool:
        """Whether the last reading would come out the same from the same bytes."""
        row = self.before.get(READING)
        wanted = {"version": VERSION, "check_version": CHECKED, "file": self.name, "declared": self.declared}
        return row is not None and all(row.facts.get(key) == value for key, value in wanted.items())


def examine(resource_id: str, *, force: bool = False) -> str | None:
    """Examine a file and commit what was found.

    Args:
        resource_id: id of the resource.
        force: fetch, read and load it even when it is unchanged.

    Returns:
        Id of the data set when there is news for its score, else None.
    """
    case = _case(resource_id)
    if case is None:
        return None
    model.Session.commit()  # fetching and reading take their time: no transaction waits for them
    known = case.link if case.read_before() and not force else {}
    with scratch.folder("osakadx-intake-") as folder:
        try:
            arrival = files.bring(case.resource, folder, known)
        except FetchError as error:
            return _failed(case, error)
        if arrival.path is None:
            return _unchanged(case, arrival)
        day, place = past.today(), past.municipality(case.resource.package_id)
        model.Session.commit()
        with looked_at(
            arrival.path, case.name, declared=case.declared or None, municipality=place, day=day,
            sha256=arrival.facts["sha256"], within=folder,
        ) as (reading, check):  # fmt: skip
            return _read(case, arrival.path, arrival, reading, check)


def _case(resource_id: str) -> Case | None:
    resource = model.Session.get(model.Resource, resource_id)
    if resource is None or resource.state != "active" or not files.is_file(resource):
        schedule.forget(resource_id)
        model.Session.commit()
        return None
    return Case(
        resource=resource,
        subject=files.subject(resource),
        name=files.name_of(resource),
        declared=(resource.format or "").strip(),
        before=evidence.of(resource_id),
    )


def _unchanged(case: Case, arrival: files.Arrival) -> str | None:
    if not _still_the_same(case):
        return None
    had_failed = bool(case.link.get("strikes"))
    _keep_link(case, arrival)
    flagged = TABLE in case.before and datastore.mark(case.resource.id, True)
    _finish(case, changed=flagged)
    return case.resource.package_id if had_failed or flagged else None


def _read(case: Case, path: Path, arrival: files.Arrival, reading: Reading, check: Check | None) -> str | None:
    if not _still_the_same(case):
        return None
    if reading.format == "HTML" and reading.declared_format != "HTML" and not reading.tables:
        return _page_instead(case, path, arrival, reading)
    _keep_link(case, arrival)
    table, digest = tables.load(case.resource.id, reading)
    _keep_reading(case, reading, digest, check)
    if table is None:
        flagged = _without_table(case)
    else:
        evidence.keep(case.resource, TABLE, reading.sha256, "COPY", table)
        flagged = datastore.mark(case.resource.id, table["loaded"])
    _finish(case, changed=flagged)
    return case.resource.package_id


def _page_instead(case: Case, path: Path, arrival: files.Arrival, reading: Reading) -> str | None:
    """A page came where data were promised: a failure, whatever its status says; the last good table stays."""
    known = rules()
    final = arrival.facts["final"]
    with path.open("rb") as page:
        head = page.read(known.page_bytes)
    error = stand_in(known, final, urlsplit(final).hostname or "", {}, head, page_declared=False) or a_page(final)
    one = strike(error, now())
    if one is None:
        raise AssertionError("a page is a failure of the file")
    verdict = _strike(case, one, {"status": arrival.facts["status"], "final": final})
    if verdict == one.verdict:
        _keep_reading(case, reading, "")
    _finish(case, changed=False)
    return case.resource.package_id


def _failed(case: Case, error: FetchError) -> str | None:
    if not _still_the_same(case):
        return None
    if error.slug == "too-large":
        return _too_large(case, error)
    one = strike(error, now())
    if one is None:
        schedule.put_off(case.resource.id, now() + _NOT_NOW)
        model.Session.commit()
        return None
    _strike(case, one, {"status": error.status})
    _finish(case, changed=False)
    return case.resource.package_id


def _too_large(case: Case, error: FetchError) -> str | None:
    """The address answers with a file that is larger than what we read."""
    facts = {"verdict": "ok", "url": _url(case), "final": error.where or _url(case), "strikes": []}
    evidence.keep(case.resource, LINK, case.subject, "GET", facts)
    finding = found("file-too-large", limit=files.megabytes())
    _keep_reading(case, Reading(case.name, 0, "", "UNKNOWN", findings=(finding,)), "")
    _finish(case, changed=_without_table(case))
    return case.resource.package_id


def _strike(case: Case, one: Strike, facts: dict[str, Any]) -> str:
    """Store a failed attempt; returns the verdict after it."""
    known = case.link
    strikes = added([Strike.from_dict(said) for said in known.get("strikes", ())], one)
    verdict = settle(known.get("verdict"), strikes)
    facts = {**known, **facts, "url": _url(case), "verdict": verdict, "cause": one.cause, "reason": one.reason}
    facts["strikes"] = [each.as_dict() for each in strikes]
    evidence.keep(case.resource, LINK, case.subject, "GET", facts)
    return verdict


def _keep_link(case: Case, arrival: files.Arrival) -> None:
    verdict = "moved" if arrival.facts["redirects"] else "ok"
    facts = {**arrival.facts, "url": _url(case), "verdict": verdict, "cause": "", "reason": "", "strikes": []}
    evidence.keep(case.resource, LINK, case.subject, arrival.method, facts)


def _keep_reading(case: Case, reading: Reading, digest: str, check: Check | None = None) -> None:
    """Store what was read, with what became of the content since the last reading; a failure leaves that as it was."""
    before = case.before.get(READING)
    facts = {
        **reading.as_dict(),
        "file": case.name,
        "declared": case.declared,
        "content": digest,
        "check_version": CHECKED,
        "check": check and check.as_dict(),
        "address": case.subject,
        **past.of(case.resource, before.facts if before else {}, check, case.subject),
    }
    evidence.keep(case.resource, READING, reading.sha256, "osakadx check", facts)


def _without_table(case: Case) -> bool:
    """Take away a table of ours that is no longer what the file says. True when the resource lost its flag."""
    if TABLE not in case.before:
        return False
    datastore.drop(case.resource.id)
    evidence.forget(case.resource.id, TABLE)
    return datastore.mark(case.resource.id, False)


def _still_the_same(case: Case) -> bool:
    """Take the file's lock for this transaction; False when it was changed while we looked: that look is not stored."""
    lock = sa.text("SELECT pg_advisory_xact_lock(hashtext('osakadx_intake'), hashtext(:id))")
    model.Session.execute(lock, {"id": case.resource.id})
    query = sa.select(model.Resource.url, model.Resource.url_type, model.Resource.format)
    row = model.Session.execute(
        query.where(model.Resource.id == case.resource.id, model.Resource.state == "active")
    ).first()
    if row == (case.resource.url, case.resource.url_type, case.resource.format):
        return True
    log.info("file %s was changed while it was looked at", case.resource.id)
    model.Session.rollback()
    return False


def _finish(case: Case, *, changed: bool) -> None:
    schedule.looked(case.resource.id)
    if changed:
        reindex.commit([case.resource.package_id])
    else:
        model.Session.commit()


def _url(case: Case) -> str:
    return "" if case.subject == files.UPLOAD else case.subject
