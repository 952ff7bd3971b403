"""What can be learned from the bytes of a text while they pass by: line ends and signs of trouble."""

from __future__ import annotations

# Bytes that mean the same in every encoding that holds ASCII; no trail byte of CP932 or EUC-JP is among them.
_MARKS: dict[str, tuple[bytes, ...]] = {
    "nul": (b"\0",),
    "formula": (b",=", b"\n=", b'"=', b"\t="),
    "escape": (b"\x1b",),
}
_LONGEST_MARK = 3
# A byte that is in every sign, wherever the chunk ends; looking for one byte is many times faster than for two.
_NEEDED = {"nul": b"\0", "formula": b"=", "escape": b"\x1b"}


class ByteSurvey:
    """Sees a file chunk by chunk.

    Attributes:
        marks: ``nul`` (U+0000), ``formula`` (a field may begin
            with ``=``), ``escape`` (ISO-2022-JP is possible).
    """

    def __init__(self) -> None:
        self.marks: frozenset[str] = frozenset()
        self._crlf = self._lf = self._cr = 0
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
        cr = chunk.count(b"\r")
        self._crlf += (chunk.count(b"\r\n") if cr else 0) + (self._tail.endswith(b"\r") and chunk.startswith(b"\n"))
        self._lf += chunk.count(b"\n")
        self._cr += cr
        self._tail = chunk[-_LONGEST_MARK:]

    @property
    def newline(self) -> str | None:
        """``CRLF``, ``LF``, ``CR``, several joined by ``+``; None where there is no line end."""
        counts = {"CRLF": self._crlf, "LF": self._lf - self._crlf, "CR": self._cr - self._crlf}
        return "+".join(kind for kind, count in counts.items() if count) or None
