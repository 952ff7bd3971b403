"""A watched folder, such as a department's shared drive: its files are the data sets.

Options:
    by_folder: true: each folder directly inside is one data set, and everything in it its files.
    extensions: of data files, where the default list does not fit.
    settle: seconds that a file must have rested before it is taken, 60 unless told.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

from osakadx.dataset import Record
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher

from ..folder_files import Found, files
from ..listing import Listing, Notes, Source
from ..page_links import DATA

TITLE = "共有フォルダー"
OPTIONS = frozenset({"by_folder", "extensions", "settle"})
SETTLE = 60

_JAPAN = timezone(timedelta(hours=9))


def listing(fetch: Fetcher, source: Source, now: Callable[[], float] = time.time) -> Listing:
    """List the data sets of a folder.

    Args:
        fetch: not used; nothing is asked of the network.
        source: `url` is ``file:///…``, in one of its `folders` or one of these itself.
        now: the clock.

    Raises:
        ListingError: an option is unknown or of the wrong kind, the address is no folder's or not an allowed one's.
    """
    del fetch
    source.check_options(OPTIONS)
    root = _allowed(_path(source.url), source)
    folder = _Folder(root, _extensions(source), _settle(source), source.options.get("by_folder") is True, now)
    return Listing(folder.records)


@dataclass(frozen=True)
class _Folder:
    root: Path
    extensions: frozenset[str]
    settle: float
    by_folder: bool
    now: Callable[[], float]

    def records(self, notes: Notes) -> Iterator[Record]:
        """A record of each file or folder; one with a file that is just being written waits for the next run."""
        notes.host = str(self.root)
        groups: dict[str, list[Found]] = {}
        for file in files(self.root, self.settle, self.now, notes):
            extension = PurePosixPath(file.path).suffix[1:].lower()
            if extension in self.extensions:
                groups.setdefault(self._group(file.path), []).append(file)
            else:
                notes.skip(f"extension-{extension or 'none'}")
        for guid, own in groups.items():
            if writing := next((file for file in own if not file.ready), None):
                notes.partial("file-being-written", "書き込み中のようなので、次の実行で集めます。", writing.path)
                continue
            for empty in (file for file in own if not file.size):
                notes.warn("file-empty", "中身のないファイルです。", empty.path)
            yield _record(guid, own)

    def _group(self, path: str) -> str:
        return path.split("/", 1)[0] + "/" if self.by_folder and "/" in path else path


def _record(guid: str, own: Sequence[Found]) -> Record:
    """A data set of these files; its section is the folder above it."""
    path = PurePosixPath(guid)
    title = path.name if guid.endswith("/") else path.stem
    changed = max(_moment(file) for file in own)
    concepts: dict[str, Any] = {"title": title, "modified": changed[:10]}
    if len(path.parts) > 1:
        concepts["keyword"] = list(dict.fromkeys(path.parts[:-1]))
    return Record(
        guid=guid,
        concepts=concepts,
        files=tuple(
            {
                "file_title": PurePosixPath(file.path).name,
                "file_download_url": file.url,
                "file_format": PurePosixPath(file.path).suffix[1:].upper(),
                "file_size": str(file.size),
                "file_modified": _moment(file),
            }
            for file in own
        ),
        raw={"files": [{"path": file.path, "size": file.size, "modified": _moment(file)} for file in own]},
        modified=changed,
    )


def _moment(file: Found) -> str:
    """When a file was changed, in Japanese time, to the microsecond: it tells one version from the next."""
    try:
        return datetime.fromtimestamp(file.changed, _JAPAN).isoformat()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, _JAPAN).isoformat()


def _path(url: str) -> Path:
    parts = urlsplit(url)
    raw = unquote_to_bytes(parts.path)
    if (
        parts.scheme != "file"
        or parts.netloc
        or parts.query
        or parts.fragment
        or not raw.startswith(b"/")
        or b"\0" in raw
    ):
        raise ListingError(
            "フォルダーのアドレスではありません。", where=url[:200],
            fix="file:///srv/share/opendata のように、スラッシュ3つと絶対パスで書いてください。", slug="folder-address",
        )  # fmt: skip
    return Path(os.fsdecode(raw))


def _allowed(path: Path, source: Source) -> Path:
    """The real path of a folder, if it is one that an operator has opened to harvesting, or lies in one."""
    real = Path(os.path.realpath(path))
    roots = [Path(os.path.realpath(folder)) for folder in source.folders if Path(folder).is_absolute()]
    if not any(real.is_relative_to(root) for root in roots):
        raise ListingError(
            "このフォルダーは、集めてよいフォルダーとして登録されていません。", where=str(path),
            fix="サーバーの管理者に、このフォルダーを登録するよう頼んでください。", slug="folder-not-allowed",
        )  # fmt: skip
    if not real.is_dir():
        raise ListingError(
            "フォルダーがありません。", where=str(path),
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
        raise _refused(source, "extensionsは [csv, xlsx] の形で書いてください。")
    return found


def _settle(source: Source) -> float:
    written = source.options.get("settle", SETTLE)
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not 0 <= written <= 86_400:
        raise _refused(source, "settleは0から86400までの秒数で書いてください。")
    return float(written)


def _refused(source: Source, message: str) -> ListingError:
    return ListingError(message, where=source.name, slug="option-refused")
