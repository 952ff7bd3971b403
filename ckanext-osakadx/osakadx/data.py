"""Reads the files of `schemas/`, each once per process. What the values mean: see `vocab` and `standards`."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from osakadx.errors import DataFileError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in a tenth of the time, where PyYAML has libyaml
_FIX = "schemas/README.md の説明に合わせて直してください。"


@cache
def text(path: str) -> str:
    """Return a file of `schemas/` as text (UTF-8), for example ``vocabularies/licenses.json``.

    Raises:
        DataFileError: the file is missing or is not UTF-8.
    """
    try:
        return resources.files("osakadx.schemas").joinpath(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataFileError("データファイルがありません。", where=f"schemas/{path}", fix=_FIX) from error
    except UnicodeDecodeError as error:
        raise DataFileError(
            "データファイルが UTF-8 ではありません。", where=f"schemas/{path}", fix="UTF-8 で保存し直してください。"
        ) from error


@cache
def rows(path: str, columns: Sequence[str] = ()) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a CSV file of `schemas/` as read-only mappings from column name to text.

    Args:
        path: path below `schemas/`, for example ``vocabularies/themes.csv``; the first row holds the column names.
        columns: names that must be there; give a tuple, the answer is cached.

    Raises:
        DataFileError: a column is missing, or a row is longer or shorter than the header.
    """
    lines = list(csv.reader(text(path).splitlines(), strict=True))
    header = lines[0] if lines else []
    missing = [name for name in columns if name not in header]
    if missing:
        raise DataFileError(f"列 {'、'.join(missing)} がありません。", where=f"schemas/{path}", fix=_FIX)
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            where = f"schemas/{path} の{number}行目"
            raise DataFileError(f"列の数が {len(line)} で、見出しの {len(header)} と違います。", where=where, fix=_FIX)
    return tuple(MappingProxyType(dict(zip(header, line, strict=True))) for line in lines[1:])


@cache
def document(path: str) -> Any:
    """Return the content of a YAML file of `schemas/`. It is shared: read it, never change it.

    Raises:
        DataFileError: the file is not YAML.
    """
    try:
        return yaml.load(text(path), Loader=_LOADER)  # noqa: S506  one of the safe ones
    except yaml.YAMLError as error:
        raise DataFileError(f"YAML として読めません: {error}", where=f"schemas/{path}", fix=_FIX) from error


@cache
def listing(folder: str, suffix: str = ".yaml") -> tuple[str, ...]:
    """Return the paths of the files in a folder of `schemas/`, sorted by name."""
    entries = resources.files("osakadx.schemas").joinpath(folder).iterdir()
    return tuple(sorted(f"{folder}/{entry.name}" for entry in entries if entry.name.endswith(suffix)))
