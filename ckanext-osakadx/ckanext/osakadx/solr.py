"""One kept connection to the search engine for each thread, where CKAN 2.12 opens a new one for every question.

A connection costs a search on one machine about a quarter of its time, and a batch of documents as much as ten of them.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import pysolr
import requests
from ckan.lib.search import common
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError
from urllib3.util.retry import Retry

TROUBLE = (pysolr.SolrError, requests.RequestException)  # what a question to the search engine may raise


class OnceMore(Retry):
    """One more try where the other side closed a kept connection in the same instant, none where it is slow.

    A search, and an addition of documents with their ids, may be repeated without harm.
    """

    def increment(self, *arguments: Any, **options: Any) -> Retry:
        """Raise what was a time limit, count the rest."""
        if isinstance(options.get("error"), ReadTimeoutError):
            raise options["error"]
        return super().increment(*arguments, **options)


_posted: ContextVar[list[dict[str, Any]] | None] = ContextVar("osakadx_posted", default=None)


class KeptSolr(pysolr.Solr):
    """``pysolr.Solr`` over the session of this process and thread; within `collected` it keeps what is to be added."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("session", _session(os.getpid(), threading.get_ident()))
        super().__init__(*arguments, **options)

    def add(self, docs: Iterable[dict[str, Any]], *arguments: Any, **options: Any) -> Any:
        """Add documents to the index, or to the list of `collected`."""
        posted = _posted.get()
        if posted is None:
            return super().add(docs, *arguments, **options)
        posted.extend(docs)
        return None


@contextmanager
def collected() -> Iterator[list[dict[str, Any]]]:
    """Catch the documents that CKAN would post one by one, to send them together."""
    posted: list[dict[str, Any]] = []
    token = _posted.set(posted)
    try:
        yield posted
    finally:
        _posted.reset(token)


@functools.lru_cache(maxsize=64)
def _session(process: int, thread: int) -> requests.Session:
    """A session for one process (a fork must not share its parent's sockets) and one thread."""
    del process, thread
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(
            scheme,
            HTTPAdapter(pool_maxsize=4, max_retries=OnceMore(total=1, status=0, redirect=0, allowed_methods=None)),
        )
    return session


KEPT = SimpleNamespace(**{**vars(pysolr), "Solr": KeptSolr})


def keep_connections() -> None:
    """Let CKAN's search, and it alone, use `KeptSolr`. Calling it again does nothing."""
    common.pysolr = KEPT
