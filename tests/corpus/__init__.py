"""The corpus of broken Japanese files: what there is, and what a person says of each. See README.md."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from osakadx.quality.finding import Finding
from osakadx.tables.table import Reading, Table

from tests.corpus import books, others, texts

HERE = Path(__file__).parent
FAMILIES: dict[str, Mapping[str, bytes]] = {
    "encodings": texts.ENCODINGS,
    "dialects": texts.DIALECTS,
    "headers": texts.HEADERS,
    "bodies": texts.BODIES,
    "books": books.BOOKS,
    "maps": others.MAPS,
    "json": others.JSONS,
    "containers": others.CONTAINERS,
    "no-tables": others.NO_TABLES,
}
FACTS = ("format", "encoding", "tables", "findings")


@dataclass(frozen=True)
class Said:
    """What is said of a file, by a person or by a reader, as the columns of oracle.csv hold it."""

    format: str
    encoding: str
    tables: str
    findings: str


def files() -> dict[str, bytes]:
    """Return every file of the corpus by its path."""
    return {f"{family}/{name}": content for family, held in FAMILIES.items() for name, content in held.items()}


def oracle() -> dict[str, Said]:
    """Return what a person says of each file."""
    with (HERE / "oracle.csv").open(encoding="utf-8", newline="") as lines:
        return {row["file"]: Said(*(row[fact] for fact in FACTS)) for row in csv.DictReader(lines)}


def gaps() -> dict[str, frozenset[str]]:
    """Return the facts of each file in which our reader is known to say something else."""
    with (HERE / "gaps.csv").open(encoding="utf-8", newline="") as lines:
        return {row["file"]: frozenset(row["facts"].split()) for row in csv.DictReader(lines)}


def said(reading: Reading) -> Said:
    """Return what our reader says, in the words of the oracle."""
    places = sorted({f"{each.rule}@{_where(each)}" if each.row else each.rule for each in reading.findings})
    tables = " + ".join(map(_layout, reading.tables))
    return Said(reading.format, reading.encoding or "", tables, " ".join(places))


def _where(finding: Finding) -> str:
    """A cell, or where there are no cells row and member."""
    return finding.cell or f"{finding.row}{finding.member or ''}"


def _layout(table: Table) -> str:
    """``2>3 5x4``: the header is in row 2, the data begin in row 3, and are five rows of four columns."""
    header = "-".join(map(str, table.header_rows)) or "0"
    return f"{header}>{table.first_data_row or 0} {table.rows}x{table.columns}"


def differing(one: Said, other: Said) -> frozenset[str]:
    """Return the facts in which two differ."""
    return frozenset(fact for fact in FACTS if getattr(one, fact) != getattr(other, fact))
