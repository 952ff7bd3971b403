"""What the actions of the mails take."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory
from osakadx.mails.kinds import kinds

from ckanext.osakadx.mails.model import STATES


@validator_args
def mails_list(
    ignore_empty: Validator,
    unicode_safe: Validator,
    default: ValidatorFactory,
    natural_number_validator: Validator,
    one_of: ValidatorFactory,
    group_id_or_name_exists: Validator,
) -> Schema:
    return {
        "organization": [ignore_empty, unicode_safe, group_id_or_name_exists],
        "kind": [ignore_empty, one_of(list(kinds()))],
        "state": [ignore_empty, one_of([*STATES, "deduplicated"])],
        "q": [ignore_empty, unicode_safe],
        "limit": [default(50), natural_number_validator],
        "offset": [default(0), natural_number_validator],
    }


@validator_args
def preferences_update(ignore_missing: Validator, dict_only: Validator, one_of: ValidatorFactory) -> Schema:
    return {"chosen": [ignore_missing, dict_only], "language": [ignore_missing, one_of(["ja", "en"])]}
