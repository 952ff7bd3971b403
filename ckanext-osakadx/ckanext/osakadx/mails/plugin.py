"""Plugin `osakadx_mails`: tells people by mail what they have to know, through an outbox in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
import procrastinate
from ckan.common import CKANConfig
from flask import Blueprint
from osakadx.quality.evidence import ContactState

from ckanext.osakadx import queue
from ckanext.osakadx.interfaces import IHarvestEnds, IQuestions, IQueueTasks
from ckanext.osakadx.quality.interfaces import IContacts

from . import cli, jobs, people, questions, smtp, views


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.config_declarations
class MailsPlugin(p.SingletonPlugin):
    """Messages that wait until they are sent, once, to those they concern, as often as they like."""

    p.implements(p.IConfigurer)
    p.implements(p.IBlueprint)
    p.implements(p.IClick)
    p.implements(IQueueTasks)
    p.implements(IHarvestEnds)
    p.implements(IContacts)
    p.implements(IQuestions)

    def update_config(self, config: CKANConfig) -> None:
        smtp.prepare()
        tk.add_template_directory(config, "templates")

    def get_blueprint(self) -> list[Blueprint]:
        return [views.osakadx_mails]

    def get_commands(self) -> list[click.Command]:
        return [cli.command, queue.command]

    def queue_tasks(self) -> procrastinate.Blueprint:
        return jobs.tasks

    def contact_states(self, addresses: Collection[str]) -> Mapping[str, ContactState]:
        return people.contact_states(addresses)

    def run_ended(self, run: Mapping[str, Any]) -> None:
        from . import harvest  # only there when the harvest is

        harvest.ended(run)

    def question_asked(self, question: Mapping[str, Any]) -> None:
        questions.asked(question)

    def question_answered(self, question: Mapping[str, Any], address: str) -> None:
        questions.answered(question, address)
