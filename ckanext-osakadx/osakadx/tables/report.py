"""A reading in Japanese for a person: as lines at a terminal, and as a page to hand on.

Both take findings of others beside those of the reading (`osakadx check` adds its own).
"""

from __future__ import annotations

import html
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from osakadx.quality.finding import Finding, Severity, column_letters
from osakadx.tables.table import Reading, Table
from osakadx.tables.textfile import CALLED

_SEVERITIES: dict[Severity, str] = {"error": "エラー", "warning": "注意", "advice": "助言"}
_HEADER_SHOWN = 8
_PLACES_SHOWN = 5
_CELL_WIDTH = 14  # half-width characters


def lines(reading: Reading, extra: Sequence[Finding] = ()) -> Iterator[str]:
    """Yield the lines of the report: what the file is, its tables, then what was found, the gravest first.

    Args:
        reading: what was read. extra: findings of others about the same file.
    """
    findings = (*reading.findings, *extra)
    yield f"■ {reading.file or '(名前のないファイル)'}"
    yield "  " + "、".join(_facts(reading))
    for table in reading.tables:
        yield from _table(table)
        yield from _picture(table, findings)
    if not findings:
        yield "  指摘はありません。"
        return
    yield f"  指摘: {_counts(findings)}"
    for alike in _groups(findings):
        yield from _finding(alike)


def _counts(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return "、".join(f"{name} {counts[severity]}" for severity, name in _SEVERITIES.items() if counts[severity])


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


def _groups(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings of one rule with one fix together, sheet by sheet, the gravest first."""
    for severity in _SEVERITIES:
        groups: dict[tuple[str, str | None, str], list[Finding]] = {}
        for finding in findings:
            if finding.severity == severity:
                groups.setdefault((finding.rule, finding.sheet, finding.fix), []).append(finding)
        yield from groups.values()


def _finding(alike: list[Finding]) -> Iterator[str]:
    first = alike[0]
    yield f"  [{_SEVERITIES[first.severity]}] {_where(first)}{first.message}"
    others = [place for place in map(_place, alike[1:]) if place]
    if others:
        yield f"      同じ指摘: {_others(others)}"
    if len(alike) > 1 and not _place(alike[-1]):
        yield f"      {alike[-1].message}"
    if first.fix:
        yield f"      直し方: {first.fix}"


def _others(places: Sequence[str]) -> str:
    more = f" ほか {len(places) - _PLACES_SHOWN} か所" if len(places) > _PLACES_SHOWN else ""
    return f"{'、'.join(places[:_PLACES_SHOWN])}{more}"


def _where(finding: Finding) -> str:
    sheet = f"シート「{finding.sheet}」" if finding.sheet else ""
    where = " ".join(part for part in (sheet, _place(finding)) if part)
    return f"{where}: " if where else ""


def _place(finding: Finding) -> str:
    return finding.cell or (f"{finding.row} 行目" if finding.row else "")


# -- as a page ---------------------------------------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.7 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1c;background:#fff}
table{border-collapse:collapse;font-size:.875rem}th,td{border:1px solid #949494;padding:.2rem .5rem;text-align:left}
th{background:#f1f1f4;font-weight:normal}td.names{background:#e8f1fe;font-weight:bold}td.told{background:#fff0b3}
.picture{overflow-x:auto}.error{border-left:.5rem solid #ce0000}.warning{border-left:.5rem solid #c16800}
.advice{border-left:.5rem solid #0031d8}li{list-style:none;margin:1rem 0;padding:.2rem 1rem}ul{padding:0}
"""


def page(readings: Sequence[tuple[Reading, Sequence[Finding]]]) -> str:
    """Return a page (HTML) about several files that needs nothing else: no script, nothing from elsewhere.

    Args:
        readings: each with the findings of others about the same file.
    """
    sections = "".join(_section(reading, (*reading.findings, *extra)) for reading, extra in readings)
    return (
        '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>ファイルの読み取り結果</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>ファイルの読み取り結果</h1>{sections}</main></body></html>\n"
    )


def _section(reading: Reading, findings: Sequence[Finding]) -> str:
    tables = "".join(_told_table(table, findings) for table in reading.tables)
    told = "".join(map(_item, _groups(findings)))
    counted = f"<h3>指摘: {_counts(findings)}</h3><ul>{told}</ul>" if findings else "<p>指摘はありません。</p>"
    name = _escaped(reading.file or "(名前のないファイル)")
    return f"<section><h2>{name}</h2><p>{_escaped('、'.join(_facts(reading)))}</p>{tables}{counted}</section>"


def _told_table(table: Table, findings: Sequence[Finding]) -> str:
    said = "<br>".join(_escaped(line.strip()) for line in _table(table))
    if not table.corner:
        return f"<p>{said}</p>"
    places = [(finding.row, finding.column) for finding in findings if finding.sheet == table.sheet]
    columns = max(len(cells) for _, cells in table.corner)
    letters = "".join(f'<th scope="col">{column_letters(column)}</th>' for column in range(1, columns + 1))
    rows = "".join(_told_row(number, cells, table, places) for number, cells in table.corner)
    return f'<p>{said}</p><div class="picture"><table><tr><th></th>{letters}</tr>{rows}</table></div>'


def _told_row(number: int, cells: Sequence[str], table: Table, places: Sequence[tuple[int | None, int | None]]) -> str:
    row = f'<tr><th scope="row">{number}</th>'
    for column, cell in enumerate(cells, start=1):
        told = (number, column) in places or (number, None) in places
        kind = "told" if told else "names" if number in table.header_rows else ""
        row += f'<td class="{kind}">{_escaped(cell)}</td>' if kind else f"<td>{_escaped(cell)}</td>"
    return f"{row}</tr>"


def _item(alike: list[Finding]) -> str:
    first, *rest = alike
    said = f"<strong>{_SEVERITIES[first.severity]}</strong> {_escaped(_where(first) + first.message)}"
    others = [place for place in map(_place, rest) if place]
    if others:
        said += f"<br>同じ指摘: {_escaped(_others(others))}"
    if rest and not _place(rest[-1]):
        said += f"<br>{_escaped(rest[-1].message)}"
    if first.fix:
        said += f"<br>直し方: {_escaped(first.fix)}"
    return f'<li class="{first.severity}">{said}</li>'


def _escaped(text: str) -> str:
    """A text without what could be markup, and without what could turn or hide the text around it."""
    return html.escape("".join(char if char.isprintable() or char in "\n\u3000" else " " for char in text))
