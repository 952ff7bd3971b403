"""Addresses: links and e-mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import contacts, links

from ckanext.osakadx.logic.checks.blank import entries, invalid, keep
from ckanext.osakadx.logic.checks.words import osakadx_line

_ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)
_BAD_LINKS = {
    "link-relative": lambda: tk._("“{value}” is only a part of an address. Write it from https:// on."),
    "link-scheme-refused": lambda: tk._("“{value}” cannot be used. Write an address that starts with https://."),
    "link-credentials": lambda: tk._("“{value}” holds a user name. Leave out what stands before the @."),
    "link-too-long": lambda: tk._("“{value}” is too long for an address."),
}


def osakadx_link(value: Any) -> str:
    """An absolute http or https address, percent-encoded once."""
    try:
        return links.absolute(str(value))
    except links.LinkError as error:
        explain = _BAD_LINKS.get(error.slug)
        message = explain() if explain else tk._("“{value}” is not an address. Copy it from the browser's address bar.")
        raise invalid(message, value) from None


def osakadx_email(value: Any) -> str:
    """One e-mail address."""
    read = contacts.email(str(value))
    if read is None:
        message = tk._("“{value}” is not an e-mail address. Write one, like opendata@city.example.lg.jp.")
        raise invalid(message, value)
    return read


def osakadx_links(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Several addresses, kept as JSON."""
    _each(key, data, errors, osakadx_link)


def osakadx_lines(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Several lines, each a text or an address, kept as JSON."""
    _each(key, data, errors, lambda line: osakadx_link(line) if _ADDRESS.match(line) else osakadx_line(line))


def _each(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, read: Callable[[str], str]) -> None:
    found: dict[str, None] = {}
    for written in entries(data.get(key)):
        try:
            found[read(written)] = None
        except tk.Invalid as error:
            errors[key].append(error.error)
    keep(key, data, errors, list(found))
