"""All sources at a glance: whether they run, how the last runs went, when the next one is, how much they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.harvest.model import HarvestObject, HarvestSource

from . import calendar, runs, standing
from .model import Item, Pause, Run, Standing

TREND = 8  # runs


def sources(
    *, user: str = "", everything: bool = False, words: str = "", kind: str = "", organization: str = "",
    state: str = "", source_id: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """The sources that somebody may see, by publisher and title.

    Args:
        user: who waits for the approval of sources of theirs. everything: also those that wait, whoever made them.
        words: each stands in the title, name or address. kind, organization: only those.
        state: active, stopped, waiting, held or paused. source_id: only this one.
    """
    query = (
        sa.select(HarvestSource, model.Package, model.Group, Standing)
        .join(model.Package, model.Package.id == HarvestSource.id)
        .join(model.Group, model.Group.id == model.Package.owner_org, isouter=True)
        .join(Standing, Standing.source_id == HarvestSource.id, isouter=True)
        .where(model.Package.state == "active", model.Package.private.is_(False) | sa.literal(everything))
        .order_by(model.Group.name.nulls_last(), HarvestSource.title, HarvestSource.id)
    )
    if source_id:
        query = query.where(HarvestSource.id == source_id)
    if kind:
        query = query.where(HarvestSource.type == kind)
    if organization:
        query = query.where(model.Group.name == organization)
    for word in words.split():
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            HarvestSource.title.ilike(pattern) | HarvestSource.url.ilike(pattern) | model.Package.name.ilike(pattern)
        )
    rows = model.Session.execute(query).all()
    mine = _own(user) if not everything else set()
    seen = [
        (source, package, group, stored)
        for source, package, group, stored in rows
        if everything or standing.state(source, stored) != standing.WAITING or package.owner_org in mine
    ]
    ids = [source.id for source, *_ in seen]
    last, numbers = _last_runs(ids), _numbers(ids)
    since = dict(model.Session.execute(sa.select(Pause.source_id, Pause.since).where(Pause.source_id.in_(ids))).all())
    told = [_told(*row, last.get(row[0].id, []), numbers.get(row[0].id, 0), since.get(row[0].id)) for row in seen]
    if state in ("held", "paused"):
        return [each for each in told if each[state]]
    return [each for each in told if not state or each["state"] == state]


def _told(
    source: HarvestSource,
    package: model.Package,
    group: model.Group | None,
    stored: Standing | None,
    last: list[Run],
    datasets: int,
    paused: datetime | None,
) -> dict[str, Any]:
    state = standing.state(source, stored)
    due = calendar.next_run(source) if state == standing.ACTIVE and not paused else None
    held = next((run for run in last if runs.is_held(run)), None)
    return {
        "id": source.id,
        "name": package.name,
        "title": source.title or package.name,
        "url": source.url,
        "source_type": source.type,
        "organization": {"name": group.name, "title": group.title} if group else None,
        "state": state,
        "asked_by": stored.asked_by if stored and state == standing.WAITING else "",
        "schedule": calendar.settings(source.config).get("schedule", ""),
        "next_run": due.isoformat() if due else None,
        "last_run": last[0].as_dict() | {"held": runs.is_held(last[0])} if last else None,
        "held": held.id if held else None,
        "paused": paused.isoformat() if paused else None,
        "datasets": datasets,
        "trend": [_listed(run) for run in reversed(last) if run.counts],
    }


def _listed(run: Run) -> int:
    return int(run.counts.get("listed") or 0)


def _last_runs(ids: list[str]) -> Mapping[str, list[Run]]:
    place = sa.func.row_number().over(partition_by=Run.source_id, order_by=Run.created.desc()).label("place")
    ranked = sa.select(Run.id, place).where(Run.source_id.in_(ids)).subquery()
    query = (
        sa.select(Run).join(ranked, ranked.c.id == Run.id).where(ranked.c.place <= TREND).order_by(Run.created.desc())
    )
    found: dict[str, list[Run]] = {}
    for run in model.Session.scalars(query):
        found.setdefault(run.source_id, []).append(run)
    return found


def _numbers(ids: Iterable[str]) -> dict[str, int]:
    """Data sets that each source has in the catalog: of ours by identity, of other extensions' by their objects."""
    ours = sa.select(Item.source_id, sa.func.count()).where(Item.source_id.in_(ids), Item.state == "present")
    others = sa.select(HarvestObject.harvest_source_id, sa.func.count(HarvestObject.package_id.distinct())).where(
        HarvestObject.harvest_source_id.in_(ids), HarvestObject.current.is_(True)
    )
    found = dict(model.Session.execute(others.group_by(HarvestObject.harvest_source_id)).tuples().all())
    return found | dict(model.Session.execute(ours.group_by(Item.source_id)).tuples().all())


def _own(user: str) -> set[str]:
    """Ids of the organisations whose sources somebody may edit."""
    if not user:
        return set()
    found = tk.get_action("organization_list_for_user")({"user": user}, {"id": user, "permission": "update_dataset"})
    return {organization["id"] for organization in found}
