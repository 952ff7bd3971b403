"""A preview of a source as lines for the shell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from osakadx import vocab

CHANGES = {"add": "追加", "change": "更新", "return": "再び掲載", "same": "変更なし", "gone": "一覧から消えた"}
CONFLICT = "重複のため追加しない"


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Say in Japanese what `osakadx_harvest_preview` found."""
    yield f"■ {found['url']}"
    if error := found.get("error"):
        yield f"  {error['message']}" + (f"({error['where']})" if error["where"] not in ("", found["url"]) else "")
        if error["fix"]:
            yield f"  直し方: {error['fix']}"
        return
    yield f"  データセット {found['listed']:,} 件、ファイル {found['files']:,} 件。{ended(found)}"
    if found["skipped"]:
        yield "  飛ばしたもの: " + "、".join(f"{name} {number:,}" for name, number in found["skipped"].items())
    yield from _notices(found)
    yield "  実行すると: " + "、".join(
        f"{word} {found['plan'][action]:,}" for action, word in CHANGES.items() if found["plan"].get(action)
    )
    if found["conflicts"]:
        yield f"  ほかの収集元などと重複するため追加しないもの: {found['conflicts']:,} 件"
    yield f"  今のカタログ: {found['before'].get('present', 0):,} 件"
    yield f"  判定: {verdict(found)}"
    yield f"  所要時間の見込み: {duration(found['expected_seconds'])}"
    for place, record in enumerate(found["records"], start=1):
        yield from _record(place, record)


def ended(found: Mapping[str, Any]) -> str:
    """How the listing ended."""
    if found["cut"]:
        return f"{found['seconds']:.0f} 秒で読むのをやめました。ここに示すのは途中までです。"
    return "最後まで読めました。" if found["complete"] else "全部は読めていません(追加と更新だけができます)。"


def verdict(found: Mapping[str, Any]) -> str:
    """Held or not, and why."""
    if found["cut"] and found["guard"]["action"] != "hold-run":
        return "途中までのため、保留になるかどうかは分かりません。"
    words = {"apply": "保留になりません", "hold-removals": "削除だけ保留になります", "hold-run": "保留になります"}
    return f"{words[found['guard']['action']]}。{found['guard']['message']}"


def duration(seconds: int | None) -> str:
    """Seconds or minutes, roughly."""
    if seconds is None:
        return "一覧の長さが分からないため、見込めません"
    return f"約 {seconds} 秒" if seconds < 90 else f"約 {round(seconds / 60)} 分"


def _notices(found: Mapping[str, Any]) -> Iterator[str]:
    told: Counter[str] = Counter()
    for notice in found["notices"]:
        told[notice["slug"]] += 1
        if told[notice["slug"]] == 1:
            more = found["counts"][notice["slug"]] - 1
            others = f" ほか {more:,} か所" if more else ""
            yield f"  [{notice['slug']}] {notice['message']}" + (
                f"({notice['where']}{others})" if notice["where"] else others
            )


def _record(place: int, record: Mapping[str, Any]) -> Iterator[str]:
    package = record["dataset"]
    yield f"  {place}. {package['title']}({CHANGES.get(record['action'], CONFLICT)})"
    terms = vocab.license_of(package.get("license_id", ""))
    yield f"     {package.get('owner_org', '')}、{terms.title_ja if terms else 'ライセンス不明'}"
    for resource in package.get("resources", []):
        yield f"     - {resource.get('format') or '形式不明'} {resource['url']}"
    for notice in record["notices"]:
        yield f"     [{notice['slug']}] {notice['message']}"
