"""A listing on its way into the database: page by page compared with what the catalog has, and kept where it differs.

An unchanged record costs a look at its row and leaves nothing behind; only what has to be added, changed or taken back
becomes an entry of the run, whole, so that a killed run goes on without asking the source again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import sqlalchemy as sa
from ckan import model
from osakadx.dataset import Record
from sqlalchemy.dialects.postgresql import JSONB, array

from ckanext.harvest.model import HarvestObject

from .model import Entry, Item, Run

PAGE = 500  # records per look and per INSERT


class Unchanged(Protocol):
    """A record that its source calls unchanged: nothing but its guid is known."""

    guid: str


@dataclass
class Staged:
    """What a listing came to.

    Attributes:
        actions: add, change, return or same → number of records.
        guids: of everything listed. present: how many of them the catalog has and shows.
    """

    actions: Counter[str] = field(default_factory=Counter)
    guids: set[str] = field(default_factory=set)
    present: int = 0


@dataclass(frozen=True)
class Known:
    """What the catalog has of a record."""

    digest: str
    state: str
    package_id: str


def stage(run: Run, listing: Iterable[Record | Unchanged]) -> Staged:
    """Read a listing to its end and write what a run has to do about it, without committing.

    Args:
        listing: each guid once.
    """
    model.Session.execute(sa.delete(Entry).where(Entry.run_id == run.id))
    staged = Staged()
    for page in _pages(listing):
        known = _known(run.source_id, [record.guid for record in page])
        staged.present += sum(each.state == "present" for each in known.values())
        rows: list[dict[str, Any]] = []
        for record in page:
            staged.guids.add(record.guid)
            row = _row(run, record, known.get(record.guid), len(staged.guids))
            staged.actions[row["action"]] += 1
            if row["action"] != "same" or row.pop("back", False):
                rows.append(row)
        _insert(rows)
    return staged


def _row(run: Run, record: Record | Unchanged, known: Known | None, position: int) -> dict[str, Any]:
    """An entry. ``same`` needs one only where the record was absent and is back."""
    if not isinstance(record, Record):
        assert known is not None, f"{record.guid} is called unchanged and was never there"
        back = known.state != "present"
        return _entry(run, record.guid, position, known.digest, "same", known) | {"back": back, "result": "unchanged"}
    digest = record.digest()
    if known is None:
        action = "add"
    elif known.digest == digest:
        back = known.state != "present"
        return _entry(run, record.guid, position, digest, "same", known) | {"back": back, "result": "unchanged"}
    else:
        action = "change" if known.state == "present" else "return"
    kept = {"title": storable(record.title), "stamp": storable(record.modified), "record": stored(record)}
    return _entry(run, record.guid, position, digest, action, known) | kept


def _entry(run: Run, guid: str, position: int, digest: str, action: str, known: Known | None) -> dict[str, Any]:
    return {
        "run_id": run.id, "guid": guid, "position": position, "digest": digest, "title": "", "stamp": "",
        "action": action, "result": None, "record": None, "package_id": known.package_id if known else None,
        "notices": "[]",
    }  # fmt: skip


def _pages(listing: Iterable[Record | Unchanged]) -> Iterator[list[Record | Unchanged]]:
    records = iter(listing)
    while page := list(islice(records, PAGE)):
        yield page


def _known(source_id: str, guids: Sequence[str]) -> dict[str, Known]:
    query = sa.select(Item.guid, Item.digest, Item.state, Item.package_id).where(
        Item.source_id == source_id, Item.guid.in_(guids)
    )
    return {guid: Known(digest, state, package_id) for guid, digest, state, package_id in model.Session.execute(query)}


# JSON that is text already goes to the database as it is.
_TABLE = sa.table(
    "osakadx_harvest_entry",
    *map(sa.column, ("run_id", "guid", "position", "digest", "title", "stamp", "action", "result", "record")),
    *map(sa.column, ("package_id", "notices")),
)


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        model.Session.execute(sa.insert(_TABLE), rows)


def gone(run: Run, staged: Staged) -> list[str]:
    """Guids of the present records that were not listed."""
    return _missing(run, staged, "present")


def archived(run: Run, staged: Staged) -> list[str]:
    """Guids of the records that were archived before and are not back."""
    return _missing(run, staged, "archived")


def still_absent(run: Run, staged: Staged) -> list[str]:
    """Guids of the records that were absent before and are not back."""
    return _missing(run, staged, "absent")


def _missing(run: Run, staged: Staged, state: str) -> list[str]:
    query = sa.select(Item.guid).where(Item.source_id == run.source_id, Item.state == state).order_by(Item.guid)
    found = model.Session.scalars(query.execution_options(yield_per=5000))
    return [guid for guid in found if guid not in staged.guids]


def note_missing(run: Run, guids: Sequence[str], action: str, first: int) -> None:
    """Make entries of records that were not listed: ``gone`` what was present, ``absent`` what was absent before."""
    for start in range(0, len(guids), 5000):
        part = list(guids[start : start + 5000])
        chosen = sa.select(
            sa.literal(run.id), Item.guid, sa.func.row_number().over(order_by=Item.guid) + first + start, Item.digest,
            Item.title, Item.stamp, sa.literal(action), Item.package_id, sa.literal([], JSONB),
        ).where(Item.source_id == run.source_id, Item.guid.in_(part))  # fmt: skip
        columns = ["run_id", "guid", "position", "digest", "title", "stamp", "action", "package_id", "notices"]
        model.Session.execute(sa.insert(Entry).from_select(columns, chosen))


def marks_of_gone(run: Run, guids: Sequence[str]) -> dict[str, list[str]]:
    """Guid → title and addresses of records that are gone; by them one that only changed its guid is known again."""
    query = sa.select(Item.guid, Item.title, Item.addresses).where(
        Item.source_id == run.source_id, Item.guid.in_(list(guids))
    )
    return {guid: [title, *addresses] for guid, title, addresses in model.Session.execute(query)}


def marks_of_added(run: Run) -> dict[str, list[str]]:
    """Guid → title and addresses of records that a run adds."""
    query = sa.select(Entry.guid, Entry.title, Entry.record["files"]).where(
        Entry.run_id == run.id, Entry.action == "add"
    )
    return {guid: [title, *addresses(files or ())] for guid, title, files in model.Session.execute(query)}


def unmistakable(run: Run, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of some records with a new guid that are the same thing beyond doubt.

    An equal title alone may be another body's, and an equal address another year's file.

    Args:
        pairs: (old guid, new guid), from `harvesters.diff.moves`.

    Returns:
        the pairs of one title that share an address which nothing else of the source has or gets.
    """
    new = dict(pairs)
    old, added = marks_of_gone(run, list(new)), marks_of_added(run)
    times = Counter(mark for marks in (*old.values(), *added.values()) for mark in set(marks[1:]))
    shared = {
        guid: {mark for mark in set(old[guid][1:]) & set(added[new[guid]][1:]) if times[mark] == 2}
        for guid in new
        if old[guid][0] == added[new[guid]][0]
    }
    others = _held_by_others(run, new, set().union(*shared.values()))
    return [(guid, new[guid]) for guid, marks in shared.items() if marks - others]


def _held_by_others(run: Run, moved: Mapping[str, str], marks: set[str]) -> set[str]:
    """Those of some addresses that other records of the source have, or get in this run."""
    if not marks:
        return set()
    wanted = sa.func.unnest(array(sorted(marks))).table_valued("mark").render_derived()
    theirs = (
        sa.select(wanted.c.mark)
        .join(Item, Item.addresses.has_key(wanted.c.mark))
        .where(Item.source_id == run.source_id, Item.state != "archived", Item.guid.not_in(list(moved)))
    )
    coming = sa.select(Entry.record["files"]).where(Entry.run_id == run.id, Entry.action.in_(("change", "return")))
    found = set(model.Session.scalars(theirs))
    for files in model.Session.scalars(coming.execution_options(yield_per=PAGE)):
        found |= marks & set(addresses(files or ()))
    return found


def take_over(run: Run, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Give records of a run the data sets that their source had under other guids, without committing.

    Nothing is doubled, and the address of the data set's page stays.

    Args:
        pairs: (old guid, new guid). Those that are not so any more are passed over.

    Returns:
        the pairs that were taken over, with what the run does about each now: change or return.
    """
    taken: dict[tuple[str, str], str] = {}
    for old, new in pairs:
        item, entry = model.Session.get(Item, (run.source_id, old)), model.Session.get(Entry, (run.id, new))
        if item is None or entry is None or entry.result or model.Session.get(Item, (run.source_id, new)) is not None:
            continue
        item.guid = new
        item.digest = item.stamp = ""  # until it is written, it is not what the source has
        entry.action, entry.package_id = "change" if item.state == "present" else "return", item.package_id
        taken[old, new] = entry.action
        former = sa.update(HarvestObject).where(
            HarvestObject.harvest_source_id == run.source_id, HarvestObject.guid == old
        )
        model.Session.execute(former.values(guid=new), execution_options={"synchronize_session": False})
        if (missing := model.Session.get(Entry, (run.id, old))) is not None:
            model.Session.delete(missing)
    model.Session.flush()
    return taken


def entries_of(run: Run, guids: Sequence[str]) -> list[Entry]:
    """The entries of some records of a run."""
    return list(model.Session.scalars(sa.select(Entry).where(Entry.run_id == run.id, Entry.guid.in_(list(guids)))))


def actions_of(run: Run, guids: Sequence[str]) -> dict[str, str]:
    """Guid → what a run has to do about it; nothing for what is as it was."""
    query = sa.select(Entry.guid, Entry.action).where(Entry.run_id == run.id, Entry.guid.in_(list(guids)))
    return dict(model.Session.execute(query).tuples().all())


def remembered(source_id: str) -> Mapping[str, Any]:
    """Guid → what the source sent, of its present records; read from the database when somebody asks."""
    return _Remembered(source_id)


class _Remembered(dict[str, Any]):
    def __init__(self, source_id: str) -> None:
        super().__init__()
        self._source: str | None = source_id

    def _load(self) -> None:
        if self._source is not None:
            query = sa.select(Item.guid, Item.raw).where(Item.source_id == self._source, Item.state == "present")
            self._source = None
            self.update(model.Session.execute(query).tuples().all())

    def get(self, key: str, default: Any = None) -> Any:
        self._load()
        return super().get(key, default)

    def items(self) -> Any:
        self._load()
        return super().items()

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __len__(self) -> int:
        self._load()
        return super().__len__()

    def __getitem__(self, key: str) -> Any:
        self._load()
        return super().__getitem__(key)


def stamps(source_id: str) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """A function that tells the stamp of each present record among some guids."""

    def of(guids: Sequence[str]) -> Mapping[str, str]:
        query = sa.select(Item.guid, Item.stamp).where(
            Item.source_id == source_id, Item.guid.in_(list(guids)), Item.state == "present", Item.stamp != ""
        )
        return dict(model.Session.execute(query).tuples().all())

    return of


def addresses(files: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Where a record's files lie; they help to know a record again whose guid has changed."""
    return tuple(str(file["file_download_url"]) for file in files if file.get("file_download_url"))


def stored(record: Record) -> str:
    """A record as JSON text."""
    return storable_text(
        {
            "guid": record.guid, "concepts": dict(record.concepts), "files": [dict(file) for file in record.files],
            "raw": record.raw, "modified": record.modified,
        }
    )  # fmt: skip


def storable_text(value: Any) -> str:
    """The value as JSON that PostgreSQL's JSONB takes: NUL and lone surrogates are not text there."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("\\u0000", "").encode("utf-8", "replace").decode("utf-8")


def storable(text: str) -> str:
    """A text as PostgreSQL takes it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
