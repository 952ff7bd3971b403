"""`ckan osakadx …`: set the portal up, look whether it is sound."""

from __future__ import annotations

import os

import click

from . import setup

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
