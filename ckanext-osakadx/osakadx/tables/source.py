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
    """The bytes of one file and the name its owner gave it."""

    name: str
    held: bytes | Path = field(repr=False)

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
        """Yield the bytes from an offset on, many at a time."""
        with self.open() as stream:
            stream.seek(start)
            while chunk := stream.read(CHUNK):
                yield chunk

    def head(self, size: int = 8192) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read(self) -> bytes:
        """Return all bytes; for formats that cannot be streamed, after their size was checked."""
        return self.held if isinstance(self.held, bytes) else self.held.read_bytes()

    def sha256(self) -> str:
        """Return the digest of the bytes (lower-case hex)."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()
