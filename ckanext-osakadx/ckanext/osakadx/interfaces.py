"""What our plugins offer to each other."""

from __future__ import annotations

import procrastinate
from ckan.plugins.interfaces import Interface


class IQueueTasks(Interface):
    """A plugin with tasks for the durable queue."""

    def queue_tasks(self) -> procrastinate.Blueprint:
        """Return the tasks; they are known as ``<plugin name>:<task name>``."""
        return procrastinate.Blueprint()
