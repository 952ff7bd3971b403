"""Pages on how the standard data sets are covered. All are public; who needs help is for the desk.

/quality                    coverage: 43 municipalities × 31 standard data sets, trend, peers (?peers=towns)
/quality/coverage.csv       the matrix for a spreadsheet program; /quality/coverage.json: as the API gives it
/quality/standard/<number>  who publishes one standard data set
/quality/<organisation>     how one publisher stands
"""

from __future__ import annotations

import json
from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit as tk
from flask import Blueprint, Response
from osakadx.quality.peers import PEERS
from osakadx.spreadsheets import report
from osakadx.standards import standard

from . import bodies, matrix, pages
from .coverage import figures
from .interfaces import IEvidence

osakadx_quality = Blueprint("osakadx_quality", __name__, url_prefix="/quality")


@osakadx_quality.route("", endpoint="coverage")
def show() -> str:
    """公開状況: the matrix."""
    peers = _peers()
    found = figures()
    shown = pages.coverage(found, peers)
    if _desk():
        shown["help"] = bodies.needing_help(found, [town.code for town in matrix.of(peers)])
        shown["backlogs"] = [one for plugin in p.PluginImplementations(IEvidence) if (one := plugin.backlog())]
    return tk.render("osakadx_quality/coverage.html", shown)


@osakadx_quality.route("/coverage.csv")
def as_csv() -> Response:
    """The matrix for a spreadsheet program."""
    return _file(report(*matrix.table(figures(), _peers())), "text/csv", "coverage.csv")


@osakadx_quality.route("/coverage.json")
def as_json() -> Response:
    """The matrix as the action `osakadx_quality_coverage` gives it."""
    found = tk.get_action("osakadx_quality_coverage")({}, {"peers": _peers()})
    return _file(json.dumps(found, ensure_ascii=False).encode(), "application/json", "coverage.json")


@osakadx_quality.route("/standard/<number>", endpoint="standard")
def one_standard(number: str) -> str:
    """Who publishes a standard data set."""
    found = standard(number)
    if found is None or found.number != number:
        return tk.abort(404, tk._("There is no standard data set with this number."))
    return tk.render("osakadx_quality/standard.html", pages.standard(figures(), found))


@osakadx_quality.route("/<id>", endpoint="organization")
def organization(id: str) -> Any:
    """How a publisher stands."""
    body = model.Group.get(id)
    if body is None or not body.is_organization or body.state != "active":
        return tk.abort(404, tk._("Organization not found"))
    if body.name != id:
        return tk.redirect_to("osakadx_quality.organization", id=body.name)
    try:
        found = tk.get_action("osakadx_quality_organization_show")({}, {"id": body.name})
    except tk.NotAuthorized:
        return tk.abort(404, tk._("Organization not found"))
    return tk.render("osakadx_quality/organization.html", pages.organization(figures(), found, body.id))


def _peers() -> str:
    asked = tk.request.args.get("peers", "")
    return asked if asked in {peers.slug for peers in PEERS} else ""


def _desk() -> bool:
    return tk.h.check_access("osakadx_quality_desk", {})


def _file(body: bytes, kind: str, name: str) -> Response:
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
