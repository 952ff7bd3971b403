"""Tables of the scores: the present one of each data set, and its history by day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from sqlalchemy import Column, Date, DateTime, Float, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB, insert

_JAPAN = timezone(timedelta(hours=9))


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


def store(package_id: str, values: dict[str, Any]) -> bool:
    """Store a score, in the caller's transaction.

    Args:
        package_id: of the data set.
        values: rules_version, grade, points, maximum, waiting, dimensions, findings.

    Returns:
        Whether grade or points are other than before, so that the search index must hear of it.
    """
    moment = datetime.now(timezone.utc)
    before = model.Session.get(Score, package_id)
    told = {key: values[key] for key in ("grade", "points", "maximum")}
    same = before is not None and all(getattr(before, key) == value for key, value in told.items())
    if not same or before.rules_version != values["rules_version"]:
        row = {**told, "dimensions": values["dimensions"], "rules_version": values["rules_version"]}
        _upsert(History, {"package_id": package_id, "day": moment.astimezone(_JAPAN).date()}, row)
    _upsert(Score, {"package_id": package_id}, {**values, "scored": moment})
    if before is not None:
        model.Session.expire(before)
    return not same


def _upsert(table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    statement = insert(table).values(**key, **values)
    model.Session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
