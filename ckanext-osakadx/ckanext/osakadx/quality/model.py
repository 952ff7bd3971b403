"""Tables of the scores: the present one of each data set, and its history by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from sqlalchemy import Column, Date, DateTime, Float, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB, insert

_JAPAN = timezone(timedelta(hours=9))
_TOLD = ("grade", "points", "maximum")  # what the index and the history tell


class Score(tk.BaseModel):  # type: ignore[misc, name-defined]
    """The score a data set has now; ``grade`` is None while nothing was examined (採点待ち)."""

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

    def as_dict(self) -> dict[str, Any]:
        """The score as the API shows it."""
        return {
            "package_id": self.package_id,
            "grade": self.grade,
            "points": self.points,
            "max": self.maximum,
            "dimensions": self.dimensions,
            "findings": self.findings,
            "waiting": self.waiting,
            "checked": self.scored.isoformat(),
            "rules_version": self.rules_version,
        }


def unscored(package_id: str) -> dict[str, Any]:
    """What the API shows of a data set that nobody has scored yet (採点待ち)."""
    nothing = {"grade": None, "points": 0.0, "max": 0.0, "dimensions": [], "findings": []}
    return {"package_id": package_id, **nothing, "waiting": None, "checked": None, "rules_version": None}


class History(tk.BaseModel):  # type: ignore[misc, name-defined]
    """What the score of a data set was from a day (of Japan) on, until the next row."""

    __tablename__ = "osakadx_quality_history"

    package_id = Column(UnicodeText, primary_key=True)
    day = Column(Date, primary_key=True)
    rules_version = Column(UnicodeText, nullable=False)
    grade = Column(UnicodeText)
    points = Column(Float, nullable=False)
    maximum = Column(Float, nullable=False)
    dimensions = Column(JSONB, nullable=False)

    def as_dict(self) -> dict[str, Any]:
        """The row as the API shows it."""
        return {
            "day": self.day.isoformat(),
            "grade": self.grade,
            "points": self.points,
            "max": self.maximum,
            "dimensions": self.dimensions,
            "rules_version": self.rules_version,
        }


def store(scores: Mapping[str, dict[str, Any]]) -> list[str]:
    """Store scores, in the caller's transaction, many at once.

    Args:
        scores: by id of the data set: rules_version, grade, points, maximum, waiting, dimensions, findings.

    Returns:
        Ids of those whose grade or points are other than before, so that the search index must hear of them.
    """
    if not scores:
        return []
    moment = datetime.now(timezone.utc)
    query = sa.select(Score.package_id, Score.rules_version, *(getattr(Score, key) for key in _TOLD))
    before = {row[0]: row for row in model.Session.execute(query.where(Score.package_id.in_(scores)))}
    changed, history = [], []
    for package_id, values in scores.items():
        told = tuple(values[key] for key in _TOLD)
        known = before.get(package_id)
        if known is None or tuple(known[2:]) != told:
            changed.append(package_id)
        if known is None or tuple(known[1:]) != (values["rules_version"], *told):
            kept = {key: values[key] for key in ("rules_version", *_TOLD, "dimensions")}
            history.append({"package_id": package_id, "day": moment.astimezone(_JAPAN).date(), **kept})
    _upsert(Score, [{"package_id": key, "scored": moment, **values} for key, values in scores.items()], ["package_id"])
    _upsert(History, history, ["package_id", "day"])
    model.Session.expire_all()
    return changed


def _upsert(table: Any, rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    if rows:
        statement = insert(table.__table__)
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
        model.Session.connection().execute(statement, rows)
