"""What entry points promise is there: plugin classes, and options that CKAN can declare."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from ckan.config.declaration import Declaration
from ckan.plugins import Plugin

PROJECT = Path(__file__).resolve().parents[2]
OURS = {entry.name: entry for entry in entry_points(group="ckan.plugins") if entry.value.startswith("ckanext.osakadx")}
DECLARATIONS = sorted((PROJECT / "ckanext-osakadx" / "ckanext").rglob("config_declaration.yaml"))


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_entry_point_leads_to_a_plugin(name: str) -> None:
    assert issubclass(OURS[name].load(), Plugin)


@pytest.mark.parametrize("path", DECLARATIONS, ids=lambda path: path.parent.name)
def test_options_are_declared_in_ckans_form(path: Path) -> None:
    declaration = Declaration()
    declaration.load_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    keys = [str(key) for key in declaration.iter_options()]
    assert keys
    assert all(key.startswith("ckanext.osakadx.") for key in keys)
    assert all(declaration[key].description for key in keys)
