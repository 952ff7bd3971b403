"""The schemas as ckanext-scheming reads them, with CKAN's validators in reach and no services behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from ckan import logic
from ckan.common import config
from ckan.lib import helpers
from ckan.logic.schema import default_create_package_schema
from ckan.plugins import toolkit as tk
from ckanext.osakadx import choices
from ckanext.osakadx.logic import validators
from ckanext.scheming import plugins as scheming
from ckanext.scheming.validation import all_validators
from flask import Flask
from flask_babel import Babel

PRESETS = "ckanext.scheming:presets.json osakadx.schemas:presets.yaml"


@contextmanager
def portal(locale: str = "ja") -> Iterator[None]:
    """Give CKAN our validators and helpers as its plugins would, and a request in a language."""
    tk.get_validator("not_empty")  # fills CKAN's own
    helpers.load_plugin_helpers()
    asks_the_database = ("owner_org_validator", "package_name_validator", "group_name_validator")
    with pytest.MonkeyPatch.context() as patch:
        for name, validator in {
            **all_validators,
            **{name: getattr(validators, name) for name in validators.__all__},
        }.items():
            patch.setitem(logic._validators_cache, name, validator)
        for name in asks_the_database:
            patch.setitem(logic._validators_cache, name, lambda value: value)
        for name in choices.__all__:
            patch.setitem(helpers.helper_functions, name, getattr(choices, name))
        patch.setitem(config, "ckan.locale_default", "ja")
        scheming._SchemingMixin._load_presets({"scheming.presets": PRESETS})
        app = Flask(__name__)
        Babel(app)
        with app.test_request_context(environ_overrides={"CKAN_LANG": locale}):
            yield


@cache
def schema(kind: str, type_field: str) -> dict[str, Any]:
    """One of our schemas with its presets filled in."""
    loaded = scheming._load_schemas([f"osakadx.schemas:{kind}.yaml"], type_field)
    return next(iter(scheming._expand_schemas(loaded).values()))


def validate(package: dict[str, Any], context: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `package_create` does with a data set before it saves it: (data, errors)."""
    plugin = scheming.SchemingDatasetsPlugin()
    plugin._expanded_schemas = {"dataset": schema("dataset", "dataset_type")}
    plugin._schemas = plugin._expanded_schemas
    return plugin.validate(
        {"ignore_auth": True} | (context or {}), package, default_create_package_schema(), "package_create"
    )
