"""What somebody saves is saved, whether or not the search engine is there to hear of it.

CKAN 2.12 tells the search engine first and the database afterwards, so that without one nothing is saved. Here such a
data set waits in the outbox, in the transaction that saves it, and the search catches up.
"""

from __future__ import annotations

import logging
from typing import Any

import pysolr
from ckan import model
from ckan.lib import search
from ckan.lib.search.index import PackageSearchIndex

from . import outbox
from .afterwards import afterwards
from .bulk.documents import is_away

log = logging.getLogger(__name__)

_SAVED = "osakadx_saved"


def saved(package_id: str | None) -> None:
    """Note that a data set is saved or deleted in the present transaction: its document may come later."""
    if not package_id:
        return
    model.Session().info.setdefault(_SAVED, set()).add(package_id)
    afterwards(_SAVED, _forget)


def _forget() -> None:
    model.Session().info.pop(_SAVED, None)


class PatientIndex(PackageSearchIndex):
    """CKAN's index of data sets, where a data set that is saved in this transaction can wait for the search engine.

    Whoever only wants to have something indexed, such as `ckan search-index rebuild`, is told that it does not answer.
    """

    def index_package(self, pkg_dict: dict[str, Any] | None, defer_commit: bool = False) -> None:
        """Send a document, or have it sent later."""
        try:
            super().index_package(pkg_dict, defer_commit)
        except search.SearchIndexError as error:
            _later(pkg_dict or {}, error)

    def delete_package(self, pkg_dict: dict[str, Any]) -> None:
        """Take a document away, or have it taken away later."""
        try:
            super().delete_package(pkg_dict)
        except search.SearchIndexError as error:
            _later(pkg_dict, error)


def _later(package: dict[str, Any], error: search.SearchIndexError) -> None:
    cause = error.__context__
    away = isinstance(cause, OSError) or (isinstance(cause, pysolr.SolrError) and is_away(cause))
    package_id = package.get("id")
    if not away or package_id not in model.Session().info.get(_SAVED, ()):
        raise error
    log.warning("search engine does not answer, data set %s is saved and waits for it: %s", package_id, error)
    outbox.enqueue([str(package_id)])


def with_patience() -> None:
    """Let CKAN use `PatientIndex`. Calling it again does nothing."""
    search._INDICES["package"] = PatientIndex
