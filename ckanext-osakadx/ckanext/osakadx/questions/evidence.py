"""What the score is told of questions."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from ckan import model
from osakadx import questions
from osakadx.quality.evidence import Answers

from . import options
from .model import MARKED, Question, now


def known(package_ids: Collection[str]) -> dict[str, Answers]:
    """Return by id what became of the questions about these data sets; one query for all of them."""
    moment = now()
    found: dict[str, list[questions.Question]] = {package_id: [] for package_id in package_ids}
    query = sa.select(Question.package_id, Question.asked, Question.answered, Question.state, Question.uncounted).where(
        Question.package_id.in_(list(package_ids)), Question.asked > moment - questions.LOOKED_BACK
    )
    for package_id, asked, answered, state, uncounted in model.Session.execute(query):
        counts = state != MARKED and not uncounted
        found[package_id].append(questions.Question(asked, answered, counts=counts))
    promise = options.promise()
    return {package_id: questions.answers(asked, moment, promise) for package_id, asked in found.items()}
