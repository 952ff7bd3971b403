"""What exists is documented, and what is documented exists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
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


def rows_of_tables(text: str) -> Iterator[list[str]]:
    """What the rows of each table are about: the names in their first cells, words left out before "、" put back."""
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows: list[str] = []
        for cell in re.findall(r"^\| ((?:`[^`]+`[、 ]*)+)\|", table, re.MULTILINE):
            before = ""
            for name in re.findall(r"`([^`]+)`", cell):
                words = re.sub(r" \[?[A-Z]+…?\]?", "", name).split()  # without arguments
                rows.append(" ".join([before, *words]).strip())
                before = " ".join(words[:-1])
        yield rows


@pytest.mark.parametrize("text", PAGES.values(), ids=list(PAGES))
def test_no_row_of_a_table_stands_twice(text: str) -> None:
    assert [row for rows in rows_of_tables(text) for row, times in Counter(rows).items() if times > 1] == []


def test_a_row_is_known_again_however_it_is_written() -> None:
    table = "| `ckan x examine [NAME…]` | a |\n| `ckan x status` | b |\n| `ckan x examine`、`status` | c |\n"
    assert list(rows_of_tables(table)) == [["ckan x examine", "ckan x status", "ckan x examine", "ckan x status"]]


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
