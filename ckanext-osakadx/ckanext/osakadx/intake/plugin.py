"""Plugin `osakadx_intake`: looks into every file, puts its table into the DataStore, offers it in clean forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
import procrastinate
import sqlalchemy as sa
from ckan.types import Context
from osakadx.quality.evidence import Seen

from ckanext.osakadx import queue
from ckanext.osakadx.interfaces import IHarvestArrivals, IQueueTasks
from ckanext.osakadx.quality.interfaces import Backlog, IEvidence

from . import changes, cli, evidence, jobs, schedule


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
@tk.blanket.helpers
class IntakePlugin(p.SingletonPlugin):
    """From a file to rows, findings and downloads."""

    p.implements(p.IClick)
    p.implements(IQueueTasks)
    p.implements(IEvidence)
    p.implements(IHarvestArrivals)
    p.implements(p.IPackageController, inherit=True)

    def get_commands(self) -> list[click.Command]:
        return [cli.command, queue.command]

    def queue_tasks(self) -> procrastinate.Blueprint:
        return jobs.tasks

    def evidence(self, package_ids: Collection[str]) -> Mapping[str, Seen]:
        return evidence.known(package_ids)

    def standards(self) -> sa.Select[tuple[str, str, float]]:
        return evidence.standards()

    def backlog(self) -> Backlog:
        return schedule.backlog()

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        changes.noted(context, pkg_dict, new=True)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        changes.noted(context, pkg_dict)

    def datasets_arrived(self, package_ids: Sequence[str]) -> None:
        jobs.request(package_ids)
