"""Who was told what is the desk's business; what one hears of is one's own."""

from __future__ import annotations

from typing import Any

from ckan.types import AuthResult, Context


def osakadx_mails_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Sysadmins only: it holds addresses."""
    return {"success": False}


def osakadx_mails_preferences_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """One's own, signed in."""
    return {"success": bool(context.get("user"))}


def osakadx_mails_preferences_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """One's own, signed in."""
    return {"success": bool(context.get("user"))}
