"""What a table says, in a form that only real changes change: not order, blanks, copies of rows nor stamps of a date.

Freshness rests on it (`osakadx.quality.evidence.Change`), so that saving a file again or writing today's date over
an old one makes nothing fresh. `osakadx.quality.content` is stricter: there the order counts.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import unicodedata
from collections.abc import Iterable, Sequence

from osakadx import dates
from osakadx.quality.checks.column import Column

_STAMPS = re.compile(r"更新|作成|時点|現在|基準日|登録日|公開日|出力|抽出|timestamp|modified|updated")
_WHOLE = re.compile(r"^(-?\d+)\.0+$")
_MASK = (1 << 128) - 1
_MOST_REMEMBERED = 400_000  # beyond it a copy of a row counts as a row: some 40 MiB
_KEPT = 64  # ids of a sketch: enough to tell a tenth apart, few enough to be stored


class RowSum:
    """Grows row by row.

    Args:
        columns: of the table; those that only stamp a date on every row are left out.
        day: today (YYYY-MM-DD); a date behind it is no news.
    """

    def __init__(self, columns: Sequence[Column], day: str = "") -> None:
        self._places = [column.number - 1 for column in columns if not _is_stamp(column)]
        self._dated = [column.number - 1 for column in columns if column.role == "date" and not _is_stamp(column)]
        self._id = next((one.number - 1 for one in columns if one.role == "id" and one.number <= 3), None)
        self._day = day or "9999"
        self._seen: set[int] = set()
        self._sum = 0
        self._ids: list[int] = []
        self._met: set[int] = set()
        self.newest = ""

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows, each as long as the header."""
        for cells in rows:
            text = "\x1f".join([cells[place] for place in self._places])
            digest = _digest(_fold(text))
            if digest not in self._seen:  # the same row again says nothing more
                if len(self._seen) < _MOST_REMEMBERED:
                    self._seen.add(digest)
                self._sum = (self._sum + digest) & _MASK
            if self._id is not None and cells[self._id]:
                self._sketch(cells[self._id])
            for place in self._dated:
                self._newer(cells[place])

    def hexdigest(self) -> str:
        """Return the digest of the rows so far, in whatever order they came; empty before the first."""
        return f"{self._sum:032x}" if self._seen else ""

    def ids(self) -> tuple[str, ...]:
        """Return a sketch of the row ids: the smallest of their digests, the same ids giving the same ones."""
        return tuple(f"{-one:016x}" for one in sorted(self._ids, reverse=True))

    def _sketch(self, value: str) -> None:
        small = _digest(value.strip()) >> 64
        if small in self._met:
            return
        if len(self._ids) < _KEPT:
            heapq.heappush(self._ids, -small)
            self._met.add(small)
        elif small < -self._ids[0]:
            self._met.discard(-heapq.heapreplace(self._ids, -small))
            self._met.add(small)

    def _newer(self, cell: str) -> None:
        if not cell or (len(cell) == 10 and cell <= self.newest and cell[4] == "-"):
            return
        read = dates.date(cell)
        if read and self.newest < read <= self._day:
            self.newest = read


def kept(before: Sequence[str], now: Sequence[str]) -> float | None:
    """Return the share of ids of the version before that are still there, from two sketches; None without ids.

    Exact up to 64 ids, an estimate beyond.
    """
    if not before or not now:
        return None
    ends = [max(sketch) for sketch in (before, now) if len(sketch) == _KEPT]  # beyond its end a sketch says nothing
    seen = [one for one in before if not ends or one <= min(ends)]
    return len(set(seen) & set(now)) / len(seen) if seen else None


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    parts = [part.strip() for part in text.split("\x1f")]
    if ".0" in text:
        parts = [_WHOLE.sub(r"\1", part) for part in parts]
    return "\x1f".join(parts)


def _is_stamp(column: Column) -> bool:
    """Say whether a column only says when the row was written: by its name, or one date all over the table."""
    if column.role != "date":
        return False
    return _STAMPS.search(column.name) is not None or (column.filled > 1 and len(column.values) == 1)
