"""What the harvest's actions take."""

from __future__ import annotations

import json
import re
from typing import Any

from ckan.logic.schema import validator_args
from ckan.plugins import toolkit as tk
from ckan.types import Schema, Validator
from osakadx import vocab
from osakadx.mails import recipients

from ckanext.osakadx.harvest import calendar, sources


@validator_args
def run_create(not_missing: Validator, unicode_safe: Validator, ignore_missing: Validator) -> Schema:
    return {"source_id": [not_missing, unicode_safe], "trigger": [ignore_missing, unicode_safe]}


@validator_args
def run_list(
    not_missing: Validator, unicode_safe: Validator, default: Validator, natural_number_validator: Validator
) -> Schema:
    return {"source_id": [not_missing, unicode_safe], **_page(default, natural_number_validator, 20)}


@validator_args
def run_show(
    not_missing: Validator,
    unicode_safe: Validator,
    ignore_missing: Validator,
    default: Validator,
    natural_number_validator: Validator,
) -> Schema:
    return {
        "id": [not_missing, unicode_safe],
        "action": [ignore_missing, unicode_safe],
        **_page(default, natural_number_validator, 100),
    }


@validator_args
def run_decide(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe]}


@validator_args
def source_decide(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {"source_id": [not_missing, unicode_safe]}


def _page(default: Validator, natural_number_validator: Validator, limit: int) -> Schema:
    return {"limit": [default(limit), natural_number_validator], "offset": [default(0), natural_number_validator]}


def _described(required: bool) -> Schema:
    """The fields of a source in words of ours."""
    missing = tk.get_validator("not_missing" if required else "ignore_missing")
    first = [missing, tk.get_validator("not_empty")] if required else [missing]
    text = tk.get_validator("unicode_safe")
    rest = tk.get_validator("ignore_missing")
    return {
        "url": [*first, text],
        "type": [*first, text, source_kind],
        "organization": [*first, text],
        "license": [rest, text, license_words],
        "options": [rest, json_dict],
    }


def _saved(required: bool) -> Schema:
    rest, text = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    return {
        **_described(required),
        "name": [rest, text],
        "title": [rest, text],
        "notes": [rest, text],
        "schedule": [rest, text, clock_times],
        "guard": [rest, json_dict],
        "contact": [rest, text, mail_address],
        "enabled": [rest, tk.get_validator("boolean_validator")],
        "allow_hosts": [rest, host_ports],
    }


@validator_args
def source_preview(
    ignore_missing: Validator, unicode_safe: Validator, default: Validator, natural_number_validator: Validator
) -> Schema:
    return {
        **_described(required=False),
        "id": [ignore_missing, unicode_safe],
        "title": [ignore_missing, unicode_safe],
        "guard": [ignore_missing, json_dict],
        "allow_hosts": [ignore_missing, host_ports],
        "records": [default(20), natural_number_validator],
    }


def source_create() -> Schema:
    return _saved(required=True)


@validator_args
def source_update(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {**_saved(required=False), "id": [not_missing, unicode_safe]}


@validator_args
def source_switch(not_missing: Validator, unicode_safe: Validator, boolean_validator: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe], "enabled": [not_missing, boolean_validator]}


@validator_args
def source_approve(not_missing: Validator, unicode_safe: Validator, ignore_missing: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe], "fingerprint": [ignore_missing, unicode_safe]}


@validator_args
def source_list(
    ignore_missing: Validator, unicode_safe: Validator, default: Validator, natural_number_validator: Validator
) -> Schema:
    names = ("q", "type", "organization", "state", "id")
    return {
        **{name: [ignore_missing, unicode_safe] for name in names},
        **_page(default, natural_number_validator, 1000),
    }


@validator_args
def record_show(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {"source_id": [not_missing, unicode_safe], "guid": [not_missing, unicode_safe]}


# -- validators of the above -------------------------------------------------------------------------------------------


def source_kind(value: str) -> str:
    """A kind of sources of an enabled plugin, in any of the ways it is written."""
    name = sources.kind(value)
    known = sources.kinds()
    if name not in known:
        raise tk.Invalid(
            tk._("There is no kind of source “{kind}”. Known are: {known}.").format(kind=value, known=", ".join(known))
        )
    return name


def license_words(value: str) -> str:
    """A licence as publishers write it."""
    if value and vocab.license_of(value) is None:
        raise tk.Invalid(
            tk._("“{text}” is no licence that is known here. Write CC BY 4.0, for example.").format(text=value)
        )
    return value


def clock_times(value: str) -> str:
    """Minute, hour, day, month, weekday."""
    if value and not calendar.is_schedule(value):
        raise tk.Invalid(tk._("Write minute, hour, day, month and weekday: 17 3 * * * is every day at 3:17."))
    return value


def mail_address(value: str) -> str:
    """One address that mail can reach, or nothing."""
    if value and not recipients.address(value):
        raise tk.Invalid(tk._("Write one mail address, such as odata@city.example.lg.jp."))
    return value.strip()


def json_dict(value: Any) -> dict[str, Any]:
    """An object of JSON, or its text."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except ValueError as error:
            raise tk.Invalid(tk._("This is not JSON: {error}").format(error=error)) from None
    if not isinstance(value, dict):
        raise tk.Invalid(tk._('Write it in the form {"name": "value"}.'))
    return value


def host_ports(value: Any) -> list[str]:
    """``host:port`` words, or a list of them."""
    found = value.split() if isinstance(value, str) else list(value or [])
    for each in found:
        if not isinstance(each, str) or not re.fullmatch(r"[\w.\-]+:\d{1,5}|\[[0-9a-f:]+\]:\d{1,5}", each):
            raise tk.Invalid(tk._("Write hosts with their port, such as 127.0.0.1:8080."))
    return found
