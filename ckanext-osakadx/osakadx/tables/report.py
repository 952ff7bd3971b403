"""A reading in Japanese for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from osakadx.quality.finding import Finding, Severity
from osakadx.tables.table import Reading, Table
from osakadx.tables.textfile import CALLED

_SEVERITIES: dict[Severity, str] = {"error": "エラー", "warning": "注意", "advice": "助言"}
_HEADER_SHOWN = 8
_PLACES_SHOWN = 5


def lines(reading: Reading) -> Iterator[str]:
    """Yield the lines of the report: what the file is, its tables, then what was found, the gravest first."""
    yield f"■ {reading.file or '(名前のないファイル)'}"
    yield "  " + "、".join(_facts(reading))
    for table in reading.tables:
        yield from _table(table)
    if not reading.findings:
        yield "  指摘はありません。"
        return
    counts = Counter(finding.severity for finding in reading.findings)
    told = "、".join(f"{name} {counts[severity]}" for severity, name in _SEVERITIES.items() if counts[severity])
    yield f"  指摘: {told}"
    for severity in _SEVERITIES:
        for alike in _groups(reading, severity):
            yield from _finding(alike)


def _facts(reading: Reading) -> Iterator[str]:
    yield "形式の分からないファイル" if reading.format == "UNKNOWN" else reading.format
    if reading.encoding:
        yield CALLED[reading.encoding] + (" (BOM付き)" if reading.bom else "")
    if reading.newline:
        yield f"改行 {reading.newline}"
    yield f"{reading.bytes:,} バイト"


def _table(table: Table) -> Iterator[str]:
    yield f"  表「{table.name}」: {table.rows:,} 行 × {table.columns:,} 列"
    if table.header_rows:
        yield f"    項目名は {'・'.join(map(str, table.header_rows))} 行目"
    if table.first_data_row:
        yield f"    データは {table.first_data_row} 行目から"
    names = [name or "(空)" for name in table.header[:_HEADER_SHOWN]]
    more = f" ほか {table.columns - _HEADER_SHOWN} 列" if table.columns > _HEADER_SHOWN else ""
    yield f"    {'、'.join(names)}{more}"


def _groups(reading: Reading, severity: Severity) -> list[list[Finding]]:
    """Findings of one rule with one fix belong together, sheet by sheet."""
    groups: dict[tuple[str, str | None, str], list[Finding]] = {}
    for finding in reading.findings:
        if finding.severity == severity:
            groups.setdefault((finding.rule, finding.sheet, finding.fix), []).append(finding)
    return list(groups.values())


def _finding(alike: list[Finding]) -> Iterator[str]:
    first = alike[0]
    yield f"  [{_SEVERITIES[first.severity]}] {_where(first)}{first.message}"
    others = [place for place in map(_place, alike[1:]) if place]
    if others:
        more = f" ほか {len(others) - _PLACES_SHOWN} か所" if len(others) > _PLACES_SHOWN else ""
        yield f"      同じ指摘: {'、'.join(others[:_PLACES_SHOWN])}{more}"
    if len(alike) > 1 and not _place(alike[-1]):
        yield f"      {alike[-1].message}"
    if first.fix:
        yield f"      直し方: {first.fix}"


def _where(finding: Finding) -> str:
    sheet = f"シート「{finding.sheet}」" if finding.sheet else ""
    where = " ".join(part for part in (sheet, _place(finding)) if part)
    return f"{where}: " if where else ""


def _place(finding: Finding) -> str:
    return finding.cell or (f"{finding.row} 行目" if finding.row else "")
