"""Keeps what was found at a file, and gives it to whoever judges it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.quality.condition import TELLING, Condition, condition
from osakadx.quality.evidence import Change, Identity, Link, Reading, Seen
from osakadx.quality.finding import Finding
from osakadx.tables.table import VERSION
from sqlalchemy import and_, func, or_
from sqlalchemy.dialects.postgresql import JSONB, insert

from . import datastore
from .model import LINK, READING, TABLE, Evidence, now

_FRESH = {"populate_existing": True}  # `keep` writes beside the session's objects
_STEADY = {LINK: ("verdict", "sha256", "final"), READING: ("sha256", "version", "file", "declared")}


def of(resource_id: str) -> dict[str, Evidence]:
    """Return the evidence of one file by kind."""
    query = sa.select(Evidence).where(Evidence.resource_id == resource_id)
    return {row.kind: row for row in model.Session.scalars(query, execution_options=_FRESH)}


def keep(resource: model.Resource, kind: str, subject: str, method: str, facts: dict[str, Any]) -> None:
    """Store what was found, in the caller's transaction; ``changed`` moves only when it says something else."""
    moment, facts = now(), storable(facts)
    before = model.Session.execute(
        sa.select(Evidence.facts, Evidence.changed).where(Evidence.resource_id == resource.id, Evidence.kind == kind)
    ).first()
    same = before is not None and unchanged(kind, before[0], facts)
    values = {
        "package_id": resource.package_id,
        "subject": subject,
        "method": method,
        "checked": moment,
        "changed": before[1] if before is not None and same else moment,
        "facts": facts,
    }
    statement = insert(Evidence).values(resource_id=resource.id, kind=kind, **values)
    model.Session.execute(statement.on_conflict_do_update(index_elements=["resource_id", "kind"], set_=values))


def unchanged(kind: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether facts say what they said before, as far as it matters for since when they are so."""
    return all(before.get(key) == after.get(key) for key in _STEADY.get(kind) or after)


def forget(resource_id: str, *kinds: str) -> None:
    """Remove evidence of these kinds, in the caller's transaction."""
    model.Session.execute(sa.delete(Evidence).where(Evidence.resource_id == resource_id, Evidence.kind.in_(kinds)))


def of_gone_files() -> list[tuple[str, bool]]:
    """Return (resource id, whether it has a table of ours) of files that are gone, with evidence left behind.

    Those of a deleted data set stay: it may come back.
    """
    there = sa.exists().where(model.Resource.id == Evidence.resource_id, model.Resource.state == "active")
    has_table = sa.func.bool_or(Evidence.kind == TABLE)
    query = sa.select(Evidence.resource_id, has_table).where(~there).group_by(Evidence.resource_id)
    return [(row[0], row[1]) for row in model.Session.execute(query)]


def known(package_ids: Collection[str]) -> dict[str, Seen]:
    """Return what is known of every file of these data sets, by resource id, as the score takes it."""
    query = sa.select(Evidence).where(Evidence.package_id.in_(package_ids), Evidence.kind.in_((LINK, READING, TABLE)))
    found: dict[str, Seen] = {}
    tables: list[str] = []
    for row in model.Session.scalars(query, execution_options=_FRESH):
        seen = found.get(row.resource_id, Seen())
        if row.kind == LINK:
            seen = seen._replace(link=link_of(row))
        elif row.kind == TABLE:
            tables.append(row.resource_id)
        elif row.facts["version"] == VERSION:  # what an older reader said waits for the next look
            seen = seen._replace(reading=Reading.from_dict(row.facts, row.facts.get("content", "")), **_past(row.facts))
        found[row.resource_id] = seen
    for resource_id in datastore.described(tables):
        found[resource_id] = found[resource_id]._replace(described=True)
    return found


def _past(facts: dict[str, Any]) -> dict[str, Any]:
    change, identity = facts.get("change"), facts.get("identity")
    return {
        "change": Change.from_dict(change) if change else None,
        "identity": Identity.from_dict(identity) if identity else None,
    }


def conditions(package_ids: Collection[str]) -> dict[str, tuple[str, Condition]]:
    """Return the address that was asked (or ``upload``) and how the file was found, by resource id.

    For lists of data sets with hundreds of files: of a reading, no more is fetched than what says what the file is.
    """
    facts, rules = Evidence.facts, func.jsonb_path_query_array(Evidence.facts, "$.findings[*].rule", type_=JSONB)
    telling = or_(*(rules.contains([rule]) for rule in TELLING))
    is_reading = and_(Evidence.kind == READING, facts["version"].as_integer() == VERSION, telling)
    query = sa.select(
        Evidence.resource_id, Evidence.kind, Evidence.subject, Evidence.checked, rules.label("rules"),
        *(facts[key].as_string().label(key) for key in ("verdict", "cause", "reason", "format", "declared_format")),
        facts["status"].as_integer().label("status"),
    ).where(Evidence.package_id.in_(package_ids), or_(Evidence.kind == LINK, is_reading))  # fmt: skip
    links: dict[str, tuple[str, Link]] = {}
    readings: dict[str, Reading] = {}
    for row in model.Session.execute(query):
        if row.kind == LINK:
            checked = row.checked.isoformat()
            link = Link(row.verdict, row.cause or "", row.reason or "", status=row.status, checked=checked)
            links[row.resource_id] = (row.subject, link)
        else:
            told = tuple(Finding(rule=rule, severity="error", message="") for rule in row.rules)
            readings[row.resource_id] = Reading(row.format, row.declared_format, findings=told)
    return {
        resource_id: (subject, condition(link, readings.get(resource_id)))
        for resource_id, (subject, link) in links.items()
    }


def standards() -> sa.Select[tuple[str, str, float]]:
    """The query of what files were recognised as: package_id, standard (number), confidence."""
    seen = Evidence.facts["check"]["standard"]
    number, confidence = seen["id"].astext, seen["confidence"].as_float()
    query = sa.select(Evidence.package_id, number.label("standard"), confidence.label("confidence"))
    return query.where(Evidence.kind == READING, number.is_not(None))


def link_of(row: Evidence) -> Link:
    """The value of a stored link check."""
    facts = row.facts
    return Link(
        verdict=facts["verdict"],
        cause=facts.get("cause", ""),
        reason=facts.get("reason", ""),
        url=facts.get("url", ""),
        final=facts.get("final", ""),
        status=facts.get("status"),
        size=facts.get("size"),
        sha256=facts.get("sha256", ""),
        checked=row.checked.isoformat(),
        method=row.method,
        changed=row.changed.isoformat(),
        redirects=tuple(facts.get("redirects", ())),
        etag=facts.get("etag", ""),
        modified=facts.get("modified", ""),
    )


def storable(value: Any) -> Any:
    """The value as PostgreSQL's JSONB takes it: NUL and lone surrogates are not text there."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value
