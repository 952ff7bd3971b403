"""オープンデータ一覧 as rows of text: which column means what, which rows are one data set, what identifies it.

Old form (推奨データセット No.14): 15 columns, a row is a data set. New form (自治体標準オープンデータセット No.06):
42 columns (45 as SHIRASAGI exports it), a row is a file, and the columns of its data set repeat. Columns go by name.

Identity: 団体コード and データセット_ID; without an ID, 団体コード and title. The old form's NO is no ID: it is
the row's number in most lists, and a row put in above would turn each data set into its neighbour.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from osakadx import formats, text
from osakadx.dataset import Record
from osakadx.vocab.concept import concept_of_header, concepts

from .list_rows import bounded
from .listing import Notes
from .page_links import DATA, DOCUMENTS

FEWEST_COLUMNS = 4  # that must be known for a row to be the header

_RUNNING_NUMBER = re.compile(r"no\.?|№|番号|通番|連番|項番", re.IGNORECASE)
_BETWEEN = re.compile(r"[;；\n]")


@dataclass(frozen=True)
class Columns:
    """What the columns mean.

    Attributes:
        names: as written. meanings: concept of each column, or None; a running number means nothing.
        by_file: a row is a file (new form), not a data set (old form).
    """

    names: tuple[str, ...]
    meanings: tuple[str | None, ...]
    by_file: bool


def columns(cells: Sequence[str]) -> Columns | None:
    """Read a row as the header of a list; None where it is none."""
    meanings = tuple(meaning(cell) for cell in cells)
    known = {found for found in meanings if found}
    if "title" not in known or len(known) < FEWEST_COLUMNS:
        return None
    return Columns(tuple(cells), meanings, bool(known & {"file_download_url", "file_access_url"}))


def meaning(cell: str) -> str | None:
    """What a column of this name means: a concept, or None; a running number means nothing."""
    return None if not cell.strip() or _RUNNING_NUMBER.fullmatch(text.clean(cell)) else concept_of_header(cell)


def records(rows: Iterable[tuple[int, Sequence[str]]], header: Columns, notes: Notes) -> Iterator[Record]:
    """Put the rows below the header together to data sets, in the order of their first rows.

    Args:
        rows: number in the file and cells.
        notes: is told of rows that could not be used and of IDs that several data sets share.
    """
    entries = (entry for number, cells in rows if (entry := _entry(number, cells, header, notes)))
    kept = list(bounded(entries, notes, lambda entry: f"{entry.number}行目"))
    for guid, own in _grouped(kept, notes).items():
        yield _record(guid, own, header)


@dataclass(frozen=True)
class _Entry:
    number: int
    values: Mapping[str, str]  # concept → text
    raw: Mapping[str, str]  # column name → text

    @property
    def body(self) -> str:
        return text.clean(self.values.get("publisher_code", ""))

    @property
    def identifier(self) -> str:
        return self.values.get("identifier", "")

    @property
    def title(self) -> str:
        return text.squeeze(self.values["title"])


def _entry(number: int, cells: Sequence[str], header: Columns, notes: Notes) -> _Entry | None:
    """A row that names a data set; None for a blank one, a note, a row without title."""
    where = f"{number}行目"
    width = len(header.meanings)
    if not any(cell.strip() for cell in cells):
        return None
    if any(cell.strip() for cell in cells[width:]):
        notes.warn("row-too-long", "見出しより列が多い行です。右にはみ出した値は使いません。", where)
    values: dict[str, str] = {}
    for concept, cell in zip(header.meanings, cells, strict=False):
        if concept and cell.strip():
            values.setdefault(concept, cell.strip())
    if "title" not in values:
        notes.warn("row-without-title", "データの名前がない行を飛ばしました。", where)
        return None
    raw = {name: cell.strip() for name, cell in zip(header.names, cells, strict=False) if cell.strip()}
    return _Entry(number, values, raw)


def _grouped(entries: Sequence[_Entry], notes: Notes) -> dict[str, list[_Entry]]:
    """Guid → rows. An ID that stands for several titles counts together with the title: nothing is merged unseen."""
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        titles[entry.body, entry.identifier].add(entry.title)
    groups: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        shared = len(titles[entry.body, entry.identifier]) > 1
        if entry.identifier and shared:
            said = f"ID「{entry.identifier[:60]}」が違う名前のデータに使われています。IDと名前の組で区別しました。"
            notes.warn("dataset-id-shared", said, f"{entry.number}行目")
        parts = [entry.body, entry.identifier, _digest(entry.title) if shared or not entry.identifier else ""]
        groups["/".join(part for part in parts if part)].append(entry)
    return groups


def _record(guid: str, entries: Sequence[_Entry], header: Columns) -> Record:
    found: dict[str, Any] = {}
    for entry in entries:
        for concept, value in entry.values.items():
            if not concepts()[concept].of_file:
                found.setdefault(concept, listed(concept, value))
    return Record(
        guid=guid,
        concepts=found,
        files=tuple(file for entry in entries if (file := _file(entry, header))),
        raw=[dict(entry.raw) for entry in entries],
        modified=entries[0].values.get("modified", ""),
    )


def _file(entry: _Entry, header: Columns) -> dict[str, Any]:
    """The file of a row. The old form has one address for both page and file: its ending tells which."""
    found = {concept: listed(concept, value) for concept, value in entry.values.items() if concepts()[concept].of_file}
    if header.by_file:
        return found
    if url := entry.values.get("landing_page", ""):
        extension = formats.extension(url.split()[0])
        found["file_download_url" if extension in DATA | DOCUMENTS else "file_access_url"] = url
    return {**found, "file_title": entry.values["title"]}


def listed(concept: str, value: str) -> str | list[str]:
    """A cell's value, taken apart where its concept holds several."""
    if not concepts()[concept].many:
        return value
    return [part.strip() for part in _BETWEEN.split(value) if part.strip()]


def _digest(title: str) -> str:
    return hashlib.sha256(title.encode()).hexdigest()[:16]
