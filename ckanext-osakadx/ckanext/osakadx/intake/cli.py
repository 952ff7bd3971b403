"""`ckan osakadx-intake …`: look into files from the shell."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import click
import sqlalchemy as sa
from ckan import model

from ckanext.osakadx.quality.model import JAPAN

from . import jobs, schedule
from .examine import examine as examine_file

_OUTCOMES = {
    "same": "変わらない",
    "read": "読み直す",
    "failed": "取得できない",
    "put-off": "あとで尋ねる",
}


@click.group(name="osakadx-intake", short_help="Look into files: links, reading, tables.")
def command() -> None:
    """Look into files: how they answer, what is in them, and their tables in the DataStore."""


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every file of the catalog.")
@click.option("--force", is_flag=True, help="Read and load files even when they have not changed.")
@click.option("--wait", is_flag=True, help="Look at once, in this process, instead of through the queue.")
def examine(names: tuple[str, ...], everything: bool, force: bool, wait: bool) -> None:
    """Look into the files of data sets or into single files (names or ids).

    Ends with 2 when there is no such data set or file.
    """
    files = list(_every_file()) if everything else [file for name in names for file in _files_of(name)]
    for resource_id, address in files:
        if not wait:
            jobs.put(resource_id, address, force=force, priority=0 if everything else jobs.AT_ONCE)
            continue
        began = time.monotonic()
        package_id = examine_file(resource_id, force=force)
        if package_id:
            jobs.have_scored(package_id)
        click.echo(f"  {resource_id}  {time.monotonic() - began:.1f} 秒")
    click.echo(f"  {len(files)} ファイルを{'調べました' if wait else '順番待ちに入れました'}")


@command.command()
@click.option("--all", "everything", is_flag=True, help="Also those that are not due yet.")
@click.option(
    "--seconds", default=3600.0, show_default=True, help="After so long what is left waits for the next time."
)
def links(everything: bool, seconds: float) -> None:
    """Check the links of files that are due, at once and in this process."""
    if everything:
        schedule.all_links()
    counts = jobs.check_links(seconds)
    click.echo("  " + "、".join(f"{word} {counts[name]}" for name, word in _OUTCOMES.items()))


@command.command()
def status() -> None:
    """Show how many files and links are due, and since when the first of them."""
    found = schedule.backlog()
    click.echo(f"  調べる時期が来ているファイル: {found.files}")
    click.echo(f"  確かめる時期が来ているリンク: {found.links}")
    if found.since:
        click.echo(f"  最も古い期限(日本時間): {found.since.astimezone(JAPAN):%Y-%m-%d %H:%M}")


def _every_file() -> Iterator[tuple[str, str]]:
    table = model.Resource
    query = sa.select(table.id, table.url).join(model.Package, model.Package.id == table.package_id)
    query = query.where(table.state == "active", model.Package.state == "active").order_by(
        table.package_id, table.position
    )
    yield from ((row[0], row[1] or "") for row in model.Session.execute(query).all())


def _files_of(name: str) -> Iterator[tuple[str, str]]:
    package = model.Package.get(name)
    if package is not None:
        yield from ((resource.id, resource.url or "") for resource in package.resources)
        return
    resource = model.Resource.get(name)
    if resource is None:
        click.echo(f"「{name}」というデータセットもファイルもありません。", err=True)
        sys.exit(2)
    yield resource.id, resource.url or ""
