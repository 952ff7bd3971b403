"""Anybody asks; the publisher's editors and admins, the prefecture's desk and sysadmins see and answer."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.osakadx.logic import access
from ckanext.osakadx.questions import listing, who


@tk.auth_allow_anonymous_access
def osakadx_question_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As ``package_show``; the action takes questions about public data sets only."""
    return access.as_for("package_show", context, data_dict["id"])


@tk.auth_allow_anonymous_access
def osakadx_question_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The public part: as ``package_show`` or ``organization_show``. Everything: who may answer, for all the desk."""
    if data_dict.get("all"):
        return _answers(context, data_dict)
    if data_dict.get("id"):
        return access.as_for("package_show", context, data_dict["id"])
    if data_dict.get("organization"):
        return access.as_for("organization_show", context, data_dict["organization"])
    return {"success": True}


def osakadx_question_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Who may answer it."""
    return _of_question(context, data_dict["id"])


def osakadx_question_answer(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and admins of the data set's publisher, and the desk."""
    return _of_question(context, data_dict["id"])


def osakadx_question_mark(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """To mark: who may answer. To take that back: the desk, so that nobody hides what they would rather not answer."""
    if data_dict.get("marked", True):
        return _of_question(context, data_dict["id"])
    return _result(who.desk(context.get("user") or ""))


def _of_question(context: Context, question_id: str) -> AuthResult:
    found = listing.of(question_id)
    return _result(found is not None and who.answers(found[1].owner_org, context.get("user") or ""))


def _answers(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    user = context.get("user") or ""
    if data_dict.get("id"):
        package = model.Package.get(data_dict["id"])
        return _result(package is not None and who.answers(package.owner_org, user))
    if data_dict.get("organization"):
        body = model.Group.get(data_dict["organization"])
        return _result(body is not None and who.answers(body.id, user))
    return _result(who.desk(user))


def _result(allowed: bool) -> AuthResult:
    if allowed:
        return {"success": True}
    return {"success": False, "msg": tk._("Questions are answered by the publisher and by the desk of the prefecture.")}
