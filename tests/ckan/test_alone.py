"""Each plugin of ours works alone on a plain CKAN 2.12."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.portal import BIN, Stack

OURS = sorted(entry.name for entry in entry_points(group="ckan.plugins") if entry.value.startswith("ckanext.osakadx"))
# What another extension brings: sources are ckanext-harvest's, runs are osakadx_harvest's, rows are the DataStore's.
WITH: Mapping[str, str] = {
    "osakadx_harvest": "harvest",
    **dict.fromkeys(
        (
            f"osakadx_{kind}"
            for kind in (
                *("csv_listing", "workbook", "ckan_api", "dcat", "csw"),
                *("opendatasoft", "arcgis_hub", "html_page"),
            )
        ),
        "harvest osakadx_harvest",
    ),
    "osakadx_intake": "datastore",
}


def alone(stack: Stack, folder: Path, plugins: str) -> Path:
    """The site's configuration with these plugins only."""
    lines = stack.ini.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("ckan.plugins"))
    end = next(number for number in range(start + 1, len(lines)) if not lines[number].startswith(" "))
    kept = [line for line in lines[end:] if not line.startswith(("scheming.", "ckanext.dcat."))]
    ini = folder / "alone.ini"
    ini.write_text("\n".join([*lines[:start], f"ckan.plugins = {plugins}", *kept]), encoding="utf-8")
    return ini


@pytest.mark.parametrize("name", OURS)
def test_a_plugin_starts_alone(name: str, stack: Stack, tmp_path: Path) -> None:
    ini = alone(stack, tmp_path, " ".join([*WITH.get(name, "").split(), name]))

    done = subprocess.run([BIN / "ckan", "-c", ini, "config", "validate"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
