"""Who may look at runs, and who may decide about them: those who may edit the source's organisation."""

from __future__ import annotations

from typing import Any

from ckan import authz
from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context
from osakadx.vocab import PREFECTURE

from ckanext.osakadx.logic import access


@tk.auth_allow_anonymous_access
def osakadx_harvest_run_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Runs of a source are shown to whoever may see the source."""
    return access.as_for("harvest_source_show", context, data_dict["source_id"])


@tk.auth_allow_anonymous_access
def osakadx_harvest_run_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``osakadx_harvest_run_list``."""
    return access.as_for("harvest_source_show", context, data_dict["source_id"])


def osakadx_harvest_run_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A run may be asked for by those who may edit the source."""
    return access.as_for("harvest_source_update", context, data_dict["source_id"])


def osakadx_harvest_run_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A held run may be released or discarded by those who may edit the source."""
    return access.as_for("harvest_source_update", context, data_dict["source_id"])


def osakadx_harvest_source_pause(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A source may be paused by those who may edit it."""
    return access.as_for("harvest_source_update", context, data_dict["source_id"])


def osakadx_harvest_source_resume(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``osakadx_harvest_source_pause``."""
    return access.as_for("harvest_source_update", context, data_dict["source_id"])


def osakadx_harvest_preview(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A source may be tried by those who may create one for its publisher, or edit it where it exists."""
    if data_dict.get("id"):
        return _desk_or_editor(context, data_dict["id"])
    return _may("harvest_source_create", context, {"owner_org": data_dict.get("owner_org")})


def osakadx_harvest_source_approve(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The desk approves sources: sysadmins, and the admins of the prefecture's organisation."""
    if authz.has_user_permission_for_group_or_org(PREFECTURE, context.get("user"), "admin"):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the desk approves sources.")}


def osakadx_harvest_source_switch(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A source may be switched on and off by those who may edit it."""
    return _may("harvest_source_update", context, {"id": data_dict["id"]})


@tk.auth_allow_anonymous_access
def osakadx_harvest_source_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Sources that run are listed for everybody; those that wait only for those who may edit or approve them."""
    return {"success": True}


def osakadx_harvest_record_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """What a source sent is shown to those who may edit the source, and to the desk."""
    return _desk_or_editor(context, data_dict["source_id"])


def _desk_or_editor(context: Context, source_id: str) -> AuthResult:
    desk = osakadx_harvest_source_approve(context, {})
    return desk if desk["success"] else _may("harvest_source_update", context, {"id": source_id})


def _may(action: str, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    try:
        tk.check_access(action, context, data_dict)
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
