"""What the harvest's actions take."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator


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


def _page(default: Validator, natural_number_validator: Validator, limit: int) -> Schema:
    return {"limit": [default(limit), natural_number_validator], "offset": [default(0), natural_number_validator]}
