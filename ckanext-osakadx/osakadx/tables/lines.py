"""The physical lines of a text, one at a time and never longer than a cap, with a way to step back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol


class Text(Protocol):
    """A text stream, as far as it is read here."""

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or its first characters."""
        ...


class Lines:
    """Iterates over lines with their ends as they stand; stops before a line that is too long.

    Args:
        text: opened without newline translation.
        cap: longest line, in characters.
        drop_nul: leave U+0000 out, which neither a database nor a spreadsheet accepts.

    Attributes:
        record: the lines given out since somebody cleared it. count: lines given out in all.
        too_long: whether the reading stopped at a line that is too long.
    """

    def __init__(self, text: Text, cap: int, *, drop_nul: bool = False) -> None:
        self._text = text
        self._cap = cap
        self._drop_nul = drop_nul
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self.count = 0
        self.too_long = False

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        self.record.append(line)
        self.count += 1
        return line

    def _read(self) -> str:
        line = "" if self.too_long else self._text.readline(self._cap)
        if len(line) >= self._cap and not line.endswith(("\n", "\r")):
            self.too_long = True
        if not line or self.too_long:
            raise StopIteration
        return line.replace("\0", "") if self._drop_nul else line

    def step_back(self, lines: Iterable[str]) -> None:
        """Give these lines, the last ones given out, once more."""
        again = list(lines)
        self.count -= len(again)
        self._again.extendleft(reversed(again))

    @property
    def end(self) -> str:
        """The line end of the last line given out; empty at the end of a file without one."""
        last = self.record[-1] if self.record else ""
        return last[len(last.rstrip("\r\n")) :]
