"""Reads the 31 standard data sets (自治体標準オープンデータセット) and their code lists from `schemas/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from osakadx import data
from osakadx.errors import DataFileError
from osakadx.standards.standard import (
    COLUMNS_KNOWN,
    EDITIONS,
    EVIDENCE,
    OBLIGATIONS,
    TYPES,
    Code,
    Column,
    Edition,
    Standard,
)

_FOLDER = "standards"


@cache
def all_standards() -> tuple[Standard, ...]:
    """Return the 31 standards in the order of their numbers."""
    return tuple(_standard(path) for path in data.listing(_FOLDER))


@cache
def _by_number() -> Mapping[str, Standard]:
    return {entry.number: entry for entry in all_standards()}


def standard(number: str) -> Standard | None:
    """Return the standard with a number ("08"; "8" will do), or None."""
    return _by_number().get(number.zfill(2))


def by_slug(slug: str) -> Standard | None:
    """Return the standard with a slug (``public_toilet``), or None."""
    return next((entry for entry in all_standards() if entry.slug == slug), None)


@cache
def code_list(key: str) -> tuple[Code, ...]:
    """Return the values of a code list; ``estat_field_17`` and ``gif_poi`` are lists of their own files.

    Raises:
        DataFileError: there is no list with this key.
    """
    if key == "estat_field_17":
        return tuple(Code("", row["label_ja"]) for row in data.rows("vocabularies/themes.csv"))
    if key == "gif_poi":
        return tuple(Code(row["code"], row["label"]) for row in data.rows("vocabularies/poi_codes.csv"))
    rows = data.rows("vocabularies/code_lists.csv", ("list", "code", "label"))
    codes = tuple(
        Code(row["code"], row["label"], _spellings().get((key, row["label"]), ())) for row in rows if row["list"] == key
    )
    if not codes:
        raise DataFileError(f"コード表「{key}」がありません。", where="schemas/vocabularies/code_lists.csv")
    return codes


@cache
def _spellings() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """List and label → other spellings of it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in data.rows("vocabularies/code_spellings.csv", ("list", "label", "spelling")):
        key = row["list"], row["label"]
        found[key] = (*found.get(key, ()), row["spelling"])
    return found


@cache
def words_of(key: str) -> frozenset[str]:
    """Return all that a value of a code list may be: codes, labels and their other spellings."""
    return frozenset(text for code in code_list(key) for text in (code.code, code.label, *code.spellings) if text)


@cache
def is_open(key: str) -> bool:
    """Say whether a code list is known to lack right words, so that a value that is not in it may be right."""
    return any(row["list"] == key for row in data.rows("vocabularies/open_code_lists.csv", ("list", "missing")))


@cache
def renames() -> tuple[tuple[str, str], ...]:
    """Return the columns that the old editions call otherwise than the new ones: (old name, new name)."""
    rows = data.rows(f"{_FOLDER}/renames.csv", ("old", "new", "source"))
    return tuple((row["old"], row["new"]) for row in rows)


def _standard(path: str) -> Standard:
    content = data.document(path)
    try:
        return Standard(
            number=content["number"],
            slug=content["slug"],
            name=content["name"],
            name_en=content["name_en"],
            description=content["description"],
            format_owner=content["format_owner"],
            old_number=content["old_number"],
            usual_frequency=content.get("usual_frequency", {}).get("key", ""),
            search_words=tuple(content["search_words"]),
            not_words=tuple(content["not_words"]),
            columns_known=_one_of(COLUMNS_KNOWN, content["columns_known"], path),
            editions=tuple(_edition(key, edition, path) for key, edition in content["editions"].items()),
        )
    except KeyError as error:
        raise DataFileError(f"項目 {error.args[0]} がありません。", where=f"schemas/{path}") from error


def _edition(key: str, content: Mapping[str, Any], path: str) -> Edition:
    return Edition(
        key=_one_of(EDITIONS, key, path),
        title=content["title"],
        note=content.get("note", ""),
        columns=tuple(_column({**content, **column}, column, path) for column in content["columns"]),
    )


def _column(full: Mapping[str, Any], own: Mapping[str, Any], path: str) -> Column:
    """Make a column of its line and of what its edition says for all (obligation, type, evidence, source)."""
    return Column(
        name=own["name"],
        name_en=own.get("en", ""),
        obligation=_one_of(OBLIGATIONS, full["obligation"], path),
        hint=_one_of((*OBLIGATIONS, ""), own.get("hint", ""), path),
        type=_one_of(TYPES, full.get("type", ""), path),
        format=own.get("format", ""),
        codes=own.get("codes", ""),
        aliases=tuple(own.get("aliases", ())),
        evidence=_one_of(EVIDENCE, full["evidence"], path),
        source=tuple(full["source"]),
    )


def _one_of(known: tuple[str, ...], value: str, path: str) -> str:
    if value not in known:
        raise DataFileError(f"「{value}」は {'、'.join(known)} のどれでもありません。", where=f"schemas/{path}")
    return value
