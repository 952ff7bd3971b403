"""What the score adds to a data set's search document: its grade to filter by, its points to sort by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.quality.progress import share

from .model import Score

UNEXAMINED = "none"
_known: ContextVar[Mapping[str, Score] | None] = ContextVar("osakadx_quality_scores", default=None)


@contextmanager
def known(package_ids: Collection[str]) -> Iterator[None]:
    """Ask once for the scores of many data sets; within it `with_score` knows them."""
    query = sa.select(Score).where(Score.package_id.in_(list(package_ids)))
    token = _known.set({score.package_id: score for score in model.Session.scalars(query)})
    try:
        yield
    finally:
        _known.reset(token)


def with_score(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add ``osakadx_grade`` and ``osakadx_score`` (of a hundred examined points); ``none`` while it waits."""
    scores = _known.get()
    found = model.Session.get(Score, pkg_dict["id"]) if scores is None else scores.get(pkg_dict["id"])
    if found is None or found.grade is None:
        return pkg_dict | {"osakadx_grade": UNEXAMINED}
    return pkg_dict | {"osakadx_grade": found.grade, "osakadx_score": share(found.points, found.maximum)}
