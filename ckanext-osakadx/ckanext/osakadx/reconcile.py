"""Compares database and search index both ways, as two sorted streams, and repairs what differs through the outbox."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB

from . import outbox
from .solr import TROUBLE

PAGE = 1000  # rows and documents per look
SETTLING = timedelta(seconds=30)  # what changed just now is on its way and not missing
KEPT = 100  # checks that are remembered
OUR_FIELD = "osakadx_words"  # only in the configset of docker/solr/


@dataclass(frozen=True, order=True)
class Entry:
    """One data set as one of the two sides has it: its id, its change in milliseconds, and its state at its source."""

    id: str
    modified: int
    state: str


def reconcile(*, rebuild: bool = False) -> dict[str, Any]:
    """Compare, put what differs into the outbox, commit, and remember the numbers.

    Args:
        rebuild: empty the index first, so that everything is written anew.

    Returns:
        ``datasets`` and ``documents`` that were compared; ``missing`` in the index, ``orphan`` (only in the index),
        ``stale``, ``rejected`` (the search engine did not take them: tried again); ``waiting``: in the outbox already;
        ``foreign``: documents of other sites; ``index``: ok, wiped, foreign (of another database) or schema (not ours).

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer.
    """
    began = time.monotonic()
    with _asking():
        solr = make_connection()
        if rebuild:
            solr.delete(q=f'+site_id:"{_site()}"', softCommit=True)
        solr.commit(softCommit=True, waitSearcher=True)
        settling = SETTLING if _number(f'+site_id:"{_site()}"') else timedelta(0)
        counts: Counter[str] = Counter(dict.fromkeys(("datasets", "documents", *KINDS, "waiting"), 0))
        found = _differences(_in_database(counts), _in_index(counts))
        while page := list(islice(found, PAGE)):
            _repair(page, counts, settling)
        facts: dict[str, Any] = {**counts, "foreign": _number(f'-site_id:"{_site()}"'), "index": _verdict(counts)}
    facts["seconds"] = round(time.monotonic() - began, 1)
    _remember(facts)
    return facts


KINDS = ("missing", "orphan", "stale", "rejected")


def is_wiped() -> bool:
    """Whether the index holds nothing of this site although the database does.

    Raises:
        ckan.lib.search.SearchIndexError: the search engine does not answer.
    """
    with _asking():
        if _number(f'+site_id:"{_site()}"'):
            return False
    indexed = sa.select(sa.exists().where(model.Package.state != model.State.DELETED))
    return bool(model.Session.scalar(indexed)) and not outbox.waiting()


def last() -> dict[str, Any] | None:
    """The numbers of the last comparison and when it was; None before the first."""
    query = sa.text("SELECT checked, facts FROM osakadx_index_check ORDER BY checked DESC LIMIT 1")
    row = model.Session.execute(query).first()
    return {"checked": row[0].isoformat(), **row[1]} if row else None


def _differences(ours: Iterator[Entry], theirs: Iterator[Entry]) -> Iterator[tuple[str, Entry]]:
    """Walk along both sides, each in the order of ids."""
    row, document = next(ours, None), next(theirs, None)
    while row or document:
        if document is None or (row and row.id < document.id):
            assert row
            yield "missing", row
            row = next(ours, None)
        elif row is None or document.id < row.id:
            yield "orphan", document
            document = next(theirs, None)
        else:
            if row != document:
                yield "stale", row
            row, document = next(ours, None), next(theirs, None)


def _in_database(counts: Counter[str]) -> Iterator[Entry]:
    """What should be in the index, on a connection of its own, so that repairs can be committed meanwhile."""
    keep_deleted = not tk.config.get("ckan.search.remove_deleted_packages", True)
    query = sa.text(
        "SELECT p.id, p.metadata_modified, coalesce(i.state, '') FROM package p "
        "LEFT JOIN osakadx_harvest_item i ON i.package_id = p.id "
        "WHERE p.state <> 'deleted' OR :keep ORDER BY p.id COLLATE \"C\""
    )
    with model.meta.engine.connect() as connection:  # type: ignore[union-attr]
        rows = connection.execution_options(yield_per=PAGE).execute(query, {"keep": keep_deleted})
        for package_id, modified, state in rows:
            counts["datasets"] += 1
            yield Entry(package_id, _milliseconds(modified), state)


def _in_index(counts: Counter[str]) -> Iterator[Entry]:
    mark = "*"
    while True:
        page = make_connection(decode_dates=False).search(
            "*:*", fq=f'+site_id:"{_site()}" +entity_type:package', sort="id asc,index_id asc", rows=PAGE,
            cursorMark=mark, fl="id,metadata_modified,extras_osakadx_harvest_state",
        )  # fmt: skip
        for document in page.docs:  # iterating the page itself would go on to the others
            counts["documents"] += 1
            moment = datetime.fromisoformat(document["metadata_modified"].removesuffix("Z"))
            yield Entry(document["id"], _milliseconds(moment), document.get("extras_osakadx_harvest_state", ""))
        if page.nextCursorMark == mark:
            return
        mark = page.nextCursorMark


def _repair(page: Iterable[tuple[str, Entry]], counts: Counter[str], settling: timedelta) -> None:
    kinds = {entry.id: (kind, entry) for kind, entry in page}
    query = sa.text("SELECT package_id, attempts < 3 FROM osakadx_index_outbox WHERE package_id = ANY(:ids)")
    known = dict(model.Session.execute(query, {"ids": list(kinds)}).tuples().all())
    settled = _milliseconds(datetime.now(timezone.utc) - settling)
    drifted: list[str] = []
    for package_id, (kind, entry) in kinds.items():
        if known.get(package_id) or (kind != "orphan" and entry.modified > settled):
            counts["waiting"] += 1
            continue
        counts["rejected" if package_id in known else kind] += 1
        drifted.append(package_id)
    outbox.enqueue(drifted)
    model.Session.commit()


def _verdict(counts: Counter[str]) -> str:
    if not _has_our_schema():
        return "schema"
    if counts["datasets"] and not counts["documents"]:
        return "wiped"
    if counts["datasets"] and counts["documents"] == counts["orphan"]:
        return "foreign"
    return "ok"


def _has_our_schema() -> bool:
    """Whether the field is one of the schema's own: CKAN's takes every name for some field."""
    solr = make_connection()
    answer = solr.get_session().get(f"{solr.url.rstrip('/')}/schema/fields/{OUR_FIELD}", timeout=30)
    return answer.status_code != 404


def _number(query: str) -> int:
    return int(make_connection().search("*:*", fq=query, rows=0).hits)


def _site() -> str:
    return str(tk.config["ckan.site_id"])


def _milliseconds(moment: datetime) -> int:
    """An instant as the search engine keeps it, in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return (aware - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise search.SearchIndexError(str(error)) from error


def _remember(facts: dict[str, Any]) -> None:
    insert = sa.text("INSERT INTO osakadx_index_check (facts) VALUES (:facts)")
    model.Session.execute(insert.bindparams(sa.bindparam("facts", facts, JSONB)))
    model.Session.execute(
        sa.text(
            "DELETE FROM osakadx_index_check WHERE checked NOT IN "
            "(SELECT checked FROM osakadx_index_check ORDER BY checked DESC LIMIT :kept)"
        ),
        {"kept": KEPT},
    )
    model.Session.commit()
