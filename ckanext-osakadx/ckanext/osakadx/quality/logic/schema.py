"""What the actions of the scores take."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory


@validator_args
def dataset(not_missing: Validator, unicode_safe: Validator, package_id_or_name_exists: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe, package_id_or_name_exists]}


@validator_args
def organization(not_missing: Validator, unicode_safe: Validator, group_id_or_name_exists: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe, group_id_or_name_exists]}


@validator_args
def coverage(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    return {"peers": [ignore_empty, unicode_safe]}


@validator_args
def history(
    not_missing: Validator,
    unicode_safe: Validator,
    package_id_or_name_exists: Validator,
    ignore_empty: Validator,
    natural_number_validator: Validator,
) -> Schema:
    return {
        "id": [not_missing, unicode_safe, package_id_or_name_exists],
        "limit": [ignore_empty, natural_number_validator],
    }


@validator_args
def advice(
    ignore_empty: Validator,
    unicode_safe: Validator,
    package_id_or_name_exists: Validator,
    group_id_or_name_exists: Validator,
    default: ValidatorFactory,
    natural_number_validator: Validator,
) -> Schema:
    return {
        "id": [ignore_empty, unicode_safe, package_id_or_name_exists],
        "organization": [ignore_empty, unicode_safe, group_id_or_name_exists],
        "limit": [default(20), natural_number_validator],
        "offset": [default(0), natural_number_validator],
    }


@validator_args
def improvements(
    ignore_empty: Validator,
    unicode_safe: Validator,
    group_id_or_name_exists: Validator,
    isodate: Validator,
    default: ValidatorFactory,
    natural_number_validator: Validator,
) -> Schema:
    return {
        "organization": [ignore_empty, unicode_safe, group_id_or_name_exists],
        "since": [ignore_empty, isodate],
        "limit": [default(20), natural_number_validator],
        "offset": [default(0), natural_number_validator],
    }
