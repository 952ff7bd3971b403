"""`package_dictize` of CKAN for many data sets: the same dicts, from one question per table and not per data set."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import dictization
from ckan.lib.dictization import model_dictize
from ckan.plugins import toolkit as tk
from ckan.types import Context

Dict = dict[str, Any]


def packages(found: Sequence[model.Package], context: Context) -> Iterator[tuple[model.Package, Dict]]:
    """Yield each data set with what ``ckan.lib.dictization.model_dictize.package_dictize`` gives for it.

    Args:
        found: data sets of the present session.
        context: as for `package_show`.
    """
    ids = [package.id for package in found]
    resources, tags = _resources(ids, context), _tags(ids)
    groups, organizations = _Groups(ids, context), _organizations(found, context)
    subjects, objects = _relationships(ids, "subject", context), _relationships(ids, "object", context)
    for package in found:
        yield (
            package,
            {
                **_own(package, context),
                "resources": resources.get(package.id, []),
                "num_resources": len(resources.get(package.id, [])),
                "tags": tags.get(package.id, []),
                "num_tags": len(tags.get(package.id, [])),
                "groups": groups.of(package.id),
                "organization": copy.copy(organizations.get(package.owner_org)),
                "relationships_as_subject": subjects.get(package.id, []),
                "relationships_as_object": objects.get(package.id, []),
            },
        )


def _own(package: model.Package, context: Context) -> Dict:
    dictized = dictization.table_dictize(package, context)
    dictized.pop("plugin_data", None)
    if dictized.get("title"):
        dictized["title"] = dictized["title"].strip()
    dictized["extras"] = [{"key": key, "value": value} for key, value in (dictized["extras"] or {}).items()]
    dictized["isopen"] = package.isopen()
    dictized["type"] = package.type or "dataset"
    dictized["metadata_modified"] = package.metadata_modified.isoformat()
    dictized["metadata_created"] = package.metadata_created.isoformat() if package.metadata_created else None
    return dictized | _license(package)


def _license(package: model.Package) -> Dict:
    license = package.license
    if license and license.url:
        return {"license_url": license.url, "license_title": license.title.split("::")[-1]}
    return {"license_title": license.title if license else package.license_id}


def _resources(ids: list[str], context: Context) -> dict[str, list[Dict]]:
    table = model.resource_table
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in model.Session.execute(sa.select(table).where(table.c.package_id.in_(ids))):
        rows[row.package_id].append(row)
    return {package_id: model_dictize.resource_list_dictize(each, context) for package_id, each in rows.items()}


def _tags(ids: list[str]) -> dict[str, list[Dict]]:
    tag, link = model.tag_table, model.package_tag_table
    query = (
        sa.select(tag.c.id, tag.c.name, tag.c.vocabulary_id, link.c.state, link.c.package_id)
        .join(link, tag.c.id == link.c.tag_id)
        .where(link.c.package_id.in_(ids), link.c.state == "active")
        .order_by(tag.c.name)
    )
    tags: dict[str, list[Dict]] = defaultdict(list)
    for id_, name, vocabulary, state, package_id in model.Session.execute(query):
        shown = {"id": id_, "name": name, "vocabulary_id": vocabulary, "state": state, "display_name": name}
        tags[package_id].append(shown)
    return {package_id: sorted(each, key=lambda shown: shown["name"]) for package_id, each in tags.items()}


class _Groups:
    """The groups of data sets; each group is dictized once."""

    def __init__(self, ids: list[str], context: Context) -> None:
        group, member = model.group_table, model.member_table
        query = (
            sa.select(group, member.c.capacity)
            .add_columns(member.c.table_id.label("osakadx_package"))
            .join(member, group.c.id == member.c.group_id)
            .where(member.c.table_id.in_(ids), member.c.state == "active", group.c.is_organization.is_(False))
        )
        rows = model.Session.execute(query).all()
        self._context = context
        self._of: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        self._kinds: dict[tuple[str, Any], Any] = {}
        for row in rows:
            self._of[row.osakadx_package].append((row.id, row.capacity))
            self._kinds.setdefault((row.id, row.capacity), row)
        self._dicts = {kind: self._dictized(kind) for kind in self._kinds}

    def _dictized(self, kind: tuple[str, Any]) -> Dict:
        """One group as CKAN shows it in a data set, asked as CKAN asks: a row of the group and its capacity."""
        group, member = model.group_table, model.member_table
        query = sa.select(group, sa.literal(kind[1], member.c.capacity.type).label("capacity"))
        row = model.Session.execute(query.where(group.c.id == kind[0])).all()
        context = Context({**self._context, "with_capacity": False})
        return model_dictize.group_list_dictize(row, context, with_package_counts=False)[0]

    def of(self, package_id: str) -> list[Dict]:
        """The groups of one data set in CKAN's order."""
        found = (dict(self._dicts[kind]) for kind in self._of.get(package_id, ()))
        return sorted(found, key=lambda shown: tk.h.strxfrm(shown["display_name"]))


def _organizations(found: Sequence[model.Package], context: Context) -> dict[str, Dict]:
    table = model.group_table
    ids = {package.owner_org for package in found if package.owner_org}
    query = sa.select(table).where(table.c.id.in_(ids), table.c.state == "active")
    shown = dictization.obj_list_dictize(model.Session.execute(query).all(), context)
    for organization in shown:
        del organization["extras"]
    return {organization["id"]: organization for organization in shown}


def _relationships(ids: list[str], side: str, context: Context) -> dict[str, list[Dict]]:
    table = model.package_relationship_table
    column = table.c[f"{side}_package_id"]
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in model.Session.execute(sa.select(table).where(column.in_(ids))):
        rows[row._mapping[column]].append(row)
    return {package_id: dictization.obj_list_dictize(each, context) for package_id, each in rows.items()}
