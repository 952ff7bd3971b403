"""Collects what the plugins of this portal know of data sets, as the score takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from osakadx.quality.evidence import Evidence, File, Seen

from . import stated
from .interfaces import IEvidence
from .model import JAPAN

_NOTHING = Seen()


def evidence(package_ids: Sequence[str]) -> Iterator[Evidence]:
    """Yield the evidence of these data sets, where they are active: their files, with what was found at each."""
    packages = _active(package_ids)
    ids = [package.id for package in packages]
    known: dict[str, Seen] = {}
    for plugin in p.PluginImplementations(IEvidence):
        known.update(plugin.evidence(ids))
    files: dict[str, list[File]] = {package_id: [] for package_id in ids}
    for resource in _resources(ids):
        seen = known.get(resource.id, _NOTHING)
        files[resource.package_id].append(
            File(
                id=resource.id,
                name=resource.name or "",
                url=resource.url or "",
                format=resource.format or "",
                uploaded=resource.url_type == "upload",
                **seen._asdict(),
            )
        )
    day = datetime.now(JAPAN).date().isoformat()
    said = stated.metadata(packages)
    answers = stated.answers(ids)
    paces = stated.paces(packages, files, day)
    for package_id, found in files.items():
        yield Evidence(
            package_id,
            tuple(found),
            day=day,
            pace=paces[package_id],
            metadata=said[package_id],
            answers=answers.get(package_id),
        )


def _active(package_ids: Sequence[str]) -> Sequence[model.Package]:
    table = model.Package
    query = sa.select(table).where(table.id.in_(package_ids), table.state == "active", table.type == "dataset")
    return model.Session.scalars(query.order_by(table.id)).all()


def _resources(package_ids: Sequence[str]) -> Sequence[model.Resource]:
    query = sa.select(model.Resource).where(
        model.Resource.package_id.in_(package_ids), model.Resource.state == "active"
    )
    return model.Session.scalars(query.order_by(model.Resource.package_id, model.Resource.position)).all()
