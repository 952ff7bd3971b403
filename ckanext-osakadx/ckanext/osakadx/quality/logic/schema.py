"""What the actions of the scores take."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator


@validator_args
def dataset(not_missing: Validator, unicode_safe: Validator, package_id_or_name_exists: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe, package_id_or_name_exists]}
