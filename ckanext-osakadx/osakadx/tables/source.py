"""A file to be read: a path, or bytes already in hand, opened as often as needed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 16  # stays in the processor's cache while it is looked at


@dataclass(frozen=True)
class Source:
    """The bytes of one file and the name its owner gave it.

    Args:
        name: as its owner calls it. held: the bytes, or where they lie.
        taken: their digest (sha256, lower-case hex), where it is known; else it comes here when it is.
    """

    name: str
    held: bytes | Path = field(repr=False)
    taken: list[str] = field(default_factory=list[str], repr=False, compare=False)

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.held) if isinstance(self.held, bytes) else self.held.stat().st_size

    def open(self) -> BinaryIO:
        """Return a fresh binary stream at the first byte.

        Raises:
            OSError: the path cannot be opened.
        """
        return io.BytesIO(self.held) if isinstance(self.held, bytes) else self.held.open("rb")

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes from an offset on, many at a time.

        The first pass that sees all of them takes the digest along: a large file is not read for it alone.
        """
        digest = None if self.taken else hashlib.sha256(self.head(start))
        with self.open() as stream:
            stream.seek(start)
            while chunk := stream.read(CHUNK):
                if digest:
                    digest.update(chunk)
                yield chunk
        if digest:
            self.taken.append(digest.hexdigest())

    def head(self, size: int = 8192) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read(self) -> bytes:
        """Return all bytes; for formats that cannot be streamed, after their size was checked."""
        return self.held if isinstance(self.held, bytes) else self.held.read_bytes()

    def sha256(self) -> str:
        """Return the digest of the bytes (lower-case hex)."""
        for _ in self.chunks() if not self.taken else ():
            pass
        return self.taken[0]
