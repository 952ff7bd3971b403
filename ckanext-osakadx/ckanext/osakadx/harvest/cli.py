"""`ckan osakadx-harvest …`: sources, runs, and what the guard holds, from the shell."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import setup

from . import runs, sources
from .model import HELD, OPEN, Run


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
        run, new = runs.request(source.id, "command")
        asked.append(run.id)
        click.echo(f"  {source.title}: {'実行を予約しました' if new else 'すでに実行中です'}")
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
            click.echo(json.dumps({"source": source.title, "active": source.active, "run": run}, ensure_ascii=False))
        else:
            click.echo(f"  {source.title}: {sentence(last) if last else 'まだ実行していません'}")


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


def sentence(run: Run) -> str:
    """One Japanese line on a run."""
    counts = run.counts or {}
    words = {
        "added": "追加", "updated": "更新", "unchanged": "変更なし", "refused": "登録できず",
        "conflict": "重複", "absent": "見当たらず",
        "archived": "保存扱い",
    }  # fmt: skip
    numbers = "、".join(f"{word} {counts[name]}" for name, word in words.items() if counts.get(name))
    state = {
        "queued": "順番待ち", "running": "実行中", "held": "保留(確認待ち)", "finished": "完了", "failed": "失敗",
        "discarded": "破棄",
    }[run.state]  # fmt: skip
    reason = (run.error or {}).get("message") or (run.guard or {}).get("message") or ""
    return " ".join(part for part in (state, numbers, reason) if part)


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
        return [source for source in _ours() if source.active]
    chosen = []
    for name in names:
        package = model.Package.get(name)
        source = model.Session.get(HarvestSource, package.id) if package else None
        if source is None:
            click.echo(f"収集元「{name}」はありません。`ckan osakadx-harvest status` で一覧を見てください。", err=True)
            sys.exit(2)
        chosen.append(source)
    return chosen


def _ours() -> Iterator[HarvestSource]:
    query = sa.select(HarvestSource).where(HarvestSource.type.like("osakadx\\_%")).order_by(HarvestSource.created)
    yield from model.Session.scalars(query)
