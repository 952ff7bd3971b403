"""Which data set of a page is which of last time's, though a CMS renumbers files and people rename links.

The rule, from the surest to the weakest; each step pairs only what stands alone on both sides:
    1. the same heading and words;
    2. the same heading, words without their dates, and position among equals;
    3. the same words without their dates, under another heading;
    4. the same content (SHA-256 of the files), whatever it is called and wherever it lies now;
    5. the same address, if the words are at least similar: a CMS gives old numbers to new files.
What is left is new. Its guid comes from heading and words without dates, with the dates where that alone is not unique
on the page, and with its position where even that is not: a page read twice for the first time gives the same guids.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .link_words import key

SIMILAR = 0.5


@dataclass(frozen=True)
class Entry:
    """A data set on a page. urls: of its files; place: among those of the same heading and name without dates."""

    section: str
    title: str
    urls: tuple[str, ...] = ()
    place: int = 0


def places(names: Iterable[tuple[str, str]]) -> list[int]:
    """The place of each (heading, title) among those before it that are equal without their dates."""
    met: Counter[tuple[str, str]] = Counter()
    found: list[int] = []
    for section, title in names:
        bare = (key(section), key(title))
        found.append(met[bare])
        met[bare] += 1
    return found


def identify(
    now: Sequence[Entry],
    before: Mapping[str, Entry],
    contents: Callable[[Entry], Hashable | None],
    old_contents: Mapping[str, Hashable],
) -> list[str]:
    """Give every data set of a page its guid.

    Args:
        now: in the order of the page.
        before: guid → data set of last time.
        contents: digest of what the files of an entry hold, asked only where words do not decide; None: unknown.
        old_contents: guid → the same digest as of last time.
    """
    work = _Pairing(now, before)
    work.pair(lambda entry: (entry.section, entry.title))
    work.pair(lambda entry: (key(entry.section), key(entry.title), entry.place))
    work.pair(lambda entry: key(entry.title) or None)
    if work.undecided():
        work.pair(contents, lambda guid, _: old_contents.get(guid))
        work.pair(lambda entry: entry.urls, accept=lambda old, new: likeness(old.title, new.title) >= SIMILAR)
    return work.guids()


def likeness(one: str, other: str) -> float:
    """Share of letter pairs that two names have in common (Dice), from 0 to 1."""
    pairs = [Counter(name[place : place + 2] for place in range(len(name) - 1)) for name in (key(one), key(other))]
    total = sum(pairs[0].values()) + sum(pairs[1].values())
    return 2 * sum((pairs[0] & pairs[1]).values()) / total if total else float(key(one) == key(other))


class _Pairing:
    def __init__(self, now: Sequence[Entry], before: Mapping[str, Entry]) -> None:
        self._now, self._before = now, before
        self._given: dict[int, str] = {}

    def undecided(self) -> bool:
        return len(self._given) < len(self._now) and len(self._given) < len(self._before)

    def pair(
        self,
        view: Callable[[Entry], Hashable | None],
        old_view: Callable[[str, Entry], Hashable | None] | None = None,
        accept: Callable[[Entry, Entry], bool] | None = None,
    ) -> None:
        """Pair what looks the same in a view and like nothing else; None looks like nothing."""
        taken = set(self._given.values())
        old_view = old_view or (lambda _, entry: view(entry))
        new: defaultdict[Hashable, list[int]] = defaultdict(list)
        old: defaultdict[Hashable, list[str]] = defaultdict(list)
        for index, entry in enumerate(self._now):
            if index not in self._given:
                new[view(entry)].append(index)
        for guid, entry in self._before.items():
            if guid not in taken:
                old[old_view(guid, entry)].append(guid)
        for look in new.keys() & old.keys() - {None}:
            (index, *more), (guid, *others) = new[look], old[look]
            alone = not more and not others
            if alone and (accept is None or accept(self._before[guid], self._now[index])):
                self._given[index] = guid

    def guids(self) -> list[str]:
        """The guids found, and new ones for the rest."""
        bare = Counter((key(entry.section), key(entry.title)) for entry in self._now)
        full = Counter((entry.section, entry.title) for entry in self._now)
        used = set(self._before)
        met: Counter[tuple[str, str]] = Counter()
        for index, entry in enumerate(self._now):
            words, exact = (key(entry.section), key(entry.title)), (entry.section, entry.title)
            met[exact] += 1
            if index in self._given:
                continue
            seed = (*words,) if bare[words] == 1 else (*exact, *(["", str(met[exact])] if full[exact] > 1 else []))
            guid = _guid(seed)
            again = 1
            while guid in used:
                again += 1
                guid = _guid((*seed, "", "", str(again)))
            used.add(guid)
            self._given[index] = guid
        return [self._given[index] for index in range(len(self._now))]


def _guid(seed: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(seed).encode()).hexdigest()[:24]
