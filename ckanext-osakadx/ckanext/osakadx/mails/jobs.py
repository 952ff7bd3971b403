"""The tasks of the mails for the durable queue: send what waits, look at what lasts, make digests, forget the old."""

from __future__ import annotations

import logging
from datetime import timedelta

import procrastinate
import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded

from . import post, questions
from .model import FAILED, SENT, STOPPED, Mail, now

log = logging.getLogger(__name__)

QUEUE = "mails"
KEPT = timedelta(days=400)  # who was told what is kept so long
KEPT_OF_ASKERS = timedelta(days=30)  # long enough to see whether an answer came back
tasks = procrastinate.Blueprint()


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="send", queue=QUEUE, queueing_lock="osakadx_mails:send", lock="osakadx_mails:send")
def send(timestamp: int = 0) -> None:
    """Send what is due."""
    del timestamp
    done = post.send(now())
    if done.sent or done.failed:
        log.info("sent %s letters, put %s messages aside", done.sent, done.failed)


@tasks.periodic(cron="*/15 * * * *")
@tasks.task(name="look", queue=QUEUE, queueing_lock="osakadx_mails:look", lock="osakadx_mails:look")
def look(timestamp: int = 0) -> None:
    """Remind of what has lasted another week, and write the digests that are due."""
    del timestamp
    if plugin_loaded("osakadx_harvest"):
        from . import digest, harvest  # only there when the harvest is

        harvest.look(now())
        digest.write(now())


@tasks.periodic(cron="5,35 * * * *")
@tasks.task(name="advise", queue=QUEUE, queueing_lock="osakadx_mails:advise", lock="osakadx_mails:advise")
def advise(timestamp: int = 0) -> None:
    """Write the weekly mails of three things, once a week; and again where one came back and the next is to be told."""
    del timestamp
    if plugin_loaded("osakadx_quality"):
        from . import advice  # only there when the scores are

        if written := advice.write(now()):
            log.info("wrote %s messages of what to mend", written)


@tasks.periodic(cron="29 3 * * *")
@tasks.task(name="tidy", queue=QUEUE, queueing_lock="osakadx_mails:tidy")
def tidy(timestamp: int = 0) -> None:
    """Forget messages of long ago, with the addresses in them."""
    del timestamp
    # An answer that no mail server has taken in a month does not wait longer: its address was to be forgotten.
    of_asker = sa.and_(Mail.kind == questions.ANSWERED, Mail.created < now() - KEPT_OF_ASKERS)
    old = sa.and_(Mail.state.in_((SENT, FAILED, STOPPED)), Mail.created < now() - KEPT)
    over = sa.delete(Mail).where(sa.or_(old, of_asker))
    model.Session.execute(over.execution_options(synchronize_session=False))
    model.Session.commit()
