"""Answering a question, or marking it as none: stored, told, and scored again at once."""

from __future__ import annotations

import functools

from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx import questions

from ckanext.osakadx.afterwards import afterwards
from ckanext.osakadx.interfaces import IQuestions
from ckanext.osakadx.quality import jobs as quality

from . import listing, who
from .model import ANSWERED, MARKED, WAITING, Question, now


def answer(row: Question, package: model.Package, text: str, summary: str, user: str) -> None:
    """Publish an answer, or another wording of it, and commit; whoever left an address is told once.

    Args:
        text: the answer. summary: what stands in public in place of the question; empty: the question itself.
        user: name of the account that answers.

    Raises:
        ValidationError: it is marked as no question.
    """
    if row.state == MARKED:
        raise tk.ValidationError({"id": [tk._("This is marked as not a question. The desk can take that back.")]})
    moment = now()
    if row.answered is None:
        row.answered = moment
        row.uncounted = row.uncounted or _from_inside(row, user)
    row.state, row.answer, row.summary, row.settled_by = ANSWERED, text, summary, _id(user)
    address, row.address = row.address, ""
    model.Session.flush()
    for plugin in p.PluginImplementations(IQuestions):
        plugin.question_answered(listing.about(row, package), address)
    _settled(row)


def mark(row: Question, reason: str, user: str) -> None:
    """Mark what waits as no question and commit; it is kept, and does not count.

    Raises:
        ValidationError: it is answered.
    """
    if row.state == ANSWERED:
        raise tk.ValidationError({"id": [tk._("This question is answered: its answer can be changed, no more.")]})
    row.state, row.marked, row.reason, row.settled_by = MARKED, now(), reason, _id(user)
    _settled(row)


def unmark(row: Question, user: str) -> None:
    """Let a marked question wait again since it was asked, and commit."""
    if row.state == MARKED:
        row.state, row.marked, row.reason, row.settled_by = WAITING, None, "", _id(user)
    _settled(row)


def _from_inside(row: Question, user: str) -> str:
    """Why an answer shows that the question came from inside: asked today by the same account or at the same place."""
    same = {who.digest(row.asked, user), who.digest_of_place(row.asked)} - {""}
    return questions.SAME_PLACE if row.asker in same else ""


def _id(user: str) -> str:
    account = model.User.get(user) if user else None
    return account.id if account else ""


def _settled(row: Question) -> None:
    if p.plugin_loaded("osakadx_quality"):
        afterwards(f"osakadx_quality:{row.package_id}", functools.partial(quality.request, row.package_id))
    model.Session.commit()
