"""Each plugin of ours works alone on a plain CKAN 2.12."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from uuid import uuid4

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


PAGES = """
import sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
client = make_app(load_config(sys.argv[1]))._wsgi_app.test_client()
for path in sys.argv[2:]:
    answer = client.get(path)
    print(answer.status_code, path, answer.text.replace("\\n", " "))
"""


def test_questions_are_asked_and_read_without_our_theme(stack: Stack, tmp_path: Path, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    given = {"name": f"alone-{uuid4().hex[:8]}", "title": "施設", "owner_org": "272272", "notes": "施設です。"}
    given |= {"license_id": "cc-by-4.0", "resources": []}
    package = tk.get_action("package_create")(context(), given)
    for _ in range(4):
        text = f"どの施設ですか。{uuid4()}"
        asked = tk.get_action("osakadx_question_create")(context(), {"id": package["id"], "text": text})
        told = {"id": asked["id"], "answer": "すべての施設です。", "shown": "text"}
        tk.get_action("osakadx_question_answer")(context(), told)
    paths = [f"/dataset/{package['name']}{rest}" for rest in ("", "/questions", "/questions/new")]

    ini = alone(stack, tmp_path, "osakadx_questions")
    done = subprocess.run([sys.executable, "-c", PAGES, ini, *paths], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    page, listed, form = done.stdout.splitlines()
    assert page.startswith("200") and "すべての施設です。" in page and f"{paths[2]}" in page
    assert listed.startswith("200") and listed.count("すべての施設です。") == 4
    assert form.startswith("200") and 'name="_csrf_token"' in form and 'name="text"' in form
    assert 'name="address"' not in form  # without the mails nobody would write to it
