"""Who hears of what a run wrote: the search index, and the slices that look into files."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p

from ckanext.osakadx import queue
from ckanext.osakadx.interfaces import IHarvestArrivals

from .model import Entry, Run


def announce(run: Run) -> None:
    """Send what waits to the search engine, and tell the other plugins which data sets are new or changed."""
    queue.defer("osakadx_harvest:index", queue="index", once="index")
    written = sa.select(Entry.package_id).where(Entry.run_id == run.id, Entry.result.in_(("added", "updated")))
    package_ids = list(model.Session.scalars(written))
    for plugin in p.PluginImplementations(IHarvestArrivals):
        plugin.datasets_arrived(package_ids)
