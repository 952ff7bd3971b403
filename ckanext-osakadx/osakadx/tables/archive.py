"""Looks into a zip container before a parser does: counts, names and what really comes out, against the caps."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.source import Source

_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_END_SIZE = 22
_COMMENT_MAX = 0xFFFF
_ENTRY_BYTES = 2_048
_NAME_IS_UTF_8 = 0x800
_LEFT_BEHIND = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)", re.I)
_DIRECTORY_ERRORS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError)


@dataclass(frozen=True)
class Archive:
    """A zip container whose central directory is within the caps."""

    container: zipfile.ZipFile
    limits: Limits

    @property
    def names(self) -> frozenset[str]:
        """Names of all parts."""
        return frozenset(self.container.namelist())

    @property
    def files(self) -> dict[str, str]:
        """What the files in it are called, by the names of their parts; folders and what systems leave behind not."""
        entries = (entry for entry in self.container.infolist() if not entry.is_dir())
        titled = ((entry.filename, _title(entry)) for entry in entries)
        return {name: title for name, title in titled if not _LEFT_BEHIND.search(title)}

    def read(self, name: str, limit: int = MEBI) -> bytes:
        """Return a small part.

        Raises:
            RefusedFile: it is larger than the limit, or broken. KeyError: there is no such part.
        """
        content = bytearray()
        for chunk in self.chunks(name):
            content += chunk
            if len(content) > limit:
                raise RefusedFile(found("archive-too-large", limit=limit // MEBI))
        return bytes(content)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what comes out of a part, at most a mebibyte at a time, whatever size its header declares.

        Raises:
            RefusedFile: it grows more than the cap allows, or is broken. KeyError: there is no such part.
        """
        entry = self.container.getinfo(name)
        written = 0
        try:
            for chunk in _inflated(self.container, entry):
                written += len(chunk)
                if written > MEBI and written > self.limits.archive_ratio * max(entry.compress_size, 1):
                    raise RefusedFile(found("archive-bomb", value=name, ratio=self.limits.archive_ratio))
                yield chunk
        except (*_DIRECTORY_ERRORS, zlib.error) as error:
            raise RefusedFile(found("file-broken", format="ZIP")) from error


@contextmanager
def open_archive(source: Source, limits: Limits) -> Generator[Archive]:
    """Open a zip container after its central directory was checked.

    Raises:
        RefusedFile: too many parts, too much declared, a path outside the container, a link, a broken directory.
    """
    with source.open() as stream:
        _check_directory_size(stream, source.size, limits)
        try:
            container = zipfile.ZipFile(stream)
        except _DIRECTORY_ERRORS as error:
            raise RefusedFile(found("file-broken", format="ZIP")) from error
        with container:
            _check_entries(container, limits)
            yield Archive(container, limits)


def _check_directory_size(stream: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse a directory of millions of entries before the library builds an object for each."""
    stream.seek(max(0, size - _DIRECTORY_END_SIZE - _COMMENT_MAX))
    tail = stream.read()
    place = tail.rfind(_DIRECTORY_END)
    if place < 0 or len(tail) < place + _DIRECTORY_END_SIZE:
        raise RefusedFile(found("file-broken", format="ZIP"))
    entries = int.from_bytes(tail[place + 10 : place + 12], "little")
    directory = int.from_bytes(tail[place + 12 : place + 16], "little")
    if entries > limits.archive_entries or directory > limits.archive_entries * _ENTRY_BYTES:
        raise RefusedFile(found("archive-many-entries", limit=limits.archive_entries))


def _check_entries(container: zipfile.ZipFile, limits: Limits) -> None:
    entries = container.infolist()
    if len(entries) > limits.archive_entries:
        raise RefusedFile(found("archive-many-entries", limit=limits.archive_entries))
    for entry in entries:
        if _outside(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16):
            raise RefusedFile(found("archive-unsafe-path", value=entry.filename))
        if entry.flag_bits & 0x1:
            raise RefusedFile(found("archive-encrypted"))
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise RefusedFile(found("archive-too-large", limit=limits.archive_bytes // MEBI))


def _title(entry: zipfile.ZipInfo) -> str:
    """A name without the flag for UTF-8 was read as CP437; Windows in Japan writes CP932, macOS UTF-8."""
    if entry.flag_bits & _NAME_IS_UTF_8:
        return entry.filename
    for codec in ("utf-8", "cp932"):
        try:
            return entry.filename.encode("cp437").decode(codec)
        except UnicodeError:
            continue
    return entry.filename


def _outside(name: str) -> bool:
    """Say whether a name leads out of the folder that the container would be unpacked into."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":") or "\0" in name


def _inflated(container: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Decompress by hand: `zipfile` stops at the declared size, a parser may not."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        with container.open(entry) as part:
            while chunk := part.read(MEBI):
                yield chunk
        return
    stream = container.fp
    assert stream is not None
    left = entry.compress_size
    place = _data_offset(container, entry)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while left and not inflate.eof:
        stream.seek(place)
        chunk = stream.read(min(left, MEBI))
        if not chunk:
            return
        place += len(chunk)
        left -= len(chunk)
        while chunk:
            yield inflate.decompress(chunk, MEBI)
            chunk = inflate.unconsumed_tail


def _data_offset(container: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """The local header repeats the name and has an extra field of its own length."""
    stream = container.fp
    assert stream is not None
    stream.seek(entry.header_offset + 26)
    lengths = stream.read(4)
    name, extra = int.from_bytes(lengths[:2], "little"), int.from_bytes(lengths[2:], "little")
    return entry.header_offset + 30 + name + extra
