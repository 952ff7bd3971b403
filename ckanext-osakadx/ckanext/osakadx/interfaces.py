"""What our plugins offer to each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import procrastinate
from ckan.plugins.interfaces import Interface


class IQueueTasks(Interface):
    """A plugin with tasks for the durable queue."""

    def queue_tasks(self) -> procrastinate.Blueprint:
        """Return the tasks; they are known as ``<plugin name>:<task name>``."""
        return procrastinate.Blueprint()


class IHarvestArrivals(Interface):
    """A plugin that wants to know which data sets a harvest has written."""

    def datasets_arrived(self, package_ids: Sequence[str]) -> None:
        """Called after the last commit of a run with the ids of new and changed data sets, some thousands at once.

        It may use the session and commits what it writes.
        """


class IBatchIndex(Interface):
    """For plugins whose `before_dataset_index` asks the database: one question for a batch instead of one each."""

    def batch_index(self, package_ids: Collection[str]) -> AbstractContextManager[object]:
        """Return a context within which `before_dataset_index` is called for these data sets."""
        return nullcontext()


class IHarvestEnds(Interface):
    """A plugin that wants to know how runs of the harvest end."""

    def run_ended(self, run: Mapping[str, Any]) -> None:
        """Called after the last commit of a run that finished, failed or is held, with what its API shows.

        It may use the session and commits what it writes; an error is logged and does not touch the run.
        """


class IQuestions(Interface):
    """A plugin that wants to know of questions about data sets.

    Both are called before the commit of what they tell of; what they write to the session belongs to it.
    """

    def question_asked(self, question: Mapping[str, Any]) -> None:
        """Called with a new question, as those see it who answer, and ``organization_name`` and ``_title``."""

    def question_answered(self, question: Mapping[str, Any], address: str) -> None:
        """Called when a question is answered, or its answer changed.

        Args:
            question: as above. address: where whoever asked wants to have the answer; given once, empty without one.
        """
