"""Many new data sets in a few statements, as `package_create` of CKAN would write each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from ckan.lib import datapreview
from ckan.lib.dictization import model_save
from ckan.plugins import toolkit as tk
from ckan.types import Context

from . import activities, hooks, schemas
from .lookups import NAME, Lookups
from .prepared import Refused
from .shown import Shown, shown
from .tags import tag_ids

Dict = dict[str, Any]
ACTIONS = ("package_create", "package_show", "package_owner_org_update", "package_create_default_resource_views")
# What is saved in ways of its own: rare in new data sets, and written by CKAN's own action.
LONG_WAY = ("id", "plugin_data", "relationships_as_subject", "relationships_as_object", "metadata_modified")


@dataclass(frozen=True)
class Created:
    """A data set that was written: its place in the batch, its id, and how CKAN shows it now."""

    position: int
    package_id: str
    shown: Shown


def create(batch: Sequence[Dict], user: str, extra: Dict) -> tuple[list[Created], list[int]]:
    """Write new data sets in the present transaction, without committing it.

    Args:
        batch: what `package_create` takes; not changed.
        user: name of the user in whose name they are written.
        extra: for the context that hooks of other plugins are given.

    Returns:
        (what was written, positions of those that have to go through `package_create` itself: not valid, or unusual).

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database refused one of them; the transaction has to be rolled back.
    """
    if not hooks.usual(ACTIONS) or hooks.somebody_watches_objects():
        return [], list(range(len(batch)))
    known = Lookups(user, [package["name"] for package in batch if isinstance(package.get("name"), str)])
    valid, others = _validated(batch, known, extra)
    if valid:
        _insert(valid, known)
        _tell_plugins(valid, user, extra)
        valid = _told_all(valid, user, extra)
    return valid, others


def _validated(batch: Sequence[Dict], known: Lookups, extra: Dict) -> tuple[list[_New], list[int]]:
    valid: list[_New] = []
    others: list[int] = []
    for position, package in enumerate(batch):
        try:
            valid.append(_New(position, package, _valid(package, known, extra)))
        except Refused:
            others.append(position)
    return valid, others


@dataclass
class _New:
    """One valid data set: what was asked for, and what validation made of it, with ids once it is written."""

    position: int
    asked: Dict
    data: Dict


def _valid(package: Dict, known: Lookups, extra: Dict) -> Dict:
    if "type" not in package or any(package.get(key) for key in LONG_WAY):
        raise Refused
    context = hooks.context(known.user.name if known.user else "", extra)
    context[NAME] = known  # type: ignore[literal-required]
    data = schemas.created(package, context)
    if not _saved_here(data):
        raise Refused
    known.taken.add(data["name"])
    return data


def _saved_here(data: Dict) -> bool:
    """Whether everything in it is what `_insert` knows how to save."""
    groups, tags, resources = data.get("groups") or (), data.get("tags") or (), data.get("resources") or ()
    return (
        not any(data.get(key) for key in LONG_WAY)
        and not any("capacity" in group for group in groups)
        and not any("id" in tag for tag in tags)
        and not any(resource.get("id") or resource.get("upload") for resource in resources)
    )


# -- rows --------------------------------------------------------------------------------------------------------------


def _insert(valid: Sequence[_New], known: Lookups) -> None:
    """Write the rows of all tables, a statement or a few for each table."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    rows: dict[sa.Table, list[Dict]] = {
        model.package_table: [], model.resource_table: [], model.member_table: [], model.package_tag_table: [],
    }  # fmt: skip
    tags = tag_ids(tag for new in valid for tag in new.data.get("tags") or ())
    for new in valid:
        if known.user:
            new.data["creator_user_id"] = known.user.id
        new.data["id"] = str(uuid.uuid4())
        rows[model.package_table].append(_package(new.data, now))
        rows[model.resource_table] += _resources(new.data, now)
        rows[model.member_table] += _members(new.data, known)
        rows[model.package_tag_table] += _package_tags(new.data, tags)
    for table, each in rows.items():
        if each:
            model.Session.execute(sa.insert(table), each)


class _Detached:
    """Stands for the session where CKAN's own code fills in an object that is not kept."""

    def get(self, *_: Any) -> None:
        """Nothing is there yet."""

    def add(self, *_: Any) -> None:
        """Nothing is kept."""


def _package(data: Dict, now: datetime) -> Dict:
    package = model.Package()
    # A creation date is CKAN's to give.
    data.pop("metadata_created", None)
    data.pop("plugin_data", None)
    extras = {extra["key"]: extra["value"] for extra in data.get("extras") or ()}
    package.from_dict({**data, "extras": extras})
    return _row(package, model.package_table, {"metadata_created": now, "metadata_modified": now})


def _resources(data: Dict, now: datetime) -> Iterable[Dict]:
    context = Context({"session": _Detached()})
    for position, resource in enumerate(data.get("resources") or ()):
        resource["package_id"] = resource.get("package_id") or data["id"]
        saved, _ = model_save.resource_dict_save(resource, context)
        saved.position = position
        resource["id"] = saved.id
        yield _row(saved, model.resource_table, {"created": now})


def _row(filled: Any, table: sa.Table, defaults: Dict) -> Dict:
    """The columns of an object as they would be inserted: what is unset gets its default."""
    row = {column.name: getattr(filled, column.name) for column in table.c}
    for column in table.c:
        if row[column.name] is None and column.default is not None:
            given = defaults.get(column.name)
            row[column.name] = given if given is not None else _default(column)
    return row


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _members(data: Dict, known: Lookups) -> Iterable[Dict]:
    groups = {
        group.id: "public"
        for each in data.get("groups") or ()
        if (group := known.group(each.get("id") or each.get("name") or "")) is not None
    }
    owner = known.group(data["owner_org"]) if data.get("owner_org") else None
    pairs = [*groups.items(), *([(owner.id, "organization")] if owner else [])]
    for group_id, capacity in pairs:
        yield {
            "id": str(uuid.uuid4()), "table_name": "package", "table_id": data["id"], "group_id": group_id,
            "capacity": capacity, "state": "active",
        }  # fmt: skip


def _package_tags(data: Dict, tags: dict[tuple[str, str | None], str]) -> Iterable[Dict]:
    for key in dict.fromkeys((tag["name"], tag.get("vocabulary_id")) for tag in data.get("tags") or ()):
        yield {"id": str(uuid.uuid4()), "package_id": data["id"], "tag_id": tags[key], "state": "active"}


# -- those who want to know --------------------------------------------------------------------------------------------


def _tell_plugins(valid: Sequence[_New], user: str, extra: Dict) -> None:
    """Call the hooks of other plugins, each data set in its turn, as `package_create` does."""
    ids = [new.data["id"] for new in valid]
    packages = {package.id: package for package in model.Session.scalars(
        sa.select(model.Package).where(model.Package.id.in_(ids)))}  # fmt: skip
    with_views = bool(datapreview.get_default_view_plugins())
    for new in valid:
        context = hooks.context(user, extra)
        for item in p.PluginImplementations(p.IPackageController):
            item.create(packages[new.data["id"]])
            item.after_dataset_create(context, new.data)
        if with_views and new.data.get("resources"):
            tk.get_action("package_create_default_resource_views")(
                tk.fresh_context(context, ignore_auth=True, defer_commit=True), {"package": new.data}
            )
    model.Session.flush()


def _told_all(valid: Sequence[_New], user: str, extra: Dict) -> list[Created]:
    """Keep the activities, send CKAN's signal, and return what was written as CKAN shows it."""
    seen = {each.package.id: each for each in shown([new.data["id"] for new in valid])}
    created = [Created(new.position, new.data["id"], seen[new.data["id"]]) for new in valid]
    activities.keep(activities.NEW, [each.shown for each in created], user)
    hooks.succeeded("package_create", [(hooks.context(user, extra), new.asked, new.data["id"]) for new in valid])
    return created
