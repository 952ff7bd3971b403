"""Plugin `osakadx_harvest`: runs of ckanext-harvest sources that plan, ask the guard and apply in batches."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
import procrastinate
from ckan import model
from ckan.common import CKANConfig
from ckan.types import Context

from ckanext.osakadx import queue, saving
from ckanext.osakadx.interfaces import IBatchIndex, IQueueTasks
from ckanext.osakadx.solr import keep_connections

from . import cli, jobs, logic, objects, standing, state


@tk.blanket.actions(logic.actions)
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
@tk.blanket.helpers
class HarvestPlugin(p.SingletonPlugin):
    """The durable way from a source to the catalog."""

    p.implements(p.IConfigurer)
    p.implements(p.IClick)
    p.implements(IQueueTasks)
    p.implements(p.IPackageController, inherit=True)
    p.implements(IBatchIndex)

    def update_config(self, config: CKANConfig) -> None:
        keep_connections()
        saving.with_patience()
        tk.add_template_directory(config, "templates")

    def get_commands(self) -> list[click.Command]:
        return [cli.command, queue.command]

    def queue_tasks(self) -> procrastinate.Blueprint:
        return jobs.tasks

    def batch_index(self, package_ids: Collection[str]) -> AbstractContextManager[object]:
        known = ExitStack()
        known.enter_context(state.known(package_ids))
        known.enter_context(objects.known(package_ids))
        return known

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        saving.saved(pkg_dict.get("id"))
        if pkg_dict.get("type") == "harvest":
            standing.saved(context, pkg_dict)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        saving.saved(pkg_dict.get("id"))
        if pkg_dict.get("type") == "harvest":
            standing.saved(context, pkg_dict)

    def delete(self, entity: model.Package) -> None:
        saving.saved(entity.id)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return state.index_state(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Archived data sets stay at their address and leave the search."""
        if "osakadx_harvest_state" not in str(search_params.get("fq", "")):
            search_params["fq"] = f"{search_params.get('fq', '')} -extras_osakadx_harvest_state:archived"
        return search_params
