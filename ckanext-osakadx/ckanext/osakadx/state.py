"""What the portal holds and what waits, in numbers, for operators and monitoring."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded

from . import outbox, queue, reconcile


def facts() -> dict[str, Any]:
    """Numbers of data sets, files and tables; of sources; of work that waits.

    Returns:
        ``datasets``, ``resources``, ``tables`` (files whose rows are in the DataStore), ``sources`` (active ones),
        ``index_waiting`` (data sets that the search engine has not got yet), ``index_check`` (the last comparison of
        database and index), ``examination`` (files and links that are due, and since when the first of them; null
        where nobody looks at files), ``queue`` (queue → status → jobs).
    """
    datasets = sa.select(model.Package).where(model.Package.type == "dataset", model.Package.state == "active")
    resources = sa.select(model.Resource).where(model.Resource.state == "active")
    # CKAN keeps a file's extras as JSON in a text column.
    tables = resources.where(sa.literal_column("resource.extras").like('%"datastore_active": true%'))
    return {
        "datasets": _count(datasets),
        "resources": _count(resources),
        "tables": _count(tables),
        "sources": _sources(),
        "index_waiting": outbox.waiting() if plugin_loaded("osakadx_harvest") else 0,
        "index_check": reconcile.last() if plugin_loaded("osakadx_harvest") else None,
        "examination": _examination(),
        "queue": queue.counts(),
    }


def _examination() -> dict[str, Any] | None:
    if not plugin_loaded("osakadx_intake"):
        return None
    from .intake.schedule import backlog  # its table is only there when the plugin is

    found = backlog()
    return {**found._asdict(), "since": found.since and found.since.isoformat()}


def _count(query: sa.Select[Any]) -> int:
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0)


def _sources() -> int:
    if not plugin_loaded("harvest"):
        return 0
    from ckanext.harvest.model import HarvestSource  # only there when ckanext-harvest is

    return _count(sa.select(HarvestSource).where(HarvestSource.active))
