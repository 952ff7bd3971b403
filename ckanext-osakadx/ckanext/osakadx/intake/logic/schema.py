"""What the intake's actions take."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator


@validator_args
def reading_show(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe]}


@validator_args
def examine(
    not_missing: Validator, unicode_safe: Validator, default: Validator, boolean_validator: Validator
) -> Schema:
    return {"id": [not_missing, unicode_safe], "force": [default(False), boolean_validator]}
