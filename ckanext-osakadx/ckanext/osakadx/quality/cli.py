"""`ckan osakadx-quality …`: scores from the shell."""

from __future__ import annotations

import sys

import click
from ckan import model
from ckan.plugins import toolkit as tk

from . import jobs


@click.group(name="osakadx-quality", short_help="Scores of data sets.")
def command() -> None:
    """Scores of data sets, from the evidence there is."""


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every data set.")
def score(names: tuple[str, ...], everything: bool) -> None:
    """Score data sets (names or ids) now. Ends with 2 when there is no such data set."""
    if everything:
        numbers = [(len(ids), len(jobs.score(ids))) for ids in jobs.pages()]
        count, changed = (sum(column) for column in zip(*numbers, strict=True)) if numbers else (0, 0)
        click.echo(f"  {count} データセットを採点しました(変わったもの: {changed})")
    for name in names:
        package = model.Package.get(name)
        if package is None:
            click.echo(f"「{name}」というデータセットはありません。", err=True)
            sys.exit(2)
        jobs.score([package.id])
        click.echo(f"  {package.title}: {sentence(package.id)}")


def sentence(package_id: str) -> str:
    """One Japanese line on a score."""
    found = tk.get_action("osakadx_quality_show")({"ignore_auth": True}, {"id": package_id})
    if found["grade"] is None:
        return "採点待ち"
    parts = "、".join(f"{part['label']} {part['points']:g}/{part['max']:g}" for part in found["dimensions"])
    return f"{found['grade']}({found['points']:g}/{found['max']:g} 点: {parts})"
