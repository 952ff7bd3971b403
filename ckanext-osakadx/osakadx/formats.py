"""File formats (形式): from what publishers write, or from the file's name, to the name CKAN knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/file_formats.csv"
_NOISE = re.compile(r"(?:形式|ファイル|データ|file|format)$")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LONGEST = 40  # an unknown format longer than this is a sentence


@dataclass(frozen=True)
class FileFormat:
    """A file format.

    Attributes:
        key: the name that CKAN shows and filters by (CSV, XLSX, GeoJSON …).
        media_type: IANA media type, or empty.
        uri: term of the EU file-type authority table for dct:format, or empty.
    """

    key: str
    label_ja: str
    media_type: str
    uri: str


@cache
def formats() -> Mapping[str, FileFormat]:
    """Return all known formats by key, the most useful first."""
    columns = ("key", "label_ja", "media_type", "uri")
    return {row["key"]: FileFormat(*(row[column] for column in columns)) for row in data.rows(_PATH, columns)}


@cache
def _extensions() -> Mapping[str, str]:
    return {
        extension: row["key"] for row in data.rows(_PATH) for extension in row["extensions"].split(";") if extension
    }


@cache
def _spellings() -> Mapping[str, str]:
    pairs: list[tuple[str, str]] = []
    media_types: set[str] = set()
    for row in data.rows(_PATH):
        names = [row["key"], row["label_ja"], *row["extensions"].split(";"), *row["spellings"].split(";")]
        if row["media_type"] not in media_types:  # application/zip is ZIP, though GTFS comes as one
            names.append(row["media_type"])
        media_types.add(row["media_type"])
        pairs += [(name, row["key"]) for name in names if name]
    return spelling.table(pairs, _PATH)


def extension(url: str) -> str:
    """Return the extension of the file an address ends in: lower case, without dot, empty where there is none."""
    try:
        name = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    except ValueError:
        return ""
    found = re.search(r"[^.]\.([A-Za-z0-9]{1,10})$", name)
    return found[1].lower() if found else ""


def format_of(written: str) -> FileFormat | None:
    """Find the format that a text names: CSV, .csv, csvファイル, text/csv, xisx; None where it names none."""
    folded = text.fold(written).strip(". ")
    for candidate in (folded, _IN_BRACKETS.sub("", folded), _NOISE.sub("", folded)):
        if key := _spellings().get(text.squeeze(candidate)):
            return formats()[key]
    return None


def first_known(written: Iterable[str]) -> str:
    """Return the first of several names of one file's format that names one, else the first that is not empty."""
    names = [name for name in written if name]
    return next((name for name in names if format_of(name)), names[0] if names else "")


def format_of_link(url: str) -> FileFormat | None:
    """Find the format that an address ends in; None where its ending says nothing."""
    key = _extensions().get(extension(url))
    return formats()[key] if key else None


def resolve(written: str, url: str) -> str:
    """Return the format of a file: what its publisher wrote, else what its address ends in.

    Excel may mean either of its formats, so there the address decides. A word that is no known format stands only
    where the address says nothing; it comes out in capitals.
    """
    declared, ending = format_of(written), format_of_link(url)
    if declared and ending and {declared.key, ending.key} == {"XLS", "XLSX"}:
        return ending.key
    if found := declared or ending:
        return found.key
    cleaned = text.clean(written).strip(". ").upper()
    return cleaned if len(cleaned) <= _LONGEST else ""
