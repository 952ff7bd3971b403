"""Questions as they are shown: what is public of them, and what those see who answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx import questions

from . import options
from .model import ANSWERED, MARKED, WAITING, Question, now

_PUBLIC = (model.Package.state == "active", model.Package.private.is_(False), model.Package.type == "dataset")
_THERE = (model.Package.state == "active",)


def public(*conditions: sa.ColumnElement[bool], limit: int, offset: int = 0) -> dict[str, Any]:
    """What everybody may know of the questions about public data sets: the answered ones, and how many wait.

    Args:
        conditions: which data sets, on `model.Package`. limit, offset: the page; the newest answer comes first.
    """
    where = (*_PUBLIC, *conditions)
    answered = _rows(Question.state == ANSWERED, *where)
    order = (Question.answered.desc(), Question.id)
    page = model.Session.execute(answered.order_by(*order).limit(limit).offset(offset)).all()
    number, since = model.Session.execute(
        _joined(sa.select(sa.func.count(), sa.func.min(Question.asked)), Question.state == WAITING, *where)
    ).one()
    return {
        "count": _count(Question.state == ANSWERED, *where),
        "results": [_public(row, package) for row, package in page],
        "waiting": number,
        "waiting_since": since and questions.day(since).isoformat(),
        "days": options.promise(),
    }


def all_of(*conditions: sa.ColumnElement[bool], state: str = "", limit: int, offset: int = 0) -> dict[str, Any]:
    """What those see who answer: every question, what waits first and of it the oldest; never an asker's address."""
    where = (*_THERE, *conditions)
    chosen = (*where, Question.state == state) if state else where
    waits = sa.case((Question.state == WAITING, 0), else_=1)
    oldest = sa.case((Question.state == WAITING, Question.asked))
    page = _rows(*chosen).order_by(waits, oldest, Question.asked.desc(), Question.id).limit(limit).offset(offset)
    return {
        "count": _count(*chosen),
        "results": [whole(row, package) for row, package in model.Session.execute(page)],
        "totals": {name: _count(*where, Question.state == name) for name in (WAITING, ANSWERED, MARKED)},
        "days": options.promise(),
    }


def whole(row: Question, package: model.Package) -> dict[str, Any]:
    """A question as those see it who answer; instants in ISO 8601 with offset, days as YYYY-MM-DD."""
    moment, promise = now(), options.promise()
    settled = questions.standing(questions.Question(row.asked, row.answered), moment, promise)
    return {
        **_public(row, package),
        "organization": package.owner_org,
        "state": row.state,
        "text": row.text,
        "summary": row.summary,
        "wants_mail": bool(row.address),
        "due": questions.due(row.asked, promise).isoformat(),
        "days_left": questions.days_left(row.asked, moment, promise) if row.state == WAITING else None,
        "standing": settled if row.state != MARKED else None,
        "uncounted": row.uncounted,
        "reason": row.reason,
        "marked": _iso(row.marked),
        "settled_by": row.settled_by,
    }


def about(row: Question, package: model.Package) -> dict[str, Any]:
    """A question as other plugins are told of it: `whole`, with names of the data set and its publisher."""
    body = model.Group.get(package.owner_org) if package.owner_org else None
    names = {"organization_name": body.name if body else "", "organization_title": body.title if body else ""}
    return {**whole(row, package), **names}


def _public(row: Question, package: model.Package) -> dict[str, Any]:
    return {
        "id": row.id,
        "package_id": package.id,
        "name": package.name,
        "title": package.title or package.name,
        "question": (row.summary or row.text) if row.state == ANSWERED else "",
        "summarised": bool(row.summary),
        "answer": row.answer,
        "asked": questions.day(row.asked).isoformat(),
        "answered": questions.day(row.answered).isoformat() if row.answered else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _rows(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[Question, model.Package]]:
    return _joined(sa.select(Question, model.Package), *conditions)


def _joined(query: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    return query.select_from(Question).join(model.Package, model.Package.id == Question.package_id).where(*conditions)


def _count(*conditions: sa.ColumnElement[bool]) -> int:
    return int(model.Session.scalar(_joined(sa.select(sa.func.count()), *conditions)) or 0)


def of(question_id: str, *, lock: bool = False) -> tuple[Question, model.Package] | None:
    """A question and the data set it is about; None where there is none, or no data set any more.

    Args:
        lock: keep others from changing it until this transaction ends.
    """
    query: Any = _rows(Question.id == question_id, *_THERE)
    if lock:
        query = query.with_for_update(of=Question).execution_options(populate_existing=True)
    found: Sequence[Any] = model.Session.execute(query).all()
    return (found[0][0], found[0][1]) if found else None
