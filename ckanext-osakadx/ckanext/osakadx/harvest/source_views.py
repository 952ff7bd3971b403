"""Pages of harvest sources: the list, the form with its preview, the desk's approval, one record.

/harvest                        all sources; /harvest/sources.csv the same for Excel
/harvest/new, /harvest/edit/<id>  the form; its button プレビュー saves nothing
/harvest/approve/<id>           what waits, and the desk's word; /harvest/switch/<id> on and off
/harvest/pause/<id>             pause a source at once, and resume it
/harvest/record/<source>/<guid> one record: as sent, as mapped, through the runs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from flask import Blueprint, Response, request

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx.display import runs as run_words
from ckanext.osakadx.display import sources as words
from ckanext.osakadx.display import spreadsheet

from . import runs, source_form, sources, standing
from .model import Run

FILTERS = ("q", "state", "type", "organization")

osakadx_sources = Blueprint("osakadx_sources", __name__)


# -- the list ----------------------------------------------------------------------------------------------------------


@osakadx_sources.route("/harvest/", strict_slashes=False)
def index() -> str:
    """List the sources."""
    chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
    everything = tk.get_action("osakadx_harvest_source_list")({}, {})["results"]
    found = tk.get_action("osakadx_harvest_source_list")({}, chosen)["results"] if any(chosen.values()) else everything
    organizations = {each["organization"]["name"]: each["organization"] for each in everything if each["organization"]}
    return tk.render(
        "osakadx_harvest/sources.html",
        {
            "sources": [_worded(each) for each in found],
            "total": len(everything),
            "chosen": chosen,
            "states": [(state, words.standing_name(state)) for state in (*words.STATES, "held", "paused")],
            "kinds": sorted({each["source_type"] for each in everything}),
            "organizations": list(organizations.values()),
            "waiting": [_worded(each) for each in everything if each["state"] == standing.WAITING],
            "desk": _allowed("osakadx_harvest_source_approve", {}),
        },
    )


@osakadx_sources.route("/harvest/sources.csv")
def table() -> Response:
    """The list as a table for Excel."""
    chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
    found = tk.get_action("osakadx_harvest_source_list")({}, chosen)["results"]
    response = Response("".join(spreadsheet.lines(_rows(found))), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="harvest-sources-{words.today()}.csv"'
    return response


def _rows(found: list[dict[str, Any]]) -> Iterator[list[object]]:
    _ = tk._
    yield [
        _("Name"), _("Title"), _("Publisher"), _("Source type"), _("Address"), _("State"), _("Datasets"),
        _("Last run"), _("Result"), _("Held"), _("Schedule"), _("Next run"), _("Listed by the last runs"),
    ]  # fmt: skip
    for each in map(_worded, found):
        last = each["last_run"]
        yield [
            each["name"], each["title"], tk.h.osakadx_name(each["organization"]), each["kind"], each["url"],
            _standing(each), each["datasets"], tk.h.osakadx_time(last["finished"] or last["created"]) if last else "",
            last["state_name"] if last else "", _("yes") if each["held"] else "", each["times"],
            tk.h.osakadx_time(each["next_run"]) if each["next_run"] else "", " ".join(map(str, each["trend"])),
        ]  # fmt: skip


def _standing(source: dict[str, Any]) -> str:
    return f"{source['standing']} / {tk._('paused')}" if source["paused"] else source["standing"]


def _worded(source: dict[str, Any]) -> dict[str, Any]:
    last = source["last_run"]
    return source | {
        "standing": words.standing_name(source["state"]),
        "kind": tk.h.osakadx_harvester(source["source_type"]),
        "times": words.osakadx_schedule(source["schedule"]),
        "last_run": last | {"state_name": run_words.state_name(last)} if last else None,
    }


# -- the form ----------------------------------------------------------------------------------------------------------


@osakadx_sources.route("/harvest/new", methods=["GET", "POST"])
def new() -> Any:
    """Fill in a new source, try it, save it."""
    if not _allowed("harvest_source_create", {}):
        return tk.abort(403, tk._("You may not add harvest sources."))
    if request.method == "GET":
        return _form(source_form.blank(), None)
    return _posted(None)


@osakadx_sources.route("/harvest/edit/<id>", methods=["GET", "POST"])
def edit(id: str) -> Any:
    """Change a source, try it, save it."""
    source = _source(id)
    if not _allowed("harvest_source_update", {"id": source.id}):
        return tk.abort(403, tk._("You may not edit this harvest source."))
    if request.method == "POST":
        return _posted(source)
    stored = standing.of(source.id)
    described = sources.described(source)
    described["organization"] = _owner(source)
    form = source_form.fields(
        described, enabled=stored.enabled if stored else False, allow_hosts=standing.exceptions(source.id)
    )
    return _form(form, source)


def _posted(source: HarvestSource | None) -> Any:
    form = request.form.to_dict()
    told, errors = source_form.read(form)
    if not tk.c.userobj or not tk.c.userobj.sysadmin:
        told.pop("allow_hosts", None)
    if errors:
        return _form(form, source, errors)
    try:
        if request.form.get("do") == "preview":
            return _form(form, source, preview=_tried(told, source))
        return _saved(told, source)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _form(form, source, dict(error.error_dict))
    except tk.NotAuthorized:
        return _form(form, source, {"organization": [tk._("You may not add sources for this publisher.")]})


def _tried(told: dict[str, Any], source: HarvestSource | None) -> dict[str, Any]:
    asked = {key: told[key] for key in ("url", "type", "organization", "license", "options", "guard", "title")}
    asked |= {"allow_hosts": told["allow_hosts"]} if told.get("allow_hosts") else {}
    return tk.get_action("osakadx_harvest_preview")({}, asked | ({"id": source.id} if source else {}))


def _saved(told: dict[str, Any], source: HarvestSource | None) -> Any:
    if source is None:
        saved = tk.get_action("osakadx_harvest_source_create")({}, told)
    else:
        told["name"] = told["name"] or model.Package.get(source.id).name
        saved = tk.get_action("osakadx_harvest_source_update")({}, {**told, "id": source.id})
    if saved["state"] == standing.WAITING:
        tk.h.flash_notice(tk._("Saved. The source runs when the desk has approved it."))
    else:
        tk.h.flash_success(tk._("Saved."))
    return tk.redirect_to("harvest.read", id=saved["name"])


def _form(
    form: Mapping[str, str],
    source: HarvestSource | None,
    errors: Mapping[str, Any] | None = None,
    preview: dict[str, Any] | None = None,
) -> str:
    organizations = tk.h.organizations_available("create_dataset")
    return tk.render(
        "osakadx_harvest/form.html",
        {
            "form": form,
            "source": source,
            "name": model.Package.get(source.id).name if source else "",
            "errors": errors or {},
            "kinds": tk.h.osakadx_harvesters(),
            "organizations": sorted(organizations, key=lambda each: each["name"]),
            "licenses": words.license_choices(form.get("license", "")),
            "weekdays": words.weekdays(),
            "sysadmin": bool(tk.c.userobj and tk.c.userobj.sysadmin),
            "desk": _allowed("osakadx_harvest_source_approve", {}),
            "preview": words.preview_words(preview) if preview else None,
        },
    )


# -- on, off, approved -------------------------------------------------------------------------------------------------


@osakadx_sources.route("/harvest/switch/<id>", methods=["POST"])
def switch(id: str) -> Any:
    """Switch a source on or off."""
    source = _source(id)
    enabled = request.form.get("enabled") == "yes"
    try:
        tk.get_action("osakadx_harvest_source_switch")({}, {"id": source.id, "enabled": enabled})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not edit this harvest source."))
    tk.h.flash_success(tk._("The source was switched on.") if enabled else tk._("The source was switched off."))
    return tk.redirect_to("harvest.read", id=id)


@osakadx_sources.route("/harvest/collect/<id>", methods=["POST"])
def collect(id: str) -> Any:
    """Ask for a run now and show it; where one is open already, that one."""
    source = _source(id)
    try:
        run = tk.get_action("osakadx_harvest_run_create")({}, {"source_id": source.id})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not edit this harvest source."))
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(message for messages in error.error_dict.values() for message in messages))
        return tk.redirect_to("harvest.read", id=id)
    return tk.redirect_to("osakadx_harvest.show", id=run["id"])


@osakadx_sources.route("/harvest/pause/<id>", methods=["POST"])
def pause(id: str) -> Any:
    """Pause a source at once, or resume it; back to the run's page where that was asked from one."""
    source = _source(id)
    paused = request.form.get("paused") == "yes"
    try:
        tk.get_action(f"osakadx_harvest_source_{'pause' if paused else 'resume'}")({}, {"source_id": source.id})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not edit this harvest source."))
    tk.h.flash_success(
        tk._("The source was paused; nothing of it runs until it is resumed.")
        if paused
        else tk._("The source was resumed; an open run goes on where it stopped.")
    )
    run = model.Session.get(Run, request.form.get("run", ""))
    if run is not None and run.source_id == source.id:
        return tk.redirect_to("osakadx_harvest.show", id=run.id)
    return tk.redirect_to("harvest.read", id=id)


@osakadx_sources.route("/harvest/approve/<id>", methods=["GET", "POST"])
def approve(id: str) -> Any:
    """Show the desk what waits; try it; approve it."""
    source = _source(id)
    if not _allowed("osakadx_harvest_source_approve", {}):
        return tk.abort(403, tk._("Only the desk approves sources."))
    preview = None
    if request.method == "POST" and request.form.get("do") == "preview":
        preview = tk.get_action("osakadx_harvest_preview")({}, {"id": source.id})
    elif request.method == "POST":
        try:
            seen = request.form.get("fingerprint", "")
            tk.get_action("osakadx_harvest_source_approve")({}, {"id": source.id, "fingerprint": seen})
        except tk.ValidationError as error:
            tk.h.flash_error(" ".join(error.error_dict["id"]))
            return tk.redirect_to("osakadx_sources.approve", id=id)
        tk.h.flash_success(tk._("The source was approved."))
        return tk.redirect_to("harvest.read", id=id)
    described, stored = sources.described(source), standing.of(source.id)
    return tk.render(
        "osakadx_harvest/approve.html",
        {
            "source": source,
            "name": model.Package.get(source.id).name,
            "described": described,
            "owner": _owner(source),
            "settings": {key: described.get(key) for key in ("options", "guard") if described.get(key)},
            "times": words.osakadx_schedule(described.get("schedule")),
            "asked_by": stored.asked_by if stored else "",
            "asked": stored.asked if stored else None,
            "waiting": not standing.is_approved(source),
            "fingerprint": standing.fingerprint(source.type, source.url, source.config),
            "preview": words.preview_words(preview) if preview else None,
        },
    )


# -- one record --------------------------------------------------------------------------------------------------------


@osakadx_sources.route("/harvest/record/<source>/<path:guid>", merge_slashes=False)
def record(source: str, guid: str) -> Any:
    """Show one record of a source."""
    try:
        found = tk.get_action("osakadx_harvest_record_show")({}, {"source_id": source, "guid": guid})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such record."))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see what this source sent."))
    return tk.render(
        "osakadx_harvest/record.html",
        {
            "source": tk.get_action("harvest_source_show")({}, {"id": found["source_id"]}),
            "found": found,
            "paused": runs.is_paused(found["source_id"]),
            "state": words.item_state(found["item"]),
            "mapped": words.mapped(found["record"]),
            "history": words.history_words(found["history"]),
        },
    )


@osakadx_sources.route("/harvest/record/<source>")
def record_of(source: str) -> Any:
    """The same of a record whose ID is no path."""
    return record(source, request.args.get("guid", ""))


def _source(id: str) -> HarvestSource:
    package = model.Package.get(id)
    source = model.Session.get(HarvestSource, package.id) if package and package.state != "deleted" else None
    if source is None:
        return tk.abort(404, tk._("There is no such harvest source."))
    return source


def _owner(source: HarvestSource) -> str:
    owner = model.Session.get(model.Group, model.Package.get(source.id).owner_org)
    return owner.name if owner else ""


def _allowed(action: str, data_dict: dict[str, Any]) -> bool:
    return tk.h.check_access(action, data_dict)
