"""Words of vocabularies: any spelling becomes its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import files, menu, standards, text, vocab

from ckanext.osakadx.logic.checks.blank import entries, invalid, keep
from ckanext.scheming.helpers import scheming_language_text
from ckanext.scheming.validation import scheming_validator

Field = dict[str, Any]
Validator = Callable[..., Any]


def _one_of(read: Callable[[str], str | None], example: str) -> Validator:
    """Make the validator of a field that holds one key of a vocabulary; ``read`` finds the key of any spelling."""

    @scheming_validator
    def build(field: Field, schema: Field) -> Validator:
        def validate(value: Any) -> str:
            found = read(str(value))
            if found is None:
                raise _not_listed(field, value, example)
            return found

        return validate

    return build


def _some_of(read: Callable[[str], Iterable[str]], example: str) -> Validator:
    """Make the validator of a field that holds some keys of a vocabulary, kept as JSON."""

    @scheming_validator
    def build(field: Field, schema: Field) -> Validator:
        def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
            found: dict[str, None] = {}
            for written in entries(data.get(key)):
                keys = list(read(written))
                found.update(dict.fromkeys(keys))
                if not keys:
                    errors[key].append(_not_listed(field, written, example).error)
            keep(key, data, errors, list(found))

        return validate

    return build


def _not_listed(field: Field, value: Any, example: str) -> tk.Invalid:
    message = tk._("“{value}” is not among the choices for “{label}”. Write for example {example}.")
    return invalid(message, value, label=scheming_language_text(field["label"]), example=example)


def _key(read: Callable[[str], Any]) -> Callable[[str], str | None]:
    def key(written: str) -> str | None:
        found = read(written)
        return found.key if found else None

    return key


def _standard(written: str) -> str | None:
    found = standards.standard(text.fold(written)) or standards.by_title(written)
    return found.number if found else None


def _availability(written: str) -> str | None:
    terms = ((term.key, (term.key, term.label_ja, term.label_en, term.uri)) for term in vocab.terms("availabilities"))
    return next((key for key, names in terms if text.squeeze(written) in map(text.squeeze, names)), None)


osakadx_license = _one_of(_key(vocab.license_of), "cc-by-4.0")
osakadx_frequency = _one_of(_key(vocab.frequency_of), "annual")
osakadx_access_rights = _one_of(_key(vocab.access_right_of), "public")
osakadx_file_status = _one_of(_key(vocab.file_status_of), "available")
osakadx_availability = _one_of(_availability, "stable")
osakadx_standard = _one_of(_standard, "08")
osakadx_yes_no = _one_of(files.yes_no, "yes")
osakadx_themes = _some_of(vocab.themes_of, "02")
osakadx_languages = _some_of(vocab.languages_of, "ja")
osakadx_universal_menu = _some_of(menu.entries_of, "防災")
