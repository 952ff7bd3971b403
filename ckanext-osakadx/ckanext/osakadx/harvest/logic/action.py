"""Actions of the harvest: ask for runs, look at them, release or discard what the guard holds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.harvest.model import HarvestJob, HarvestSource
from ckanext.osakadx.harvest import jobs, runs, standing
from ckanext.osakadx.harvest.model import OPEN, Entry, Run

from . import schema


@validate(schema.run_create)
def osakadx_harvest_run_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask for a run of a source now; when one is open already, that one is returned.

    Args:
        source_id (str): id of the harvest source

    Returns:
        dict: the run, see ``osakadx_harvest_run_show``
    """
    tk.check_access("osakadx_harvest_run_create", context, data_dict)
    run, _ = runs.request(data_dict["source_id"], data_dict.get("trigger") or "page")
    return run.as_dict()


@tk.side_effect_free
@validate(schema.run_show)
def osakadx_harvest_run_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return a run with its plan, the guard's verdict, counts, and the records it changed or refused.

    Args:
        id (str): id of the run
        action (str): only records of which the plan says this: add, change, return, gone
        limit (int): number of records, 100 by default
        offset (int): records to skip

    Returns:
        dict: the run; ``held``: whether it waits for a person; ``records``, and ``total``: how many of them there are;
        ``done`` and ``to_do``: how many of what has to be written is written, while the run goes on
    """
    run = _run(data_dict["id"])
    tk.check_access("osakadx_harvest_run_show", context, {"source_id": run.source_id})
    wanted = sa.select(Entry).where(Entry.run_id == run.id, Entry.action != "same")
    if data_dict.get("action"):
        wanted = wanted.where(Entry.action == data_dict["action"])
    page = wanted.order_by(Entry.position, Entry.guid).limit(data_dict["limit"]).offset(data_dict["offset"])
    shown = ("guid", "title", "action", "result", "notices", "package_id")
    open_to_all = not _keeps_paths(context, run.source_id)
    records = [{key: getattr(entry, key) for key in shown} for entry in model.Session.scalars(page)]
    return {
        **_told(run, open_to_all=open_to_all),
        "records": records if open_to_all else [record | {"guid": ""} for record in records],
        **(runs.progress(run) if run.state in OPEN else {}),
        "total": model.Session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())),
    }


@tk.side_effect_free
@validate(schema.run_list)
def osakadx_harvest_run_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return the runs of a source, newest first.

    Args:
        source_id (str): id of the harvest source
        limit (int): 20 by default
        offset (int): runs to skip
    """
    tk.check_access("osakadx_harvest_run_list", context, data_dict)
    query = sa.select(Run).where(Run.source_id == data_dict["source_id"]).order_by(Run.created.desc())
    found = model.Session.scalars(query.limit(data_dict["limit"]).offset(data_dict["offset"]))
    open_to_all = not _keeps_paths(context, data_dict["source_id"])
    return [_told(run, open_to_all=open_to_all) for run in found]


@validate(schema.run_decide)
def osakadx_harvest_run_release(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Let a held run, or its held removals, do what it planned.

    Args:
        id (str): id of the run
    """
    return _decide(context, data_dict, runs.release)


@validate(schema.run_decide)
def osakadx_harvest_run_discard(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Drop what a held run planned; the catalog stays as it is.

    Args:
        id (str): id of the run
    """
    return _decide(context, data_dict, runs.discard)


@validate(schema.source_decide)
def osakadx_harvest_source_pause(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Pause a source at once: its open run stops at its last checkpoint, and none begins until it is resumed.

    Args:
        source_id (str): id of the harvest source

    Returns:
        dict: ``source_id``, ``paused``, and the open ``run`` or null
    """
    tk.check_access("osakadx_harvest_source_pause", context, data_dict)
    return _of_source(data_dict, lambda source_id: runs.pause(source_id, str(context.get("user") or "")))


@validate(schema.source_decide)
def osakadx_harvest_source_resume(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Resume a paused source; its open run goes on at its checkpoint.

    Args:
        source_id (str): id of the harvest source

    Returns:
        dict: see ``osakadx_harvest_source_pause``
    """
    tk.check_access("osakadx_harvest_source_resume", context, data_dict)
    return _of_source(data_dict, runs.resume)


@validate(schema.run_decide)
def osakadx_harvest_run_abort(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """End an open run for good and at once; what it has written stays.

    Args:
        id (str): id of the run
    """
    return _decide(context, data_dict, runs.abort)


def _of_source(data_dict: DataDict, decision: Any) -> dict[str, Any]:
    source_id = data_dict["source_id"]
    decision(source_id)
    run = runs.open_run(source_id)
    return {"source_id": source_id, "paused": runs.is_paused(source_id), "run": run.as_dict() if run else None}


def _decide(context: Context, data_dict: DataDict, decision: Any) -> dict[str, Any]:
    run = _run(data_dict["id"])
    tk.check_access("osakadx_harvest_run_decide", context, {"source_id": run.source_id})
    decision(run, str(context.get("user") or ""))
    return run.as_dict()


def _told(run: Run, *, open_to_all: bool) -> dict[str, Any]:
    told = {**run.as_dict(), "held": runs.is_held(run)}
    if not open_to_all:
        notices = [notice | {"where": ""} for notice in told["facts"].get("notices") or ()]
        told["facts"] = told["facts"] | {"notices": notices}
        told["plan"] = told["plan"] | {"moved": [], "back": []}
    return told


def _keeps_paths(context: Context, source_id: str) -> bool:
    """Whether this is a source whose records are known by paths on somebody's disk, and whoever asks is not its own."""
    source = model.Session.get(HarvestSource, source_id)
    if source is None or not getattr(jobs.harvester_of(source.type), "folders", False):
        return False
    asked = {key: context[key] for key in ("user", "ignore_auth", "auth_user_obj") if key in context}
    try:
        tk.check_access("osakadx_harvest_record_show", asked, {"source_id": source_id})  # type: ignore[arg-type]
    except tk.NotAuthorized:
        return True
    return False


def _run(run_id: str) -> Run:
    run = model.Session.get(Run, run_id)
    if run is None:
        raise tk.ObjectNotFound(tk._("There is no such run."))
    return run


@tk.chained_action
def harvest_job_create(original: Any, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """No job, of whoever's harvester, for a source that waits for approval."""
    source = model.Session.get(HarvestSource, data_dict.get("source_id") or "")
    if source is not None and not standing.is_approved(source):
        tk.check_access("harvest_job_create", context, data_dict)
        raise tk.ValidationError({"source": [tk._("This source waits for approval and does not run before it.")]})
    return original(context, data_dict)


@tk.chained_action
def harvest_send_job_to_gather_queue(original: Any, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Jobs of our sources go into the durable queue; those of other harvesters go where they always went."""
    job = model.Session.get(HarvestJob, tk.get_or_bust(data_dict, "id"))
    source = model.Session.get(HarvestSource, job.source_id) if job else None
    if source is None or jobs.harvester_of(source.type) is None:
        return original(context, data_dict)
    tk.check_access("harvest_send_job_to_gather_queue", context, {"id": job.id, "source_id": source.id})
    if not source.active or not standing.is_due(source):
        raise tk.ValidationError({"source": [tk._("This source is not active.")]})
    runs.request(source.id, "page", job.id)
    return tk.get_action("harvest_job_show")(context, {"id": job.id})
