"""Taking a question: within the limits, once, told to those who answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx import questions

from ckanext.osakadx.interfaces import IQuestions

from . import listing, options, who
from .model import WAITING, Question, now

_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtext('osakadx_question'))")  # counted and written one after another


def ask(package: model.Package, text: str, address: str, user: str) -> Question:
    """Keep a question and commit; the same words from the same asker on the same day are one question.

    Args:
        package: a public data set. text, address: as they are stored. user: name of the account, empty without one.

    Raises:
        ValidationError: today's limit is reached.
    """
    moment = now()
    model.Session.execute(_TURN)
    forget(moment)
    asker = who.digest(moment, user)
    of_asker = _today(moment, Question.asker == asker) if asker else []
    own = [one for one in of_asker if one.package_id == package.id]
    if same := next((one for one in own if one.text == text and one.state == WAITING), None):
        model.Session.commit()
        return same
    _refuse(len(of_asker), len(_today(moment, Question.package_id == package.id)))
    uncounted = questions.INSIDE if who.inside(package.owner_org, user) else questions.AGAIN if own else ""
    address = address if answers_by_mail() else ""
    row = Question(package_id=package.id, asked=moment, text=text, address=address, asker=asker, uncounted=uncounted)
    model.Session.add(row)
    model.Session.flush()
    for plugin in p.PluginImplementations(IQuestions):
        plugin.question_asked(listing.about(row, package))
    model.Session.commit()
    return row


def answers_by_mail() -> bool:
    """Whether some plugin sends an answer to whoever asked; without one nobody is asked for an address."""
    return any(p.PluginImplementations(IQuestions))


def forget(moment: datetime) -> None:
    """Forget who asked on the days before, in the caller's transaction."""
    old = sa.update(Question).where(Question.asker != "", Question.asked < _midnight(moment)).values(asker="")
    model.Session.execute(old.execution_options(synchronize_session=False))


def _midnight(moment: datetime) -> datetime:
    local = moment.astimezone(questions.JAPAN)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _today(moment: datetime, condition: sa.ColumnElement[bool]) -> list[Question]:
    query = sa.select(Question).where(condition, Question.asked >= _midnight(moment))
    return list(model.Session.scalars(query))


def _refuse(of_asker: int, of_dataset: int) -> None:
    limit = questions.reached(of_asker, of_dataset, options.limits())
    if not limit:
        return
    model.Session.rollback()
    if limit == "asker":
        said = tk._("So many questions from one place were taken today. Please ask again tomorrow.")
    else:
        said = tk._("So many questions about this dataset were taken today. Please ask again tomorrow.")
    raise tk.ValidationError({"limit": [said]})


def old_addresses(moment: datetime) -> None:
    """Forget the addresses of what was marked as no question a month ago, in the caller's transaction."""
    marked = (Question.address != "", Question.marked < moment - timedelta(days=30))
    query = sa.update(Question).where(*marked).values(address="")
    model.Session.execute(query.execution_options(synchronize_session=False))


def of_no_dataset() -> None:
    """Forget questions about data sets that were purged, in the caller's transaction."""
    there = sa.select(model.Package.id).where(model.Package.id == Question.package_id)
    gone = sa.delete(Question).where(~there.exists())
    model.Session.execute(gone.execution_options(synchronize_session=False))
