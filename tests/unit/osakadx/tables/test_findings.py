"""The wording in `schemas/reading.yaml` against the code that uses it, both ways."""

import re
from pathlib import Path
from string import Formatter

import pytest
from osakadx import data
from osakadx.tables import findings
from osakadx.tables.findings import Findings, found

WORDING = data.document(findings.WORDING)
PACKAGES = Path(findings.__file__).parents[2]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGES.rglob("*.py"))
FOUND = re.compile(r"""(?:found|tell)\(\s*"([a-z0-9-]+)\"""")
KNOWN = (
    "API|CSV|cpg|Ctrl|dbf|DOCTYPE|EPSG|Enter|Excel|FeatureCollection|GIS|GeoJSON|HTML|JGD|JSON|KML|MB|N/A|NUL|ODS|PDF|prj|REF|Shapefile|Shift_JIS|shp|shx|TSV|UTF|WGS|ZIP|zip"
    "|xls|xlsm|xlsx"
)


@pytest.mark.parametrize("rule", WORDING)
def test_every_rule_that_is_worded_is_found_somewhere(rule):
    assert f'"{rule}"' in CODE


def test_every_rule_that_is_found_is_worded():
    named = {rule for path in Path(findings.__file__).parent.glob("*.py") for rule in FOUND.findall(path.read_text())}
    assert len(named) > 40
    assert named <= set(WORDING)


@pytest.mark.parametrize("rule, wording", WORDING.items())
def test_the_wording_is_whole(rule, wording):
    assert set(wording) <= {"severity", "message", "fix", "unreadable", "unscored", "whole", "same_as"}
    assert wording["severity"] in ("error", "warning", "advice")
    assert wording["message"].endswith("。") or "」" in wording["message"]
    if wording.get("unreadable"):
        assert wording["severity"] == "error"


@pytest.mark.parametrize("rule, wording", WORDING.items())
def test_no_foreign_words_leak_to_an_officer(rule, wording):
    text = "".join(part for part, *_ in Formatter().parse(wording["message"] + wording.get("fix", "")))
    assert [word for word in re.findall(r"[A-Za-z][A-Za-z_/]*", text) if not re.fullmatch(KNOWN, word)] == []


def test_facts_are_put_into_the_wording():
    finding = found("ragged-row", row=3, value="27", count=27, columns=28)
    assert finding.message.startswith("この行は 27 列で、項目名の 28 列と")
    assert (finding.severity, finding.row) == ("error", 3)


def test_a_long_value_is_cut():
    assert found("notes-above", row=1, value="あ" * 200).value == "あ" * 80 + "…"


def test_braces_in_a_value_do_no_harm():
    assert "{x}" in found("notes-above", row=1, value="{x}").message


def test_places_are_listed_up_to_the_cap_by_rule_and_sheet():
    collected = Findings(2)
    for row in range(5):
        collected.add(found("header-missing", row=row))
        collected.add(found("header-missing", sheet="甲", row=row))
    kept = collected.all()
    assert [(finding.sheet, finding.row, finding.value) for finding in kept] == [
        (None, 0, None), ("甲", 0, None), (None, 1, None), ("甲", 1, None), (None, None, "5"), ("甲", None, "5"),
    ]  # fmt: skip
    assert {finding.rule for finding in kept} == {"header-missing"}
