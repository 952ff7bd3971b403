"""The files of a folder that other people work in: which of them count, and which are not ready to be taken."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from osakadx import text
from osakadx.errors import ListingError

from .listing import Notes

DEEPEST = 20  # folders inside each other

_SYSTEM = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "system volume information"})
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", ".bak", "~")


@dataclass(frozen=True)
class Found:
    """One file.

    Attributes:
        path: relative to the folder, NFC, with slashes: what identifies it.
        url: its ``file:`` address. size: bytes. changed: seconds since 1970. ready: nobody seems to write it just now.
    """

    path: str
    url: str
    size: int
    changed: float
    ready: bool


def files(root: Path, settle: float, now: Callable[[], float], notes: Notes) -> list[Found]:
    """Return the files below a folder in the order of their paths, each looked at twice.

    Links are never followed, hidden files, locks and what systems leave behind are skipped and counted.

    Args:
        root: the folder. settle: seconds that a file must have rested. now: the clock, seconds since 1970.

    Raises:
        ListingError: the folder is not there or cannot be read.
    """
    try:
        found = [_File(*each) for each in _walk(root, notes)]
    except OSError as error:
        raise _unreadable(root, error) from error
    began = now()
    return sorted((file.judged(root, began, settle) for file in found), key=lambda file: file.path)


@dataclass(frozen=True)
class _File:
    path: Path  # relative, as the file system spells it
    name: str
    seen: os.stat_result

    def judged(self, root: Path, began: float, settle: float) -> Found:
        """Look again: a file that was written meanwhile, a moment ago, or not at all any more is not ready."""
        try:
            now = os.lstat(root / self.path)
        except OSError:
            now = None
        same = now is not None and (now.st_size, now.st_mtime_ns) == (self.seen.st_size, self.seen.st_mtime_ns)
        rested = not 0 <= began - self.seen.st_mtime < settle  # a date in the future is a wrong clock, not a writer
        url = f"file://{quote(os.fsencode(root / self.path))}"
        return Found(self.name, url, self.seen.st_size, self.seen.st_mtime, same and rested)


def _walk(root: Path, notes: Notes) -> Iterator[tuple[Path, str, os.stat_result]]:
    """Every file that counts: its path, its path as text, what the file system says of it."""

    def failed(error: OSError) -> None:
        notes.partial("folder-unreadable", f"開けないフォルダーがあります({error.strerror})。", str(error.filename))

    for folder, folders, names, descriptor in os.fwalk(root, onerror=failed, follow_symlinks=False):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in sorted(folders) if _enters(name, here, descriptor, notes)]
        for name in names:
            seen = _seen(name, descriptor)
            kind = _passed(name, seen)
            if kind or seen is None:
                notes.skip(kind or "vanished")
            elif plain := _text(here / name):
                yield here / name, plain, seen
            else:
                notes.warn("file-name-unreadable", "文字として読めない名前のファイルを飛ばしました。", repr(name)[:80])
                notes.skip("file-name-unreadable")


def _enters(name: str, here: Path, descriptor: int, notes: Notes) -> bool:
    """Whether a folder is gone into."""
    seen = _seen(name, descriptor)
    if kind := "link" if seen and stat.S_ISLNK(seen.st_mode) else _by_name(name):
        notes.skip(f"folder-{kind}")
        return False
    if len(here.parts) + 1 >= DEEPEST:
        notes.partial(
            "folder-too-deep", f"フォルダーの入れ子が{DEEPEST}段を超えるため、その中は読んでいません。", str(here)
        )
        return False
    return True


def _passed(name: str, seen: os.stat_result | None) -> str:
    """Why a file does not count; empty where it does."""
    if seen is not None and stat.S_ISLNK(seen.st_mode):
        return "link"
    if seen is not None and not stat.S_ISREG(seen.st_mode):
        return "no-file"
    return _by_name(name)


def _by_name(name: str) -> str:
    low = name.lower()
    if low.startswith(("~$", ".~lock.")):
        return "lock"
    if low in _SYSTEM:
        return "system"
    if low.startswith("."):
        return "hidden"
    return "unfinished" if low.endswith(_UNFINISHED) else ""


def _seen(name: str, descriptor: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    except OSError:
        return None


def _text(path: Path) -> str:
    """A path as text: UTF-8, or the CP932 that old servers keep names in; empty where it is neither."""
    parts = [_decoded(os.fsencode(part)) for part in path.parts]
    return "/".join(parts) if all(parts) else ""


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return text.clean(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return ""


def _unreadable(root: Path, error: OSError) -> ListingError:
    return ListingError(
        f"フォルダーを開けません({error.strerror})。", where=str(root),
        fix="共有フォルダーがつながっているか、読む権限があるか確かめてください。", slug="folder-unreadable",
    )  # fmt: skip
