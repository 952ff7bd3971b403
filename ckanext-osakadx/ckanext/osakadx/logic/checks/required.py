"""What must be filled in: values, and the name of a data set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.osakadx.logic.checks.blank import invalid, is_blank, leave
from ckanext.scheming.helpers import scheming_language_text
from ckanext.scheming.validation import scheming_validator

ACCEPT_GAPS = "osakadx_harvest"
"""Set in the context of harvests: data sets of other catalogs may lack what people must fill in here."""


def osakadx_ignore_blank(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Let a field that is left blank, or holds nothing but spaces, go without a value."""
    if is_blank(data.get(key)):
        leave(key, data)


@scheming_validator
def osakadx_required(field: dict[str, Any], schema: dict[str, Any]) -> Callable[..., None]:
    """Ask for a value, and give the form's example.

    A gap passes where `ACCEPT_GAPS` stands in the context, and in a data set that has it already: what a town's list
    lacks must not stop somebody from adding a file here.
    """

    def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if not is_blank(data.get(key)):
            return
        if context.get(ACCEPT_GAPS) or _had_gap(context, key):
            leave(key, data)
        chosen = "choices" in field or "choices_helper" in field
        message = tk._("Please choose “{label}”. {example}") if chosen else tk._("Please fill in “{label}”. {example}")
        example = scheming_language_text(field.get("form_placeholder"))
        errors[key].append(message.format(label=scheming_language_text(field["label"]), example=example).strip())
        raise tk.StopOnError

    return validate


def _had_gap(context: Context, key: FlattenKey) -> bool:
    package = context.get("package")
    return package is not None and len(key) == 1 and is_blank(getattr(package, key[0], None))


def osakadx_name(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """The name of a data set in its address; see `completion` for how a blank one is filled."""
    value = data.get(key)
    if is_blank(value):
        leave(key, data)  # only without a title, which is asked for
    if not isinstance(value, str) or not any(char.isalnum() for char in value):
        raise invalid(tk._("“{value}” says nothing. Use letters a-z and digits, or leave it blank."), value)
