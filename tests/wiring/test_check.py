"""The start-up check about plugins that fetch past the guard."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from ckanext.osakadx.security import check

INI = Path(__file__).resolve().parents[2] / "docker" / "ckan.ini"


def refused(plugins: str | list[str]) -> list[str]:
    found = check.problems({"ckan.plugins": plugins})
    return [problem.message for problem in found if problem.slug == "guarded-fetching"]


@pytest.mark.parametrize(
    "plugin",
    ["ckan_harvester", "dcat_rdf_harvester", "dcat_json_harvester", "csw_harvester", "waf_harvester", "resource_proxy",
     "datapusher", "xloader", "archiver"],
)  # fmt: skip
def test_a_plugin_that_fetches_unguarded_is_named(plugin: str) -> None:
    (message,) = refused(f"osakadx harvest {plugin} activity")
    assert f"プラグイン {plugin} は" in message
    assert refused(["osakadx", plugin]) == [message]


def test_our_own_configuration_has_none() -> None:
    ini = configparser.RawConfigParser(allow_no_value=True)
    ini.read_string("[app]\n" + INI.read_text(encoding="utf-8").partition("[app:main]")[2])
    plugins = ini["app"]["ckan.plugins"].split()
    assert "osakadx_security" in plugins and "harvest" in plugins
    assert refused(plugins) == []
