"""Scores are shown to whoever may see the data set."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context


@tk.auth_allow_anonymous_access
def osakadx_quality_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``."""
    return _as("package_show", context, data_dict)


@tk.auth_allow_anonymous_access
def osakadx_quality_history(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``."""
    return _as("package_show", context, data_dict)


def _as(action: str, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    try:
        tk.check_access(action, context, {"id": data_dict["id"]})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
