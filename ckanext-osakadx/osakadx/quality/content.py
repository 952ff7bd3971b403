"""A digest of what a table says, however it is written: the same rows in CSV and in Excel have the same one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WHOLE = re.compile(r"(-?\d+)\.0+")


class Digest:
    """Grows row by row; a table passes through once, while it is loaded.

    Args:
        header: names of the columns.
    """

    def __init__(self, header: Sequence[str]) -> None:
        self._sha = hashlib.sha256()
        self.add(header)

    def add(self, cells: Sequence[str]) -> None:
        """Add a row; blank cells at its end do not count, nor does a blank row."""
        folded = [_fold(cell) for cell in cells]
        while folded and not folded[-1]:
            folded.pop()
        if folded:
            self._sha.update("\x1f".join(folded).encode("utf-8", "surrogatepass") + b"\x1e")

    def passing(self, rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Yield the rows unchanged and add them on the way."""
        for row in rows:
            self.add(row)
            yield row

    def hexdigest(self) -> str:
        """Return the digest so far (lower-case hex)."""
        return self._sha.hexdigest()


@lru_cache(maxsize=8192)
def _fold(cell: str) -> str:
    """A cell without what only the way of writing adds: width, blanks around it, ``.0`` behind a whole number."""
    plain = cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()
    if plain.endswith("0") and (whole := _WHOLE.fullmatch(plain)):
        return whole[1]
    return plain
