"""The schemas of data sets as the site's dataset plugins make them, prepared once for each type and action."""

from __future__ import annotations

import functools
import json
from types import FunctionType
from typing import Any

from ckan.lib.plugins import lookup_package_plugin, plugin_validate
from ckan.logic import validators
from ckan.logic.schema import default_show_package_schema
from ckan.types import Context

from ckanext.scheming import plugins as scheming

from . import lookups
from .prepared import Prepared, Refused, unflatten

CREATING = {
    validators.duplicate_extras_key: lookups.distinct_extras,
    validators.owner_org_validator: lookups.owner_org_validator,
    validators.package_name_validator: lookups.package_name_validator,
}
UPDATING = {
    validators.duplicate_extras_key: lookups.distinct_extras,
    validators.owner_org_validator: lookups.owner_org_validator,
    validators.package_name_validator: lookups.kept_name,
    validators.resource_id_does_not_exist: lookups.own_resource,
}
SHOWING = {
    validators.duplicate_extras_key: lookups.known_extras,
    validators.owner_org_validator: lookups.known_owner,
    validators.package_name_validator: lookups.known_name,
}


def created(data: dict[str, Any], context: Context) -> dict[str, Any]:
    """Validate a new data set as `package_create` does.

    Args:
        data: what `package_create` takes, with its ``type``; it is not changed.
        context: with the batch's `lookups.Lookups` under ``osakadx_lookups``.

    Raises:
        Refused: not valid, or of a type whose plugin validates in a way of its own.
    """
    return _validated(data, context, "package_create")


def updated(data: dict[str, Any], context: Context) -> dict[str, Any]:
    """Validate a changed data set as `package_update` does.

    Args:
        data: what `package_update` takes, with the ``type``, ``id`` and ``name`` that it has; resources have no ids but
            of its own ones. It is not changed.
        context: as for `created`, with the data set under ``package``.

    Raises:
        Refused: as `created`.
    """
    return _validated(data, context, "package_update")


def _validated(data: dict[str, Any], context: Context, action: str) -> dict[str, Any]:
    plugin = lookup_package_plugin(data["type"])
    if not _is_schemings(plugin):
        raise Refused
    data = copied(data)
    fields = _composite_fields(plugin, data["type"])
    scheming.expand_form_composite(data, set(fields.dataset))
    if fields.resource:
        for resource in data.get("resources") or ():
            scheming.expand_form_composite(resource, set(fields.resource))
    return _prepared(plugin, data["type"], action).validate(data, context)


def shown(dictized: dict[str, Any], context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a data set in CKAN's default schema and in its type's own, as CKAN shows and indexes it.

    Args:
        dictized: from `dictized.packages`; scheming takes its composite fields out of the extras in place.
    """
    default = _default_show().validate(dictized, context)
    plugin = lookup_package_plugin(dictized["type"])
    if not _is_schemings(plugin):
        own, _ = plugin_validate(plugin, context, dictized, plugin.show_package_schema(), "package_show")
        return default, own
    _load_composites(dictized, _composite_fields(plugin, dictized["type"]).stored)
    return default, _prepared(plugin, dictized["type"], "package_show").validate(dictized, context)


class _Fields:
    """Names of the fields with subfields: of the data set, of its resources; those that CKAN keeps as extras."""

    def __init__(self, schema: dict[str, Any], known: dict[str, Any]) -> None:
        self.dataset = self._with_subfields(schema["dataset_fields"])
        self.resource = self._with_subfields(schema["resource_fields"])
        self.stored = self.dataset - known.keys()

    @staticmethod
    def _with_subfields(fields: list[dict[str, Any]]) -> frozenset[str]:
        return frozenset(field["field_name"] for field in fields if "repeating_subfields" in field)


def _is_schemings(plugin: Any) -> bool:
    """Whether scheming validates it, and no subclass of its in another way."""
    return getattr(type(plugin), "validate", None) is scheming.SchemingDatasetsPlugin.validate


@functools.lru_cache(maxsize=32)
def _composite_fields(plugin: Any, kind: str) -> _Fields:
    return _Fields(plugin._expanded_schemas[kind], plugin.show_package_schema())


@functools.lru_cache(maxsize=32)
def _prepared(plugin: Any, kind: str, action: str) -> Prepared:
    """The schema that scheming makes for one type and action, caught where it hands it to CKAN."""
    caught: list[dict[str, Any]] = []

    def catch(data: dict[str, Any], schema: dict[str, Any], context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
        del context
        caught.append(schema)
        return data, {}

    original = scheming.SchemingDatasetsPlugin.validate
    world = {**vars(scheming), "navl_validate": catch, "unflatten": unflatten}
    validate = FunctionType(original.__code__, world, closure=original.__closure__)
    schema, instead = {
        "package_create": (plugin.create_package_schema, CREATING),
        "package_update": (plugin.update_package_schema, UPDATING),
        "package_show": (plugin.show_package_schema, SHOWING),
    }[action]
    validate(plugin, {}, {"type": kind, "resources": []}, schema(), action)
    return Prepared(caught[0], instead, lenient=action == "package_show")


@functools.lru_cache(maxsize=1)
def _default_show() -> Prepared:
    return Prepared(default_show_package_schema(), SHOWING, lenient=True)


def _load_composites(dictized: dict[str, Any], stored: frozenset[str]) -> None:
    if stored and dictized.get("extras"):
        for extra in dictized["extras"]:
            if extra["key"] in stored:
                dictized[extra["key"]] = json.loads(extra["value"])
        dictized["extras"] = [extra for extra in dictized["extras"] if extra["key"] not in stored]


def copied(value: Any) -> Any:
    """Dicts and lists anew, what they hold as it is: validators change data in place."""
    if isinstance(value, dict):
        return {key: copied(each) if isinstance(each, (dict, list)) else each for key, each in value.items()}
    return [copied(each) if isinstance(each, (dict, list)) else each for each in value]


def forget() -> None:
    """Read the schemas anew, after a change of the site's plugins."""
    for cached in (_composite_fields, _prepared, _default_show):
        cached.cache_clear()
