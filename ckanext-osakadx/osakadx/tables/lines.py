"""The physical lines of a text, never longer than a cap, with a way to step back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol


class Text(Protocol):
    """A text stream, as far as it is read here."""

    def read(self, size: int = -1, /) -> str:
        """Return the next characters, so many at most."""
        ...

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or its first characters."""
        ...


class Lines:
    """Gives out lines with their ends as they stand; stops before a line that is too long.

    Args:
        text: opened without newline translation.
        cap: longest line, in characters.
        drop_nul: leave U+0000 out, which neither a database nor a spreadsheet accepts.

    Attributes:
        record: the lines given out since somebody cleared it.
        too_long: whether the reading stopped at a line that is too long.
    """

    def __init__(self, text: Text, cap: int, *, drop_nul: bool = False) -> None:
        self._text = text
        self._cap = cap
        self._drop_nul = drop_nul
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self.too_long = False

    def __iter__(self) -> Iterator[str]:
        # One generator and no method calls but `readline`: this runs once for every line of a file.
        again, record, readline, cap = self._again, self.record, self._text.readline, self._cap
        while True:
            line = again.popleft() if again else readline(cap)
            if not line:
                return
            if len(line) >= cap and not line.endswith(("\n", "\r")):
                self.too_long = True
                return
            if self._drop_nul:
                line = line.replace("\0", "")
            record.append(line)
            yield line

    def step_back(self, lines: Iterable[str]) -> None:
        """Give these lines, the last ones given out, once more."""
        self._again.extendleft(reversed(list(lines)))
