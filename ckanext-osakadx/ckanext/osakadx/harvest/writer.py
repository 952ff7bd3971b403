"""Writes many data sets at once: one transaction per batch, with its results and its index rows.

They go through `ckanext.osakadx.bulk`, and what is unusual through CKAN's own actions, so schema, other plugins' hooks
and activities are those of any other change. What a harvest may not do is decided before (``guard``), not here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.plugins import toolkit as tk
from osakadx.errors import OsakadxError
from sqlalchemy.exc import DisconnectionError, OperationalError, StatementError

from ckanext.osakadx import outbox
from ckanext.osakadx.bulk.create import create
from ckanext.osakadx.bulk.schemas import copied
from ckanext.osakadx.bulk.shown import Shown
from ckanext.osakadx.bulk.update import update, update_one

from . import uploads

log = logging.getLogger(__name__)

# How CKAN says no: to values, to their shape, to what the database does not take.
REFUSALS = (tk.ValidationError, DataError, StatementError)
# How the database says that it is not there, or that somebody else was first: the run is tried again.
AWAY = (OperationalError, DisconnectionError)
HARVEST = {"osakadx_harvest": True}  # tells our plugins' hooks that a batch is announced when it is done


class Overtaken(Exception):
    """Another worker has gone on with this run, since this one was taken for dead; what it did stays."""


@dataclass(frozen=True)
class Change:
    """One data set to write.

    Attributes:
        guid: its identity inside the source.
        package: what `package_create` takes; resources without ids.
        package_id: id of the data set to update, or None to create one.
        notices: what was met on the way in, for the record's page; each with ``slug`` and ``message``.
        files: those that the portal takes into its own storage; the resources have their addresses.
    """

    guid: str
    package: dict[str, Any]
    package_id: str | None = None
    notices: tuple[Mapping[str, Any], ...] = ()
    files: uploads.FolderFiles | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one change: ``result`` is added, updated or refused."""

    guid: str
    result: str
    package_id: str | None = None
    notices: tuple[Mapping[str, Any], ...] = ()


_Written = tuple[list[tuple[Outcome, Shown]], list[int]]
_Resources = dict[str, list[tuple[str, str, str]]]  # id of a data set → id, url, name of its resources


class Writer:
    """Applies batches on behalf of a user.

    Args:
        user: name of the CKAN user in whose name data sets are written.
        note: called with the outcomes of a batch inside its transaction, to store them with it.
    """

    def __init__(self, user: str, note: Callable[[Sequence[Outcome]], None]) -> None:
        self._user = user
        self._note = note

    def apply(self, batch: Sequence[Change]) -> list[Outcome]:
        """Write a batch: new data sets together in one transaction, changed ones in another, what is left in a third.

        A refused data set does not hold back the others. What was written is sent to the search engine right after.
        """
        outcomes: list[Outcome] = []
        rest: list[Change] = []
        linking = [change for change in batch if change.files is None]
        new = [change for change in linking if change.package_id is None]
        changed = [change for change in linking if change.package_id is not None]
        for part, together in ((new, self._create), (changed, self._update)):
            written, others = self._together(part, together) if part else ([], [])
            outcomes += written
            rest += others
        outcomes += self._one_by_one(rest) if rest else []
        return [*outcomes, *(self._with_files(change, change.files) for change in batch if change.files is not None)]

    def _with_files(self, change: Change, files: uploads.FolderFiles) -> Outcome:
        """Write one data set with its files, in a transaction of its own: bytes cannot be rolled back."""
        try:
            with uploads.taken(change.package, change.package_id, files) as taken:
                outcome = self._write(replace(change, package=taken.package), {})
                model.Session.flush()
                taken.store(str(outcome.package_id))
                return self._commit([outcome])[0]
        except (*AWAY, Overtaken):
            raise
        except Exception as error:
            return self._not_written(change, error)

    def _together(self, part: Sequence[Change], write: Callable[..., _Written]) -> tuple[list[Outcome], list[Change]]:
        """Write data sets in a few statements; what does not go that way is left for the other."""
        try:
            written, others = write(part)
            outcomes = [outcome for outcome, _ in written]
            if outcomes:
                self._commit(outcomes)
        except (*AWAY, Overtaken):
            raise
        except Exception:
            # A name that somebody else took in the same instant, a text that the database does not take, a hook of
            # another plugin that fails: one by one it will be known which.
            log.info("a batch of %s data sets goes one by one", len(part), exc_info=True)
            model.Session.rollback()
            return [], list(part)
        outbox.deliver([shown for _, shown in written])
        return outcomes, [part[position] for position in others]

    def _create(self, new: Sequence[Change]) -> _Written:
        made, others = create([change.package for change in new], self._user, HARVEST)
        return [(_outcome(new[each.position], "added", each.package_id), each.shown) for each in made], others

    def _update(self, changed: Sequence[Change]) -> _Written:
        resources = _resource_ids(change.package_id for change in changed if change.package_id)
        done, others = update([_identified(change, resources) for change in changed], self._user, HARVEST)
        return [(_outcome(changed[each.position], "updated", each.package_id), each.shown) for each in done], others

    def _one_by_one(self, batch: Sequence[Change]) -> list[Outcome]:
        """Write through CKAN's own actions, in one transaction.

        `package_create` and `package_update` roll the whole transaction back when they refuse one, so a batch with a
        refusal is written again in halves until the refused one stands alone.
        """
        try:
            resources = _resource_ids(change.package_id for change in batch if change.package_id)
            return self._commit([self._write(change, resources) for change in batch])
        except (*AWAY, Overtaken):
            raise  # the database or another worker, not a data set
        except Exception as error:
            if len(batch) == 1:
                return [self._not_written(batch[0], error)]
            model.Session.rollback()
            middle = len(batch) // 2
            return [*self._one_by_one(batch[:middle]), *self._one_by_one(batch[middle:])]

    def _not_written(self, change: Change, error: Exception) -> Outcome:
        """Take back what was begun of one data set, and keep why."""
        model.Session.rollback()
        if not isinstance(error, (*REFUSALS, OsakadxError)):
            log.error("data set %s could not be written", change.guid, exc_info=error)
        return self._commit([_refused(change, error)])[0]

    def _commit(self, outcomes: list[Outcome]) -> list[Outcome]:
        self._note(outcomes)
        outbox.enqueue([outcome.package_id for outcome in outcomes if outcome.package_id])
        model.Session.commit()
        return outcomes

    def _write(self, change: Change, resources: _Resources) -> Outcome:
        if change.package_id is not None:
            update_one(copied(_identified(change, resources)), self._user, HARVEST)
            return _outcome(change, "updated", change.package_id)
        context = {
            "user": self._user,
            "ignore_auth": True,
            "defer_commit": True,
            "return_id_only": True,
            "use_cache": False,
            **HARVEST,
        }
        return _outcome(change, "added", tk.get_action("package_create")(context, copied(change.package)))


def _outcome(change: Change, result: str, package_id: str) -> Outcome:
    return Outcome(change.guid, result, package_id, change.notices)


def _identified(change: Change, resources: _Resources) -> dict[str, Any]:
    """What `package_update` takes: the package with its id, and those of the resources it had."""
    before = resources.get(change.package_id or "", [])
    kept = keep_ids(change.package.get("resources", []), before)
    return {**change.package, "id": change.package_id, "resources": kept}


def _refused(change: Change, error: Exception) -> Outcome:
    if isinstance(error, OsakadxError):
        told = {"slug": error.slug, "message": error.message, "fix": error.fix}
        return Outcome(change.guid, "refused", change.package_id, (*change.notices, told))
    problem = {
        "slug": "refused" if isinstance(error, REFUSALS) else "unexpected",
        "message": "データセットとして登録できませんでした。",
        "problems": dict(error.error_dict) if isinstance(error, tk.ValidationError) else {"": [str(error)[:500]]},
    }
    return Outcome(change.guid, "refused", change.package_id, (*change.notices, problem))


def keep_ids(resources: Iterable[dict[str, Any]], before: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Give resources the ids they had: people's links and DataStore tables hang on them.

    Args:
        resources: the new resources, without ids.
        before: (id, url, name) of the resources the data set has now.

    Returns:
        The new resources; one that has the URL of an old one, or else the name of one whose URL is gone, has its id.
    """
    old = list(before)
    result = [dict(resource) for resource in resources]
    for key in (1, 2):
        for resource in result:
            if "id" in resource:
                continue
            value = resource.get("url" if key == 1 else "name")
            match = next((entry for entry in old if value and entry[key] == value), None)
            if match:
                old.remove(match)
                resource["id"] = match[0]
    return result


def _resource_ids(package_ids: Iterable[str]) -> _Resources:
    """(id, url, name) of the active resources of these data sets, in their order."""
    ids = list(package_ids)
    if not ids:
        return {}
    table = model.Resource
    rows = model.Session.execute(
        sa.select(table.package_id, table.id, table.url, table.name)
        .where(table.package_id.in_(ids), table.state == model.State.ACTIVE)
        .order_by(table.package_id, table.position)
    )
    found: _Resources = {}
    for package_id, resource_id, url, name in rows:
        found.setdefault(package_id, []).append((resource_id, url or "", name or ""))
    return found
