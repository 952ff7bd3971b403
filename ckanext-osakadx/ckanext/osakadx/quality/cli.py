"""`ckan osakadx-quality …`: scores from the shell."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.quality.movement import lines
from osakadx.quality.rulebook import rulebook
from osakadx.spreadsheets import report

from . import comparison, jobs, rules


@click.group(name="osakadx-quality", short_help="Scores of data sets.")
def command() -> None:
    """Scores of data sets, from the evidence there is."""


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every data set.")
def score(names: tuple[str, ...], everything: bool) -> None:
    """Score data sets (names or ids) now. Ends with 2 when there is no such data set."""
    if everything:
        _all()
    for name in names:
        package = model.Package.get(name)
        if package is None:
            click.echo(f"「{name}」というデータセットはありません。", err=True)
            sys.exit(2)
        jobs.score([package.id])
        click.echo(f"  {package.title}: {sentence(package.id)}")


@command.command()
@click.option("--listed", default=10, show_default=True, help="So many of the biggest moves in each direction.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def preview(listed: int, as_json: bool) -> None:
    """Say what the rules in force would do to the grades there are; nothing is written. Run it before `rescore`."""
    found = rules.preview(jobs.pages(), listed)
    if as_json:
        click.echo(json.dumps({"rules_version": rulebook().version, **found.as_dict()}, ensure_ascii=False))
        return
    click.echo(f"規則の版: {rulebook().version}(何も書き換えていません)")
    for line in lines(found):
        click.echo(line)


@command.command()
def rescore() -> None:
    """Score every data set by the rules in force, now rather than at night."""
    _all()


@command.command()
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead of printing it.")
def mqa(file: Path | None) -> None:
    """Write the number that data.europa.eu would give each public data set (405 points), as CSV for comparison."""
    rows = (
        [(one | one["dimensions"]).get(column) for column in comparison.COLUMNS]
        for page in comparison.pages(jobs.pages())
        for one in page
    )
    written = report(comparison.COLUMNS, rows)
    if file:
        file.write_bytes(written)
    else:
        click.get_binary_stream("stdout").write(written)


def _all() -> None:
    begun = time.monotonic()
    count, changed = jobs.score_everything()
    took = time.monotonic() - begun
    click.echo(f"  {count} データセットを採点しました(変わったもの: {changed}、{took:.1f} 秒)")


def sentence(package_id: str) -> str:
    """One Japanese line on a score."""
    found = tk.get_action("osakadx_quality_show")({"ignore_auth": True}, {"id": package_id})
    if found["grade"] is None:
        return "採点待ち"
    parts = "、".join(f"{part['label']} {part['points']:g}/{part['max']:g}" for part in found["dimensions"])
    return f"{found['grade']}({found['points']:g}/{found['max']:g} 点: {parts})"
