"""Permissions that are those of another action."""

from __future__ import annotations

from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context


def as_for(action: str, context: Context, id: str) -> AuthResult:
    """Return what an auth function returns that allows what CKAN allows for another action on the thing of this id."""
    try:
        tk.check_access(action, context, {"id": id})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
