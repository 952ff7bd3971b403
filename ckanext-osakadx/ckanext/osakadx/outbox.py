"""The index outbox: data sets whose search document must be written, kept in the database until it is.

A row is added in the transaction that changes the data set, so a crash between database and search engine loses
nothing; with the search engine down the rows wait and are sent later.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from sqlalchemy.exc import SQLAlchemyError

from .bulk.documents import Document, documents, remove, send
from .bulk.shown import Shown, shown

log = logging.getLogger(__name__)

BATCH = 200  # documents per request
POST = 100  # documents of a batch that are sent while the next ones are made
UNDER_WAY = 2  # batches of one run that may be on their way at the same time

# Documents, and the ids of the data sets they were made of; None after the last ones.
_Posts = SimpleQueue[tuple[list[Document], set[str]] | None]


def enqueue(package_ids: Collection[str]) -> None:
    """Note, in the caller's transaction, that these data sets must be indexed."""
    if package_ids:
        model.Session.execute(
            sa.text(
                "INSERT INTO osakadx_index_outbox (package_id) SELECT unnest(CAST(:ids AS text[])) "
                "ON CONFLICT (package_id) DO UPDATE SET queued = now(), attempts = 0, error = NULL"
            ),
            {"ids": list(package_ids)},
        )


def deliver(found: Sequence[Shown]) -> None:
    """Send data sets that were just written and committed, while the caller goes on; `delivered` waits for the end.

    What somebody has changed or taken since is left alone. With the search engine down they go on waiting, and `drain`
    sends them later; so it is when this process dies.
    """
    if not found:
        return
    while len(_deliveries()) >= UNDER_WAY:
        _deliveries().pop(0).result()
    versions = {each.package.id: each.default["metadata_modified"] for each in found}
    posts: _Posts = SimpleQueue()
    _deliveries().append(_postman().submit(_deliver, posts, versions))
    try:
        for start in range(0, len(found), POST):
            part = found[start : start + POST]
            posts.put((documents(part), {each.package.id for each in part}))
        model.Session.rollback()  # only hooks read here; nothing is held open while the search engine works
    finally:
        posts.put(None)


def delivered() -> None:
    """Wait until everything that this thread handed to `deliver` was sent, or is known to wait."""
    waiting = _deliveries()
    while waiting:
        waiting.pop().result()


_local = threading.local()


def _deliveries() -> list[Future[None]]:
    if not hasattr(_local, "deliveries"):
        _local.deliveries = []
    return _local.deliveries


@functools.lru_cache(maxsize=1)
def _postman() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="osakadx-index")


def _deliver(posts: _Posts, versions: Mapping[str, str]) -> None:
    """Send what comes, in one transaction. What is no longer as its document says is left for `drain`."""
    try:
        while post := posts.get():
            posted, made = post
            ids = _claimed(
                "SELECT package_id FROM osakadx_index_outbox WHERE package_id = ANY(:ids) FOR UPDATE SKIP LOCKED",
                {"ids": list(made)},
            )
            current = _current(ids, versions)
            _send([document for document in posted if document["id"] in current], current)
        model.Session.commit()
    except search.SearchIndexError as error:
        log.warning("search engine does not answer, %s data sets wait: %s", len(versions), error)
    except SQLAlchemyError:
        log.warning("the database does not answer, %s data sets wait for the index", len(versions), exc_info=True)
    finally:
        model.Session.rollback()
        model.Session.remove()


def _current(ids: Collection[str], versions: Mapping[str, str]) -> set[str]:
    """Those that are in the database as they were when their document was made."""
    query = sa.select(model.Package.id, model.Package.metadata_modified).where(model.Package.id.in_(list(ids)))
    rows = model.Session.execute(query)
    return {package_id for package_id, modified in rows if modified.isoformat() == versions[package_id]}


def drain() -> tuple[int, int]:
    """Send what waits to the search engine, in batches.

    Returns:
        (documents sent, documents the search engine rejected and that were put aside with the reason).

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer; what waits goes on waiting.
    """
    sent = rejected = 0
    while ids := _claimed(
        "SELECT package_id FROM osakadx_index_outbox WHERE attempts < 3 "
        "ORDER BY queued LIMIT :n FOR UPDATE SKIP LOCKED",
        {"n": BATCH},
    ):
        # Another process may have changed what this session has seen before.
        model.Session.expire_all()
        found = _shown(ids)
        refused = _send(documents(found), {each.package.id for each in found})
        gone = _forget(ids - {each.package.id for each in found})
        model.Session.commit()
        sent += len(found) - refused + gone
        rejected += len(ids) - len(found) - gone + refused
    return sent, rejected


def waiting() -> int:
    """Number of data sets that wait for the search engine."""
    return model.Session.execute(sa.text("SELECT count(*) FROM osakadx_index_outbox WHERE attempts < 3")).scalar_one()


def _claimed(statement: str, given: dict[str, Any]) -> set[str]:
    """Lock rows for this transaction; another process takes other rows."""
    return {row[0] for row in model.Session.execute(sa.text(statement), given)}


def _shown(ids: Collection[str]) -> list[Shown]:
    """Read data sets, together or, when one of them cannot be read, each by itself."""
    try:
        return list(shown(ids))
    except Exception:
        log.exception("a batch of %s data sets cannot be read together", len(ids))
    found: list[Shown] = []
    for package_id in ids:
        try:
            found += shown([package_id])
        except Exception as error:
            log.exception("data set %s cannot be read", package_id)
            _put_aside(package_id, f"{type(error).__name__}: {error}")
    return found


def _send(posted: Sequence[Document], ids: Collection[str]) -> int:
    """Send documents and take the rows of these data sets away; the number of those that the search engine rejects."""
    rejected: set[str] = set()

    def aside(document: Mapping[str, Any], why: str) -> None:
        log.error("search engine rejects data set %s: %s", document["id"], why)
        rejected.add(document["id"])
        _put_aside(document["id"], why)

    send(posted, aside)
    _take_away(set(ids) - rejected)
    return len(rejected)


def _forget(ids: set[str]) -> int:
    """Data sets that are gone from the database leave the index too; how many they are."""
    if not ids:
        return 0
    there = set(model.Session.scalars(sa.select(model.Package.id).where(model.Package.id.in_(list(ids)))))
    remove(ids - there)
    _take_away(ids - there)
    return len(ids - there)


def _put_aside(package_id: str, why: str) -> None:
    model.Session.execute(
        sa.text("UPDATE osakadx_index_outbox SET attempts = attempts + 1, error = :why WHERE package_id = :id"),
        {"id": package_id, "why": why[:2000]},
    )


def _take_away(ids: Collection[str]) -> None:
    if ids:
        model.Session.execute(
            sa.text("DELETE FROM osakadx_index_outbox WHERE package_id = ANY(:ids)"), {"ids": list(ids)}
        )
