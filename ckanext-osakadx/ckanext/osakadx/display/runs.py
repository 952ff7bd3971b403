"""Runs of harvest sources in words, where the plugin that makes them is enabled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from .language import osakadx_number, osakadx_size
from .site import osakadx_plugin
from .sources import osakadx_duration

TITLES = 20  # of what would go; the rest is counted
DATASETS = 20  # of a source on one page


def osakadx_runs(source_id: str, limit: int = 5) -> list[dict[str, Any]]:
    """Return the last runs of a source, newest first, with the name of their state in the page's language."""
    if not osakadx_plugin("osakadx_harvest"):
        return []
    try:
        runs = tk.get_action("osakadx_harvest_run_list")({}, {"source_id": source_id, "limit": limit})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return []
    return [run | {"state_name": state_name(run)} for run in runs]


def osakadx_held(run: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Tell those who may decide what a held run waits to do; None for others, and where nothing waits.

    Returns:
        numbers ``add``, ``change``, ``moved`` (the same under another ID) and ``gone``; ``titles``: the first of what
        would go; ``rest``: how many more would.
    """
    if not run or not run["held"]:
        return None
    if not tk.h.check_access("osakadx_harvest_run_decide", {"source_id": run["source_id"]}):
        return None
    whole = run["state"] == "held"  # or its removals alone: the rest has been done
    plan = run["plan"]
    moved = {old for old, _new in plan.get("moved", [])} if whole else set()
    back = plan.get("back", []) if whole else []
    gone = tk.get_action("osakadx_harvest_run_show")(
        {}, {"id": run["id"], "action": "gone", "limit": TITLES + len(moved)}
    )
    titles = [record["title"] for record in gone["records"] if record["guid"] not in moved][:TITLES]
    number = max(gone["total"] - len(moved), len(titles))
    return {
        "add": max(plan.get("add", 0) + plan.get("return", 0) - len(moved) - len(back), 0) if whole else 0,
        "change": plan.get("change", 0) if whole else 0,
        "moved": len(moved) + len(back),
        "gone": number,
        "titles": titles,
        "rest": number - len(titles),
    }


def osakadx_source_datasets(source_id: str) -> dict[str, Any]:
    """Return a page of the data sets of a source: ``packages``, this ``page``, and the number of ``pages``."""
    page = tk.h.get_page_number(tk.request.args)
    found = tk.get_action("package_search")(
        {},
        {
            "fq": f'+harvest_source_id:"{source_id}"',
            "sort": "metadata_modified desc",
            "rows": DATASETS,
            "start": (page - 1) * DATASETS,
        },
    )
    return {"packages": found["results"], "page": page, "pages": -(-found["count"] // DATASETS)}


def state_name(run: Mapping[str, Any]) -> str:
    """Name the state of a run in the page's language."""
    _ = tk._
    if run["held"] and run["state"] == "finished":
        return _("done; removals held for a person")
    if run["state"] == "queued" and run["started"]:
        return _("begun; waiting to go on")
    names = {
        "queued": _("waiting its turn"),
        "running": _("running now"),
        "held": _("held for a person"),
        "finished": _("done"),
        "failed": _("failed"),
        "discarded": _("dropped"),
        "paused": _("paused"),
        "aborted": _("stopped for good"),
    }
    return names.get(run["state"], run["state"])


def trigger_name(run: Mapping[str, Any]) -> str:
    """Say what asked for a run."""
    _ = tk._
    names = {"calendar": _("the calendar"), "page": _("a person, on the page"), "command": _("a command")}
    return names.get(run["trigger"], run["trigger"])


def numbers(run: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What a run counted, or planned as long as it has not ended: label and number."""
    _ = tk._
    plan, counts = run["plan"], run["counts"]
    if counts:
        labels = {
            "listed": _("Listed"),
            "claimed": _("Number that the source tells"),
            "added": _("added"),
            "updated": _("updated"),
            "unchanged": _("unchanged"),
            "refused": _("Refused"),
            "conflict": _("In conflict with data from elsewhere"),
            "absent": _("No longer listed"),
            "waiting": _("Removals that wait"),
            "archived": _("Taken out of the search"),
            "in_catalog": _("In the catalog"),
        }
        return [(label, counts[name]) for name, label in labels.items() if counts.get(name) is not None]
    labels = {
        "add": _("to add"),
        "change": _("to update"),
        "return": _("listed again"),
        "same": _("unchanged"),
        "gone": _("No longer listed"),
    }
    return [(label, plan[name]) for name, label in labels.items() if plan.get(name) is not None]


def costs(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a run took until now: time, requests, bytes, as far as they are known."""
    _ = tk._
    told = []
    if run["started"]:
        until = datetime.fromisoformat(run["finished"]) if run["finished"] else datetime.now(timezone.utc)
        took = osakadx_duration((until - datetime.fromisoformat(run["started"])).total_seconds())
        told.append((_("Took") if run["finished"] else _("Began before"), took))
    if run["facts"].get("requests") is not None:
        told.append((_("Requests to the source"), osakadx_number(run["facts"]["requests"])))
        told.append((_("Received"), osakadx_size(run["facts"].get("bytes"))))
    return [(label, text) for label, text in told if text]


def record_words(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of a run in words: title, what was planned, what became of it, notices as sentences."""
    _ = tk._
    planned = {
        "add": _("to add"),
        "change": _("to update"),
        "return": _("listed again"),
        "gone": _("gone from the list"),
    }
    became = {
        "added": _("added"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "refused": _("refused"),
        "absent": _("gone, in its grace"),
        "archived": _("Taken out of the search"),
        "conflict": _("in conflict"),
    }
    return {
        "guid": record["guid"],
        "title": record["title"] or record["guid"],
        "package_id": record["package_id"],
        "planned": planned.get(record["action"], record["action"] or ""),
        "became": became.get(record["result"], record["result"] or ""),
        "refused": record["result"] == "refused",
        "notices": [sentence for notice in record["notices"] or () for sentence in _sentences(notice)],
    }


def _sentences(notice: Mapping[str, Any]) -> list[str]:
    """What a notice says, and of a refusal what was wrong in which field."""
    problems = notice.get("problems")
    told = [f"{field}: {_flat(what)}" for field, what in problems.items()] if isinstance(problems, Mapping) else []
    return [str(notice.get("message") or notice.get("slug") or ""), *told]


def _flat(what: Any) -> str:
    if isinstance(what, Mapping):
        return "、".join(f"{field}: {_flat(inner)}" for field, inner in what.items())
    return "、".join(_flat(inner) for inner in what) if isinstance(what, list) else str(what)
