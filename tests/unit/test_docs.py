"""What exists is documented, and what is documented exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
OPERATORS = (PROJECT / "docker" / "README.md").read_text(encoding="utf-8")
SCHEMAS = (PROJECT / "schemas" / "README.md").read_text(encoding="utf-8")
SOURCES = (PROJECT / "harvesters" / "README.md").read_text(encoding="utf-8")


def declared_options() -> set[str]:
    found: set[str] = set()
    for path in (PROJECT / "ckanext-osakadx").rglob("config_declaration.yaml"):
        declaration = yaml.safe_load(path.read_text(encoding="utf-8"))
        found |= {option["key"] for group in declaration["groups"] for option in group["options"]}
    return found


def test_every_option_is_in_the_readme_and_the_reverse() -> None:
    written = set(re.findall(r"^\| `(ckanext\.osakadx\.[\w.]+)`", README, re.MULTILINE))
    assert written == declared_options()


def test_every_option_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "ckanext-osakadx").rglob("*.py"))
    assert {key for key in declared_options() if f'"{key}"' not in code} == set()


def test_every_plugin_is_in_the_readme_and_the_reverse() -> None:
    setup = (PROJECT / "setup.py").read_text(encoding="utf-8")
    entries = set(re.findall(r'"(osakadx\w*) = ckanext\.osakadx\.[\w.]+:\w+Plugin"', setup))
    entries |= set(re.findall(r'"(osakadx\w*) = ckanext\.osakadx\.harvesters\.plugins:\w+"', setup))
    table = README.split("## プラグイン")[1].split("## ")[0]
    assert set(re.findall(r"^\| `(osakadx\w*)`", table, re.MULTILINE)) == entries


PAGES = {"README": README, "docker": OPERATORS, "schemas": SCHEMAS, "harvesters": SOURCES}


@pytest.mark.parametrize("text", PAGES.values(), ids=list(PAGES))
def test_every_verb_that_is_named_is_in_the_makefile(text: str) -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*##", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z][a-z-]+)", text)) <= verbs


def test_every_file_of_the_schemas_is_explained() -> None:
    files = [path.name for path in (PROJECT / "schemas").rglob("*") if path.suffix in {".csv", ".yaml", ".json"}]
    assert [name for name in files if name not in SCHEMAS and not re.match(r"\d\d_", name)] == []


def test_every_standard_data_set_is_listed() -> None:
    numbers = sorted(path.name[:2] for path in (PROJECT / "schemas" / "standards").glob("*.yaml"))
    assert numbers == [f"{number:02d}" for number in range(1, 32)]


def test_every_source_type_is_explained() -> None:
    modules = {path.stem for path in (PROJECT / "harvesters" / "sources").glob("*.py")} - {"__init__"}
    assert {module for module in modules if f"### {module}:" not in SOURCES} == set()


def test_links_between_pages_lead_somewhere() -> None:
    for folder, text in ((PROJECT, README), (PROJECT / "docker", OPERATORS), (PROJECT / "schemas", SCHEMAS)):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (folder / target).exists(), target
