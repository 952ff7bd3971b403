"""The files that a shell names: those that are read, pipes too, and the report, which is not written over data."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from osakadx.bilingual import Bilingual
from osakadx.tables.limits import Limits
from osakadx.tables.source import CHUNK

PATIENCE = 30.0  # seconds for which somebody may be about to open the other end of a pipe
_REPORTS = frozenset({".html", ".htm"})
_STANDARD_INPUT = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})


class NobodyWritesError(OSError):
    """Nobody opened the other end of a pipe for so many seconds."""


@contextmanager
def on_disk(file: str, *, patience: float = PATIENCE, limit: int = Limits.file_bytes) -> Generator[Path]:
    """Give a file that can be read more than once: itself, or a copy of what comes out of a pipe, gone afterwards.

    Args:
        file: as the shell named it; ``-`` is standard input.
        patience: seconds to wait for somebody who writes into a named pipe. Who has opened it is waited for until they
            close it, as every command does that reads what another one writes.
        limit: no more bytes than this and one are taken, which reading then refuses as too many.

    Raises:
        OSError: it cannot be opened; `NobodyWritesError` where the patience has ended.
    """
    standard = file in _STANDARD_INPUT
    path = Path(file)
    if not standard and (stat.S_ISREG(mode := path.stat().st_mode) or stat.S_ISDIR(mode)):
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="osakadx-") as spool:
        for chunk in _standard_input() if standard else _piped(path, patience):
            spool.write(chunk[: limit + 1 - spool.tell()])
            if spool.tell() > limit:
                break
        spool.flush()
        yield Path(spool.name)


def _standard_input() -> Iterator[bytes]:
    if os.isatty(0):
        sys.stderr.write("調べる内容を入力してください(終わりは、行の初めで Ctrl+D、やめるときは Ctrl+C)。\n")
    while chunk := os.read(0, CHUNK):
        yield chunk


def _piped(path: Path, patience: float) -> Iterator[bytes]:
    """What comes out of a pipe or a device; to open a pipe as usual would hang until somebody writes into it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        until = time.monotonic() + patience
        while True:
            ready = poll.poll(min(patience, 1) * 1000)
            chunk = _now(descriptor)
            if chunk:
                yield chunk
            elif chunk is not None and ready:
                return
            elif chunk is not None and time.monotonic() >= until:
                raise NobodyWritesError(patience)
    finally:
        os.close(descriptor)


def _now(descriptor: int) -> bytes | None:
    """What can be read without waiting: nothing where nobody has it open for writing, None where somebody has."""
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:
        return None


def reason(error: OSError, *, writing: bool = False) -> str:
    """Say why a file cannot be read, or written, as words for brackets."""
    if isinstance(error, NobodyWritesError):
        seconds = f"{error.args[0]:g}"
        return Bilingual(
            f"パイプに {seconds} 秒のあいだ、だれも書き込みませんでした。書き込む側のコマンドを確かめてください",
            f"nobody wrote into the pipe for {seconds} seconds; see whether the command that writes into it runs",
        )
    known = {**_REASONS, **_WRITING} if writing else _REASONS
    return known.get(error.errno or 0) or error.strerror or str(error)


_REASONS = {
    errno.ENOENT: Bilingual("ファイルがありません", "there is no such file"),
    errno.EISDIR: Bilingual("フォルダーです", "it is a folder"),
    errno.ENOTDIR: Bilingual("途中の名前がフォルダーではありません", "part of its path is no folder"),
    errno.EACCES: Bilingual("読む権限がありません", "you may not read it"),
    errno.EPERM: Bilingual("読む権限がありません", "you may not read it"),
    errno.ENAMETOOLONG: Bilingual("名前が長すぎます", "its name is too long"),
    errno.ELOOP: Bilingual("リンクが互いを指しています", "its links point at each other"),
    errno.ENXIO: Bilingual("ファイルでもパイプでもありません", "it is neither a file nor a pipe"),
    errno.ENOSPC: Bilingual("ディスクに空きがありません", "the disk is full"),
}
_WRITING = {
    errno.ENOENT: Bilingual("そのフォルダーがありません", "there is no such folder"),
    errno.EACCES: Bilingual("書き込む権限がありません", "you may not write there"),
    errno.EPERM: Bilingual("書き込む権限がありません", "you may not write there"),
    errno.EROFS: Bilingual("書き込めない場所です", "it is a place that takes no files"),
}


def refusal(report: str | None, files: Sequence[str]) -> str:
    """Say in Japanese why the files are not read and the report is not written; empty where all is well."""
    if sum(file in _STANDARD_INPUT for file in files) > 1:
        return "標準入力(-)は1回しか読めません。「-」は1つだけ書いてください。"
    return _report_refusal(report, files) if report else ""


def _report_refusal(report: str, files: Sequence[str]) -> str:
    """Say in Japanese why a report is not written there, and how to mend that; empty where it may be.

    It is not written over a file that is read, by whatever name or link, nor over one that is there and is no page;
    a page of before is replaced. What is no ordinary file (a terminal, a pipe) keeps nothing that could be lost.

    Args:
        report: path of the page to be written. files: as the shell named them, ``-`` for standard input.
    """
    mend = "書き出す先には、新しい .html の名前を書いてください(例 --html report.html)。"
    if any(_same(report, "/dev/stdin" if file in _STANDARD_INPUT else file) for file in files):
        return f"「{report}」は調べるファイルなので、結果で上書きしません。{mend}"
    path = Path(os.path.realpath(report))
    if path.is_file() and path.stat().st_size and path.suffix.lower() not in _REPORTS:
        return f"「{report}」は今あるファイルで、結果のページ(.html)ではないので、上書きしません。{mend}"
    return ""


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False  # one of them is not there: it can be nothing that is there
