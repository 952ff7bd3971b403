"""The index outbox: data sets whose search document must be written, kept in the database until it is.

A row is added in the transaction that changes the data set, so a crash between database and search engine loses
nothing; with the search engine down the rows wait and are sent later.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from .bulk.documents import documents, send
from .bulk.shown import Shown, shown

log = logging.getLogger(__name__)

BATCH = 200  # documents per commit of the search engine


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
    """Send data sets that were just written and committed, as far as nobody has changed or taken them since.

    With the search engine down they go on waiting, and `drain` sends them later.
    """
    if not found:
        return
    ids = _claimed(
        "SELECT package_id FROM osakadx_index_outbox WHERE package_id = ANY(:ids) FOR UPDATE SKIP LOCKED",
        {"ids": [each.package.id for each in found]},
    )
    as_shown = _unchanged([each for each in found if each.package.id in ids])
    try:
        _send(as_shown)
    except search.SearchIndexError as error:
        log.warning("search engine does not answer, %s data sets wait: %s", len(found), error)
        model.Session.rollback()
        return
    model.Session.commit()


def _unchanged(found: Sequence[Shown]) -> list[Shown]:
    query = sa.select(model.Package.id, model.Package.metadata_modified).where(
        model.Package.id.in_([each.package.id for each in found])
    )
    now = {package_id: modified.isoformat() for package_id, modified in model.Session.execute(query)}
    return [each for each in found if now.get(each.package.id) == each.default["metadata_modified"]]


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
        refused = _send(found)
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


def _send(found: Sequence[Shown]) -> int:
    """Send documents and take their rows away; the number of those that the search engine rejects."""
    rejected: set[str] = set()

    def aside(document: Mapping[str, Any], why: str) -> None:
        log.error("search engine rejects data set %s: %s", document["id"], why)
        rejected.add(document["id"])
        _put_aside(document["id"], why)

    send(documents(found), aside)
    _take_away({each.package.id for each in found} - rejected)
    return len(rejected)


def _forget(ids: set[str]) -> int:
    """Data sets that are gone from the database leave the index too; how many they are."""
    if not ids:
        return 0
    there = set(model.Session.scalars(sa.select(model.Package.id).where(model.Package.id.in_(list(ids)))))
    for package_id in ids - there:
        search.index_for("Package").delete_package({"id": package_id})
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
