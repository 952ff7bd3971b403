"""Who may see what was found in a file: whoever may see the file."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.osakadx.logic import access


@tk.auth_allow_anonymous_access
def osakadx_intake_reading_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``resource_show``."""
    return access.as_for("resource_show", context, data_dict["id"])


def osakadx_intake_examine(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``resource_update``: those who answer for the file may have it looked at again."""
    return access.as_for("resource_update", context, data_dict["id"])
