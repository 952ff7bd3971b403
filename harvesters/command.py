"""`osakadx list`: what a source would give, without a portal. The domain's command line finds it by its entry point."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from osakadx.addresses import AddressPolicy
from osakadx.cli import ERRORS, FINE, UNREADABLE, say, shown
from osakadx.dataset import Record
from osakadx.errors import OsakadxError
from osakadx.fetch import USER_AGENT, Fetcher
from osakadx.robots import Robots
from osakadx.tables.findings import severity

from .listing import Facts, Listing, Source
from .preview import described
from .sources import KINDS, PREFIX, kind

VERSION = 1

_EPILOG = "終了コード: 0 最後まで読めた / 1 途中までか、エラーの指摘がある / 2 一覧として読めない"


def add(commands: Any) -> None:
    """Add the command to those of `osakadx`."""
    about = "収集元の一覧を読み、何が集まるかを示します。何も登録しません。"
    kinds = "、".join(f"{name}({entry.title})" for name, entry in KINDS.items())
    command = commands.add_parser("list", help=about, description=about, epilog=_EPILOG)
    command.add_argument("type", metavar="TYPE", help=f"収集元の種類: {kinds}")
    command.add_argument("urls", nargs="+", metavar="URL", help="一覧のアドレス")
    command.add_argument("--json", action="store_true", help="1アドレスにつき1行の JSON で出力します")
    command.add_argument("--records", type=int, default=0, metavar="N", help="はじめの N 件のデータセットも示します")
    command.add_argument(
        "--option", action="append", default=[], type=_option, metavar="KEY=VALUE",
        help="種類ごとの設定(harvesters/README.md)。値は JSON か、ふつうの文字です。何度でも",
    )  # fmt: skip
    command.add_argument("--publisher", default="", metavar="CODE", help="受け取る団体の6桁のコード、または部局の名前")
    command.add_argument("--license", default="", help="書かれていないデータセットのライセンス")
    command.add_argument(
        "--allow-host", action="append", default=[], metavar="HOST:PORT",
        help="公開されていなくても取得してよい相手(127.0.0.1:8080 など)。何度でも",
    )  # fmt: skip
    command.add_argument(
        "--allow-folder", action="append", default=[], metavar="PATH", help="folder で読んでよいフォルダー。何度でも"
    )
    command.add_argument(
        "--ignore-robots", action="store_true", help="robots.txt に従わず読みます(ポータルの respect_robots: false)"
    )
    command.set_defaults(run=_list)


def _option(written: str) -> tuple[str, Any]:
    key, equals, value = written.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(written)
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _list(chosen: argparse.Namespace) -> int:
    fetch = _fetcher(chosen)
    codes = [FINE]
    for url in chosen.urls:
        seen = _looked(fetch, chosen, url)
        say(json.dumps(_said(seen), ensure_ascii=False) if chosen.json else shown(_lines(seen)))
        codes.append(seen.code)
    return max(codes)


def _fetcher(chosen: argparse.Namespace) -> Fetcher:
    """A fetcher that keeps to robots.txt where a run on the portal does; an unknown kind is told of later."""
    found = KINDS.get(chosen.type.removeprefix(PREFIX))
    keeps = found is not None and found.robots and not chosen.ignore_robots
    robots = Robots(USER_AGENT.partition("/")[0]) if keeps else None
    return Fetcher(AddressPolicy(allow_hosts=frozenset(chosen.allow_host)), robots=robots)


@dataclass(frozen=True)
class _Seen:
    """What was seen of one source.

    Attributes:
        title: of its kind. resources: files of all records. records: the first of them, as far as they were asked for.
        error: why it could not be listed at all.
    """

    source: Source
    title: str = ""
    facts: Facts | None = None
    resources: int = 0
    records: Sequence[Record] = ()
    error: OsakadxError | None = None

    @property
    def code(self) -> int:
        if self.facts is None:
            return UNREADABLE
        graver = any(severity(slug) == "error" for slug in self.facts.counts)
        return ERRORS if graver or not self.facts.complete else FINE


def _looked(fetch: Fetcher, chosen: argparse.Namespace, url: str) -> _Seen:
    source = Source(
        name=url,
        url=url,
        type=chosen.type,
        organization=chosen.publisher,
        license=chosen.license,
        options=dict(chosen.option),
        allow_hosts=frozenset(chosen.allow_host),
        folders=frozenset(chosen.allow_folder),
    )
    try:
        found = kind(chosen.type)
        return _read(found.listing(fetch, source), source, found.title, chosen.records)
    except OsakadxError as error:
        return _Seen(source, error=error)


def _read(listing: Listing, source: Source, title: str, wanted: int) -> _Seen:
    records: list[Record] = []
    resources = 0
    for record in listing:
        # Nothing is remembered here, so no source can take a record for unchanged.
        assert isinstance(record, Record)
        resources += len(record.files)
        if len(records) < wanted:
            records.append(record)
    return _Seen(source, title, listing.facts, resources, records)


def _said(seen: _Seen) -> dict[str, Any]:
    facts = seen.facts or Facts()
    warnings = [asdict(notice) for notice in facts.notices]
    said: dict[str, Any] = {
        "version": VERSION,
        "source_type": seen.source.type,
        "url": seen.source.url,
        "datasets": facts.listed,
        "resources": seen.resources,
        "complete": facts.complete,
        "claimed": facts.claimed,
        "skipped": dict(facts.skipped),
        "warnings": warnings,
        "counts": dict(facts.counts),
        "records": [described(record, seen.source) for record in seen.records],
    }
    if error := seen.error:
        said["error"] = {"slug": error.slug, "message": error.message, "where": error.where, "fix": error.fix}
    return said


def _lines(seen: _Seen) -> Iterator[str]:
    yield f"■ {seen.source.url}"
    if error := seen.error:
        yield f"  {error.message}" + (f"({error.where})" if error.where not in ("", seen.source.url) else "")
        if error.fix:
            yield f"  直し方: {error.fix}"
    if facts := seen.facts:
        ended = "最後まで読めました。" if facts.complete else "全部は読めていません(追加と更新だけができます)。"
        yield f"  {seen.title}: データセット {facts.listed:,} 件、ファイル {seen.resources:,} 件。{ended}"
        if facts.skipped:
            yield "  飛ばしたもの: " + "、".join(f"{name} {number:,}" for name, number in facts.skipped.items())
        yield from _notices(facts)
    for place, record in enumerate(seen.records, start=1):
        yield from _shown_record(place, described(record, seen.source))


def _notices(facts: Facts) -> Iterator[str]:
    told: Counter[str] = Counter()
    for notice in facts.notices:
        told[notice.slug] += 1
        if told[notice.slug] == 1:
            more = facts.counts[notice.slug] - 1
            others = f" ほか {more:,} か所" if more else ""
            yield f"  [{notice.slug}] {notice.message}" + (f"({notice.where}{others})" if notice.where else others)


def _shown_record(place: int, said: Mapping[str, Any]) -> Iterator[str]:
    package = said["dataset"]
    yield f"  {place}. {package['title']}"
    facts = [package.get(key, "") for key in ("owner_org", "license_id", "modified")]
    if any(facts):
        yield "     " + "、".join(fact for fact in facts if fact)
    for resource in package.get("resources", []):
        yield f"     - {resource.get('format') or '形式不明'} {resource['url']}"
    for notice in said["notices"]:
        yield f"     [{notice['slug']}] {notice['message']}"
