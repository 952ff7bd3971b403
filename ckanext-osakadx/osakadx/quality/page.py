"""What was found in files as one HTML page that stands alone: no scripts, no addresses of others, fit to be mailed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from osakadx.quality.advice import place
from osakadx.quality.checked import Checked
from osakadx.quality.finding import Finding

_SEVERITIES = {"error": "エラー", "warning": "注意", "advice": "助言"}
_EDITIONS = {"new": "自治体標準オープンデータセット", "old": "推奨データセット(古い様式)", "gif": "GIF データモデル"}
_PLACES = 10
_STYLE = """
body{font:16px/1.7 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1c;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-bottom:1px solid #949494;margin-top:2.5rem}h3{font-size:1rem;margin:0}
table{border-collapse:collapse}th,td{border:1px solid #b3b3b3;padding:.25rem .75rem;text-align:left}
td.n{text-align:right}ul.f{list-style:none;padding:0}ul.f>li{border-left:.4rem solid;padding:.5rem 1rem;margin:1rem 0}
.error{border-color:#ec0000}.warning{border-color:#b78f00}.advice{border-color:#0017c1}.p{color:#4d4d4d}
"""


def page(files: Sequence[Checked]) -> str:
    """Return the page about some files, in Japanese."""
    return "\n".join(
        (
            '<!doctype html><html lang="ja"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>データの点検結果</title><style>{_STYLE}</style></head><body>",
            "<h1>データの点検結果</h1>",
            *(line for one in files for line in _file(one)),
            "</body></html>\n",
        )
    )


def _file(one: Checked) -> Iterator[str]:
    reading = one.reading
    yield f"<section><h2>{escape(reading.file)}</h2>"
    size = f"、{sum(table.rows for table in reading.tables):,} 行" if reading.tables else ""
    yield f"<p>{escape(reading.format)}{size}{escape(_standard(one))}</p>"
    if one.points:
        yield "<table><tr><th>観点</th><th>点</th><th>満点</th></tr>"
        for part in one.points:
            name = escape(part.dimension.label)
            yield f'<tr><th>{name}</th><td class="n">{part.points:g}</td><td class="n">{part.maximum:g}</td></tr>'
        yield "</table>"
    if one.check and reading.tables:
        yield f"<p>標準と書式に合う行: {one.check.rows_conforming:,} 行</p>"
    if not one.findings:
        yield "<p>指摘はありません。</p>"
    yield '<ul class="f">'
    for severity in _SEVERITIES:
        found = [finding for finding in one.findings if finding.severity == severity]
        for _, alike in groupby(found, key=lambda finding: (finding.rule, finding.sheet, finding.fix)):
            yield from _finding(list(alike))
    yield "</ul></section>"


def _standard(one: Checked) -> str:
    match, standard = one.check.standard if one.check else None, one.standard
    if match is None or standard is None:
        return ""
    edition = _EDITIONS.get(match.edition or "", "独自の列")
    return f"、標準データセット No.{standard.number}「{standard.name}」({edition})"


def _finding(alike: Sequence[Finding]) -> Iterator[str]:
    first = alike[0]
    where = [place(finding) for finding in alike if place(finding)]
    yield f'<li class="{first.severity}"><h3>{_SEVERITIES[first.severity]}: {escape(first.message)}</h3>'
    if where:
        more = f" ほか {len(where) - _PLACES} か所" if len(where) > _PLACES else ""
        yield f'<p class="p">場所: {escape("、".join(where[:_PLACES]))}{more}</p>'
    if first.fix:
        yield f"<p>直し方: {escape(first.fix)}</p>"
    yield "</li>"
