"""A list that comes in pages: followed whatever the server makes of the size asked for, and never round in a circle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
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
        items: its entries, each at its place; what is no entry at all is an empty one.
        more: without a count, whether the server says that another page follows.
    """

    count: int | None
    items: list[Item]
    more: bool = False


@dataclass
class _Look:
    """What one reading of all pages met.

    Attributes:
        keys: of the entries, place by place. seen: how often each of them was given.
        starts: places at which a page after the first began.
        repeats: entries met before. crossed: some of them on an earlier page.
        first: entries of the first page.
        count: as the last page said. steady: as every page said.
        meets: whether each page began with the entry that ended the one before.
    """

    keys: list[str] = field(default_factory=list[str])
    seen: Counter[str] = field(default_factory=Counter[str])
    starts: set[int] = field(default_factory=set[int])
    repeats: list[tuple[str, Item]] = field(default_factory=list[tuple[str, Item]])
    crossed: bool = False
    first: int = 0
    count: int | None = None
    steady: bool = True
    meets: bool = True

    @property
    def proves(self) -> bool:
        """Whether nothing can have slipped through between two pages."""
        return self.steady and self.meets and not self.crossed and len(self.keys) >= (self.count or 0)

    def take(self, entries: list[tuple[str, Item]]) -> list[Item]:
        """Write down what a page adds, and give those of its entries that no page before had."""
        fresh = [(key, item) for key, item in entries if key not in self.seen]
        self.crossed = self.crossed or len(fresh) < len(entries)
        for key, item in entries:
            if key in self.seen:
                self.repeats.append((key, item))
            self.seen.setdefault(key, 0)
            self.keys.append(key)
        self.seen.update(key for key, _ in fresh)
        return [item for _, item in fresh]

    def agrees(self, before: _Look) -> bool:
        """Whether it and the look before, of which neither proves it alone, prove together that all was read.

        The same entries at the same places, however the pages were cut, are really there twice; and a list in no
        order is read whole when as many different ones were met as there are, with all those of the look before.
        """
        if not self.steady:
            return False
        same = self.keys == before.keys and len(self.keys) >= (self.count or 0)
        whole = self.count is not None and len(self.seen) >= self.count and before.seen.keys() <= self.seen.keys()
        return (same and self.starts.isdisjoint(before.starts)) or whole


@dataclass
class Pages:
    """One list, page by page, in an order where an entry that comes or goes moves the fewest others.

    Each page begins with the entry that ended the one before: another one there tells that entries came and went in
    between, even where their number stayed. Pages of a single entry cannot overlap and lack that proof.

    Attributes:
        ask: fetches the page that begins after so many entries, with so many entries at most.
        identity: of an entry; empty for one without.
        notes: is told how many entries the list claims, in addition to those claimed before, and of what is missing.
        where: the list's address, for messages.
        rows: entries to ask for; fewer once a page was too large for the limits.
        spare: entries to ask for beyond them where a page begins with the last one of the page before: 1 where the
            server may be asked for more, so that the overlap costs no request.
    """

    ask: Callable[[int, int], Page]
    identity: Callable[[Item], str]
    notes: Notes
    where: str
    rows: int
    spare: int = 0

    def items(self) -> Iterator[Item]:
        """Every entry once, and what the list really has twice as often; a second look where the first proves little.

        The second one cuts the pages at other places.
        """
        claimed = self.notes.claimed or 0
        look = _Look()
        yield from self._pass(look, self.rows, claimed)
        if look.proves or self.notes.broken_off:
            return
        again = _Look()
        for item in self._pass(again, max(1, min(self.rows, look.first) // 2), claimed):
            if self._key(item) not in look.seen:
                yield item
        if self.notes.broken_off:
            return
        if again.proves or again.agrees(look):
            # In a list without order, what came twice may be the overlap of two pages.
            yield from _left(look, again) if again.proves or again.keys == look.keys else ()
        else:
            self._tell(again)

    def _tell(self, look: _Look) -> None:
        found = len(look.seen)
        said = f"{look.count} 件あるはずの一覧から {found} 件しか読めませんでした。"
        if look.count is None or found >= look.count:
            said = "一覧を読むあいだに件数か並びが変わり続け、すべてを読めたか確かめられませんでした。"
        self.notes.partial("count-disagrees", said, self.where)

    def _key(self, item: Item) -> str:
        """What an entry is known by; one without identity by all that it says."""
        return self.identity(item) or f"\0{json.dumps(item, sort_keys=True, default=str)}"

    def _pass(self, look: _Look, first: int, claimed: int) -> Iterator[Item]:
        start, last = 0, ""
        while True:
            page = self._page(start, first if start == 0 else self.rows, self.spare if last else 0)
            keys = [self._key(item) for item in page.items]
            overlaps = keys[:1] == [last]
            look.steady = look.steady and (start == 0 or page.count == look.count)
            look.meets = look.meets and (last == "" or overlaps)
            look.count, look.first = page.count, look.first or len(keys)
            if page.count is not None:
                self.notes.claimed = claimed + page.count
            if keys and not overlaps and all(key in look.seen for key in keys):
                self.notes.partial("page-repeats", f"{start + 1} 件目からのページが前と同じ内容でした。", self.where)
                return
            yield from look.take(list(zip(keys, page.items, strict=True))[overlaps:])
            end = start + len(keys)
            if not keys or (not page.more if page.count is None else end >= page.count):
                return
            # A page of one entry that began with the last one would never get on.
            start, last = (end - 1, keys[-1]) if len(keys) > 1 else (end, "")
            look.starts.add(start)

    def _page(self, start: int, rows: int, spare: int) -> Page:
        """A page; broken JSON is asked for twice more, and a page too large for the limits in smaller parts."""
        broken = 0
        while True:
            rows = min(rows, self.rows)
            try:
                return self.ask(start, rows + spare)
            except (FetchError, ListingError) as error:
                if error.slug in _TOO_LARGE and rows > 1:
                    self.rows = max(1, rows // 10)
                    self.spare = spare = 0
                elif error.slug == "json-broken" and broken < 2:
                    broken += 1
                else:
                    raise


def _left(look: _Look, again: _Look) -> Iterator[Item]:
    """What the list has several times, as often as neither look gave it."""
    held = Counter(again.keys)
    given = Counter({key: look.seen[key] or number for key, number in again.seen.items()})
    for key, item in again.repeats:
        if given[key] < held[key]:
            given[key] += 1
            yield item
