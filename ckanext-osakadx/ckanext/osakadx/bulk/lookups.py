"""What a batch of data sets asks the database about, asked once for all of them; and the validators that use it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.lib.navl.dictization_functions import Invalid, StopOnError, missing
from ckan.logic import validators
from ckan.types import Context

Key = tuple[Any, ...]
NAME = "osakadx_lookups"  # in the context of a validation


class Lookups:
    """Knowledge of one batch, true for its transaction.

    Args:
        names: that new data sets ask for.
        groups: ids and names of groups and organizations that will be asked about.

    Attributes:
        taken: names that data sets have, and names that earlier ones of the batch were given.
        groups: of CKAN's groups and organizations, by id and by name.
        user: in whose name the batch is written.
    """

    def __init__(self, user: str, names: Collection[str], groups: Collection[str] = ()) -> None:
        self.user = model.User.by_name(user)
        query = sa.select(model.Package.name).where(model.Package.name.in_(list(names)))
        self.taken: set[str] = set(model.Session.scalars(query)) if names else set()
        self.groups: dict[str, model.Group | None] = _groups(groups)
        self._owners: dict[Any, Any] = {}

    def group(self, reference: str) -> model.Group | None:
        """The group or organization of an id or a name."""
        if reference not in self.groups:
            self.groups[reference] = model.Group.get(reference)
        return self.groups[reference]

    def owner(self, value: Any, context: Context) -> Any:
        """What CKAN's own validator makes of an ``owner_org``, asked once for each.

        Raises:
            Invalid, StopOnError: as CKAN's validator.
        """
        if value not in self._owners:
            self._owners[value] = self._asked(value, context)
        found = self._owners[value]
        if isinstance(found, Exception):
            raise found
        return found

    @staticmethod
    def _asked(value: Any, context: Context) -> Any:
        key = ("owner_org",)
        data = {key: value}
        try:
            validators.owner_org_validator(key, data, {key: []}, context)
        except (Invalid, StopOnError) as error:
            return error
        return data[key]


def _groups(references: Collection[str]) -> dict[str, model.Group | None]:
    """Those that exist, by id or else by name, as ``Group.get`` finds each."""
    wanted = list(references)
    if not wanted:
        return {}
    query = sa.select(model.Group).where(sa.or_(model.Group.id.in_(wanted), model.Group.name.in_(wanted)))
    found = model.Session.scalars(query).all()
    known: dict[str, model.Group | None] = {group.name: group for group in found}
    known.update({group.id: group for group in found})
    return {reference: known[reference] for reference in wanted if reference in known}


def owner_org_validator(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's validator of the same name, where the user's own rights play no part; its caller has checked them."""
    value = data.get(key)
    asks_more = context.get("package") and authz.check_config_permission("allow_dataset_collaborators")
    if value is missing or value is None or value == "" or asks_more:
        validators.owner_org_validator(key, data, errors, context)
    else:
        known: Lookups = context[NAME]  # type: ignore[literal-required]
        data[key] = known.owner(value, context)
        owner = known.group(data[key])
        if owner is None or not owner.is_organization:
            raise Invalid("owner_org")


def package_name_validator(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's validator of the same name; a name that a deleted data set has goes the long way too."""
    del errors
    name = data[key]
    if not isinstance(name, str) or not 2 <= len(name) <= model.PACKAGE_NAME_MAX_LENGTH:
        raise Invalid("name")
    if name in context[NAME].taken:  # type: ignore[literal-required]
        raise Invalid("name")


def distinct_extras(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``duplicate_extras_key``, from the flat data as they are."""
    del key, errors, context
    places = {place[1] for place in data if place[0] == "extras" and len(place) > 1}
    kept = [place for place in places if not data.get(("extras", place, "deleted"))]
    keys = [data.get(("extras", place, "key"), missing) for place in kept]
    if ("extras",) in data or missing in keys or len(set(keys)) < len(keys):
        raise Invalid("extras")


def kept_name(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``package_name_validator`` for a name that the data set has: nobody else has it."""
    del errors
    name = data[key]
    if name != context["package"].name or not 2 <= len(name) <= model.PACKAGE_NAME_MAX_LENGTH:
        raise Invalid("name")


def own_resource(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``resource_id_does_not_exist`` for ids that were seen to be of the data set itself."""


def known_owner(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``owner_org_validator`` where a data set is shown: the owner it has is good."""
    if data.get(key) in (missing, None, ""):
        validators.owner_org_validator(key, data, errors, context)


def known_extras(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``duplicate_extras_key`` where a data set is shown: as `known_name`."""


def known_name(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """CKAN's ``package_name_validator`` where a data set is shown: it only finds errors, and they count for nothing."""
