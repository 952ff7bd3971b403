"""Many data sets into the search index with one request; CKAN's own code makes each document."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

import pysolr
from ckan import plugins as p
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.plugins import toolkit as tk

from ckanext.osakadx import solr
from ckanext.osakadx.interfaces import IBatchIndex

from .shown import Shown

log = logging.getLogger(__name__)

VISIBLE_WITHIN = 500  # milliseconds until searches see what was sent

Document = dict[str, Any]


def documents(found: Iterable[Shown]) -> list[Document]:
    """What CKAN would post for each data set, hooks of other plugins included; deleted ones leave the index here."""
    found = list(found)
    index = search.index_for("Package")
    with ExitStack() as known:
        for plugin in p.PluginImplementations(IBatchIndex):
            known.enter_context(plugin.batch_index([each.package.id for each in found]))
        posted = known.enter_context(solr.collected())
        for each in found:
            index.update_dict({**each.default, "with_custom_schema": each.own}, defer_commit=True)
    return posted


def send(posted: Sequence[Document], rejected: Callable[[Document, str], None]) -> None:
    """Add documents to the index. One that the search engine does not take does not hold back the others.

    Args:
        rejected: called with a document and the search engine's reason.

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer.
    """
    if not posted:
        return
    try:
        make_connection().add(list(posted), commit=False, commitWithin=VISIBLE_WITHIN)
    except pysolr.SolrError as error:
        if is_away(error):
            raise search.SearchIndexError(str(error)) from error
        if len(posted) == 1:
            rejected(posted[0], str(error))
            return
        middle = len(posted) // 2
        send(posted[:middle], rejected)
        send(posted[middle:], rejected)


def remove(package_ids: Collection[str]) -> None:
    """Take data sets of this site out of the index with one request.

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer.
    """
    if not package_ids:
        return
    ids = " ".join(f'"{package_id}"' for package_id in package_ids)
    query = f'+entity_type:package +site_id:"{tk.config["ckan.site_id"]}" +id:({ids})'
    try:
        make_connection().delete(q=query, commit=False, softCommit=True)
    except pysolr.SolrError as error:
        raise search.SearchIndexError(str(error)) from error


def is_away(error: pysolr.SolrError) -> bool:
    """Whether it is the engine that fails, not a document: no connection, no answer in time, an answer of 5xx."""
    said = str(error)
    return said.startswith(("Failed to connect", "Connection to server")) or "(HTTP 5" in said
