"""The files of a folder that other people work in: which of them count, which are not ready, and opening one safely."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote_to_bytes

from osakadx import text
from osakadx.errors import ListingError

from .listing import Notes

DEEPEST = 20  # folders inside each other
MOST = 200_000  # files of one folder

_JAPAN = timezone(timedelta(hours=9))

_SYSTEM = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "system volume information"})
_REASONS = {
    errno.EACCES: "読む権限がありません",
    errno.EPERM: "読む権限がありません",
    errno.ENOENT: "見つかりません",
    errno.ENOTDIR: "フォルダーではありません",
    errno.ELOOP: "リンクになっています",
    errno.EMFILE: "開いているファイルが多すぎます",
    errno.ENFILE: "開いているファイルが多すぎます",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EIO: "ディスクか通信の障害です",
    errno.ESTALE: "共有フォルダーとのつながりが切れています",
    errno.ENOTCONN: "共有フォルダーとのつながりが切れています",
    errno.EHOSTDOWN: "共有フォルダーのサーバーが応答しません",
    errno.ETIMEDOUT: "共有フォルダーのサーバーが応答しません",
}
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", ".bak", "~")


@dataclass(frozen=True)
class Found:
    """One file.

    Attributes:
        path: relative to the folder, NFC, with slashes: what identifies it.
        address: the same as the file system spells it, percent-encoded: what finds it again.
        size: bytes. changed: when, as `moment` writes it. ready: nobody seems to write it just now.
    """

    path: str
    address: str
    size: int
    changed: str
    ready: bool


@dataclass(frozen=True)
class Look:
    """What was seen of a folder.

    Attributes:
        files: in the order of their paths. unread: paths of folders inside that could not be looked into.
    """

    files: list[Found]
    unread: Collection[str]


def look(root: Path, settle: float, now: Callable[[], float], notes: Notes) -> Look:
    """Look for the files below a folder, at each of them twice.

    Links are never followed, hidden files, locks and what systems leave behind are skipped and counted.

    Args:
        root: the folder. settle: seconds that a file must have rested. now: the clock, seconds since 1970.

    Raises:
        ListingError: the folder is not there or cannot be read.
    """
    unread: list[str] = []
    try:
        os.close(os.open(root, os.O_RDONLY | os.O_DIRECTORY))
        found = [_File(*each) for each in _walk(root, notes, unread)]
    except OSError as error:
        raise _unreadable(error) from error
    began = now()
    return Look(sorted((file.judged(root, began, settle) for file in found), key=lambda file: file.path), unread)


def opened(root: Path, address: str) -> IO[bytes]:
    """Open one file below a folder; no link on the way to it or in its place is followed.

    Args:
        root: the folder, which may be reached through links of the operator's own.
        address: relative, percent-encoded.

    Raises:
        OSError: it is not there, a link stands in the way, or it is no plain file.
    """
    parts = unquote_to_bytes(address).split(b"/")
    if any(part in (b"", b".", b"..") or b"\0" in part for part in parts):
        raise FileNotFoundError(f"no file of the folder: {address}")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        # A pipe that was put in its place would keep us waiting for its writer.
        descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(f"no plain file: {address}")
    return os.fdopen(descriptor, "rb")


def moment(seconds: float) -> str:
    """When a file was changed, in Japanese time, to the microsecond: it tells one version from the next."""
    try:
        return datetime.fromtimestamp(seconds, _JAPAN).isoformat()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, _JAPAN).isoformat()


def plain(address: str) -> str:
    """The path that an address stands for, as text: NFC, with slashes; empty where it is none."""
    return _text(Path(os.fsdecode(unquote_to_bytes(address))))


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
        address = quote(os.fsencode(self.path))
        return Found(self.name, address, self.seen.st_size, moment(self.seen.st_mtime), same and rested)


def _walk(root: Path, notes: Notes, unread: list[str]) -> Iterator[tuple[Path, str, os.stat_result]]:
    """Every file that counts: its path, its path as text, what the file system says of it."""
    left = MOST
    for folder, folders, names, descriptor in os.fwalk(root, onerror=_fails, follow_symlinks=False):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in sorted(folders) if _enters(name, here, descriptor, notes, unread)]
        left -= len(names)
        if left < 0:
            notes.partial("folder-too-many", f"ファイルが{MOST:,}個を超えるため、残りは見ていません。")
            unread.append("")
            return
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


def _fails(error: OSError) -> None:
    """A folder that could be opened a moment ago and cannot be read: nothing of what is there is known."""
    raise error


def _enters(name: str, here: Path, descriptor: int, notes: Notes, unread: list[str]) -> bool:
    """Whether a folder is gone into."""
    seen = _seen(name, descriptor)
    if kind := "link" if seen and stat.S_ISLNK(seen.st_mode) else _by_name(name):
        notes.skip(f"folder-{kind}")
        return False
    shown = _text(here / name) or repr(name)
    if len(here.parts) + 1 >= DEEPEST:
        notes.partial(
            "folder-too-deep", f"フォルダーの入れ子が{DEEPEST}段を超えるため、その中は読んでいません。", shown
        )
        unread.append(shown)
        return False
    try:
        os.close(os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor))
    except OSError as error:
        notes.partial("folder-unreadable", f"開けないフォルダーがあります({_reason(error)})。", shown)
        unread.append(shown)
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


def _reason(error: OSError) -> str:
    """Why the system refuses, in words for those who look after the folder."""
    return _REASONS.get(error.errno or 0, f"システムのエラー番号 {error.errno}")


def _unreadable(error: OSError) -> ListingError:
    return ListingError(
        f"フォルダーを開けません({_reason(error)})。",
        fix="共有フォルダーがつながっているか、読む権限があるか確かめてください。", slug="folder-unreadable",
    )  # fmt: skip
