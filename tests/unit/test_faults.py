"""Every fault of the list has a test that proves it, or a reason why none does."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TABLE = (TESTS / "faults" / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (F\d\d) \| [^|]+ \| ([^|]+) \|$", TABLE, re.MULTILINE))


def proofs(row: str) -> list[tuple[str, str]]:
    return re.findall(r"`([\w/]+\.py)::(\w+)`", row)


def test_every_fault_has_a_row() -> None:
    assert list(ROWS) == [f"F{number:02d}" for number in range(1, 43)]


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    assert [
        key for key, row in ROWS.items() if not proofs(row) and not row.startswith("Not of this platform yet:")
    ] == []


def test_every_named_test_exists() -> None:
    named = {each for row in ROWS.values() for each in proofs(row)}
    assert [
        (path, name) for path, name in sorted(named) if f"def {name}(" not in (TESTS / path).read_text(encoding="utf-8")
    ] == []


def test_every_scenario_is_in_the_row_of_its_faults() -> None:
    missing = []
    for path in sorted((TESTS / "faults").glob("test_*.py")):
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            ids = re.match(r"test((?:_f\d\d)+)_", name)
            numbers = re.findall(r"f\d\d", ids[1]) if ids else []
            missing += [
                (name, key) for key in numbers if (f"faults/{path.name}", name) not in proofs(ROWS[key.upper()])
            ]
            missing += [] if numbers else [(name, "no id")]
    assert missing == []
