"""Pages of a run: what it planned, what became of it; release or discard what the guard holds.

/harvest/run/<id>               plan, verdict, numbers, records with their notices
/harvest/run/<id>/records.csv   all records, CSV with BOM
/harvest/run/<id>/release       asks, then does it on POST; /discard and /abort the same
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckan.plugins import toolkit as tk
from flask import Blueprint, Response, make_response, request, stream_with_context

from ckanext.osakadx.display import runs as words
from ckanext.osakadx.display.spreadsheet import BOM, line

from . import runs
from .model import OPEN
from .source_views import osakadx_sources

__all__ = ["osakadx_harvest", "osakadx_sources"]

PAGE = 100  # records
LOOK_AGAIN = 10  # seconds, while a run is going on

osakadx_harvest = Blueprint("osakadx_harvest", __name__)


@osakadx_harvest.route("/harvest/run/<id>")
def show(id: str) -> Response:
    """Show a run."""
    page = tk.h.get_page_number(request.args)
    run = _run(id, limit=PAGE, offset=(page - 1) * PAGE)
    going = run["state"] in OPEN
    live = going and request.args.get("live") != "no"
    extra = {"page": page, "pages": -(-run["total"] // PAGE), "going": going, "live": live, "seconds": LOOK_AGAIN}
    response = make_response(tk.render("osakadx_harvest/run.html", {**_described(run), **extra}))
    if live:  # without scripts; the page offers to stop it
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@osakadx_harvest.route("/harvest/run/<id>/records.csv")
def records(id: str) -> Response:
    """Send all records of a run as a table for Excel."""
    run = _run(id, limit=PAGE)
    response = Response(stream_with_context(_csv(run)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="harvest-run-{run["id"][:8]}.csv"'
    return response


@osakadx_harvest.route("/harvest/run/<id>/release", methods=["GET", "POST"])
def release(id: str) -> Any:
    """Ask, then let a held run do what it planned."""
    return _decide(id, "release", tk._("The run was released. What it planned will be done shortly."))


@osakadx_harvest.route("/harvest/run/<id>/discard", methods=["GET", "POST"])
def discard(id: str) -> Any:
    """Ask, then drop what a held run planned."""
    return _decide(id, "discard", tk._("What the run planned was dropped. The catalog stays as it is."))


@osakadx_harvest.route("/harvest/run/<id>/abort", methods=["GET", "POST"])
def abort(id: str) -> Any:
    """Ask, then end an open run for good."""
    return _decide(id, "abort", tk._("The run was ended. What it has written stays."))


def _decide(id: str, decision: str, done: str) -> Any:
    run = _run(id, limit=0)
    try:
        tk.check_access("osakadx_harvest_run_decide", {}, {"source_id": run["source_id"]})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not decide about this run."))
    if request.method == "GET" and (run["state"] in OPEN if decision == "abort" else run["held"]):
        return tk.render("osakadx_harvest/decide.html", {**_described(run), "decision": decision})
    if request.method == "POST":
        try:
            tk.get_action(f"osakadx_harvest_run_{decision}")({}, {"id": run["id"]})
        except tk.ValidationError:
            ended = tk._("This run has ended already.")
            waits = tk._("This run waits for nobody: somebody has decided already.")
            tk.h.flash_error(ended if decision == "abort" else waits)
        else:
            tk.h.flash_success(done)
    return tk.redirect_to("osakadx_harvest.show", id=run["id"])


def _run(id: str, **page: int) -> dict[str, Any]:
    try:
        return tk.get_action("osakadx_harvest_run_show")({}, {"id": id, **page})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such run."))


def _described(run: dict[str, Any]) -> dict[str, Any]:
    return {
        "run": run,
        "source": tk.get_action("harvest_source_show")({}, {"id": run["source_id"]}),
        "state": words.state_name(run),
        "trigger": words.trigger_name(run),
        "numbers": words.numbers(run),
        "costs": words.costs(run),
        "may_see_records": tk.h.check_access("osakadx_harvest_record_show", {"source_id": run["source_id"]}),
        "records": [words.record_words(record) for record in run["records"]],
        "held": words.osakadx_held(run),
        "paused": runs.is_paused(run["source_id"]),
        "may_decide": tk.h.check_access("osakadx_harvest_run_decide", {"source_id": run["source_id"]}),
    }


def _csv(run: dict[str, Any]) -> Iterator[str]:
    _ = tk._
    yield BOM + line([_("ID at the source"), _("Title"), _("Planned"), _("Result"), _("Dataset"), _("Notices")])
    offset = 0
    while run["records"]:
        for record in map(words.record_words, run["records"]):
            address = (
                tk.h.url_for("dataset.read", id=record["package_id"], _external=True) if record["package_id"] else ""
            )
            told = " ".join(record["notices"])
            yield line([record["guid"], record["title"], record["planned"], record["became"], address, told])
        offset += PAGE
        run = _run(run["id"], limit=PAGE, offset=offset)
