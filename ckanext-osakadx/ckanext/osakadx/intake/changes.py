"""What happens to the files of a data set that somebody creates or changes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.osakadx.afterwards import afterwards

from . import datastore, jobs, schedule
from .model import TABLE, Evidence


def noted(context: Context, package: dict[str, Any], *, new: bool = False) -> None:
    """Note the files as due, in the change's own transaction; those of a harvest are requested by batch.

    Args:
        new: the data set was not there before, so none of its files has a table.
    """
    package_id = package.get("id")
    if not package_id:
        return
    if not new:
        model.Session.flush()
        _keep_flags(package_id)
    if not context.get("osakadx_harvest"):
        schedule.note([package_id])
        afterwards(f"osakadx_intake:{package_id}", lambda: jobs.hasten(package_id))


def _keep_flags(package_id: str) -> None:
    """A data set saved without ``datastore_active`` (a harvest, many a script) has not lost its tables."""
    loaded = sa.select(Evidence.resource_id).where(
        Evidence.package_id == package_id, Evidence.kind == TABLE, Evidence.facts["loaded"].as_boolean()
    )
    for resource_id in model.Session.scalars(loaded).all():
        datastore.mark(resource_id, True)
