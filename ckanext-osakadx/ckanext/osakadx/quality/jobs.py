"""Scores data sets: at once when something about them is found out, and all of them every night."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

import procrastinate
import sqlalchemy as sa
from ckan import model
from osakadx.quality import progress
from osakadx.quality.advice import Step, examine
from osakadx.quality.badges import award
from osakadx.quality.movement import lines
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import Score

from ckanext.osakadx import queue, reindex

from . import gather, history, rules
from .model import store
from .turn import in_turn

log = logging.getLogger(__name__)

QUEUE = "quality"
PAGE = 200
RETRY = procrastinate.RetryStrategy(max_attempts=5, wait=10, exponential_wait=3)
tasks = procrastinate.Blueprint()


def score(package_ids: list[str]) -> list[str]:
    """Score these data sets from the evidence there is, and commit; what is no active data set is left out.

    Returns:
        Ids of those whose grade or points changed.
    """
    book = rulebook()
    scores: dict[str, dict[str, Any]] = {}
    looked: dict[str, frozenset[str]] = {}
    for evidence in gather.evidence(package_ids):
        badge = award(evidence, book).badge
        found = _values(*examine(evidence, book), progress.newest_look(evidence))
        scores[evidence.dataset] = found | {"badge": badge and badge.key}
        looked[evidence.dataset] = progress.looked_at(evidence)
    changed = store(scores, looked)
    reindex.commit(changed)
    return changed


def _values(result: Score, steps: Sequence[Step], evidence: str) -> dict[str, Any]:
    """A score as it is stored and shown."""
    return {
        "rules_version": result.rules_version,
        "grade": result.grade,
        "points": result.points,
        "maximum": result.maximum,
        "waiting": result.waiting,
        "dimensions": [
            {
                "slug": part.dimension.slug,
                "label": part.dimension.label,
                "label_en": part.dimension.label_en,
                "points": part.points,
                "max": part.maximum,
            }
            for part in result.parts
        ],
        "findings": [step.as_dict() for step in steps],
        "evidence": datetime.fromisoformat(evidence) if evidence else None,
    }


def pages() -> Iterator[list[str]]:
    """Yield the ids of all active data sets, page by page in the order of their ids."""
    last = ""
    while True:
        query = sa.select(model.Package.id).where(model.Package.state == "active", model.Package.id > last)
        query = query.where(model.Package.type == "dataset").order_by(model.Package.id).limit(PAGE)
        ids = list(model.Session.scalars(query))
        if not ids:
            return
        yield ids
        last = ids[-1]


def score_everything() -> tuple[int, int]:
    """Score every data set, in turn and committed page by page; how many they are, and how many changed."""
    count = changed = 0
    for ids in in_turn(PAGE):
        changed += len(score(ids))
        count += len(ids)
    return count, changed


def request(package_id: str) -> None:
    """Have one data set scored soon; a request that waits already is enough."""
    once = f"osakadx_quality:{package_id}"
    queue.defer("osakadx_quality:score", queue=QUEUE, once=once, lock=once, package_id=package_id)


def request_many(package_ids: Collection[str]) -> None:
    """Have many data sets scored soon, by one task."""
    queue.defer("osakadx_quality:score_many", queue=QUEUE, package_ids=list(package_ids))


@tasks.task(name="score", queue=QUEUE, retry=RETRY)
def score_one(package_id: str) -> None:
    """Score one data set."""
    score([package_id])


@tasks.task(name="score_many", queue=QUEUE, retry=RETRY)
def score_many(package_ids: list[str]) -> None:
    """Score these data sets."""
    for start in range(0, len(package_ids), PAGE):
        score(package_ids[start : start + PAGE])


@tasks.periodic(cron="41 2 * * *")
@tasks.task(name="score_all", queue=QUEUE, queueing_lock="osakadx_quality:all", lock="osakadx_quality:all")
def score_all(timestamp: int = 0) -> None:
    """Score every data set: evidence grows old and rules change; a change of rules says first what it will do."""
    del timestamp
    if rules.changed():
        log.warning("rules changed to %s:\n%s", rulebook().version, "\n".join(lines(rules.preview(pages()))))
    log.info("scored all %s data sets, %s changed", *score_everything())


@tasks.periodic(cron="17 3 * * 0")
@tasks.task(name="tidy", queue=QUEUE, queueing_lock="osakadx_quality:tidy")
def tidy(timestamp: int = 0) -> None:
    """Forget the history of long ago, and all of data sets that are no more."""
    del timestamp
    history.forget(datetime.now(timezone.utc))
