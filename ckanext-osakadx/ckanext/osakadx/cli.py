"""`ckan osakadx …`: set the portal up, look whether it is sound."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from . import setup, state

__all__ = ["osakadx"]


@click.group(short_help="The Osaka catalog: set-up and checks.")
def osakadx() -> None:
    """Set-up and checks of the Osaka catalog."""


@osakadx.command(name="setup")
def set_up() -> None:
    """Bring database, organisations, groups and the first sysadmin to what the portal needs. Safe to run again.

    Reads OSAKADX_ADMIN_PASSWORD (the sysadmin `admin` is made with it when there is none) and
    OSAKADX_DATASTORE_OWNER_URL (a superuser's URL of the DataStore database, to set its permissions).
    """
    for line in setup.portal(
        admin_password=os.environ.get("OSAKADX_ADMIN_PASSWORD", ""),
        datastore_owner_url=os.environ.get("OSAKADX_DATASTORE_OWNER_URL", ""),
    ):
        click.echo(f"  {line}")


@osakadx.command()
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead of printing it.")
def status(file: Path | None) -> None:
    """Say in JSON what the portal holds and what waits: data sets, tables, sources, queue, search."""
    facts = json.dumps(state.facts(), ensure_ascii=False, indent=1)
    if file:
        file.write_text(facts + "\n", encoding="utf-8")
    else:
        click.echo(facts)
