"""`ckan osakadx-harvest …`: sources, runs, and what the guard holds, from the shell."""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit as tk

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outbox, reconcile, setup

from . import report, runs, sources, standing
from .model import FINISHED, HELD, OPEN, PAUSED, Run

NO_SOURCE = "収集元「{}」はありません。`ckan osakadx-harvest status` で一覧を見てください。"


@click.group(name="osakadx-harvest", short_help="Harvest sources and their runs.")
def command() -> None:
    """Harvest sources and their runs."""


@command.command(name="sources")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--base", default="", help="What stands for {base} in the file's addresses.")
@click.option("--enable", is_flag=True, help="Make every source of the file active.")
def load_sources(file: Path | None, base: str, enable: bool) -> None:
    """Register the sources of a YAML file (default: the production list), or bring them up to date."""
    for line in sources.register(sources.read(file, base), setup.site_user, enable=enable):
        click.echo(f"  {line}")


def _describing(function: Callable[..., None]) -> Callable[..., None]:
    """What `preview` and `add` have in common."""
    options = [
        click.option("--type", "kind", help="Kind of the source: osakadx_ckan_api, osakadx_csv_listing …"),
        click.option("--organization", help="Who receives the data sets: name of the organisation, such as 270008."),
        click.option("--license", help="Licence of data sets that name none."),
        click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="An option of the kind; again."),
        click.option("--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="Not public, and may be asked."),
    ]
    return functools.reduce(lambda given, option: option(given), reversed(options), function)


@command.command()
@click.argument("source")
@_describing
@click.option("--records", default=20, show_default=True, help="How many records to show.")
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON.")
def preview(
    source: str, kind: str | None, organization: str | None, license: str | None, options: tuple[str, ...],
    hosts: tuple[str, ...], records: int, as_json: bool,
) -> None:  # fmt: skip
    """Try a source (its name, or an address with --type and --organization) without saving anything.

    Ends with 1 when not all could be read or a run would be held, 2 when nothing could be listed.
    """
    given = {"url": source} if "://" in source else {"id": source}
    told = _described(kind, organization, license, options, hosts)
    found = _asked("osakadx_harvest_preview", {**given, **told, "records": records})
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(report.lines(found)))
    if "error" in found:
        sys.exit(2)
    sys.exit(int(not found["complete"] or found["guard"]["action"] != "apply"))


@command.command()
@click.argument("name")
@click.argument("url")
@_describing
@click.option("--title", help="For people.")
@click.option("--schedule", help='Minute, hour, day, month, weekday: "17 3 * * *" is every day at 3:17 (Asia/Tokyo).')
@click.option("--contact", help="Mail address of whoever is told when a run is held or fails.")
@click.option("--enable", is_flag=True, help="Let the calendar run it from now on.")
def add(
    name: str, url: str, kind: str | None, organization: str | None, license: str | None, options: tuple[str, ...],
    hosts: tuple[str, ...], title: str | None, schedule: str | None, contact: str | None, enable: bool,
) -> None:  # fmt: skip
    """Add a source; without --enable it runs only when told."""
    told = {**_described(kind, organization, license, options, hosts), "schedule": schedule, "title": title}
    told |= {"contact": contact}
    given = {key: value for key, value in told.items() if value is not None}
    source = _asked("osakadx_harvest_source_create", {"name": name, "url": url, "enabled": enable, **given})
    state = "有効" if source["state"] == standing.ACTIVE else "停止中"
    click.echo(f"  収集元を登録しました: {source['title']}({source['name']}、{state})")
    if not enable:
        click.echo(
            f"  試す: ckan osakadx-harvest preview {name}   一度だけ集める: ckan osakadx-harvest run {name} --wait"
        )


def _described(
    kind: str | None, organization: str | None, license: str | None, options: Sequence[str], hosts: Sequence[str]
) -> dict[str, Any]:
    told = {"type": kind, "organization": organization, "license": license}
    given: dict[str, Any] = {key: value for key, value in told.items() if value is not None}
    if options:
        given["options"] = dict(_option(written) for written in options)
    return given | ({"allow_hosts": list(hosts)} if hosts else {})


def _option(written: str) -> tuple[str, Any]:
    key, equals, value = written.partition("=")
    if not key or not equals:
        click.echo(f"--option は KEY=VALUE の形で書いてください({written})。", err=True)
        sys.exit(2)
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _asked(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The action's answer, or the end of the command with its reasons."""
    try:
        return tk.get_action(action)(setup.site_user(), data_dict)
    except tk.ValidationError as error:
        for field, what in error.error_dict.items():
            click.echo(f"  {field}: {'、'.join(map(str, what)) if isinstance(what, list) else what}", err=True)
        sys.exit(2)
    except tk.ObjectNotFound:
        click.echo(NO_SOURCE.format(data_dict.get("id", "")), err=True)
        sys.exit(2)


@command.command(name="run")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every active source of ours.")
@click.option("--wait", is_flag=True, help="Stay until the runs have ended, and show what they do.")
@click.option("--seconds", default=600, show_default=True, help="How long to wait.")
def ask(names: tuple[str, ...], everything: bool, wait: bool, seconds: int) -> None:
    """Ask for a run of these sources (names or ids); a worker does it.

    Ends with 1 when a run failed or is held, 2 when there is no such source, 3 when time was up.
    """
    asked = []
    for source in _chosen(names, everything):
        if not standing.is_approved(source):
            click.echo(f"  {source.title}: 承認を待っているため、実行しません。", err=True)
            sys.exit(1)
        run, new = runs.request(source.id, "command")
        asked.append(run.id)
        click.echo(f"  {source.title}: {_receipt(run, new)}")
    if wait:
        sys.exit(_follow(asked, seconds))


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per source.")
def status(as_json: bool) -> None:
    """Show each source's last run."""
    for source in _ours():
        query = sa.select(Run).where(Run.source_id == source.id).order_by(Run.created.desc())
        last = model.Session.scalars(query).first()
        if as_json:
            run = last.as_dict() if last else None
            state = standing.state(source, standing.of(source.id))
            told = {"source": source.title, "active": source.active, "state": state, "run": run}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            waits = "" if standing.is_approved(source) else "承認待ち "
            click.echo(f"  {source.title}: {waits}{sentence(last) if last else 'まだ実行していません'}")


@command.command()
@click.argument("run_id")
def release(run_id: str) -> None:
    """Let a held run do what it planned."""
    run = tk.get_action("osakadx_harvest_run_release")(setup.site_user(), {"id": run_id})
    click.echo(f"  解除しました: {run['id']}")


@command.command()
@click.argument("run_id")
def discard(run_id: str) -> None:
    """Drop what a held run planned; the catalog stays as it is."""
    run = tk.get_action("osakadx_harvest_run_discard")(setup.site_user(), {"id": run_id})
    click.echo(f"  破棄しました: {run['id']}")


@command.command()
@click.argument("names", nargs=-1, required=True)
def pause(names: tuple[str, ...]) -> None:
    """Pause sources (names, ids, or the id of a run) at once; an open run stops at its last checkpoint."""
    for source in _chosen(names, False):
        tk.get_action("osakadx_harvest_source_pause")(setup.site_user(), {"source_id": source.id})
        click.echo(f"  {source.title}: 一時停止しました")


@command.command()
@click.argument("names", nargs=-1, required=True)
def resume(names: tuple[str, ...]) -> None:
    """Resume paused sources; an open run goes on at its checkpoint."""
    for source in _chosen(names, False):
        tk.get_action("osakadx_harvest_source_resume")(setup.site_user(), {"source_id": source.id})
        click.echo(f"  {source.title}: 再開しました")


@command.command()
@click.argument("names", nargs=-1, required=True)
def abort(names: tuple[str, ...]) -> None:
    """End the open run of sources (names, ids, or the id of a run) for good; what it has written stays."""
    for source in _chosen(names, False):
        run = runs.open_run(source.id)
        if run is None:
            click.echo(f"  {source.title}: 実行中ではありません")
            continue
        tk.get_action("osakadx_harvest_run_abort")(setup.site_user(), {"id": run.id})
        click.echo(f"  {source.title}: 中止しました")


@command.command(name="reconcile")
@click.option("--rebuild", is_flag=True, help="Empty the search index first and write everything anew.")
def compare(rebuild: bool) -> None:
    """Compare database and search index both ways, repair, and print what was found as JSON.

    Ends with 1 when the search engine does not answer or has another schema.
    """
    try:
        found = reconcile.reconcile(rebuild=rebuild)
        sent, rejected = outbox.drain()
    except search.SearchIndexError as error:
        click.echo(f"検索エンジンが応答しません。起動してから、もう一度実行してください({error})。", err=True)
        sys.exit(1)
    click.echo(json.dumps({**found, "sent": sent, "not_taken": rejected}, ensure_ascii=False))
    if found["index"] == "schema":
        click.echo(
            "検索エンジンの設定が docker/solr/ のものではありません。入れ替えて --rebuild を実行してください。",
            err=True,
        )
        sys.exit(1)


def sentence(run: Run) -> str:
    """One Japanese line on a run."""
    counts = run.counts or {}
    words = {
        "added": "追加", "updated": "更新", "unchanged": "変更なし", "refused": "登録できず",
        "conflict": "重複", "quarantined": "隔離", "absent": "見当たらず", "archived": "保存扱い",
    }  # fmt: skip
    numbers = "、".join(f"{word} {counts[name]}" for name, word in words.items() if counts.get(name))
    states = {
        "queued": "順番待ち", "running": "実行中", "held": "保留(確認待ち)", "finished": "完了", "failed": "失敗",
        "discarded": "破棄", "paused": "一時停止中", "aborted": "中止",
    }  # fmt: skip
    state = "続きの順番待ち" if run.state == "queued" and run.started else states[run.state]
    judged = "" if run.state == FINISHED and not runs.is_held(run) else (run.guard or {}).get("message", "")
    error = run.error or {}
    place = f"({error['where']})" if error.get("where") else ""
    reason = error.get("message", "") + place or judged
    told = "。".join(part.rstrip("。") for part in (numbers, reason) if part)
    return f"{state}: {told}" if told else state


def _receipt(run: Run, new: bool) -> str:
    if run.state == PAUSED:
        return "一時停止中です。`ckan osakadx-harvest resume` で再開します"
    return "実行を予約しました" if new else "すでに実行中です"


def _follow(run_ids: Sequence[str], seconds: int) -> int:
    """Print each run's end as it comes; the exit code says whether all ended well."""
    waiting, code = set(run_ids), 0
    deadline = time.monotonic() + seconds
    while waiting and time.monotonic() < deadline:
        time.sleep(0.5)
        model.Session.rollback()
        for run in model.Session.scalars(sa.select(Run).where(Run.id.in_(waiting), Run.state.not_in(OPEN))):
            waiting.discard(run.id)
            source = model.Session.get(HarvestSource, run.source_id)
            click.echo(f"  {source.title}: {sentence(run)}")
            code = code or int(run.state in (HELD, "failed"))
    if waiting:
        click.echo(f"  まだ終わっていない実行が {len(waiting)} 件あります。", err=True)
        return 3
    return code


def _chosen(names: Sequence[str], everything: bool) -> list[HarvestSource]:
    if everything:
        return [source for source in _ours() if standing.is_due(source)]
    chosen = []
    for name in names:
        run, package = model.Session.get(Run, name), model.Package.get(name)
        known = run.source_id if run else package.id if package else None
        source = model.Session.get(HarvestSource, known) if known else None
        if source is None:
            click.echo(NO_SOURCE.format(name), err=True)
            sys.exit(2)
        chosen.append(source)
    return chosen


def _ours() -> Iterator[HarvestSource]:
    query = sa.select(HarvestSource).where(HarvestSource.type.like("osakadx\\_%")).order_by(HarvestSource.created)
    yield from model.Session.scalars(query)
