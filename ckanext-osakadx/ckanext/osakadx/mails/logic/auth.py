"""Who was told what is the desk's business, and that of an organisation's admins; what one hears of is one's own."""

from __future__ import annotations

from typing import Any

from ckan import authz
from ckan.types import AuthResult, Context

from ckanext.osakadx.mails import people


def osakadx_mails_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Admins of the prefecture's organisation, and an organisation's of what is its own; not others: addresses."""
    user = context.get("user") or ""
    asked = (people.PREFECTURE, data_dict.get("organization"))
    return {"success": any(authz.users_role_for_group_or_org(name, user) == "admin" for name in asked if name)}


def osakadx_mails_preferences_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """One's own, signed in."""
    return {"success": bool(context.get("user"))}


def osakadx_mails_preferences_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """One's own, signed in."""
    return {"success": bool(context.get("user"))}
