"""The wording in `schemas/reading.yaml` against the code that uses it, both ways."""

import re
from pathlib import Path
from string import Formatter

import pytest
from osakadx import data
from osakadx.bilingual import Bilingual
from osakadx.quality.finding import Finding
from osakadx.tables import findings
from osakadx.tables.findings import Findings, found
from osakadx.tables.read import _DELIMITER_NAMES

WORDING = data.document(findings.WORDING)
PACKAGES = Path(findings.__file__).parents[2]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGES.rglob("*.py"))
FOUND = re.compile(r"""(?:found|tell)\(\s*"([a-z0-9-]+)\"""")
KNOWN = (
    "A|B|API|CSV|cpg|Ctrl|dbf|Delete|DOCTYPE|End|EPSG|Enter|Excel|FeatureCollection|GIS|GeoJSON|HTML|JGD|JSON|KML|MB|N/A|NUL|ODS|OK|PDF|prj|REF|Shapefile|Shift_JIS|shp|shx|TSV|UTF|WGS|ZIP|zip"
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
    languages = {"message", "fix", "message_en", "fix_en"}
    assert set(wording) <= {"severity", *languages, "unreadable", "unscored", "whole", "same_as"}
    assert wording["severity"] in ("error", "warning", "advice")
    assert wording["message"].endswith("。") or "」" in wording["message"]
    if wording.get("unreadable"):
        assert wording["severity"] == "error"


def facts(text):
    return {name for _, name, *_ in Formatter().parse(text) if name}


@pytest.mark.parametrize("rule, wording", WORDING.items())
def test_english_says_the_same_of_the_same_facts(rule, wording):
    assert ("fix" in wording) == ("fix_en" in wording)
    for ours, theirs in (("message", "message_en"), ("fix", "fix_en")):
        english = wording.get(theirs, "")
        assert facts(wording.get(ours, "")) == facts(english)
        assert english.isascii() and (not english or english[-1] == ".")
    assert wording["message_en"] and "Unicode" not in wording["message_en"]


@pytest.mark.parametrize("rule, wording", WORDING.items())
def test_no_foreign_words_leak_to_an_officer(rule, wording):
    text = "".join(part for part, *_ in Formatter().parse(wording["message"] + wording.get("fix", "")))
    assert [word for word in re.findall(r"[A-Za-z][A-Za-z_/]*", text) if not re.fullmatch(KNOWN, word)] == []


def test_facts_are_put_into_the_wording():
    finding = found("ragged-row", row=3, value="27", count=27, columns=28)
    assert finding.message.startswith("この行は 27 列で、項目名の 28 列と")
    assert (finding.severity, finding.row) == ("error", 3)


def test_both_languages_are_said_and_come_back_from_storage():
    finding = found("file-not-opened", reason=Bilingual("フォルダーです", "it is a folder"))
    assert finding.message == "ファイルを開けません(フォルダーです)。"
    assert finding.message_en == "The file cannot be opened (it is a folder)."
    assert finding.fix_en and Finding.from_dict(finding.as_dict()) == finding


@pytest.mark.parametrize("rule", WORDING)
def test_no_japanese_word_of_ours_slips_into_english(rule):
    """Where a fact is of our own words it has its English: the reasons, the names of separators."""
    if facts(WORDING[rule]["message"]) & {"reason", "called"}:
        called = [*_DELIMITER_NAMES.values()] if rule == "delimiter-unusual" else [Bilingual("タブ", "tabs")]
        for name in called:
            assert found(rule, reason=name, called=name).message_en.isascii()


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
    assert all(finding.fix_en == kept[0].fix_en for finding in kept) and "in 5 places" in kept[-1].message_en
