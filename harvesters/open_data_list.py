"""オープンデータ一覧 as rows of text: which column means what, which rows are one data set, what identifies it.

Old form (推奨データセット No.14): 15 columns, a row is a data set. New form (自治体標準オープンデータセット No.06):
42 columns (45 as SHIRASAGI exports it), a row is a file, and the columns of its data set repeat. Columns go by name.

Identity: 団体コード and データセット_ID; without an ID, 団体コード and title. The old form's NO is no ID: it is
the row's number in most lists, and a row put in above would turn each data set into its neighbour. What a further sheet
holds changes no identity of the sheets before it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from osakadx import formats, links, text
from osakadx.dataset import Record
from osakadx.tables.table import Row, SheetMarks
from osakadx.vocab.concept import concept_of_header, concepts

from .list_rows import Merges, bounded
from .listing import Notes
from .page_links import DATA, DOCUMENTS

FEWEST_COLUMNS = 4  # that must be known for a row to be the header
ADDRESSES = frozenset({"landing_page", "file_access_url", "file_download_url"})

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


@dataclass(frozen=True)
class Sheet:
    """One sheet that holds a list. name: empty for the only one. rows: those below the header."""

    name: str
    columns: Columns
    rows: Iterable[Row]
    marks: SheetMarks = field(default_factory=SheetMarks)

    def where(self, number: int) -> str:
        """The place of a row, for people."""
        return f"シート「{self.name}」{number}行目" if self.name else f"{number}行目"


def records(sheets: Sequence[Sheet], notes: Notes) -> Iterator[Record]:
    """Put the rows of all sheets together to data sets, in the order of their first rows.

    Args:
        notes: is told of rows that could not be used and of IDs that several data sets share.
    """
    entries = (entry for sheet in sheets for entry in _entries(sheet, notes))
    for guid, own in _grouped(list(bounded(entries, notes, lambda entry: entry.where)), notes).items():
        yield _record(guid, own)


@dataclass(frozen=True)
class _Entry:
    sheet: Sheet
    number: int
    values: Mapping[str, str]  # concept → text
    raw: Mapping[str, str]  # column name → text
    continues: bool  # its title is a cell merged with that of the row above

    @property
    def where(self) -> str:
        return self.sheet.where(self.number)

    @property
    def key(self) -> tuple[str, str]:
        return _key(self.values)

    @property
    def title(self) -> str:
        return text.squeeze(self.values["title"])


def _key(values: Mapping[str, str]) -> tuple[str, str]:
    """団体コード and ID."""
    return text.clean(values.get("publisher_code", "")), values.get("identifier", "")


def _entries(sheet: Sheet, notes: Notes) -> Iterator[_Entry]:
    """The rows that name a data set; blank ones and repeated headers are none, a row without title is told."""
    header, merges = sheet.columns, Merges(sheet.marks)
    titles: dict[tuple[str, str], str] = {}
    for number, cells in sheet.rows:
        filled, carried = merges.filled(number, cells)
        if not any(cell.strip() for cell in cells) or _is_header(cells, header):
            continue
        if any(cell.strip() for cell in cells[len(header.meanings) :]):
            said = "見出しより列が多い行です。右にはみ出した値は使いません。"
            notes.warn("row-too-long", said, sheet.where(number))
        values = _values(sheet, number, filled, notes)
        if "title" not in values and header.by_file and _key(values) in titles:
            values["title"] = titles[_key(values)]
            said = "データの名前がない行を、同じIDのデータセットのファイルとして読みました。"
            notes.warn("title-left-out", said, sheet.where(number))
        if "title" not in values:
            notes.warn("row-without-title", "データの名前がない行を飛ばしました。", sheet.where(number))
            continue
        if values.get("identifier"):
            titles[_key(values)] = values["title"]
        raw = {name: cell.strip() for name, cell in zip(header.names, filled, strict=False) if cell.strip()}
        continues = any(header.meanings[column - 1 : column] == ("title",) for column in carried)
        yield _Entry(sheet, number, values, raw, continues)


def _is_header(cells: Sequence[str], header: Columns) -> bool:
    """Whether a row is the header again, as where the pages of a list were put together."""
    places = [place for place, said in enumerate(header.meanings[: len(cells)]) if said == "title"]
    return any(meaning(cells[place]) == "title" for place in places) and columns(cells) is not None


def _values(sheet: Sheet, number: int, cells: Sequence[str], notes: Notes) -> dict[str, str]:
    """Concept → what a row says of it, the first of several columns that say something."""
    values: dict[str, str] = {}
    for column, (concept, cell) in enumerate(zip(sheet.columns.meanings, cells, strict=False), start=1):
        if concept is None:
            continue
        said = cell.strip()
        if concept in ADDRESSES:
            said = _address(said, sheet.marks.links.get((number, column), ""), sheet.where(number), notes)
        if said:
            values.setdefault(concept, said)
    return values


def _address(said: str, link: str, where: str, notes: Notes) -> str:
    """The address that a cell says, else the one it leads to; words such as 準備中 are told and are none."""
    if any(links.is_address(part) for part in links.split(said)):
        return said
    if links.is_address(link):
        return link
    if said:
        told = f"アドレスの列に「{said[:60]}」と書かれています。アドレスではないので使いません。"
        notes.warn("address-is-words", told, where)
    return ""


def _grouped(entries: Sequence[_Entry], notes: Notes) -> dict[str, list[_Entry]]:
    """Guid → rows. An ID that stands for several titles counts together with the title: nothing is merged unseen."""
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    guids: dict[tuple[str, str, str], str] = {}
    groups: defaultdict[str, list[_Entry]] = defaultdict(list)
    for _, found in groupby(entries, lambda entry: id(entry.sheet)):
        own = list(found)
        for entry in own:
            titles[entry.key].add(entry.title)
        for entry in own:
            body, identifier = entry.key
            shared = len(titles[entry.key]) > 1
            if identifier and shared:
                said = f"ID「{identifier[:60]}」が違う名前のデータに使われています。IDと名前の組で区別しました。"
                notes.warn("dataset-id-shared", said, entry.where)
            parts = [body, identifier, _digest(entry.title) if shared or not identifier else ""]
            guid = guids.setdefault((body, identifier, entry.title), "/".join(part for part in parts if part))
            # In the new form the rows of a data set are its files.
            if guid in groups and not (identifier or entry.continues or entry.sheet.columns.by_file):
                said = f"「{entry.values['title'][:60]}」が2度載っています。"
                notes.warn("title-repeated", said + "1つのデータセットのファイルとしてまとめました。", entry.where)
            groups[guid].append(entry)
    return groups


def _record(guid: str, entries: Sequence[_Entry]) -> Record:
    found: dict[str, Any] = {}
    for entry in entries:
        for concept, value in entry.values.items():
            if not concepts()[concept].of_file:
                found.setdefault(concept, listed(concept, value))
    return Record(
        guid=guid,
        concepts=found,
        files=tuple(_files(entries)),
        raw=[dict(entry.raw) for entry in entries],
        modified=entries[0].values.get("modified", ""),
    )


def _files(entries: Sequence[_Entry]) -> Iterator[dict[str, Any]]:
    """The files of a data set; what another sheet says of the same address is not taken twice."""
    met: dict[str, Sheet] = {}
    for entry in entries:
        file = _file(entry)
        address = str(file.get("file_download_url") or file.get("file_access_url") or "")
        if file and (not address or met.setdefault(address, entry.sheet) is entry.sheet):
            yield file


def _file(entry: _Entry) -> dict[str, Any]:
    """The file of a row. The old form has one address for both page and file: its ending tells which."""
    found = {concept: listed(concept, value) for concept, value in entry.values.items() if concepts()[concept].of_file}
    if entry.sheet.columns.by_file:
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
