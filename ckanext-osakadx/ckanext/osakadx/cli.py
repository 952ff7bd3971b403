"""`ckan osakadx …`: set the portal up, look whether it is sound."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from ckan.plugins import toolkit as tk

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
@click.argument("name")
@click.argument("mail")
@click.argument("organization")
@click.option("--role", type=click.Choice(["editor", "admin"]), help="editor for whoever has none there yet.")
def officer(name: str, mail: str, organization: str, role: str | None) -> None:
    """Give somebody an account and a role (editor or admin) in an organization: NAME MAIL ORGANIZATION.

    Reads OSAKADX_OFFICER_PASSWORD; without it the account is made with a password nobody knows, and its owner sets one
    through "Forgotten your password?". Safe to run again: an account that is there keeps
    its password and address, and its role where none is named.
    """
    try:
        click.echo(f"  {setup.officer(name, mail, organization, role, os.environ.get('OSAKADX_OFFICER_PASSWORD', ''))}")
    except tk.ValidationError as error:
        click.echo(f"  {'、'.join(message for each in error.error_dict.values() for message in each)}", err=True)
        raise SystemExit(2) from None


@osakadx.command()
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead of printing it.")
def status(file: Path | None) -> None:
    """Say in JSON what the portal holds and what waits: data sets, tables, sources, queue, search."""
    facts = json.dumps(state.facts(), ensure_ascii=False, indent=1)
    if file:
        file.write_text(facts + "\n", encoding="utf-8")
    else:
        click.echo(facts)
