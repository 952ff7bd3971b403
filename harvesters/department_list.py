"""A department's own list of its data sets, as rows of cells: which column means what, which rows are one data set.

Identity: an ID column where there is one, else the name of the sheet, without its dates, and the title.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from osakadx import formats, links, text
from osakadx.dataset import Record
from osakadx.tables.table import Row, SheetMarks
from osakadx.vocab.concept import concepts

from . import link_words
from .list_rows import Merges, bounded
from .listing import Notes
from .open_data_list import listed, meaning
from .page_links import DATA, DOCUMENTS

URL = "url"  # what a column may be told to be beside a concept: an address whose ending says whether it is a file
ADDRESSES = frozenset({URL, "landing_page", "file_access_url", "file_download_url"})

_SHEET_SAYS_NOTHING = re.compile(r"sheet\d*|シート\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """What the columns of a sheet mean. names: as written; meanings: concept, ``url`` or None."""

    names: tuple[str, ...]
    meanings: tuple[str | None, ...]


def columns(cells: Sequence[str], told: Mapping[str, str]) -> Columns | None:
    """Read a row as the header of a list; None where it is none.

    Args:
        cells: of the row.
        told: concept or ``url`` → name of its column; others are known by their names.
    """
    asked = {text.squeeze(name): concept for concept, name in told.items()}
    names = [text.squeeze(cell) for cell in cells]
    meanings: list[str | None] = []
    for name, cell in zip(names, cells, strict=True):
        said = asked.get(name) or _guessed(cell, told)
        meanings.append(None if said in meanings else said)
    known = {said for said in meanings if said}
    return Columns(tuple(cells), tuple(meanings)) if "title" in known and len(known) > 1 else None


def _guessed(cell: str, told: Mapping[str, str]) -> str | None:
    found = meaning(cell)
    return None if found in told or (found in ADDRESSES and URL in told) else found


@dataclass(frozen=True)
class Sheet:
    """One sheet that holds a list. rows: those below the header."""

    name: str
    columns: Columns
    rows: Iterable[Row]
    marks: SheetMarks = field(default_factory=SheetMarks)


def records(sheets: Sequence[Sheet], notes: Notes) -> Iterator[Record]:
    """Put the rows of all sheets together to data sets, in the order of their first rows."""
    entries = (entry for sheet in sheets for entry in _entries(sheet, notes))
    for guid, own in _grouped(list(bounded(entries, notes, lambda entry: entry.where)), notes).items():
        yield _record(guid, own, named=len(sheets) > 1)


@dataclass(frozen=True)
class _Entry:
    sheet: str
    number: int
    section: str
    values: Mapping[str, str]  # concept → text, without addresses
    addresses: tuple[tuple[str, str, str], ...]  # what it is (page or file), address, words
    raw: Mapping[str, str]  # column name → text
    continues: bool  # its title is a cell merged with that of the row above

    @property
    def identifier(self) -> str:
        return text.clean(self.values.get("identifier", ""))

    @property
    def title(self) -> str:
        return text.squeeze(self.values["title"])

    @property
    def where(self) -> str:
        return f"シート「{self.sheet}」{self.number}行目" if self.sheet else f"{self.number}行目"


def _entries(sheet: Sheet, notes: Notes) -> Iterator[_Entry]:
    """The rows that name a data set; headings of sections and repeated headers are none."""
    merges, section = Merges(sheet.marks), ""
    for number, cells in sheet.rows:
        filled, carried = merges.filled(number, cells)
        if not any(cell.strip() for cell in filled) or tuple(cells) == sheet.columns.names:
            continue
        if heading := merges.heading(number, cells):
            section = heading
            continue
        entry = _entry(sheet, number, section, filled, carried)
        if "title" not in entry.values:
            notes.warn("row-without-title", "データの名前がない行を飛ばしました。", entry.where)
            continue
        if not entry.addresses:
            notes.warn("row-without-address", "ファイルもページも示されていないデータです。", entry.where)
        yield entry


def _entry(sheet: Sheet, number: int, section: str, cells: Sequence[str], carried: set[int]) -> _Entry:
    values: dict[str, str] = {}
    raw: dict[str, str] = {}
    addresses: list[tuple[str, str, str]] = []
    continues = False
    header = sheet.columns
    for column, (name, said, cell) in enumerate(zip(header.names, header.meanings, cells, strict=False), start=1):
        link = sheet.marks.links.get((number, column), "")
        if cell.strip():
            raw[name or f"{column}列目"] = f"{cell.strip()} <{link}>" if link else cell.strip()
        if said in ADDRESSES or (link and said in (None, "title")):
            addresses += [(_kind(said, url), url, _words(said, name, cell)) for url in _urls(cell, link, said)]
        if said and said not in ADDRESSES and cell.strip():
            values[said] = cell.strip()
        continues = continues or (said == "title" and column in carried)
    return _Entry(sheet.name, number, section, values, tuple(dict.fromkeys(addresses)), raw, continues)


def _urls(cell: str, link: str, said: str | None) -> list[str]:
    """The addresses of a cell: those written in it, else the one it leads to."""
    written = [part for part in links.split(cell) if links.is_address(part)] if said in ADDRESSES else []
    if not written and link and not link.lower().startswith(("mailto:", "tel:")):
        return [link]
    return written


def _kind(said: str | None, url: str) -> str:
    """Whether an address is a file's, a page that offers a file, or the data set's page."""
    if said in ("file_download_url", "file_access_url"):
        return said
    if formats.extension(url) in DATA | DOCUMENTS:
        return "file_download_url"
    return "file_access_url" if said is None else "landing_page"


def _words(said: str | None, name: str, cell: str) -> str:
    """What tells a link from its neighbours: its own words, or the name of its column."""
    if said in ADDRESSES or said == "title":
        return ""
    return next((words for words in map(text.clean, (cell, name)) if link_words.says_something(words)), "")


def _grouped(entries: Sequence[_Entry], notes: Notes) -> dict[str, list[_Entry]]:
    """Guid → rows. An ID that stands for several titles counts together with the title: nothing is merged unseen."""
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        titles[entry.identifier].add(entry.title)
    groups: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        identifier, shared = entry.identifier, len(titles[entry.identifier]) > 1
        if identifier and shared:
            said = f"ID「{identifier[:60]}」が違う名前のデータに使われています。IDと名前の組で区別しました。"
            notes.warn("dataset-id-shared", said, entry.where)
        guid = identifier if identifier and not shared else "/".join(filter(None, (identifier, _digest(entry))))
        if not identifier and groups[guid] and not entry.continues:
            said = f"「{entry.values['title'][:60]}」が2度載っています。1つのデータセットのファイルとしてまとめました。"
            notes.warn("title-repeated", said, entry.where)
        groups[guid].append(entry)
    return groups


def _digest(entry: _Entry) -> str:
    said = entry.title if entry.identifier else f"{link_words.key(entry.sheet)}\n{entry.title}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _record(guid: str, entries: Sequence[_Entry], *, named: bool) -> Record:
    found: dict[str, Any] = {}
    for entry in entries:
        for concept, value in entry.values.items():
            if not concepts()[concept].of_file:
                found.setdefault(concept, listed(concept, value))
        for kind, url, _ in entry.addresses:
            if kind == "landing_page":
                found.setdefault(kind, url)
    sections = [entries[0].section, entries[0].sheet if named and _says_something(entries[0].sheet) else ""]
    if words := [section for section in sections if section]:
        found["keyword"] = list(dict.fromkeys([*found.get("keyword", []), *words]))
    return Record(
        guid=guid,
        concepts=found,
        files=tuple(file for entry in entries for file in _files(entry)),
        raw=[{"sheet": entry.sheet, "row": entry.number, **entry.raw} for entry in entries],
        modified=entries[0].values.get("modified", ""),
    )


def _says_something(sheet: str) -> bool:
    return link_words.says_something(sheet) and not _SHEET_SAYS_NOTHING.fullmatch(text.fold(sheet))


def _files(entry: _Entry) -> Iterator[dict[str, Any]]:
    """The files of a row. What it says of format and size it says of one file, not of several."""
    own = {concept: listed(concept, value) for concept, value in entry.values.items() if concepts()[concept].of_file}
    files = [(kind, url, words) for kind, url, words in entry.addresses if kind != "landing_page"]
    if len(files) > 1:
        own = {
            concept: value for concept, value in own.items() if concept not in ("file_format", "file_size", "file_id")
        }
    for kind, url, words in files:
        yield {"file_title": words or entry.values["title"], **own, kind: url}
