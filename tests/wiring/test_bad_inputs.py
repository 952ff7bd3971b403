"""Every bad input that a source can send has its verdict, and tests of that name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SOURCES, _, _ = (TESTS / "README.md").read_text("utf-8").partition("## Bad inputs in files")
ROWS = re.findall(r"^\| (B\d{3}) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", SOURCES, re.MULTILINE)
VERDICTS = ("ok", "flagged", "field", "record", "partial", "held", "refused", "capped", "skipped")


def test_every_number_has_one_row() -> None:
    assert [number for number, *_ in ROWS] == [f"B{number:03}" for number in range(1, 51)]


@pytest.mark.parametrize(("number", "verdict", "proof"), [(row[0], row[2], row[3]) for row in ROWS])
def test_its_verdict_is_said_and_its_tests_exist(number: str, verdict: str, proof: str) -> None:
    assert any(word in verdict for word in VERDICTS) or "the bytes it says" in verdict, number
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", proof)
    assert named and len(named) == proof.count("`") // 2, number
    for file, test in named:
        assert re.search(rf"^\s*def {test}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE), f"{file}::{test}"
