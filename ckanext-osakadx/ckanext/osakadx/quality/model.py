"""Tables of the scores: the present one of each data set, its history by day, and what was mended on the way.

History and improvements are kept for `history.KEPT`; a row of the history holds until the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.quality import progress
from osakadx.quality.rulebook import rulebook
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import aliased

JAPAN = timezone(timedelta(hours=9))
_STEADY = timedelta(days=30)
_FRESH = {"populate_existing": True}  # `_upsert` writes beside the session's objects
_TOLD = ("grade", "points", "maximum")  # what the index and the history tell


class Score(tk.BaseModel):  # type: ignore[misc, name-defined]
    """The score a data set has now; ``grade`` is None while nothing was examined (採点待ち).

    ``scored``: when it was reckoned; ``evidence``: when one of its files was last asked for, None where none ever was;
    ``badge``: bronze, silver or gold.
    """

    __tablename__ = "osakadx_quality_score"

    package_id = Column(UnicodeText, primary_key=True)
    scored = Column(DateTime(timezone=True), nullable=False)
    rules_version = Column(UnicodeText, nullable=False)
    grade = Column(UnicodeText)
    points = Column(Float, nullable=False)
    maximum = Column(Float, nullable=False)
    waiting = Column(Integer, nullable=False)
    dimensions = Column(JSONB, nullable=False)
    findings = Column(JSONB, nullable=False)
    evidence = Column(DateTime(timezone=True))
    badge = Column(UnicodeText)

    def as_dict(self) -> dict[str, Any]:
        """The score as the API shows it."""
        return {
            "package_id": self.package_id,
            "grade": self.grade,
            "badge": self.badge,
            "points": self.points,
            "max": self.maximum,
            "dimensions": self.dimensions,
            "findings": self.findings,
            "waiting": self.waiting,
            "checked": self.scored.isoformat(),
            "evidence": self.evidence and self.evidence.isoformat(),
            "rules_version": self.rules_version,
        }


class Declared(tk.BaseModel):  # type: ignore[misc, name-defined]
    """How often a data set says it is renewed: days (None where it names none), since when, and the days before."""

    __tablename__ = "osakadx_quality_declared"

    package_id = Column(UnicodeText, primary_key=True)
    days = Column(Integer)
    never = Column(Boolean, nullable=False, default=False)
    since = Column(Date, nullable=False)
    before = Column(Integer)


def unscored(package_id: str) -> dict[str, Any]:
    """What the API shows of a data set that nobody has scored yet (採点待ち)."""
    nothing = {"grade": None, "badge": None, "points": 0.0, "max": 0.0, "dimensions": [], "findings": []}
    return {
        "package_id": package_id,
        **nothing,
        "waiting": None,
        "checked": None,
        "evidence": None,
        "rules_version": None,
    }


class History(tk.BaseModel):  # type: ignore[misc, name-defined]
    """What the score of a data set was at the end of a day (of Japan), until the next row."""

    __tablename__ = "osakadx_quality_history"

    package_id = Column(UnicodeText, primary_key=True)
    day = Column(Date, primary_key=True)
    rules_version = Column(UnicodeText, nullable=False)
    grade = Column(UnicodeText)
    points = Column(Float, nullable=False)
    maximum = Column(Float, nullable=False)
    dimensions = Column(JSONB, nullable=False)
    evidence = Column(DateTime(timezone=True))

    def as_dict(self) -> dict[str, Any]:
        """The row as the API shows it."""
        return {
            "day": self.day.isoformat(),
            "grade": self.grade,
            "points": self.points,
            "max": self.maximum,
            "dimensions": self.dimensions,
            "evidence": self.evidence and self.evidence.isoformat(),
            "rules_version": self.rules_version,
        }


class Improvement(tk.BaseModel):  # type: ignore[misc, name-defined]
    """A score that rose because something was mended; ``mended`` as `osakadx.quality.progress.mended` says it.

    Points are of a hundred examined points; ``grade_before`` is what the data set had the moment before.
    """

    __tablename__ = "osakadx_quality_improvement"

    package_id = Column(UnicodeText, primary_key=True)
    at = Column(DateTime(timezone=True), primary_key=True)
    rules_version = Column(UnicodeText, nullable=False)
    grade_before = Column(UnicodeText)
    grade = Column(UnicodeText)
    points_before = Column(Float, nullable=False)
    points = Column(Float, nullable=False)
    mended = Column(JSONB, nullable=False)


def store(scores: Mapping[str, dict[str, Any]], looked: Mapping[str, Collection[str]]) -> list[str]:
    """Store scores, in the caller's transaction, many at once.

    Args:
        scores: by id of the data set: rules_version, grade, points, maximum, waiting, dimensions, findings, evidence,
            badge.
        looked: by id of the data set its files that were read, as `osakadx.quality.progress.looked_at` gives them.

    Returns:
        Ids of those whose grade or points are other than before, so that the search index must hear of them.
    """
    if not scores:
        return []
    moment = datetime.now(timezone.utc)
    query = sa.select(Score).where(Score.package_id.in_(scores)).order_by(Score.package_id)
    # Locked, so that two jobs with the same news do not both call it news.
    known = {row.package_id: row for row in model.Session.scalars(query.with_for_update(), execution_options=_FRESH)}
    changed, history, better = [], [], []
    for package_id, values in sorted(scores.items()):
        before = known.get(package_id)
        if before is None or _differ(before, values, _TOLD):
            changed.append(package_id)
        if before is None or _differ(before, values, ("rules_version", *_TOLD, "dimensions")):
            kept = {key: values[key] for key in ("rules_version", *_TOLD, "dimensions", "evidence")}
            history.append({"package_id": package_id, "day": moment.astimezone(JAPAN).date(), **kept})
        if before is not None and (found := _improvement(before, values, looked.get(package_id, ()))):
            better.append({"package_id": package_id, "at": moment, **found})
    better = _best_for_long(better, moment)
    same = [key for key, values in scores.items() if key in known and not _differ(known[key], values, _lasting(values))]
    rows = [{"package_id": key, "scored": moment, **scores[key]} for key in sorted(scores.keys() - same)]
    _upsert(Score, rows, ["package_id"])
    _confirm({key: scores[key]["evidence"] for key in same}, moment)
    _upsert(History, history, ["package_id", "day"])
    _upsert(Improvement, better, ["package_id", "at"])
    model.Session.expire_all()
    return changed


def _confirm(evidence: Mapping[str, datetime | None], moment: datetime) -> None:
    """Note that scores were reckoned again with the same result, without writing all their findings again."""
    if evidence:
        model.Session.execute(
            sa.text(
                "UPDATE osakadx_quality_score SET scored = :moment, evidence = news.evidence "
                "FROM unnest(CAST(:ids AS text[]), CAST(:times AS timestamptz[])) AS news (id, evidence) "
                "WHERE package_id = news.id"
            ),
            {"moment": moment, "ids": list(evidence), "times": list(evidence.values())},
        )


def _differ(before: Score, values: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return any(getattr(before, key) != values[key] for key in keys)


def _lasting(values: Mapping[str, Any]) -> set[str]:
    """What a score says; when its evidence was gathered says nothing of the data set."""
    return values.keys() - {"evidence"}


def _improvement(before: Score, values: Mapping[str, Any], looked: Collection[str]) -> dict[str, Any] | None:
    """What was mended, where the score rose by it; None elsewhere."""
    if before.rules_version != values["rules_version"] or values["waiting"] > before.waiting:
        return None
    was, now = (progress.share(*pair) for pair in ((before.points, before.maximum), _pair(values)))
    if before.grade is None or now <= was:
        return None
    mended = progress.mended(before.findings, values["findings"], looked, rulebook())
    told = {key: values[key] for key in ("rules_version", "grade")}
    said = {"grade_before": before.grade, "points_before": was, "points": now, "mended": mended}
    return told | said if mended else None


def _pair(values: Mapping[str, Any]) -> tuple[float, float]:
    return values["points"], values["maximum"]


def _best_for_long(better: list[dict[str, Any]], moment: datetime) -> list[dict[str, Any]]:
    """Those that are better than at the end of any day of the last month: what breaks and heals is no improvement."""
    if not better:
        return []
    first = moment.astimezone(JAPAN).date() - _STEADY
    other = aliased(History)
    same = rulebook().version  # what other rules gave is no measure
    begins = sa.select(sa.func.max(other.day)).where(
        other.package_id == History.package_id, other.rules_version == same, other.day <= first
    )
    share = sa.case((History.maximum > 0, 100 * History.points / History.maximum), else_=0)
    query = sa.select(History.package_id, sa.func.max(share)).where(
        History.package_id.in_([one["package_id"] for one in better]),
        History.rules_version == same,
        History.day >= sa.func.coalesce(begins.scalar_subquery(), sa.literal(date.min, Date)),
    )
    best = dict(model.Session.execute(query.group_by(History.package_id)).tuples().all())
    return [one for one in better if one["points"] > round(best.get(one["package_id"], 0.0), 1)]


def _upsert(table: Any, rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    if rows:
        statement = insert(table.__table__)
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
        model.Session.connection().execute(statement, rows)
