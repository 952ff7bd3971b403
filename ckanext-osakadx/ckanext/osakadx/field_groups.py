"""Keeps the 17 groups (分野) of a data set as its field `theme` says, whoever saves it.

CKAN lets only members of a group put data sets into it; here the field decides, and the groups follow it.
"""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from osakadx import vocab


class FieldGroups(p.SingletonPlugin):
    """Mixin for the plugin `osakadx`."""

    p.implements(p.IPackageController, inherit=True)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        follow_themes(pkg_dict)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        follow_themes(pkg_dict)


def follow_themes(package: dict[str, Any]) -> None:
    """Put a data set into the groups of its fields and take it out of the others of the 17; other groups stay.

    Args:
        package: the validated dict that CKAN hands to its hooks, with ``id``. Saved with the transaction at hand.
    """
    groups = {theme.name: theme.code for theme in vocab.themes()}
    wanted = {name for name, code in groups.items() if code in themes(package)}
    if wanted == {group.get("name") for group in package.get("groups") or ()}:
        return
    members = {member.group.name: member for member in _members(package["id"], groups)}
    for name in members.keys() | wanted:
        member = members.get(name) or _new_member(package["id"], name)
        if member is not None:
            member.state = "active" if name in wanted else "deleted"
            model.Session.add(member)
    model.Session.flush()  # CKAN reads the data set for its index right after this


def themes(package: dict[str, Any]) -> list[str]:
    """Return the codes of a data set's fields, wherever CKAN keeps them at the moment: field, JSON or extra."""
    extras = {extra["key"]: extra["value"] for extra in package.get("extras") or ()}
    value = package.get("theme") or extras.get("theme") or []
    return list(json.loads(value) if isinstance(value, str) else value)


def _members(package_id: str, groups: dict[str, str]) -> list[model.Member]:
    query = (
        sa.select(model.Member)
        .join(model.Group, model.Group.id == model.Member.group_id)
        .where(model.Member.table_id == package_id, model.Member.table_name == "package")
        .where(model.Group.type == "group", model.Group.name.in_(groups))
    )
    return list(model.Session.scalars(query))


def _new_member(package_id: str, name: str) -> model.Member | None:
    group = model.Group.by_name(name)
    if group is None:
        return None
    return model.Member(table_id=package_id, table_name="package", group=group, group_id=group.id, capacity="public")
