"""Plugin `osakadx_questions`: people ask about data, publishers answer in public, and that counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
import procrastinate
from ckan.common import CKANConfig
from flask import Blueprint
from osakadx.quality.evidence import Answers

from ckanext.osakadx import queue
from ckanext.osakadx.interfaces import IQueueTasks
from ckanext.osakadx.quality.interfaces import IAnswers

from . import evidence, jobs, views


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.config_declarations
@tk.blanket.helpers
class QuestionsPlugin(p.SingletonPlugin):
    """Questions without an account, and answers everybody can read."""

    p.implements(p.IConfigurer)
    p.implements(p.IBlueprint)
    p.implements(p.IClick)
    p.implements(IQueueTasks)
    p.implements(IAnswers)

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")

    def get_blueprint(self) -> list[Blueprint]:
        return [views.osakadx_questions]

    def get_commands(self) -> list[click.Command]:
        return [queue.command]

    def queue_tasks(self) -> procrastinate.Blueprint:
        return jobs.tasks

    def answers(self, package_ids: Collection[str]) -> Mapping[str, Answers]:
        return evidence.known(package_ids)
