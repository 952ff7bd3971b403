"""What data sets say of themselves, as far as it can be seen whether it is true, and whether questions are answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from osakadx import vocab
from osakadx.dataset import Dataset
from osakadx.package import from_package
from osakadx.quality.evidence import Answers, ContactState, File, Metadata, Pace
from osakadx.quality.history import observed_days
from osakadx.standards import load as standards
from sqlalchemy.dialects.postgresql import insert

from .interfaces import IAnswers, IContacts
from .model import Declared

NEVER = "never"  # of vocabularies/frequencies.csv: 更新しない


def metadata(packages: Sequence[model.Package]) -> dict[str, Metadata]:
    """Return by id what these data sets say of themselves; two queries for all of them and one of the mails."""
    said = {package.id: _read(package) for package in packages}
    states = _contact_states(said.values())
    siblings = _siblings([package.id for package in packages])
    return {
        package_id: Metadata(
            license=data.license,
            title=data.title,
            description=data.notes,
            contact=(contact := data.contact.email or data.contact.telephone or data.contact.url),
            contact_state=states.get(data.contact.email.lower(), "unconfirmed") if contact else "none",
            siblings=siblings.get(package_id, 0),
            temporal=bool(data.temporal_start or data.temporal_end or data.temporal_text),
            spatial=bool(data.spatial),
        )
        for package_id, data in said.items()
    }


def answers(package_ids: Sequence[str]) -> dict[str, Answers]:
    """Return by id what became of the questions about data sets; those nobody takes questions about are left out."""
    found: dict[str, Answers] = {}
    for plugin in p.PluginImplementations(IAnswers):
        found.update(plugin.answers(package_ids))
    return found


def paces(packages: Sequence[model.Package], files: Mapping[str, Sequence[File]], day: str) -> dict[str, Pace]:
    """Return by id how often these data sets are to be renewed, and note in the caller's transaction what is declared.

    A declaration is kept with the one before it: another one does not make late data timely (see `Pace`).

    Args:
        packages: active data sets. files: id → its files, with the history of their content.
        day: today in Japan (YYYY-MM-DD).
    """
    before = _declared([package.id for package in packages])
    found: dict[str, Pace] = {}
    news: list[dict[str, Any]] = []
    for package in packages:
        data = _read(package)
        frequency = vocab.frequency_of(data.frequency)
        days, never = (frequency.days, frequency.key == NEVER) if frequency else (None, False)
        row = _row(package.id, days, never, before.get(package.id), day)
        if row != before.get(package.id):
            news.append(row)
        found[package.id] = Pace(
            declared=days,
            declared_since=row["since"].isoformat(),
            before=row["before"],
            never=never,
            usual=_usual(data, files[package.id]),
            observed=_observed(files[package.id]),
        )
    _keep(news)
    return found


def _read(package: model.Package) -> Dataset:
    return from_package(
        {"title": package.title, "notes": package.notes, "license_id": package.license_id, **(package.extras or {})}
    )


def _contact_states(said: Any) -> dict[str, ContactState]:
    addresses = {data.contact.email.lower() for data in said} - {""}
    found: dict[str, ContactState] = {}
    for plugin in p.PluginImplementations(IContacts):
        found.update(plugin.contact_states(addresses))
    return found


def _siblings(package_ids: Sequence[str]) -> dict[str, int]:
    """How many other data sets of its organisation have the very description of each, where any has."""
    mine, other = model.Package.__table__.alias("mine"), model.Package.__table__.alias("other")
    same = sa.and_(
        other.c.owner_org == mine.c.owner_org, other.c.notes == mine.c.notes, other.c.id != mine.c.id,
        other.c.state == "active", other.c.type == "dataset",
    )  # fmt: skip
    query = (
        sa.select(mine.c.id, sa.func.count())
        .join(other, same)
        .where(mine.c.id.in_(package_ids), sa.func.coalesce(mine.c.notes, "") != "")
        .group_by(mine.c.id)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}


def _usual(data: Dataset, files: Sequence[File]) -> int | None:
    """Days of the standard data set: of what the files are, else of what is declared."""
    numbers = [file.check.standard.id for file in files if file.check is not None and file.check.standard is not None]
    standard = standards.standard(numbers[0] if numbers else data.standard)
    frequency = vocab.frequency_of(standard.usual_frequency) if standard and standard.usual_frequency else None
    return frequency.days if frequency else None


def _observed(files: Sequence[File]) -> int | None:
    seen = [days for file in files if file.change is not None and (days := observed_days(file.change))]
    return min(seen, default=None)


def _row(package_id: str, days: int | None, never: bool, before: dict[str, Any] | None, day: str) -> dict[str, Any]:
    today = date.fromisoformat(day)
    if before is None:
        return {"package_id": package_id, "days": days, "never": never, "since": today, "before": None}
    if (before["days"], before["never"]) == (days, never):
        return before
    return {"package_id": package_id, "days": days, "never": never, "since": today, "before": before["days"]}


def _declared(package_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    table = Declared.__table__
    rows = model.Session.execute(sa.select(table).where(table.c.package_id.in_(package_ids))).mappings()
    return {row["package_id"]: dict(row) for row in rows}


def _keep(rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = insert(Declared.__table__)
        put = {name: statement.excluded[name] for name in ("days", "never", "since", "before")}
        model.Session.execute(statement.on_conflict_do_update(index_elements=["package_id"], set_=put), rows)
