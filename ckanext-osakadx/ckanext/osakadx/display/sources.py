"""Harvest sources in words: how they stand, when they run, what their form asks, what a preview found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from babel.dates import get_day_names
from osakadx import schedule, vocab
from osakadx.vocab.source_option import SourceOption, source_options

from .language import is_japanese, osakadx_number
from .site import osakadx_plugin

PREFIX = "osakadx_"
STATES = ("active", "stopped", "waiting")


def standing_name(state: str) -> str:
    """Name how a source stands."""
    _ = tk._
    names = {"active": _("on"), "stopped": _("off"), "waiting": _("waiting for approval")}
    names |= {"held": _("with a held run"), "paused": _("paused")}
    return names.get(state, state)


def osakadx_schedule(cron: str | None) -> str:
    """Word a schedule: every day at 3:17; a cron expression that says more stays as it is."""
    _ = tk._
    if not cron:
        return _("only when told")
    clock = schedule.read(cron)
    if clock is None:
        return cron
    time = f"{clock.hour}時{clock.minute:02d}分" if is_japanese() else f"{clock.hour}:{clock.minute:02d}"
    if clock.repeat == "weekly":
        return _("every {weekday} at {time}").format(weekday=weekdays()[clock.weekday], time=time)
    if clock.repeat == "monthly":
        return _("on day {day} of every month at {time}").format(day=clock.day, time=time)
    return _("every day at {time}").format(time=time)


def weekdays() -> list[str]:
    """Names of the days of the week, from Sunday."""
    names = get_day_names("wide", locale="ja" if is_japanese() else "en")
    return [names[(place - 1) % 7] for place in range(7)]


def osakadx_duration(seconds: float | None) -> str:
    """Word a number of seconds, roughly; empty where it is not known."""
    _ = tk._
    if seconds is None:
        return ""
    if seconds < 90:
        return _("{number} seconds").format(number=osakadx_number(max(1, round(seconds))))
    if seconds < 5400:
        return _("{number} minutes").format(number=osakadx_number(round(seconds / 60)))
    return _("{number} hours").format(number=osakadx_number(round(seconds / 3600)))


def osakadx_bars(numbers: Sequence[int]) -> list[dict[str, int]]:
    """Bars of a small chart, 24 high: where each begins and how high it is."""
    most = max(numbers, default=0) or 1
    bars = []
    for place, number in enumerate(numbers):
        height = max(1, round(22 * number / most)) if number else 1
        bars.append({"x": place * 8, "y": 24 - height, "height": height})
    return bars


def osakadx_record_url(source: str, guid: str) -> str:
    """Address of a record's page. An ID that is no plain path, as an address is none, goes into the query."""
    parts = guid.split("/")
    if all(part and part not in (".", "..") for part in parts) and "\\" not in guid:
        return tk.h.url_for("osakadx_sources.record", source=source, guid=guid)
    return tk.h.url_for("osakadx_sources.record_of", source=source) + "?guid=" + quote(guid, safe="")


def osakadx_source_fields(kind: str) -> list[dict[str, Any]]:
    """List the options of a kind of sources as fields of a form, in the page's language."""
    japanese = is_japanese()
    return [
        {
            "key": option.key,
            "name": f"option-{kind}-{option.key}",
            "input": option.input,
            "label": option.label_ja if japanese else option.label_en,
            "help": option.help_ja if japanese else option.help_en,
        }
        for option in options_of(kind)
    ]


def options_of(kind: str) -> tuple[SourceOption, ...]:
    """The options of a kind, by the name its plugin goes by."""
    return source_options().get(kind.removeprefix(PREFIX), ()) if kind.startswith(PREFIX) else ()


def license_choices(chosen: str) -> list[dict[str, str]]:
    """Licences to choose from, and what a source has been told in other words."""
    japanese = is_japanese()
    known = [
        {"value": entry.key, "label": entry.title_ja if japanese else entry.title_en} for entry in vocab.licenses()
    ]
    found = vocab.license_of(chosen) if chosen else None
    if chosen and found is None:
        known.append({"value": chosen, "label": chosen})
    return known


def preview_words(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a preview found, as sentences and rows."""
    if "error" in found:
        return {"error": found["error"]}
    return {
        "ended": _ended(found),
        "verdict": _verdict(found),
        "why": "" if found["cut"] else found["guard"]["message"],
        "held": found["guard"]["action"] != "apply" and not found["cut"],
        "duration": osakadx_duration(found["expected_seconds"]) or tk._("not known: the list does not say its length"),
        "numbers": _numbers(found),
        "notices": found["notices"],
        "records": [_record(record) for record in found["records"]],
        "listed": found["listed"],
    }


def _ended(found: Mapping[str, Any]) -> str:
    _ = tk._
    if found["cut"]:
        said = _("Reading ended after {seconds} seconds; this is only the beginning. A run reads all of it.")
        return said.format(seconds=round(found["seconds"]))
    if found["complete"]:
        return _("The list was read to its end.")
    return _("Not all of the list could be read. A run would add and update, and let nothing go.")


def _verdict(found: Mapping[str, Any]) -> str:
    _ = tk._
    action = found["guard"]["action"]
    if found["cut"] and action != "hold-run":
        return _("not known from a part of the list")
    said = {
        "apply": _("A run would not be held."),
        "hold-removals": _("A run would add and update; what is gone would wait for a person."),
        "hold-run": _("The whole run would wait for a person."),
    }
    return said[action]


def _numbers(found: Mapping[str, Any]) -> list[tuple[str, int]]:
    _ = tk._
    labels = {
        "add": _("to add"),
        "change": _("to update"),
        "return": _("listed again"),
        "same": _("unchanged"),
        "gone": _("No longer listed"),
    }
    plan = found["plan"]
    return [
        (_("Listed"), found["listed"]),
        (_("Files"), found["files"]),
        (_("In the catalog now"), found["before"].get("present", 0)),
        *((label, plan[action]) for action, label in labels.items() if plan.get(action)),
        *([(_("in conflict"), found["conflicts"])] if found["conflicts"] else ()),
        (_("Skipped"), sum(found["skipped"].values())),
    ]


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    _ = tk._
    package = record["dataset"]
    return {
        "title": package["title"],
        "publisher": package.get("owner_org", ""),
        "license": _license(package.get("license_id", "")),
        "files": [
            {"format": file.get("format", ""), "name": file.get("name") or file["url"], "url": file["url"]}
            for file in package.get("resources", ())
        ],
        "notices": record["notices"],
        "planned": {
            "add": _("to add"),
            "change": _("to update"),
            "return": _("listed again"),
            "conflict": _("in conflict"),
        }.get(record["action"], _("unchanged")),
    }


def _license(key: str) -> str:
    terms = vocab.license_of(key) if key else None
    if terms is None:
        return key
    return terms.title_ja if is_japanese() else terms.title_en


def concept_name(key: str) -> str:
    """Name a concept of a record in the page's language, without the list's prefixes."""
    if key == "file":
        return tk._("File")
    concept = vocab.concepts().get(key)
    if concept is None:
        return key
    return concept.label_ja.split("_", 1)[-1] if is_japanese() else concept.label_en


def _is_list(key: str) -> bool:
    concept = vocab.concepts().get(key)
    return bool(concept and concept.many)


def item_state(item: Mapping[str, Any] | None) -> str:
    """Say how a record stands in the catalog."""
    _ = tk._
    names = {
        "present": _("It is in the catalog"),
        "absent": _("No longer listed; in its grace"),
        "archived": _("Taken out of the search"),
    }
    return names.get(item["state"], item["state"]) if item else ""


def history_words(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The history of a record in words, with the names of what changed."""
    from .runs import record_words

    told = []
    for entry in history:
        words = record_words({**entry, "guid": "", "title": "", "package_id": None})
        changed = [
            {**change, "name": concept_name(change["concept"]), "is_list": _is_list(change["concept"])}
            for change in entry["changes"]
        ]
        told.append({**words, "run_id": entry["run_id"], "when": entry["when"], "changes": changed})
    return told


def mapped(record: Mapping[str, Any] | None) -> dict[str, Any]:
    """A stored record as rows: concepts, and concepts of each file; what the source sent as indented JSON."""
    if not record:
        return {"concepts": [], "files": [], "raw": ""}
    files = record.get("files") or []
    return {
        "concepts": _rows(record.get("concepts") or {}),
        "files": [_rows(file) for file in files],
        "raw": json.dumps(record.get("raw"), ensure_ascii=False, indent=2, default=str),
    }


def _rows(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (concept_name(key), "、".join(map(str, value)) if isinstance(value, list) else str(value))
        for key, value in values.items()
        if value not in (None, "", [])
    ]


def today() -> str:
    """The day, for names of files."""
    return date.today().isoformat()


def osakadx_standing(source_id: str) -> dict[str, Any] | None:
    """Say on a source's page how it stands: state in words, schedule, next run; None where it is not listed."""
    if not osakadx_plugin("osakadx_harvest"):
        return None
    found = tk.get_action("osakadx_harvest_source_list")({}, {"id": source_id})["results"]
    return next(
        (
            each | {"standing": standing_name(each["state"]), "times": osakadx_schedule(each["schedule"])}
            for each in found
        ),
        None,
    )


def osakadx_record(package_id: str) -> str:
    """Address of the record that a data set was made of, for those who may see it; empty for others."""
    if not osakadx_plugin("osakadx_harvest"):
        return ""
    from ckanext.osakadx.harvest import history

    found = history.origin(package_id)
    if found is None or not tk.h.check_access("osakadx_harvest_record_show", {"source_id": found.source_id}):
        return ""
    return osakadx_record_url(found.source, found.guid)
