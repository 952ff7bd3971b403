"""Which files of a data set are the same content in several formats, and how much each content weighs.

Without this the same file given twice, or a tiny perfect file beside a bad one, would lift a score.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from osakadx import links
from osakadx.quality.evidence import File
from osakadx.tables.signature import DOCUMENTS, IMAGES

Group = tuple[File, ...]

# What a row of a municipal table takes in bytes, at the least: so many rows may hide in a file that nobody can read.
_BYTES_PER_ROW = 50
_NOT_TABLES = DOCUMENTS | IMAGES | {"PDF"}
_FORMAT_AT_THE_END = re.compile(
    r"[\s_.,・/-]*[\[(【〔<]?\s*"
    r"(?:csv|tsv|xlsx?|xlsm|ods|excel|エクセル|geojson|json|kmz?l?|pdf|word|docx?|html?|zip)"
    r"(?:形式|版|データ|ファイル|file)*\s*[\])】〕>]?[\s_.-]*$"
)


def groups(files: Sequence[File]) -> list[Group]:
    """Sort files into groups of the same content; the order of the files is no matter.

    Files are the same when they come from one address, have the same bytes or the same rows. Two tables of one name and
    size in two formats are one content, and a document or an image is the companion of the table that has its name.
    """
    if len(files) == 1:
        return [tuple(files)]
    united = _united(sorted(files, key=lambda file: file.id))
    found: list[Group] = []
    tables: dict[str, list[int]] = {}  # name → places of the groups that hold a table of that name
    for group in sorted(united, key=_is_document):
        stems = _stems(group)
        places = sorted({place for stem in stems for place in tables.get(stem, ())})
        host = next((place for place in places if _other_format(found[place], group)), len(found))
        if host == len(found):
            found.append(group)
        else:
            found[host] += group
        if any(map(_is_table, found[host])):
            for stem in stems:
                tables.setdefault(stem, []).append(host)
    return found


def balance(files: Sequence[File]) -> list[tuple[Group, float]]:
    """Return the groups with what each weighs: the rows of its content.

    Content that nobody could read weighs as many rows as its bytes may hold, and at least as much as any other, so that
    making a bad file unreadable does not take it out of the balance.
    """
    found = groups(files)
    rows = [_rows(group) for group in found]
    heaviest = max([1, *rows])
    return [
        (group, float(known or max(heaviest, _rows_in_bytes(group)))) for group, known in zip(found, rows, strict=True)
    ]


def _rows(group: Group) -> int:
    return max((file.reading.rows for file in group if file.reading and file.reading.readable), default=0)


def _rows_in_bytes(group: Group) -> int:
    return max((file.link.size or 0 for file in group if file.link), default=0) // _BYTES_PER_ROW


def _united(files: Sequence[File]) -> list[Group]:
    """Files that share an address, their bytes or their rows, directly or through others."""
    members: dict[int, Group] = {}
    group_of: dict[Hashable, int] = {}
    for number, file in enumerate(files):
        met = {group_of[key] for key in _keys(file) if key in group_of}
        members[number] = (*(one for old in sorted(met) for one in members.pop(old)), file)
        group_of.update((key, number) for one in members[number] for key in _keys(one))
    return list(members.values())


def _keys(file: File) -> Iterator[Hashable]:
    address = (file.link.final or file.link.url if file.link else "") or ("" if file.uploaded else file.url)
    if address:
        yield "address", address
    if file.link and file.link.sha256:
        yield "bytes", file.link.sha256
    if file.reading and file.reading.content:
        yield "rows", file.reading.content


def _is_table(file: File) -> bool:
    return file.reading is not None and file.reading.readable


def _is_document(group: Group) -> bool:
    return all(file.reading is not None and file.reading.format in _NOT_TABLES for file in group)


def _other_format(one: Group, other: Group) -> bool:
    """Whether a group is the content of another, a table of the same name, in a further format: by size."""
    if _is_document(other):
        return True
    return bool(_sizes(one) & _sizes(other)) and not (_formats(one) & _formats(other))


def _sizes(group: Group) -> set[Hashable]:
    read = (file.reading for file in group if _is_table(file))
    return {tuple((table.rows, table.columns) for table in reading.tables) for reading in read if reading}


def _formats(group: Group) -> set[str]:
    return {file.reading.format for file in group if file.reading}


def _stems(group: Group) -> set[str]:
    return {stem for file in group for stem in (_stem(file.name), _stem(_last_part(file.url))) if stem}


def _last_part(url: str) -> str:
    return unquote(PurePosixPath(links.taken_apart(url).path).name)


@lru_cache(maxsize=8192)
def _stem(name: str) -> str:
    """A file's name without what says its format, folded; empty where nothing else is left."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    while (shorter := _FORMAT_AT_THE_END.sub("", folded)) != folded:
        folded = shorter
    return folded
