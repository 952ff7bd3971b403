"""A reading in Japanese for a person, as lines at a terminal; as a page to hand on it is told by `osakadx.tables.page`.

It takes findings of others beside those of the reading (`osakadx check` adds its own).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from osakadx.quality.finding import Finding, Severity, column_letters
from osakadx.tables.members import MENDED_BEFORE
from osakadx.tables.table import Reading, Table
from osakadx.tables.textfile import CALLED

SEVERITIES: dict[Severity, str] = {"error": "エラー", "warning": "注意", "advice": "助言"}
# What a file is called whose format has no name of its own.
NAMELESS = {"UNKNOWN": "形式の分からないファイル", "EMPTY": "空のファイル", "ENCRYPTED": "パスワードの付いたファイル"}
_QUOTED = re.compile("「[^」]*」")
_HEADER_SHOWN = 8
_PLACES_SHOWN = 5
_VALUE_CHARS = 24
TYPES = {"text": "文字", "int": "整数", "numeric": "数値", "date": "日付", "timestamp": "日時"}
_CELL_WIDTH = 14  # half-width characters


def lines(reading: Reading, extra: Sequence[Finding] = ()) -> Iterator[str]:
    """Yield the lines of the report: what the file is, its tables, then what was found, the gravest first.

    Args:
        reading: what was read. extra: findings of others about the same file.
    """
    findings = (*reading.findings, *extra)
    yield f"■ {reading.file or '(名前のないファイル)'}"
    yield "  " + "、".join(facts(reading))
    for table in reading.tables:
        yield from _table(table)
        yield from _picture(table, findings)
        yield from _contents(table)
    if not findings:
        yield "  指摘はありません。"
        return
    yield f"  指摘: {counts(findings)}"
    if any(table.features for table in reading.tables):
        yield f"  {MENDED_BEFORE}"
    for alike in groups(findings):
        yield from _finding(alike)


def counts(findings: Iterable[Finding]) -> str:
    """Say how many places there are of each severity, listed or not; empty where there are none."""
    met = Counter[Severity]()
    for finding in findings:
        met[finding.severity] += finding.places
    return "、".join(f"{name} {met[severity]}" for severity, name in SEVERITIES.items() if met[severity])


def facts(reading: Reading) -> Iterator[str]:
    """Yield what a file is, in a few words each."""
    yield NAMELESS.get(reading.format, reading.format)
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


def _picture(table: Table, findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the corner of the sheet as a spreadsheet shows it; "!" marks rows with findings, "*" rows of names."""
    if not table.corner:
        return
    told = {finding.row for finding in findings if finding.sheet == table.sheet}
    rows = [(number, [_short(cell) for cell in cells]) for number, cells in table.corner]
    columns = max(len(cells) for _, cells in rows)
    widths = [max(3, *(_width(cells[at]) for _, cells in rows if at < len(cells))) for at in range(columns)]
    yield "          " + " ".join(_padded(column_letters(at + 1), width) for at, width in enumerate(widths)).rstrip()
    for number, cells in rows:
        mark = ("!" if number in told else " ") + ("*" if number in table.header_rows else " ")
        filled = [*cells, *[""] * (columns - len(cells))]
        inside = "|".join(_padded(cell, width) for cell, width in zip(filled, widths, strict=True))
        yield f"    {mark}{number:>3}|{inside}|"


def _contents(table: Table) -> Iterator[str]:
    """Yield what each column holds, where somebody asked."""
    for name, content in zip(table.header, table.contents or (), strict=False):
        more = "以上" if content.at_least else ""
        yield (
            f"    {_padded(_short(name or '(空)'), _CELL_WIDTH)} {TYPES[content.type]}、値 {content.filled:,}、"
            f"空欄 {content.blank:,}、異なる値 {content.distinct:,}{more}"
        )


def _short(cell: str) -> str:
    """A cell on one line, cut to its width."""
    text = " ".join(cell.split())
    while _width(text) > _CELL_WIDTH:
        text = text[:-2] + "…"
    return text


def _width(text: str) -> int:
    """How many half-width characters a text takes at a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def groups(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings of one rule that are mended alike together, sheet by sheet, the gravest first.

    What a fix quotes (the value to write instead) may differ between them, see `spots`; else the first speaks for all.
    """
    for severity in SEVERITIES:
        groups: dict[tuple[Any, ...], list[Finding]] = {}
        for finding in findings:
            if finding.severity == severity:
                groups.setdefault(finding.alike, []).append(finding)
        yield from groups.values()


def _finding(alike: list[Finding]) -> Iterator[str]:
    first = alike[0]
    yield f"  [{SEVERITIES[first.severity]}] {_where(first)}{first.message}"
    others = spots(alike)[1:] if place(first) else spots(alike)
    if others:
        yield f"      同じ指摘: {_others(others)}"
    if len(alike) > 1 and not place(alike[-1]):
        yield f"      {alike[-1].message}"
    if first.fix:
        yield f"      直し方: {first.fix}"


def _others(places: Sequence[str]) -> str:
    more = f" ほか {len(places) - _PLACES_SHOWN} か所" if len(places) > _PLACES_SHOWN else ""
    return f"{'、'.join(places[:_PLACES_SHOWN])}{more}"


def spots(alike: Sequence[Finding], *, values: bool = False) -> list[str]:
    """Say where findings that are mended alike stand, and what to write there where that is not everywhere the same.

    Args:
        alike: one of `groups`; the first place of each of their columns is told first. values: with what stands there.
    """
    alike = [*_first_of_columns(alike)]
    quoted = [_QUOTED.findall(finding.fix) for finding in alike]
    common = set(quoted[0]).intersection(*quoted) if quoted else set[str]()
    told = (
        place(finding) + (_value(finding) if values else "") + _instead(texts, common)
        for finding, texts in zip(alike, quoted, strict=True)
        if place(finding)
    )
    return list(told)


def _first_of_columns(alike: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the first place of each column before any second one, so that no column is left out for another."""
    columns: set[int | None] = set()
    later: list[Finding] = []
    for finding in alike:
        if finding.column in columns:
            later.append(finding)
        else:
            columns.add(finding.column)
            yield finding
    yield from later


def _value(finding: Finding) -> str:
    return f"({short(finding.value)})" if finding.value and finding.column else ""


def _instead(texts: Iterable[str], common: Set[str]) -> str:
    return "".join(f" → {text}" for text in dict.fromkeys(texts) if text not in common)


def short(text: str) -> str:
    """Return a value on one line, cut to a few characters."""
    text = " ".join(text.split())
    return text if len(text) <= _VALUE_CHARS else text[:_VALUE_CHARS] + "…"


def _where(finding: Finding) -> str:
    sheet = f"シート「{finding.sheet}」" if finding.sheet else ""
    where = " ".join(part for part in (sheet, place(finding)) if part)
    return f"{where}: " if where else ""


def place(finding: Finding) -> str:
    """Say where in its sheet something stands; empty where it is the whole of it."""
    return finding.place
