"""What the score adds to a data set's search document: its grade to filter by, its points to sort by."""

from __future__ import annotations

from typing import Any

from ckan import model

from .model import Score


def with_score(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add ``osakadx_grade`` and ``osakadx_points`` (of a hundred examined points); neither while it waits."""
    found = model.Session.get(Score, pkg_dict["id"])
    if found is None or found.grade is None:
        return pkg_dict
    return pkg_dict | {"osakadx_grade": found.grade, "osakadx_points": round(100 * found.points / found.maximum, 1)}
