"""A standard data set (自治体標準オープンデータセット) as values: its editions, their columns, and code lists."""

from __future__ import annotations

from dataclasses import dataclass

EDITIONS = ("new", "old", "gif")
OBLIGATIONS = ("required", "recommended", "optional", "unknown")
TYPES = ("string", "number", "integer", "date", "time", "uri", "email", "")
EVIDENCE = ("official", "seen", "assumed")
COLUMNS_KNOWN = ("full", "partial", "none")


@dataclass(frozen=True)
class Column:
    """A column of one edition.

    Attributes:
        name: exact Japanese name; aliases: other names seen in published files for the same column.
        name_en: English item name, or empty.
        obligation: required (◎, 必), recommended (○), optional, or unknown where the mark could not be read.
        hint: for unknown marks, the obligation that a column of the same name has in the official table of No.13.
        type: string, number, integer, date, time, uri, email, or empty where it is not known.
        format: how a value is written, in Japanese, or empty.
        codes: key of a code list (see `code_list`), or empty.
        evidence: official, seen (in published files) or assumed (by analogy).
        source: keys of ``standards/sources.csv``.
    """

    name: str
    name_en: str
    obligation: str
    hint: str
    type: str
    format: str
    codes: str
    aliases: tuple[str, ...]
    evidence: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """An edition of a standard: ``new`` (自治体標準), ``old`` (推奨データセット) or ``gif`` (GIF data model)."""

    key: str
    title: str
    note: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns that must be there and filled, as far as their marks are known."""
        return tuple(column for column in self.columns if column.obligation == "required")


@dataclass(frozen=True)
class Standard:
    """A standard data set.

    Attributes:
        number: "01" to "31"; old_number: its number among the 推奨データセット, or empty.
        slug: name used in file names (``public_toilet``).
        format_owner: who lays down its form.
        usual_frequency: key of ``vocabularies/frequencies.csv``, or empty where none is known.
        columns_known: full, partial or none.
    """

    number: str
    slug: str
    name: str
    name_en: str
    description: str
    format_owner: str
    old_number: str
    usual_frequency: str
    search_words: tuple[str, ...]
    not_words: tuple[str, ...]
    columns_known: str
    editions: tuple[Edition, ...]

    def edition(self, key: str) -> Edition | None:
        """Return the edition with a key, or None."""
        return next((edition for edition in self.editions if edition.key == key), None)


@dataclass(frozen=True)
class Code:
    """A value that a column with a code list may hold; code is empty where the label itself is written.

    Attributes:
        spellings: other spellings of the label that official texts have.
    """

    code: str
    label: str
    spellings: tuple[str, ...] = ()
