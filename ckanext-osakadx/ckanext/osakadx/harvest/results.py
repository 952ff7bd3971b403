"""What became of the records of a run: stored with each batch, in the batch's own transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.harvest.model import HarvestObject, HarvestObjectError
from ckanext.osakadx import outbox

from .conflicts import Conflict
from .model import Entry, Item, Run, now
from .staging import addresses, entries_of, storable_text
from .writer import Outcome, Overtaken

GRACE = timedelta(days=7)  # an absent record is archived after this long …
GRACE_RUNS = 3  # … and after this many complete listings without it
REPORT = {"added": "added", "updated": "updated", "absent": "deleted", "archived": "deleted"}
WRONG = ("refused", "conflict", "quarantined")
# So long a record that killed its workers is not tried again, unless it changes. Not for ever: three deaths of another
# cause may have fallen upon one record.
AGAIN = timedelta(days=7)
TO_WRITE = ("add", "change", "return")


def to_apply(run: Run, limit: int, first: Sequence[str] = ()) -> list[Entry]:
    """The next entries that have to be added or changed and have no result yet.

    Args:
        first: only of these guids, where there are any.
    """
    query = sa.select(Entry).where(Entry.run_id == run.id, Entry.action.in_(TO_WRITE), Entry.result.is_(None))
    if first:
        query = query.where(Entry.guid.in_(first))
    return list(model.Session.scalars(query.order_by(Entry.position).limit(limit)))


def open_among(run: Run, guids: Sequence[str]) -> list[str]:
    """Those of some records that have no result yet."""
    if not guids:
        return []
    query = sa.select(Entry.guid).where(Entry.run_id == run.id, Entry.guid.in_(list(guids)), Entry.result.is_(None))
    return list(model.Session.scalars(query.order_by(Entry.position)))


def quarantine(run: Run, guids: Sequence[str], deaths: int) -> None:
    """Put records aside of which workers died, in the present transaction; the run goes on without them."""
    notice = {
        "slug": "quarantined",
        "message": f"このデータセットを登録しようとして、処理が{deaths}回続けて異常終了したため、隔離しました。",
        "fix": "ほかのデータセットの収集は続けています。元の記載を確かめ、ログを添えて管理者に知らせてください。"
        "元の記載が変わったとき、変わらなくても1週間後に、自動でもう一度試します。",
        "since": now().isoformat(),
    }
    query = sa.select(Entry).where(Entry.run_id == run.id, Entry.guid.in_(list(guids)))
    entries = model.Session.scalars(query).all()
    for entry in entries:
        entry.result, entry.notices = "quarantined", [*entry.notices, notice]
    model.Session.flush()
    _note_objects(run, entries)


def keep_aside(run: Run) -> None:
    """Put aside at once what killed its workers lately and has not changed since, in the present transaction."""
    before, then = aliased(Entry), aliased(Run)
    query = (
        sa.select(Entry, before.notices)
        .join(before, sa.and_(before.guid == Entry.guid, before.digest == Entry.digest))
        .join(then, sa.and_(then.id == before.run_id, then.source_id == run.source_id))
        .where(Entry.run_id == run.id, Entry.action.in_(TO_WRITE), Entry.result.is_(None))
        .where(before.result == "quarantined", then.created > now() - AGAIN, then.id != run.id)
    )
    # Each run that puts a record aside says since when that is: the days count from the deaths, not from the last run.
    since = (now() - AGAIN).isoformat()
    found = {
        entry.guid: (entry, notices)
        for entry, notices in model.Session.execute(query)
        if any(notice.get("since", "") > since for notice in notices)
    }
    for entry, notices in found.values():
        entry.result, entry.notices = "quarantined", notices
    if found:
        model.Session.flush()
        _note_objects(run, [entry for entry, _ in found.values()])


def note(run: Run, entries: Mapping[str, Entry], outcomes: Sequence[Outcome], *, remember: bool) -> None:
    """Store the outcomes of a batch, without committing.

    Args:
        entries: guid → entry of the batch.
        remember: keep what the source sent beside the identity, for kinds of sources that lean on it.

    Raises:
        Overtaken: some of these entries have their result already; the caller's transaction must not be committed.
    """
    _hold(run, [outcome.guid for outcome in outcomes])
    written = []
    for outcome in outcomes:
        entry = entries[outcome.guid]
        entry.result, entry.package_id = outcome.result, outcome.package_id
        entry.notices = json.loads(storable_text(list(outcome.notices)))
        if outcome.result in ("added", "updated") and outcome.package_id:
            written.append(_item(run, entry, remember=remember))
    model.Session.flush()
    if written:
        statement = insert(Item.__table__)
        kept = {name: statement.excluded[name] for name in written[0] if name not in ("source_id", "guid", "first_run")}
        model.Session.execute(statement.on_conflict_do_update(index_elements=["source_id", "guid"], set_=kept), written)
    _note_objects(run, [entries[outcome.guid] for outcome in outcomes])


def note_conflicts(run: Run, batch: Sequence[Entry], standing: Mapping[str, Conflict]) -> None:
    """Store, and commit, that records of a batch stand in conflict with data sets from elsewhere."""
    found = {entry.guid: standing[entry.guid] for entry in batch if entry.guid in standing}
    if found:
        mark_conflicts(run, found)
        model.Session.commit()


def mark_conflicts(run: Run, standing: Mapping[str, Conflict]) -> None:
    """Store conflicts (guid → conflict), without committing."""
    if not standing:
        return
    _hold(run, list(standing))
    found = entries_of(run, list(standing))
    for entry in found:
        entry.result, entry.notices = "conflict", [standing[entry.guid].notice()]
    model.Session.flush()
    _note_objects(run, found)


def _hold(run: Run, guids: Sequence[str]) -> None:
    """Keep these entries for this transaction: of two workers, one writes the data sets of a batch."""
    query = sa.select(Entry.guid).where(Entry.run_id == run.id, Entry.guid.in_(guids), Entry.result.is_(None))
    if len(model.Session.scalars(query.with_for_update()).all()) < len(guids):
        raise Overtaken(f"run {run.id} is in the hands of another worker")


def _item(run: Run, entry: Entry, *, remember: bool) -> dict[str, Any]:
    record = entry.record or {}
    return {
        "source_id": run.source_id, "guid": entry.guid, "package_id": entry.package_id, "digest": entry.digest,
        "title": entry.title, "stamp": entry.stamp, "addresses": list(addresses(record.get("files") or ())),
        "raw": record.get("raw") if remember else None, "state": "present", "first_run": run.id, "last_run": run.id,
        "absent_since": None, "absent_runs": 0,
    }  # fmt: skip


def _note_objects(run: Run, entries: Sequence[Entry]) -> None:
    """ckanext-harvest's own rows for these records: its pages and reports read them."""
    good = [entry.guid for entry in entries if entry.result not in WRONG]
    if good:
        model.Session.execute(
            sa.update(HarvestObject)
            .where(HarvestObject.harvest_source_id == run.source_id, HarvestObject.guid.in_(good))
            .where(HarvestObject.current.is_(True))
            .values(current=False)
            .execution_options(synchronize_session=False)
        )
    moment = now().replace(tzinfo=None)
    objects = [(str(uuid.uuid4()), entry) for entry in entries]
    if objects:
        model.Session.execute(sa.insert(HarvestObject), [_object(run, entry, key, moment) for key, entry in objects])
    errors = [
        {
            "id": str(uuid.uuid4()), "harvest_object_id": key, "stage": "Import", "line": None,
            "message": json.dumps(entry.notices, ensure_ascii=False), "created": moment,
        }
        for key, entry in objects
        if entry.result in WRONG
    ]  # fmt: skip
    if errors:
        model.Session.execute(sa.insert(HarvestObjectError), errors)


def _object(run: Run, entry: Entry, key: str, moment: Any) -> dict[str, Any]:
    times = ("gathered", "fetch_started", "fetch_finished", "import_started", "import_finished")
    return {
        "id": key, "guid": entry.guid, "current": entry.result in ("added", "updated"),
        **dict.fromkeys(times, moment),
        "content": json.dumps(entry.record.get("raw") if entry.record else None, ensure_ascii=False),
        "state": "ERROR" if entry.result in WRONG else "COMPLETE", "retry_times": 0,
        "harvest_job_id": run.job_id, "harvest_source_id": run.source_id, "package_id": entry.package_id,
        "report_status": REPORT.get(entry.result, "errored"),
    }  # fmt: skip


def mark_gone(run: Run) -> None:
    """Note that records are absent; those absent longer than the grace are archived. Nothing is deleted."""
    query = sa.select(Entry).where(Entry.run_id == run.id, Entry.action.in_(("gone", "absent")), Entry.result.is_(None))
    query = query.with_for_update()
    entries = model.Session.scalars(query).all()
    if not entries:
        return
    items = _items(run.source_id, [entry.guid for entry in entries])
    archived = []
    for entry in entries:
        item = items[entry.guid]
        item.absent_since = item.absent_since or now()
        item.absent_runs += 1
        item.last_run = run.id
        over = item.absent_runs >= GRACE_RUNS and now() - item.absent_since >= GRACE
        entry.result = item.state = "archived" if over or item.state == "archived" else "absent"
        if over:
            archived.append(entry)
    model.Session.flush()
    _note_objects(run, archived)
    outbox.enqueue([entry.package_id for entry in entries])
    model.Session.commit()


def confirm_same(run: Run) -> None:
    """Records that were absent and are listed as before are present again, without touching their data sets."""
    query = sa.select(Entry.guid).where(Entry.run_id == run.id, Entry.action == "same")
    back = _items(run.source_id, model.Session.scalars(query).all()).values()
    if not back:
        return
    for item in back:
        item.state, item.absent_since, item.absent_runs = "present", None, 0
    outbox.enqueue([item.package_id for item in back])
    model.Session.commit()


def _items(source_id: str, guids: Sequence[str]) -> dict[str, Item]:
    if not guids:
        return {}
    query = sa.select(Item).where(Item.source_id == source_id, Item.guid.in_(list(guids)))
    return {item.guid: item for item in model.Session.scalars(query)}


def names_of(package_ids: Iterable[str]) -> dict[str, str]:
    """Id → name of data sets."""
    query = sa.select(model.Package.id, model.Package.name).where(model.Package.id.in_(list(package_ids)))
    return dict(model.Session.execute(query).tuples().all())
