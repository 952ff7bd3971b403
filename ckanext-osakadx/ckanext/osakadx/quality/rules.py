"""What the rules in force would do to the scores there are, from the evidence that is stored; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from ckan import model
from osakadx.quality.movement import Move, Movement, Standing, movement
from osakadx.quality.progress import share
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from . import gather
from .model import Score


def changed() -> bool:
    """Whether a stored score was made by other rules than those in force."""
    query = sa.select(sa.exists().where(Score.rules_version != rulebook().version))
    return bool(model.Session.scalar(query))


def preview(pages: Iterable[Sequence[str]], listed: int = 10) -> Movement:
    """Compare the stored scores with what the rules in force make of the same evidence.

    Args:
        pages: ids of data sets, page by page.
        listed: how many of the biggest moves are kept in each direction.
    """
    return movement((move for ids in pages for move in _moves(ids)), listed)


def _moves(ids: Sequence[str]) -> Iterator[Move]:
    book = rulebook()
    columns = (Score.package_id, Score.grade, Score.points, Score.maximum)
    query = sa.select(*columns).where(Score.package_id.in_(ids))
    stored = {row[0]: Standing(row[1], share(row[2], row[3])) for row in model.Session.execute(query)}
    about = sa.select(model.Package.id, model.Package.name, model.Package.title).where(model.Package.id.in_(ids))
    names = {row[0]: (row[1], row[2] or row[1]) for row in model.Session.execute(about)}
    for evidence in gather.evidence(ids):
        found = score(evidence, book)
        name, title = names[evidence.dataset]
        yield Move(name, title, stored.get(evidence.dataset), Standing(found.grade, share(found.points, found.maximum)))
