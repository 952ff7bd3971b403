"""Collects what the plugins of this portal know of data sets, as the score takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from osakadx.quality.evidence import Evidence, File, Link, Reading

from .interfaces import IEvidence


def evidence(package_ids: Sequence[str]) -> Iterator[Evidence]:
    """Yield the evidence of these data sets, where they are active: their files, with what was found at each."""
    package_ids = _active(package_ids)
    known: dict[str, tuple[Link | None, Reading | None]] = {}
    for plugin in p.PluginImplementations(IEvidence):
        known.update(plugin.evidence(package_ids))
    files: dict[str, list[File]] = {package_id: [] for package_id in package_ids}
    for resource in _resources(package_ids):
        link, reading = known.get(resource.id, (None, None))
        files[resource.package_id].append(
            File(
                id=resource.id,
                name=resource.name or "",
                url=resource.url or "",
                format=resource.format or "",
                uploaded=resource.url_type == "upload",
                link=link,
                reading=reading,
            )
        )
    for package_id, found in files.items():
        yield Evidence(package_id, tuple(found))


def _active(package_ids: Sequence[str]) -> list[str]:
    table = model.Package
    query = sa.select(table.id).where(table.id.in_(package_ids), table.state == "active", table.type == "dataset")
    return list(model.Session.scalars(query.order_by(table.id)))


def _resources(package_ids: Sequence[str]) -> Sequence[model.Resource]:
    query = sa.select(model.Resource).where(
        model.Resource.package_id.in_(package_ids), model.Resource.state == "active"
    )
    return model.Session.scalars(query.order_by(model.Resource.package_id, model.Resource.position)).all()
