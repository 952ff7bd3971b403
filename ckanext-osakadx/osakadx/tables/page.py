"""What was found in files as one HTML page that stands alone: no scripts, nothing from elsewhere, fit to be mailed.

The page of `osakadx read` and of `osakadx check`: the same look, with grade and points where the file was checked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from osakadx.quality.finding import Finding, Severity, column_letters
from osakadx.tables import report
from osakadx.tables.findings import severity
from osakadx.tables.members import MENDED_BEFORE
from osakadx.tables.table import Reading, Table
from osakadx.tables.textfile import CALLED

_TITLE = "データの点検結果"
_ALONE = "ファイルの中身だけの評価です。カタログでは、取得のしやすさ、更新、ライセンスと連絡先なども加えて評価します。"
_PLACES = 10  # listed of one finding
_ROWS, _COLUMNS = 16, 12  # of a picture
_EXAMPLES = 3  # places of one finding that are shown in a picture
_MEANING: Mapping[Severity, str] = {
    "error": "正しく読み取れません",
    "warning": "読み取れますが、使う人がつまずきます",
    "advice": "直すと、もっと使いやすくなります",
}
# A sentence of a fix ends here; full stops inside brackets and quotation marks belong to it.
_SENTENCE = re.compile(r"(?:\([^()]*\)|「[^」]*」|[^。(「]|[(「])+。?")


@dataclass(frozen=True)
class Marks:
    """What checking adds to reading.

    Attributes:
        grade: of the file alone, None where nothing was examined. held: an error keeps it from the best.
        parts: name, points and full points of each dimension. standard: the standard data set in words, empty for none.
        rows_conforming: None where no cell was looked at.
    """

    grade: str | None
    held: bool
    parts: Sequence[tuple[str, float, float]]
    standard: str = ""
    rows_conforming: int | None = None


@dataclass(frozen=True)
class Told:
    """A file to tell of: its reading, all findings about it, and what checking adds."""

    reading: Reading
    findings: Sequence[Finding]
    marks: Marks | None = None


@dataclass(frozen=True)
class _Item:
    """Findings that are mended alike, under one number in the list and in the picture of the sheet."""

    number: int
    file: int
    findings: Sequence[Finding]

    @property
    def severity(self) -> Severity:
        return self.findings[0].severity

    @property
    def anchor(self) -> str:
        return f"f{self.file}-{self.number}"


def page(files: Sequence[Told]) -> str:
    """Return the page about some files, in Japanese."""
    style = f"<style>{_STYLE}</style>"
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    sections = "".join("".join(_section(number, one)) for number, one in enumerate(files, start=1))
    return (
        f'<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8">{policy}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_TITLE}</title>{style}</head>\n<body><main><h1>{_TITLE}</h1>\n"
        f"{_contents(files) if len(files) > 1 else ''}{sections}</main></body></html>\n"
    )


def _contents(files: Sequence[Told]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#f{number}">{_escaped(_name(one.reading))}</a></th>'
        f"<td>{_escaped(one.marks.grade or '－') if one.marks else '－'}</td>"
        f"<td>{_escaped(report.counts(one.findings)) or 'なし'}</td></tr>"
        for number, one in enumerate(files, start=1)
    )
    head = '<tr><th scope="col">ファイル</th><th scope="col">評価</th><th scope="col">指摘</th></tr>'
    return f"<table><caption>点検したファイル</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _section(number: int, one: Told) -> Iterator[str]:
    items = [_Item(at, number, alike) for at, alike in enumerate(report.groups(one.findings), start=1)]
    yield f'<section id="f{number}" aria-labelledby="f{number}-name">'
    yield f'<h2 id="f{number}-name">{_escaped(_name(one.reading))}</h2>'
    yield f'<p class="quiet">{_escaped(_facts(one.reading))}</p>\n'
    if one.marks is not None:
        yield from _grade(one.marks, sum(table.rows for table in one.reading.tables))
    if items:
        yield f"<p><strong>直すところ: {_escaped(report.counts(one.findings))}</strong>(か所)</p>"
        if any(table.features for table in one.reading.tables):
            yield f'<p class="quiet">{MENDED_BEFORE}</p>'
    else:
        yield '<p class="fine"><strong>指摘はありません。</strong>このまま公開できます。</p>'
    for table in one.reading.tables:
        yield from _table(table, items)
        yield from _columns_held(table)
    if items:
        yield f'<h3>直し方</h3>{_legend(items)}<ol class="findings">'
        yield from map(_listed, items)
        yield "</ol>"
    yield "</section>\n"


def _name(reading: Reading) -> str:
    return reading.file.replace("\\", "/").rpartition("/")[2] or "(名前のないファイル)"


def _facts(reading: Reading) -> str:
    """What an officer wants to know; ends of lines are for those who read the lines at a terminal."""
    kind = report.NAMELESS.get(reading.format, f"{reading.format} ファイル")
    written = f"(文字は {CALLED[reading.encoding]} で記録)" if reading.encoding else ""
    size = f"{reading.bytes} バイト" if reading.bytes < 1000 else f"{round(reading.bytes / 1000):,} KB"
    return f"{kind}{written}、{size}"


def _grade(marks: Marks, rows: int) -> Iterator[str]:
    yield '<div class="marks">'
    if marks.grade is not None:
        points = sum(points for _, points, _ in marks.parts)
        most = sum(most for _, _, most in marks.parts)
        shown = f"<span>評価</span> <b>{marks.grade}</b> <span>{points:g} / {most:g} 点</span>"
        yield f'<p class="grade {marks.grade}">{shown}</p>'
    if marks.parts:
        yield "<table><caption>観点ごとの点</caption>"
        yield '<thead><tr><th scope="col">観点</th><th scope="col">点</th><th scope="col">満点</th></tr></thead><tbody>'
        for label, points, most in marks.parts:
            numbers = f'<td class="n">{points:g}</td><td class="n">{most:g}</td>'
            yield f'<tr><th scope="row">{_escaped(label)}</th>{numbers}</tr>'
        yield "</tbody></table>"
    yield "</div>"
    if marks.held:
        yield "<p>点数は A にあたりますが、エラーがある間は B になります。</p>"
    if marks.standard:
        yield f"<p>このファイルは、標準データセット {_escaped(marks.standard)} とみて点検しました。</p>"
    if marks.rows_conforming is not None:
        yield f"<p>値の書き方に問題のない行: {rows:,} 行のうち {marks.rows_conforming:,} 行</p>"
    yield f'<p class="quiet">{_ALONE}</p>\n'


def _legend(items: Sequence[_Item]) -> str:
    there = {item.severity for item in items}
    said = "、".join(f"{report.SEVERITIES[one]}={meaning}" for one, meaning in _MEANING.items() if one in there)
    return f'<p class="quiet">{_escaped(said)}。番号は、上の表の番号と同じです。</p>'


# -- the list ----------------------------------------------------------------------------------------------------------


def _listed(item: _Item) -> str:
    first, *rest = item.findings
    tag = f'<span class="tag">{report.SEVERITIES[first.severity]}</span>'
    said = f"<p>{tag} <strong>{_escaped(first.message)}</strong></p>"
    places = report.spots(item.findings, values=True)
    if not places:
        said += '<p class="where">場所: ファイル全体</p>' if not first.sheet else ""
    else:
        more = f" ほか {len(places) - _PLACES} か所" if len(places) > _PLACES else ""
        sheet = f"シート「{first.sheet}」の " if first.sheet else ""
        said += f'<p class="where">場所: {_escaped(sheet + "、".join(places[:_PLACES]) + more)}</p>'
    if rest and not (rest[-1].row or rest[-1].column):
        said += f'<p class="where">{_escaped(rest[-1].message)}</p>'
    if first.fix:
        steps = "".join(f"<li>{_escaped(step)}</li>" for step in _steps(first.fix))
        said += f'<p class="how">直し方:</p><ul class="steps">{steps}</ul>'
    return f'<li id="{item.anchor}" class="{item.severity}" value="{item.number}">{said}</li>\n'


def _steps(fix: str) -> list[str]:
    return [step.strip() for step in _SENTENCE.findall(fix) if step.strip()]


# -- the picture of the sheet ------------------------------------------------------------------------------------------

_Marked = Mapping[tuple[int, int | None], list[_Item]]
_Cells = Mapping[tuple[int, int], str]


def _table(table: Table, items: Sequence[_Item]) -> Iterator[str]:
    size = f"{table.rows:,} 行 × {table.columns:,} 列"
    header = f"、項目名は {'・'.join(map(str, table.header_rows))} 行目" if table.header_rows else ""
    yield f"<h3>表「{_escaped(table.name)}」</h3><p>{_escaped(size + header)}</p>"
    if not table.corner:
        return
    marked = _marked(table, items)
    cells = _cells(table, items)
    columns = _picked({column for _, column in cells}, {column for _, column in marked if column}, _COLUMNS)
    numbers = _picked({row for row, _ in table.corner}, _examples(table, items), _ROWS)
    letters = "".join(f'<th scope="col">{column_letters(column)}</th>' for column in columns)
    yield '<p class="quiet">番号は直すところ、青い行は項目名、灰色のセルは省いたところです。</p>'
    label = f"表「{_escaped(table.name)}」の一部"
    yield f'<div class="picture" tabindex="0" role="region" aria-label="{label}"><table aria-label="{label}">'
    yield f"<thead><tr><td></td>{letters}</tr></thead><tbody>"
    before = 0
    for number in numbers:
        if number > before + 1 and before:
            yield f'<tr class="gap"><th scope="row">⋮</th><td colspan="{len(columns)}"></td></tr>'
        before = number
        yield _row(number, columns, table, cells, marked)
    yield "</tbody></table></div>\n"


def _columns_held(table: Table) -> Iterator[str]:
    """What each column holds, where somebody asked."""
    if table.contents is None:
        return
    label = f"表「{_escaped(table.name)}」の列"
    head = "".join(f'<th scope="col">{name}</th>' for name in ("項目名", "型", "値", "空欄", "異なる値"))
    yield "<p>列ごとの値の数と型:</p>"
    yield f'<div class="picture" tabindex="0" role="region" aria-label="{label}"><table aria-label="{label}">'
    yield f"<thead><tr>{head}</tr></thead><tbody>"
    for name, one in zip(table.header, table.contents, strict=False):
        more = "以上" if one.at_least else ""
        cells = (report.TYPES[one.type], f"{one.filled:,}", f"{one.blank:,}", f"{one.distinct:,}{more}")
        data = "".join(f"<td>{cell}</td>" for cell in cells)
        yield f'<tr><th scope="row">{_escaped(report.short(name) or "(空)")}</th>{data}</tr>'
    yield "</tbody></table></div>\n"


def _marked(table: Table, items: Sequence[_Item]) -> _Marked:
    """Findings by row and column (None: the whole row) of the sheet of a table."""
    marked: dict[tuple[int, int | None], list[_Item]] = {}
    for item in items:
        for finding in item.findings:
            if finding.sheet == table.sheet and finding.row is not None:
                here = marked.setdefault((finding.row, finding.column), [])
                if item not in here:
                    here.append(item)
    return marked


def _examples(table: Table, items: Sequence[_Item]) -> set[int]:
    """Rows of the first places of each item."""
    return {
        finding.row
        for item in items
        for finding in item.findings[:_EXAMPLES]
        if finding.sheet == table.sheet and finding.row is not None
    }


def _cells(table: Table, items: Sequence[_Item]) -> _Cells:
    """What is known of the cells: the corner, the names of the columns, and what the checks of cells saw in them."""
    known = {
        (finding.row, finding.column): report.short(finding.value)
        for item in items
        for finding in item.findings
        if finding.sheet == table.sheet
        and finding.row
        and finding.column
        and finding.value
        and not severity(finding.rule)
    }
    if table.header_rows:
        names = enumerate(table.header, start=1)
        known |= {(table.header_rows[-1], column): report.short(name) for column, name in names}
    return known | {(row, column): cell for row, cells in table.corner for column, cell in enumerate(cells, start=1)}


def _picked(shown: Iterable[int], marked: Iterable[int], most: int) -> list[int]:
    """The first rows or columns, and beside them as many of those with findings as there is room for."""
    first = sorted(shown)[:8]
    return sorted({*first, *sorted(set(marked) - set(first))[: most - len(first)]})


def _row(number: int, columns: Sequence[int], table: Table, cells: _Cells, marked: _Marked) -> str:
    known = {row for row, _ in table.corner}
    row = f'<tr><th scope="row">{number}{_badges(marked.get((number, None), []))}</th>'
    for column in columns:
        here = marked.get((number, column), [])
        wide = here or marked.get((number, None), [])
        kind = wide[0].severity if wide else "names" if number in table.header_rows else ""
        if not kind and (number, column) not in cells and number not in known:
            kind = "unseen"
        text = _escaped(cells.get((number, column), ""))
        row += f'<td class="{kind}">{text}{_badges(here)}</td>' if kind else f"<td>{text}</td>"
    return f"{row}</tr>"


def _badges(items: Sequence[_Item]) -> str:
    return "".join(
        f' <a class="badge {one.severity}" href="#{one.anchor}" aria-label="直すところ {one.number}">{one.number}</a>'
        for one in items
    )


def _escaped(text: str) -> str:
    """A text without what could be markup, and without what could turn or hide the text around it."""
    return html.escape("".join(char if char.isprintable() or char in "\n\u3000" else " " for char in text))


_STYLE = """
*{box-sizing:border-box}body{font:16px/1.7 sans-serif;margin:0;color:#1a1a1c;background:#fff}
main{max-width:60rem;margin:0 auto;padding:1rem}h1{font-size:1.5rem;margin:.5rem 0}
h2{font-size:1.25rem;border-top:2px solid #1a1a1c;padding-top:1rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1.0625rem;margin:1.5rem 0 .25rem}p{margin:.5rem 0}.quiet{color:#4d4d4d;font-size:.9375rem}a{color:#0017c1}
table{border-collapse:collapse}caption{text-align:left;color:#4d4d4d;font-size:.875rem;padding:.25rem 0}
th,td{border:1px solid #949494;padding:.25rem .5rem;text-align:left;font-weight:normal}thead th{background:#f1f1f4}
td.n{text-align:right}.marks{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:center}.fine{font-size:1.125rem}
.grade{border:2px solid;border-radius:.5rem;padding:.25rem 1rem;display:flex;gap:.75rem;align-items:baseline;margin:0}
.grade b{font-size:2.5rem;line-height:1.3}.grade.A,.grade.B{color:#115a36}.grade.C{color:#7a4a00}.grade.D{color:#a30000}
.picture{overflow-x:auto}.picture table{font-size:.875rem}.picture tbody td{min-width:5.5rem;max-width:14rem}
.picture th{background:#f1f1f4;white-space:nowrap}.picture td{overflow-wrap:anywhere}.names{background:#e8f1fe}
.picture td.error{background:#ffdada}.picture td.warning{background:#fff0b3}.picture td.advice{background:#e0e4ff}
.picture td.unseen,.gap td{background:#f7f7f9}
.badge{display:inline-block;min-width:1.5em;padding:0 .35em;border-radius:1em;color:#fff;font-size:.75rem;
text-align:center;text-decoration:none;line-height:1.5}.badge.error{background:#a30000}.badge.warning{background:#7a4a00}
.badge.advice{background:#0017c1}
.findings{padding-left:2rem}.findings>li{border-left:.375rem solid;padding:.25rem 0 .25rem .75rem;margin:1rem 0}
.findings>li::marker{font-weight:bold}li.error{border-color:#a30000}li.warning{border-color:#b78f00}
li.advice{border-color:#0017c1}.findings p{margin:.125rem 0}.where{color:#4d4d4d;overflow-wrap:anywhere}
.tag{border:1px solid;border-radius:.25rem;padding:0 .375rem;font-size:.875rem;white-space:nowrap}
.steps{margin:0;padding-left:1.25rem}
@page{size:A4;margin:15mm}
@media print{html{font-size:10pt}body{font-size:1rem}main{max-width:none;padding:0}section+section{break-before:page}
h2,h3{break-after:avoid}.findings>li,tr,.marks{break-inside:avoid}.picture{overflow:visible}
.picture table{font-size:7pt;width:100%}.picture tbody td{min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
