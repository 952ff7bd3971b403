"""Brings the search index up to date with what was just found out about data sets, whichever plugins are enabled."""

from __future__ import annotations

from collections.abc import Collection

from ckan import model
from ckan import plugins as p
from ckan.lib import search

from . import outbox, queue


def commit(package_ids: Collection[str]) -> None:
    """Commit the session, and have these data sets indexed: by the outbox of `osakadx_harvest`, else at once.

    Raises:
        ckan.lib.search.SearchIndexError: without an outbox, when the search engine does not answer.
    """
    if p.plugin_loaded("osakadx_harvest"):
        outbox.enqueue(package_ids)
        model.Session.commit()
        queue.defer("osakadx_harvest:index", queue="index", once="index", priority=queue.URGENT)
        return
    model.Session.commit()
    search.rebuild(package_ids=list(package_ids), quiet=True)
    search.commit()
