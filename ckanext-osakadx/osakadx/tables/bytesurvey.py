"""What can be learned from the bytes of a text while they pass by: line ends and signs of trouble."""

from __future__ import annotations

import re

# Bytes that mean the same in every encoding that holds ASCII; no trail byte of CP932 or EUC-JP is among them.
_MARKS: dict[str, tuple[bytes, ...]] = {
    "nul": (b"\0",),
    "formula": (b",=", b"\n=", b'"=', b"\t="),
    "escape": (b"\x1b",),
}
_LONGEST_MARK = 3
# A byte that is in every sign, wherever the chunk ends; looking for one byte is many times faster than for two.
_NEEDED = {"nul": b"\0", "formula": b"=", "escape": b"\x1b"}
_LONE_CR = re.compile(rb"\r[^\n]")


class ByteSurvey:
    """Sees a file chunk by chunk.

    Attributes:
        marks: ``nul`` (U+0000), ``formula`` (a field may begin
            with ``=``), ``escape`` (ISO-2022-JP is possible).
    """

    def __init__(self) -> None:
        self.marks: frozenset[str] = frozenset()
        self._ends: set[str] = set()
        self._tail = b""

    def see(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        if not chunk:
            return
        crossing = self._tail + chunk[:_LONGEST_MARK]
        for mark, signs in _MARKS.items():
            if mark in self.marks or _NEEDED[mark] not in chunk:
                continue
            if any(sign in chunk or sign in crossing for sign in signs):
                self.marks |= {mark}
        self._see_ends(chunk)
        self._tail = chunk[-_LONGEST_MARK:]

    def _see_ends(self, chunk: bytes) -> None:
        """Look for the kinds of line ends that were not met yet."""
        across = self._tail.endswith(b"\r")
        both = across and chunk.startswith(b"\n")
        if across and not both:
            self._ends.add("CR")
        if "CRLF" not in self._ends and (both or b"\r\n" in chunk):
            self._ends.add("CRLF")
        # At the very end it may be half of both. The one byte is looked for first: that is many times faster.
        lone = b"\r" in chunk and _LONE_CR.search(chunk) is not None
        if lone:
            self._ends.add("CR")
        if "LF" not in self._ends and (feeds := chunk.count(b"\n") - both):
            returns = chunk.count(b"\r\n") if lone else chunk.count(b"\r") - chunk.endswith(b"\r")
            if feeds > returns:
                self._ends.add("LF")

    @property
    def newline(self) -> str | None:
        """``CRLF``, ``LF``, ``CR``, several joined by ``+``; None where there is no line end."""
        ends = self._ends | {"CR"} if self._tail.endswith(b"\r") else self._ends
        return "+".join(kind for kind in ("CRLF", "LF", "CR") if kind in ends) or None
