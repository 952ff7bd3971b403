"""What the actions of the questions take."""

from __future__ import annotations

from typing import Any

from ckan.logic.schema import validator_args
from ckan.plugins import toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory
from osakadx import text
from osakadx.mails import recipients

from ckanext.osakadx.questions.model import REASONS, STATES

LONGEST = {"text": 2000, "summary": 500, "answer": 5000}  # signs
SHOWN = ("text", "summary")


def _words(longest: int) -> Validator:
    """Text as it is stored, with its lines, and no longer than that."""

    def validate(value: Any) -> str:
        found = text.clean_lines(str(value))
        if len(found) > longest:
            said = tk._("This has {number} characters. Please shorten it to {most}.")
            raise tk.Invalid(said.format(number=len(found), most=longest))
        return found

    return validate


def _address(value: Any) -> str:
    """An address that mail can go to, in its plain form."""
    found = recipients.address(str(value))
    if not found:
        raise tk.Invalid(tk._("This is no mail address. Write it like name@example.jp, or leave it empty."))
    return found


def _said(value: Any) -> Any:
    if not str(value or "").strip():
        raise tk.Invalid(tk._("Please write something here."))
    return value


def _chosen(value: Any) -> Any:
    """One of `SHOWN`; nothing of a question becomes public because somebody chose nothing."""
    if value not in SHOWN:
        raise tk.Invalid(tk._("Choose what of the question becomes public: its text, or a summary."))
    return value


@validator_args
def question_create(
    not_missing: Validator, unicode_safe: Validator, package_id_or_name_exists: Validator, ignore_empty: Validator
) -> Schema:
    return {
        "id": [not_missing, unicode_safe, package_id_or_name_exists],
        "text": [not_missing, unicode_safe, _said, _words(LONGEST["text"]), _said],
        "address": [ignore_empty, unicode_safe, _address],
    }


@validator_args
def question_list(
    ignore_empty: Validator,
    unicode_safe: Validator,
    package_id_or_name_exists: Validator,
    group_id_or_name_exists: Validator,
    default: ValidatorFactory,
    boolean_validator: Validator,
    natural_number_validator: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    return {
        "id": [ignore_empty, unicode_safe, package_id_or_name_exists],
        "organization": [ignore_empty, unicode_safe, group_id_or_name_exists],
        "all": [default(False), boolean_validator],
        "state": [ignore_empty, one_of(list(STATES))],
        "limit": [default(20), natural_number_validator],
        "offset": [default(0), natural_number_validator],
    }


@validator_args
def question_show(not_missing: Validator, unicode_safe: Validator) -> Schema:
    return {"id": [not_missing, unicode_safe]}


@validator_args
def question_answer(not_missing: Validator, unicode_safe: Validator, ignore_empty: Validator) -> Schema:
    return {
        "id": [not_missing, unicode_safe],
        "answer": [not_missing, unicode_safe, _said, _words(LONGEST["answer"]), _said],
        "shown": [not_missing, _chosen],
        "summary": [ignore_empty, unicode_safe, _words(LONGEST["summary"])],
    }


@validator_args
def question_mark(
    not_missing: Validator,
    unicode_safe: Validator,
    ignore_empty: Validator,
    default: ValidatorFactory,
    boolean_validator: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    return {
        "id": [not_missing, unicode_safe],
        "marked": [default(True), boolean_validator],
        "reason": [ignore_empty, one_of(list(REASONS))],
    }
