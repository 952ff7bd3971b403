"""A watched folder, such as a department's shared drive: its files are the data sets.

Options:
    by_folder: true: each folder directly inside is one data set, and everything in it its files.
    extensions: of data files, where the default list does not fit.
    settle: seconds that a file must have rested before it is taken, 60 unless told.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from osakadx import links
from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher

from ..folder_files import Found, look
from ..listing import Listing, Notes, Source
from ..page_links import DATA
from ..shares import Shares

TITLE = "共有フォルダー"
OPTIONS = frozenset({"by_folder", "extensions", "settle"})
SETTLE = 60


def listing(fetch: Fetcher, source: Source, now: Callable[[], float] = time.time) -> Listing:
    """List the data sets of a folder.

    Args:
        fetch: not used; nothing is asked of the network.
        source: `url` is ``folder://name/…`` of one of its `folders`, or ``file:///…`` in one without a name.
        now: the clock.

    Raises:
        ListingError: an option is unknown or of the wrong kind, the address is no folder's or not an allowed one's.
    """
    del fetch
    source.check_options(OPTIONS)
    root = place(source)
    folder = _Folder(root, source, _extensions(source), _settle(source), source.options.get("by_folder") is True, now)
    return Listing(folder.records)


def place(source: Source) -> Path:
    """Where the folder of a source is on this machine.

    Raises:
        ListingError: its address is none, leads out of what an operator has opened, or no folder is there.
    """
    return _there(_allowed(source), source)


@dataclass(frozen=True)
class _Folder:
    root: Path
    source: Source
    extensions: frozenset[str]
    settle: float
    by_folder: bool
    now: Callable[[], float]

    def records(self, notes: Notes) -> Iterator[Record]:
        """A record of each file or folder; one with a file that is just being written waits for the next run."""
        notes.host = self.source.url.rstrip("/")
        found = look(self.root, self.settle, self.now, notes)
        for guid, own in self._groups(found.files, notes).items():
            if writing := next((file for file in own if not file.ready), None):
                notes.partial("file-being-written", "書き込み中のようなので、次の実行で集めます。", writing.path)
                continue
            if guid.endswith("/") and any(f"{path}/".startswith(guid) or not path for path in found.unread):
                continue  # with what could not be looked at, files of this data set would seem to be gone
            for empty in (file for file in own if not file.size):
                notes.warn("file-empty", "中身のないファイルです。", empty.path)
            yield self._record(guid, own)

    def _groups(self, found: Sequence[Found], notes: Notes) -> dict[str, list[Found]]:
        groups: dict[str, list[Found]] = {}
        seen: set[str] = set()
        for file in found:
            extension = PurePosixPath(file.path).suffix[1:].lower()
            if extension not in self.extensions:
                notes.skip(f"extension-{extension or 'none'}")
            elif file.path in seen:
                notes.warn("file-name-repeated", "同じ名前のファイルが2つあり、1つだけを採りました。", file.path)
            else:
                seen.add(file.path)
                groups.setdefault(self._group(file.path), []).append(file)
        return groups

    def _group(self, path: str) -> str:
        return path.split("/", 1)[0] + "/" if self.by_folder and "/" in path else path

    def _record(self, guid: str, own: Sequence[Found]) -> Record:
        """A data set of these files; its section is the folder above it."""
        path = PurePosixPath(guid)
        title = path.name if guid.endswith("/") else path.stem
        changed = max(file.changed for file in own)
        # How a department keeps its folders is its own business: what the catalog shows is no path.
        identifier = hashlib.sha256(guid.encode()).hexdigest()[:12]
        concepts: dict[str, Any] = {"identifier": identifier, "title": title, "modified": changed[:10]}
        if len(path.parts) > 1:
            concepts["keyword"] = list(dict.fromkeys(path.parts[:-1]))
        return Record(
            guid=guid,
            concepts=concepts,
            files=tuple(
                {
                    "file_title": PurePosixPath(file.path).name,
                    "file_download_url": self.source.stored + file.address,
                    "file_format": PurePosixPath(file.path).suffix[1:].upper(),
                    "file_size": str(file.size),
                    "file_modified": file.changed,
                }
                for file in own
            ),
            raw={"files": [{"path": file.path, "size": file.size, "modified": file.changed} for file in own]},
            modified=changed,
        )


def _allowed(source: Source) -> Path:
    """The real path that a source's address stands for, if it lies in a folder that an operator has opened."""
    parts = links.parts(source.url)
    raw = unquote_to_bytes(parts.path)
    named = parts.scheme == "folder" and parts.netloc
    plain = parts.scheme == "file" and not parts.netloc and raw.startswith(b"/")
    if not (named or plain) or parts.query or parts.fragment or b"\0" in raw:
        raise ListingError(
            "フォルダーのアドレスではありません。", where=source.url[:200],
            fix="folder://bousai/opendata のように、サーバーの管理者が登録した名前で書いてください。",
            slug="folder-address",
        )  # fmt: skip
    shares = Shares.read(source.folders)
    found = shares.named(parts.netloc, os.fsdecode(raw)) if named else shares.plain(Path(os.fsdecode(raw)))
    if found is None:
        known = "、".join(f"folder://{name}" for name in sorted(shares.names))
        raise ListingError(
            "このフォルダーは、集めてよいフォルダーとして登録されていません。", where=source.url[:200],
            fix="サーバーの管理者に、このフォルダーを登録するよう頼んでください。"
            + (f"登録されているのは {known} です。" if known else ""),
            slug="folder-not-allowed",
        )  # fmt: skip
    return found


def _there(real: Path, source: Source) -> Path:
    if not real.is_dir():
        raise ListingError(
            "フォルダーがありません。", where=source.url[:200],
            fix="共有フォルダーがつながっているか、名前が変わっていないか確かめてください。", slug="folder-missing",
        )  # fmt: skip
    return real


def _extensions(source: Source) -> frozenset[str]:
    written: Any = source.options.get("extensions")
    if written is None:
        return DATA
    names = cast("list[Any]", written) if isinstance(written, list) else [written]
    found = frozenset(str(name).lower().lstrip(".") for name in names)
    if not found or not all(re.fullmatch(r"[a-z0-9]{1,10}", name) for name in found):
        raise _refused(source, "extensions", "[csv, xlsx] の形で書いてください。")
    return found


def _settle(source: Source) -> float:
    written = source.options.get("settle", SETTLE)
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not 0 <= written <= 86_400:
        raise _refused(source, "settle", "0から86400までの秒数で書いてください。")
    return float(written)


def _refused(source: Source, option: str, fix: str) -> ListingError:
    message = f"設定の{option}が読めません。"
    return ListingError(message, where=source.name, fix=f"{option}は{fix}", slug="option-refused")
