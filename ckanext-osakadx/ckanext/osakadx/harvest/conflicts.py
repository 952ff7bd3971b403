"""Records that the catalog has already from somewhere else: shown on the run's page, never written, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import array

from ckanext.harvest.model import HarvestSource

from .model import Entry, Item, Run
from .staging import addresses

PAGE = 500  # entries looked at together


@dataclass(frozen=True)
class Conflict:
    """Why a record is not written, and the data set that stands in its way."""

    guid: str
    package_id: str
    slug: str
    message: str

    def notice(self) -> dict[str, Any]:
        """As it is kept with the record."""
        return {"slug": self.slug, "message": self.message, "dataset": self.package_id}


def find(run: Run, entries: Sequence[Entry], *, worldwide: bool) -> dict[str, Conflict]:
    """Look for the records that a batch would add anew among what other sources and people have brought.

    Args:
        worldwide: the source's ids are good beyond it (a UUID, a code with an ID), and an equal id is the same thing.

    Returns:
        guid → conflict; of several reasons the surest.
    """
    new = [entry for entry in entries if entry.action == "add"]
    found: dict[str, Conflict] = {}
    if new:
        for conflict in [*_same_files(run, new), *(_same_ids(run, new) if worldwide else ()), *_local(new)]:
            found[conflict.guid] = conflict
    return found


def of_run(run: Run, *, worldwide: bool) -> dict[str, Conflict]:
    """All conflicts of a run that has been staged: guid → conflict. Reads its entries, changes nothing."""
    query = sa.select(Entry).where(Entry.run_id == run.id, Entry.action == "add").order_by(Entry.position)
    found: dict[str, Conflict] = {}
    for entries in model.Session.scalars(query.execution_options(yield_per=PAGE)).partitions(PAGE):
        found |= find(run, entries, worldwide=worldwide)
    return found


def perhaps_renamed(run: Run, pairs: Sequence[tuple[str, str]]) -> dict[str, Conflict]:
    """Records that are another of their source by title and file, while nobody knows whether that one is gone.

    Args:
        pairs: (old guid, new guid), of a listing that was not read to its end.

    Returns:
        new guid → conflict.
    """
    new = dict(pairs)
    query = sa.select(Item.guid, Item.package_id).where(Item.source_id == run.source_id, Item.guid.in_(list(new)))
    said = (
        "題名もファイルも同じデータセットが、この収集元の別のIDですでにあります。一覧を最後まで読めなかったため、"
        "IDが変わったのか、別に増えたのかを判断できません。最後まで読めた回に登録します。"
    )
    return {
        new[guid]: Conflict(new[guid], package_id, "renamed-or-copied", said)
        for guid, package_id in (model.Session.execute(query).tuples() if new else ())
    }


def _same_ids(run: Run, new: Sequence[Entry]) -> Iterator[Conflict]:
    query = (
        sa.select(Item.guid, Item.package_id, HarvestSource.title)
        .join(HarvestSource, HarvestSource.id == Item.source_id)
        .where(Item.guid.in_([entry.guid for entry in new]), Item.source_id != run.source_id, Item.state != "archived")
    )
    for guid, package_id, title in model.Session.execute(query):
        said = (
            f"同じIDのデータセットを、収集元「{title}」からすでに集めています。どちらか一方だけを収集元にしてください。"
        )
        yield Conflict(guid, package_id, "guid-elsewhere", said)


def _local(new: Sequence[Entry]) -> Iterator[Conflict]:
    """Data sets that people made here, and whose id or name is that of a record."""
    guids = [entry.guid for entry in new]
    harvested = sa.exists().where(Item.package_id == model.Package.id)
    query = sa.select(model.Package.id, model.Package.name, model.Package.title).where(
        sa.or_(model.Package.id.in_(guids), model.Package.name.in_(guids)), ~harvested, model.Package.state != "deleted"
    )
    for package_id, name, title in model.Session.execute(query):
        said = f"このポータルで登録されたデータセット「{title}」と同じIDです。上書きはしません。"
        yield Conflict(package_id if package_id in guids else name, package_id, "equals-local", said)


def _same_files(run: Run, new: Sequence[Entry]) -> Iterator[Conflict]:
    """Records all of whose files another source's data set has too."""
    records: dict[str, list[tuple[str, set[str]]]] = {}  # first address → guid and addresses of the records
    for entry in new:
        if own := addresses((entry.record or {}).get("files") or ()):
            records.setdefault(own[0], []).append((entry.guid, set(own)))
    if not records:
        return
    # Who has them all has the first. Each is looked up in the index: many at once would read the whole table.
    wanted = sa.func.unnest(array(sorted(records))).table_valued("address").render_derived()
    query = (
        sa.select(wanted.c.address, Item.package_id, Item.addresses, HarvestSource.title)
        .select_from(wanted)
        .join(Item, Item.addresses.has_key(wanted.c.address))
        .join(HarvestSource, HarvestSource.id == Item.source_id)
        .where(Item.source_id != run.source_id, Item.state == "present")
    )
    for address, package_id, others, title in model.Session.execute(query):
        for guid, own in records[address]:
            if own <= set(others):
                said = f"同じファイルのデータセットを、収集元「{title}」からすでに集めています。二重には追加しません。"
                yield Conflict(guid, package_id, "files-elsewhere", said)
