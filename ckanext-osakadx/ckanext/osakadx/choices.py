"""What the selects of the forms offer, from the vocabularies (ckanext-scheming's `choices_helper`).

Each function takes the field's definition and returns ``{"value": key, "label": {"ja": …, "en": …}}``, in the order of
the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osakadx import menu, standards, vocab

__all__ = [
    "osakadx_access_rights_choices",
    "osakadx_availability_choices",
    "osakadx_file_status_choices",
    "osakadx_frequency_choices",
    "osakadx_language_choices",
    "osakadx_license_choices",
    "osakadx_standard_choices",
    "osakadx_theme_choices",
    "osakadx_universal_menu_choices",
]

Choices = list[dict[str, Any]]


def _choices(entries: Iterable[tuple[str, str, str]]) -> Choices:
    return [{"value": value, "label": {"ja": ja, "en": en}} for value, ja, en in entries]


def osakadx_theme_choices(field: dict[str, Any]) -> Choices:
    """The 17 fields (分野)."""
    return _choices((theme.code, theme.label_ja, theme.label_en) for theme in vocab.themes())


def osakadx_license_choices(field: dict[str, Any]) -> Choices:
    """The licences, those of open data first."""
    entries = sorted(vocab.licenses(), key=lambda entry: not entry.open)
    return _choices((entry.key, entry.title_ja, entry.title_en) for entry in entries)


def osakadx_frequency_choices(field: dict[str, Any]) -> Choices:
    """How often a data set is renewed (更新頻度)."""
    return _choices((entry.key, entry.label_ja, entry.label_en) for entry in vocab.frequencies())


def osakadx_language_choices(field: dict[str, Any]) -> Choices:
    """Languages, Japanese first."""
    return _choices((entry.key, entry.label_ja, entry.label_en) for entry in vocab.languages())


def osakadx_access_rights_choices(field: dict[str, Any]) -> Choices:
    """Who may use the data (公開範囲)."""
    return _choices((term.key, term.label_ja, term.label_en) for term in vocab.terms("access_rights"))


def osakadx_availability_choices(field: dict[str, Any]) -> Choices:
    """How long a file is meant to stay (公開の見込み)."""
    return _choices((term.key, term.label_ja, term.label_en) for term in vocab.terms("availabilities"))


def osakadx_file_status_choices(field: dict[str, Any]) -> Choices:
    """State of a file (ステータス)."""
    return _choices((term.key, term.label_ja, term.label_en) for term in vocab.terms("file_statuses"))


def osakadx_universal_menu_choices(field: dict[str, Any]) -> Choices:
    """The entries of ユニバーサルメニュー, which have no English names."""
    return _choices((entry, entry, entry) for entry in menu.entries())


def osakadx_standard_choices(field: dict[str, Any]) -> Choices:
    """The 31 standard data sets (自治体標準オープンデータセット)."""
    entries = standards.all_standards()
    return _choices((one.number, f"{one.number} {one.name}", f"{one.number} {one.name_en}") for one in entries)
