"""Who hears of what a run wrote and how it ended: the search index, the slices that look into files or tell people."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p

from ckanext.osakadx import outbox, queue
from ckanext.osakadx.interfaces import IHarvestArrivals, IHarvestEnds

from .model import Entry, Run

log = logging.getLogger(__name__)

PART = 5000  # data sets that plugins are told of at once


def announce(run: Run) -> None:
    """Send what waits to the search engine, and tell the other plugins which data sets are new or changed."""
    if outbox.waiting():  # as a rule the run has sent it all already
        queue.defer("osakadx_harvest:index", queue="index", once="index", priority=queue.URGENT)
    for package_ids in _written(run.id):
        for plugin in p.PluginImplementations(IHarvestArrivals):
            plugin.datasets_arrived(package_ids)


def _written(run_id: str) -> Iterator[list[str]]:
    """The data sets that a run wrote, a part at a time: a first harvest may bring a hundred thousand."""
    written = sa.select(Entry.position, Entry.package_id).where(
        Entry.run_id == run_id, Entry.result.in_(("added", "updated"))
    )
    last = -1
    while rows := model.Session.execute(
        written.where(Entry.position > last).order_by(Entry.position).limit(PART)
    ).all():
        last = rows[-1].position
        yield [row.package_id for row in rows]


def ended(run: Run) -> None:
    """Tell the other plugins that a run has finished, failed or is held; an error of theirs does not touch the run."""
    for plugin in p.PluginImplementations(IHarvestEnds):
        try:
            plugin.run_ended(run.as_dict())
        except Exception:
            model.Session.rollback()
            log.exception("plugin %s could not hear of the end of run %s", plugin.name, run.id)
