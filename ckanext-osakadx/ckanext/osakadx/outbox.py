"""The index outbox: data sets whose search document must be written, kept in the database until it is.

A row is added in the transaction that changes the data set, so a crash between database and search engine loses
nothing; with the search engine down the rows wait and are sent later.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.logic import index_update_package

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


def drain() -> tuple[int, int]:
    """Send what waits to the search engine, in batches.

    Returns:
        (documents sent, documents the search engine rejected and that were put aside with the reason).

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer; what waits goes on waiting.
    """
    sent = rejected = 0
    while waiting := _claim():
        good = [package_id for package_id in waiting if _index(package_id)]
        if good:
            search.commit()
        model.Session.execute(sa.text("DELETE FROM osakadx_index_outbox WHERE package_id = ANY(:ids)"), {"ids": good})
        model.Session.commit()
        sent += len(good)
        rejected += len(waiting) - len(good)
    return sent, rejected


def waiting() -> int:
    """Number of data sets that wait for the search engine."""
    return model.Session.execute(sa.text("SELECT count(*) FROM osakadx_index_outbox WHERE attempts < 3")).scalar_one()


def _claim() -> list[str]:
    """Lock the oldest rows for this transaction; another process takes other rows."""
    rows = model.Session.execute(
        sa.text(
            "SELECT package_id FROM osakadx_index_outbox WHERE attempts < 3 "
            "ORDER BY queued LIMIT :n FOR UPDATE SKIP LOCKED"
        ),
        {"n": BATCH},
    )
    return [row[0] for row in rows]


def _index(package_id: str) -> bool:
    """Send one document; a rejected one is put aside with its reason and does not hold back the others."""
    try:
        index_update_package({"ignore_auth": True}, package_id, defer_commit=True)
    except search.SearchIndexError as error:
        if "connect" in str(error).lower():
            raise
        log.exception("search engine rejects data set %s", package_id)
        model.Session.execute(
            sa.text("UPDATE osakadx_index_outbox SET attempts = attempts + 1, error = :why WHERE package_id = :id"),
            {"id": package_id, "why": str(error)[:2000]},
        )
        return False
    return True
