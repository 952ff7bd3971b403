"""Plugin `osakadx_quality`: scores from evidence, in the API, on pages and in the search."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
import procrastinate
from ckan.common import CKANConfig
from ckan.types import Context
from flask import Blueprint

from ckanext.osakadx import queue
from ckanext.osakadx.interfaces import IBatchIndex, IHarvestArrivals, IQueueTasks

from . import changes, cli, feed, index, jobs, shown, views


@tk.blanket.actions
@tk.blanket.auth_functions
class QualityPlugin(p.SingletonPlugin):
    """What a data set is worth to those who use it, and what to mend next."""

    p.implements(p.IBlueprint)
    p.implements(p.IClick)
    p.implements(p.IConfigurer)
    p.implements(IQueueTasks)
    p.implements(IHarvestArrivals)
    p.implements(p.IPackageController, inherit=True)
    p.implements(IBatchIndex)

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")

    def get_blueprint(self) -> list[Blueprint]:
        return [feed.improvements, views.osakadx_quality]

    def get_commands(self) -> list[click.Command]:
        return [cli.command, queue.command]

    def queue_tasks(self) -> procrastinate.Blueprint:
        return jobs.tasks

    def datasets_arrived(self, package_ids: Sequence[str]) -> None:
        jobs.request_many(package_ids)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        changes.noted(context, pkg_dict)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        changes.noted(context, pkg_dict)

    def after_dataset_search(self, search_results: dict[str, Any], search_params: dict[str, Any]) -> dict[str, Any]:
        shown.expect(package["id"] for package in search_results["results"] if "id" in package)
        return search_results

    def batch_index(self, package_ids: Collection[str]) -> AbstractContextManager[object]:
        return index.known(package_ids)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return index.with_score(pkg_dict)
