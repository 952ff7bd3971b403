"""A list that comes in pages: followed whatever the server makes of the size asked for, and never round in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from osakadx.errors import FetchError, ListingError

from .listing import Notes

Item = Mapping[str, Any]

_TOO_LARGE = frozenset({"too-large", "xml-too-large", "json-too-large"})


@dataclass(frozen=True)
class Page:
    """A part of a list.

    Attributes:
        count: entries of the whole list, as the server says; None where it says none.
        more: in that case, whether it says that another page follows.
    """

    count: int | None
    items: list[Item]
    more: bool = False


@dataclass
class Pages:
    """One list, page by page, in an order where an entry that comes or goes moves the fewest others.

    Attributes:
        ask: fetches the page that begins after so many entries, with so many entries at most.
        identity: of an entry.
        notes: is told of what is missing.
        where: the list's address, for messages.
        rows: entries to ask for; fewer once a page was too large for the limits.
        count: entries of the whole list, as the last page said, or None.
    """

    ask: Callable[[int, int], Page]
    identity: Callable[[Item], str]
    notes: Notes
    where: str
    rows: int
    count: int | None = None
    moved: bool = False

    def items(self) -> Iterator[Item]:
        """Every entry once; a second look where the list moved under the first."""
        seen: set[str] = set()
        yield from self._pass(seen)
        if self._missed(seen):
            self.moved = False
            again: set[str] = set()
            yield from (item for item in self._pass(again) if self.identity(item) not in seen)
            seen = again
        if self._missed(seen):
            said = f"{self.count} 件あるはずの一覧から {len(seen)} 件しか読めませんでした。"
            self.notes.partial("count-disagrees", said, self.where)

    def _missed(self, seen: set[str]) -> bool:
        return not self.notes.broken_off and (self.moved or len(seen) < (self.count or 0))

    def _pass(self, seen: set[str]) -> Iterator[Item]:
        start = 0
        while True:
            page = self._page(start)
            self.moved = self.moved or (start > 0 and page.count != self.count)
            self.count = page.count
            fresh = [item for item in page.items if self.identity(item) not in seen]
            if page.items and not fresh:
                self.notes.partial("page-repeats", f"{start + 1} 件目からのページが前と同じ内容でした。", self.where)
                return
            self.moved = self.moved or len(fresh) < len(page.items)
            seen.update(self.identity(item) for item in fresh)
            yield from fresh
            start += len(page.items)
            if not page.items or (not page.more if page.count is None else start >= page.count):
                return

    def _page(self, start: int) -> Page:
        """A page; broken JSON is asked for twice more, and a page too large for the limits in smaller parts."""
        broken = 0
        while True:
            try:
                return self.ask(start, self.rows)
            except (FetchError, ListingError) as error:
                if error.slug in _TOO_LARGE and self.rows > 1:
                    self.rows = max(1, self.rows // 10)
                elif error.slug == "json-broken" and broken < 2:
                    broken += 1
                else:
                    raise
