"""Findings in tables that nobody sees as a sheet: objects of a map or of a JSON document have members, and no cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from osakadx.bilingual import Bilingual
from osakadx.quality.finding import Finding
from osakadx.tables.table import Table

# Beside fixes that say what to do in Excel.
MENDED_BEFORE = Bilingual(
    "このファイルはセルのある表ではありません。"
    "直し方に Excel とあるところは、書き出す前の元の表で直し、もう一度書き出してください。",
    "This file has no cells. "
    "Where a fix speaks of Excel, mend the table that it was exported from, and export it again.",
)


def named(findings: Iterable[Finding], tables: Sequence[Table]) -> tuple[Finding, ...]:
    """Return the findings; those in a table of objects know the member they stand in, where they stand in one."""
    headers = {table.sheet: table.header for table in tables if table.features}
    return tuple(
        _named(finding, headers[finding.sheet]) if finding.sheet in headers else finding for finding in findings
    )


def _named(finding: Finding, header: Sequence[str]) -> Finding:
    if finding.row is None:
        return finding
    column = finding.column or 0
    return replace(finding, member=header[column - 1] if 0 < column <= len(header) else "")
