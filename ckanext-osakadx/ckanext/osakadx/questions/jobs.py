"""The task of the questions for the durable queue: forget who asked."""

from __future__ import annotations

import procrastinate
from ckan import model

from . import asking
from .model import now

QUEUE = "questions"
tasks = procrastinate.Blueprint()


@tasks.periodic(cron="11 0,15 * * *")  # UTC: soon after the day of Japan has ended, and once more
@tasks.task(name="forget", queue=QUEUE, queueing_lock="osakadx_questions:forget")
def forget(timestamp: int = 0) -> None:
    """Forget yesterday's askers, addresses that no answer will go to, and all about data sets that are no more."""
    del timestamp
    asking.forget(now())
    asking.old_addresses(now())
    asking.of_no_dataset()
    model.Session.commit()
