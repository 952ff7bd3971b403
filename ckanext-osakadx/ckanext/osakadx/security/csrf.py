"""CSRF: a request without a session is exempt for itself alone, never the view for everybody after it.

CKAN 2.12.0 marks the *view* of such a request as exempt for the rest of the process's life, so one anonymous request
switches the protection of that view off for signed-in users (CVE-2026-41255; fixed upstream on other branches only).
"""

from __future__ import annotations

from typing import Any

from ckan.common import current_user
from ckan.config.middleware import flask_app
from flask import g, request

API = "api."  # endpoints for programs, which have no form to carry a token


def guard() -> None:
    """Replace the process-wide exemption of CKAN's CSRF protection by one per request; once per process is enough."""
    protection = flask_app.csrf
    if getattr(protection, "osakadx_guarded", False):
        return
    original_exempt, original_protect = protection.exempt, protection.protect

    def exempt(view: Any) -> Any:
        # CKAN passes a text for each such request; a decorated function or a blueprint is a decision of its author.
        return view if isinstance(view, str) else original_exempt(view)

    def protect(*arguments: Any, **options: Any) -> Any:
        return None if speaks_for_itself() else original_protect(*arguments, **options)

    protection.exempt, protection.protect = exempt, protect
    protection.osakadx_guarded = True


def speaks_for_itself() -> bool:
    """Whether this request cannot ride on somebody's session: by token, or anonymous to the API."""
    if not g.get("login_via_auth_header"):
        return False
    return bool(current_user.is_authenticated) or (request.endpoint or "").startswith(API)


def is_guarded() -> bool:
    """Whether ``guard`` is in place in this process."""
    return bool(getattr(flask_app.csrf, "osakadx_guarded", False))
