"""Who may look at runs, and who may decide about them: those who may edit the source's organisation."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context


@tk.auth_allow_anonymous_access
def osakadx_harvest_run_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Runs of a source are shown to whoever may see the source."""
    return _as("harvest_source_show", context, data_dict)


@tk.auth_allow_anonymous_access
def osakadx_harvest_run_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``osakadx_harvest_run_list``."""
    return _as("harvest_source_show", context, data_dict)


def osakadx_harvest_run_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A run may be asked for by those who may edit the source."""
    return _as("harvest_source_update", context, data_dict)


def osakadx_harvest_run_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A held run may be released or discarded by those who may edit the source."""
    return _as("harvest_source_update", context, data_dict)


def _as(action: str, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    try:
        tk.check_access(action, context, {"id": data_dict["source_id"]})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
