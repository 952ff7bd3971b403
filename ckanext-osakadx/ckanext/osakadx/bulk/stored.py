"""Data sets of the catalog with all that hangs on them, read by table and changed as CKAN's ``model_save`` does.

They are objects of the session, so that plugins that listen for changed objects hear of them as ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.dictization import model_save
from ckan.types import Context
from sqlalchemy import orm
from sqlalchemy.orm.attributes import flag_modified

from .lookups import Lookups
from .tags import Name, tag_ids

Dict = dict[str, Any]


class Stored:
    """The data sets of a batch, held against other writers until the transaction ends.

    Attributes:
        packages: id → data set with its resources, deleted ones too, and its tags.
    """

    def __init__(self, ids: Collection[str]) -> None:
        of = model.Package
        query = (
            sa.select(of)
            .where(of.id.in_(list(ids)))
            .order_by(of.id)
            .options(
                orm.selectinload(of.resources_all), orm.selectinload(of.package_tags).joinedload(model.PackageTag.tag)
            )
            # What this session has seen in an earlier transaction may be old.
            .execution_options(populate_existing=True)
            .with_for_update(key_share=True, of=of)
        )
        self.packages = {package.id: package for package in model.Session.scalars(query).unique()}
        self._members = _members(list(self.packages))
        self._tags: dict[Name, model.Tag] = {}

    def expect_tags(self, tags: Iterable[Dict]) -> None:
        """Have the tags of a batch at hand; those that do not exist are made."""
        ids = tag_ids(tags)
        query = sa.select(model.Tag).where(model.Tag.id.in_(list(ids.values())))
        found = {tag.id: tag for tag in model.Session.scalars(query)} if ids else {}
        self._tags = {name: found[tag_id] for name, tag_id in ids.items()}

    def save_tags(self, package: model.Package, tags: Iterable[Dict]) -> bool:
        """As `package_tag_list_save`; whether anything changed. The tags were expected."""
        wanted = {self._tags[tag["name"], tag.get("vocabulary_id")] for tag in tags}
        present = {link.tag: link for link in package.package_tags}
        changed = False
        for tag, link in present.items():
            state = "active" if tag in wanted else "deleted"
            # CKAN counts one that was taken away before as taken away again: a data set with such a tag has changed.
            changed |= link.state != state or state == "deleted"
            link.state = state
        for tag in wanted - present.keys():
            model.Session.add(model.PackageTag(package, tag, "active"))
            changed = True
        return changed

    def save_groups(self, package: model.Package, groups: Iterable[Dict] | None, known: Lookups) -> bool:
        """As `package_membership_list_save` for someone who may do everything; whether anything changed."""
        if groups is None:
            return False
        wanted = {group for each in groups if (group := _group(each, known)) is not None}
        present = {
            link.group: link for link in self._members[package.id] if link.capacity not in (None, "organization")
        }
        changed = False
        for group, link in present.items():
            state = "active" if group in wanted else "deleted"
            if link.state != state:
                link.capacity, link.state = "public", state
                changed = True
        for group in wanted - present.keys():
            self._add_member(package, group, "public")
            changed = True
        return changed

    def save_owner(self, package: model.Package, known: Lookups) -> None:
        """As `package_owner_org_update`."""
        owner = known.group(package.owner_org) if package.owner_org else None
        here = [link for link in self._members[package.id] if link.capacity == "organization"]
        for link in here:
            if owner is None or link.group_id != owner.id:
                link.state = "deleted"
        if owner is not None and not any(link.group_id == owner.id for link in here):
            self._add_member(package, owner, "organization")

    def _add_member(self, package: model.Package, group: model.Group, capacity: str) -> None:
        member = model.Member(
            table_id=package.id, table_name="package", group=group, capacity=capacity, group_id=group.id, state="active"
        )
        model.Session.add(member)
        self._members[package.id].append(member)


def _members(ids: Sequence[str]) -> dict[str, list[model.Member]]:
    of = model.Member
    query = sa.select(of).where(of.table_id.in_(ids)).options(orm.joinedload(of.group))
    found: dict[str, list[model.Member]] = defaultdict(list)
    for member in model.Session.scalars(query.execution_options(populate_existing=True)):
        found[member.table_id].append(member)
    return found


def _group(reference: Dict, known: Lookups) -> model.Group | None:
    """As CKAN finds it: by its id where one is given, or else by its name."""
    given, name = reference.get("id"), reference.get("name")
    group = known.group(given or name or "")
    return group if group is not None and (group.id == given if given else group.name == name) else None


def save_fields(package: model.Package, data: Dict) -> bool:
    """The fields of a data set itself; whether anything changed."""
    data.pop("metadata_created", None)  # CKAN's to give
    extras = {extra["key"]: extra["value"] for extra in data.get("extras") or ()}
    changed, _ = package.from_dict({**data, "extras": extras})
    return bool(changed)


def save_resources(package: model.Package, resources: Iterable[Dict]) -> bool:
    """As `package_resource_list_save`; whether anything changed.

    One that is left out is kept as deleted, so that its DataStore table can be cleared away; one that was deleted
    before is gone for good.
    """
    present = package.resources_all
    old = [resource for resource in present if resource.state not in (None, "deleted")]
    buried = [resource for resource in present if resource.state == "deleted"]
    context = Context({"session": model.Session})
    kept, changed = [], False
    for given in resources:
        given["package_id"] = given.get("package_id") or package.id
        resource, change = model_save.resource_dict_save(given, context)
        kept.append(resource)
        changed |= change is not None
    if kept == old:
        return changed
    present[:] = kept
    for resource in set(buried) - set(kept):
        resource.purge()
    for resource in set(old) - set(kept):
        resource.state = "deleted"
        present.append(resource)
    return True


def flush() -> None:
    """Write what was changed, all rows of a table in one statement: those that change set the same columns."""
    dirty: dict[type, list[Any]] = defaultdict(list)
    for changed in model.Session.dirty:
        if model.Session.is_modified(changed, include_collections=False):
            dirty[type(changed)].append(changed)
    for kind, objects in dirty.items():
        columns = {attribute.key for attribute in sa.inspect(kind).column_attrs}
        written = {key for each in objects for key in columns & sa.inspect(each).committed_state.keys()}
        for each in objects:
            for key in written - sa.inspect(each).committed_state.keys():
                flag_modified(each, key)
    model.Session.flush()
