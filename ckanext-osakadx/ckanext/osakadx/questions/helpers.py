"""Template helpers of the questions; the theme, where it is enabled, brings some of the same ones."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk

from ckanext.osakadx.display.language import osakadx_date, osakadx_name, osakadx_number, osakadx_time

__all__ = ["osakadx_date", "osakadx_name", "osakadx_number", "osakadx_questions", "osakadx_time"]

SHOWN = 3  # answers on the page of a data set


def osakadx_questions(package: dict[str, Any]) -> dict[str, Any] | None:
    """What is public of a data set's questions, as ``osakadx_question_list`` gives it; None where none are taken."""
    if package.get("private") or package.get("state") != "active" or package.get("type") != "dataset":
        return None
    try:
        return tk.get_action("osakadx_question_list")({}, {"id": package["id"], "limit": SHOWN})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
