"""Who asks and who may answer."""

from __future__ import annotations

from datetime import datetime

from ckan import authz, model
from ckan.plugins import toolkit as tk
from flask import has_request_context
from osakadx import askers, questions
from osakadx.vocab import PREFECTURE


def inside(organization_id: str | None, user: str) -> bool:
    """Whether somebody belongs to a publisher, to the prefecture's desk or to the sysadmins."""
    if not user:
        return False
    member = bool(organization_id) and authz.has_user_permission_for_group_or_org(organization_id, user, "read")
    return member or desk(user)


def answers(organization_id: str | None, user: str) -> bool:
    """Whether somebody answers for a publisher: its editors and admins, the prefecture's desk, sysadmins."""
    if not user:
        return False
    edits = bool(organization_id) and authz.has_user_permission_for_group_or_org(
        organization_id, user, "update_dataset"
    )
    return edits or desk(user)


def desk(user: str) -> bool:
    """Whether somebody is an admin of the prefecture's organisation, or a sysadmin."""
    if authz.is_sysadmin(user):
        return True
    return bool(user) and bool(authz.has_user_permission_for_group_or_org(PREFECTURE, user, "admin"))


def digest(moment: datetime, user: str = "") -> str:
    """What tells whoever makes this request from others today: by account, or by address; empty without either."""
    account = model.User.get(user) if user else None
    found = f"user:{account.id}" if account else place()
    return askers.digest(str(tk.config["SECRET_KEY"]), questions.day(moment), found) if found else ""


def digest_of_place(moment: datetime) -> str:
    """What `digest` gives for somebody without an account at the address of this request."""
    found = place()
    return askers.digest(str(tk.config["SECRET_KEY"]), questions.day(moment), found) if found else ""


def place() -> str:
    """The address this request came from; empty outside of requests."""
    if not has_request_context():
        return ""
    return askers.origin(tk.request.remote_addr or "", tk.request.headers.get("X-Forwarded-For", ""))
