"""What validators share: blank values, and the error that repeats what was written."""

from __future__ import annotations

import json
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx.values import shown


def invalid(message: str, value: Any, **words: str) -> tk.Invalid:
    """Return the error for a value; ``{value}`` in the message is what was written, cut to a readable length."""
    return tk.Invalid(message.format(value=shown(str(value)), **words))


def is_blank(value: Any) -> bool:
    """Say whether nothing was written."""
    return value is tk.missing or value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def leave(key: FlattenKey, data: FlattenDataDict) -> None:
    """Take a blank value out and end its validation."""
    data.pop(key, None)
    raise tk.StopOnError


def entries(value: Any) -> list[str]:
    """Return the entries of a list field, as a form, the API or the database hands them over."""
    if is_blank(value):
        return []
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    listed = value if isinstance(value, list | tuple) else [value]
    return [str(entry) for entry in listed if not is_blank(entry)]


def keep(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, found: list[str]) -> None:
    """Keep the entries of a list field as JSON, the form that ckanext-scheming reads back."""
    if errors[key]:
        raise tk.StopOnError
    if not found:
        leave(key, data)
    data[key] = json.dumps(found, ensure_ascii=False)
