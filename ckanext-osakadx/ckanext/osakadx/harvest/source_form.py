"""The form of a harvest source: from its fields to what the actions take, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckan.plugins import toolkit as tk
from osakadx import schedule, vocab

from ckanext.osakadx.display.sources import options_of

from .sources import PREFIX

PLAIN = ("url", "title", "name", "notes", "type", "organization", "license", "contact")
Fields = dict[str, str]
Errors = dict[str, list[str]]


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], Errors]:
    """What a filled-in form says, and what in it cannot be read.

    Returns:
        (what `osakadx_harvest_source_create` takes, field → errors).
    """
    errors: Errors = {}
    told: dict[str, Any] = {key: form.get(key, "").strip() for key in PLAIN}
    told["schedule"] = _schedule(form, errors)
    rest = _rest(form, errors)
    if told["type"].startswith(PREFIX):
        kind = told["type"]
        fields = {option.key: option.value(form.get(f"option-{kind}-{option.key}", "")) for option in options_of(kind)}
        options = rest.get("options") if isinstance(rest.get("options"), dict) else {}
        told["options"] = {**options, **{key: value for key, value in fields.items() if value is not None}}
        told["guard"] = rest.get("guard") or {}
        if unknown := sorted(rest.keys() - {"options", "guard"}):
            said = tk._("“{keys}” is not known here. Only options and guard may stand in it.")
            errors["rest"] = [said.format(keys=", ".join(unknown))]
    else:
        told["options"] = rest
    told["enabled"] = form.get("enabled") == "yes"
    if form.get("allow_hosts") is not None:
        told["allow_hosts"] = form["allow_hosts"].split()
    return told, errors


def fields(told: Mapping[str, Any], *, enabled: bool, allow_hosts: frozenset[str]) -> Fields:
    """The form of a source that exists.

    Args:
        told: as `sources.described` gives it.
    """
    found: Fields = {key: str(told.get(key) or "") for key in PLAIN}
    terms = vocab.license_of(found["license"]) if found["license"] else None
    found["license"] = terms.key if terms else found["license"]
    found["enabled"] = "yes" if enabled else ""
    found["allow_hosts"] = "\n".join(sorted(allow_hosts))
    found |= _clock(str(told.get("schedule") or ""))
    options: dict[str, Any] = dict(told.get("options") or {})
    rest: dict[str, Any] = {}
    if found["type"].startswith(PREFIX):
        for option in options_of(found["type"]):
            if option.key in options and option.holds(options[option.key]):
                found[f"option-{found['type']}-{option.key}"] = option.text(options.pop(option.key))
        rest = ({"options": options} if options else {}) | ({"guard": told["guard"]} if told.get("guard") else {})
    else:
        rest = options
    found["rest"] = json.dumps(rest, ensure_ascii=False, indent=2) if rest else ""
    return found


def blank() -> Fields:
    """The form of a new source."""
    return {"repeat": "daily", "time": "03:17", "weekday": "1", "day": "1", "enabled": "yes"}


def _schedule(form: Mapping[str, str], errors: Errors) -> str:
    repeat = form.get("repeat", "")
    if repeat == "cron":
        return " ".join(form.get("cron", "").split())
    if repeat not in ("daily", "weekly", "monthly"):
        return ""
    hour, colon, minute = form.get("time", "").partition(":")
    if not colon or not (hour.isdecimal() and minute[:2].isdecimal() and int(hour) < 24 and int(minute[:2]) < 60):
        errors["schedule"] = [tk._("Write the time as hour and minute, such as 03:17.")]
        return ""
    weekday, day = form.get("weekday", "0"), form.get("day", "1")
    if repeat == "monthly" and not (day.isdecimal() and 1 <= int(day) <= 31):
        errors["schedule"] = [tk._("Write the day of the month as a number from 1 to 31.")]
        return ""
    known = int(weekday) if weekday.isdecimal() and int(weekday) < 7 else 0
    clock = schedule.Clock(repeat, int(hour), int(minute[:2]), known, int(day) if repeat == "monthly" else 1)  # type: ignore[arg-type]
    return clock.cron


def _clock(cron: str) -> Fields:
    found = blank() | {"enabled": ""}
    found.pop("enabled")
    if not cron:
        return found | {"repeat": "never"}
    clock = schedule.read(cron)
    if clock is None:
        return found | {"repeat": "cron", "cron": cron}
    time = f"{clock.hour:02d}:{clock.minute:02d}"
    return {"repeat": clock.repeat, "time": time, "weekday": str(clock.weekday), "day": str(clock.day)}


def _rest(form: Mapping[str, str], errors: Errors) -> dict[str, Any]:
    written = form.get("rest", "").strip()
    if not written:
        return {}
    try:
        rest = json.loads(written)
    except ValueError as error:
        errors["rest"] = [tk._("This is not JSON: {error}").format(error=error)]
        return {}
    if not isinstance(rest, dict):
        errors["rest"] = [tk._('Write it in the form {"name": "value"}.')]
        return {}
    return rest
