"""Actions of the questions: ask, list, answer, mark as none."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.osakadx.questions import answering, asking, listing
from ckanext.osakadx.questions.model import SPAM, Question

from . import schema

PAGE = 100


@validate(schema.question_create)
def osakadx_question_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask something about a public data set. Nobody needs an account; so many a day are taken from one address.

    Nothing of it is public until it is answered.

    Args:
        id (str): id or name of the data set
        text (str): the question, at most 2,000 characters
        address (str): mail address that gets the answer, once; it is shown to nobody and then forgotten (optional)

    Returns:
        dict: ``id``, ``package_id``, ``state`` (waiting), ``asked`` and ``due`` (the day until which an answer is
        promised; both YYYY-MM-DD, Japan)
    """
    tk.check_access("osakadx_question_create", context, data_dict)
    package = model.Package.get(data_dict["id"])
    if package.private or package.state != "active" or package.type != "dataset":
        raise tk.ValidationError({"id": [tk._("Questions are taken about public datasets only.")]})
    row = asking.ask(package, data_dict["text"], data_dict.get("address") or "", context.get("user") or "")
    shown = listing.whole(row, package)
    return {key: shown[key] for key in ("id", "package_id", "state", "asked", "due")}


@tk.side_effect_free
@validate(schema.question_list)
def osakadx_question_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return questions and their answers: what is public of them or, for those who answer, everything.

    Args:
        id (str): id or name of a data set, or
        organization (str): id or name of an organisation; without either those of all
        all (bool): everything, for those who may answer; false by default
        state (str): only waiting, answered or marked ones (with ``all``)
        limit (int): 20 by default, 100 at most
        offset (int): questions to skip

    Returns:
        dict: ``count`` and ``results``, the newest answer first: dicts of ``id``, ``package_id``, ``name``, ``title``,
        ``question``, ``summarised`` (the publisher's words stand in place of the asker's), ``answer``, ``asked`` and
        ``answered`` (YYYY-MM-DD, Japan); ``waiting`` (how many wait), ``waiting_since`` (the oldest, or null) and
        ``days`` (the promise). With ``all`` what waits first and of it the oldest; also ``state``, ``text``,
        ``summary``, ``wants_mail``, ``due``, ``days_left`` (null unless it waits), ``standing`` (in-time, late,
        waiting), ``uncounted`` (why it does not count for the score: inside, again, same-place), ``reason`` and
        ``marked`` of those that are none, ``settled_by`` (id of the account), and ``totals`` by state
    """
    tk.check_access("osakadx_question_list", context, data_dict)
    conditions = _about(data_dict)
    limit, offset = min(data_dict["limit"], PAGE), data_dict["offset"]
    if data_dict["all"]:
        return listing.all_of(*conditions, state=data_dict.get("state") or "", limit=limit, offset=offset)
    return listing.public(*conditions, limit=limit, offset=offset)


@tk.side_effect_free
@validate(schema.question_show)
def osakadx_question_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return a question to those who may answer it.

    Args:
        id (str): id of the question

    Returns:
        dict: as ``osakadx_question_list`` gives it with ``all``
    """
    tk.check_access("osakadx_question_show", context, data_dict)
    return listing.whole(*_found(data_dict["id"]))


@validate(schema.question_answer)
def osakadx_question_answer(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Answer a question in public, or change its answer; whoever left an address gets the first one by mail.

    Args:
        id (str): id of the question
        answer (str): at most 5,000 characters
        shown (str): what of the question is public: ``text`` (as it was asked) or ``summary``
        summary (str): with ``summary``: the words that stand in its place, at most 500 characters

    Returns:
        dict: as ``osakadx_question_show``
    """
    tk.check_access("osakadx_question_answer", context, data_dict)
    summary = data_dict.get("summary") or "" if data_dict["shown"] == "summary" else ""
    if data_dict["shown"] == "summary" and not summary:
        raise tk.ValidationError({"summary": [tk._("Write in your own words what was asked.")]})
    row, package = _found(data_dict["id"], lock=True)
    answering.answer(row, package, data_dict["answer"], summary, context.get("user") or "")
    return listing.whole(row, package)


@validate(schema.question_mark)
def osakadx_question_mark(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Mark what waits as not a question about the data; it is kept, does not count, and the desk sees it.

    Args:
        id (str): id of the question
        marked (bool): false takes it back (the desk only); it waits again since it was asked
        reason (str): spam (by default), personal (nothing that can be public) or elsewhere (not about this data)

    Returns:
        dict: as ``osakadx_question_show``
    """
    tk.check_access("osakadx_question_mark", context, data_dict)
    row, package = _found(data_dict["id"], lock=True)
    user = context.get("user") or ""
    if data_dict["marked"]:
        answering.mark(row, data_dict.get("reason") or SPAM, user)
    else:
        answering.unmark(row, user)
    return listing.whole(row, package)


def _about(data_dict: DataDict) -> list[Any]:
    if data_dict.get("id"):
        return [model.Package.id == model.Package.get(data_dict["id"]).id]
    if data_dict.get("organization"):
        return [model.Package.owner_org == model.Group.get(data_dict["organization"]).id]
    return []


def _found(question_id: str, *, lock: bool = False) -> tuple[Question, model.Package]:
    found = listing.of(question_id, lock=lock)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such question."))
    return found
