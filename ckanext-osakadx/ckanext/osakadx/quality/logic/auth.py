"""Scores are shown to whoever may see the data set; what is to be mended in private ones is the actions' care."""

from __future__ import annotations

from typing import Any

from ckan import authz
from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context
from osakadx.vocab import PREFECTURE

from ckanext.osakadx.logic import access


@tk.auth_allow_anonymous_access
def osakadx_quality_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``."""
    return access.as_for("package_show", context, data_dict["id"])


@tk.auth_allow_anonymous_access
def osakadx_quality_history(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``."""
    return access.as_for("package_show", context, data_dict["id"])


@tk.auth_allow_anonymous_access
def osakadx_quality_organization_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``organization_show``."""
    return access.as_for("organization_show", context, data_dict["id"])


@tk.auth_allow_anonymous_access
def osakadx_quality_coverage(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody: it counts public data sets only."""
    return {"success": True}


def osakadx_quality_inside(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """What is for a publisher's own people: its members, and the prefecture's desk."""
    user = context.get("user")
    member = authz.has_user_permission_for_group_or_org(data_dict["id"], user, "read")
    return {"success": True} if member else osakadx_quality_desk(context, data_dict)


def osakadx_quality_desk(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Who needs help with what: for the admins of the prefecture's organisation and sysadmins."""
    if authz.has_user_permission_for_group_or_org(PREFECTURE, context.get("user"), "admin"):
        return {"success": True}
    return {"success": False, "msg": tk._("This is for the open data desk of the prefecture.")}


@tk.auth_allow_anonymous_access
def osakadx_quality_advice(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show`` or ``organization_show``, whichever is asked about."""
    if data_dict.get("id"):
        return access.as_for("package_show", context, data_dict["id"])
    return access.as_for("organization_show", context, data_dict.get("organization") or "")


@tk.auth_allow_anonymous_access
def osakadx_quality_improvements(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody: they are of public data sets."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def osakadx_quality_mqa(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``."""
    return access.as_for("package_show", context, data_dict["id"])
