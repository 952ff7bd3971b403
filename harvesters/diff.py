"""What changed between two listings of a source, by identity and by digest."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Marks = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Plan:
    """Guids, sorted.

    Attributes:
        added: listed for the first time. changed: listed with another digest. same: listed as before.
        gone: no longer listed; what that means is for `guard` to say.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def before(self) -> int:
        """How many records the source had."""
        return len(self.changed) + len(self.same) + len(self.gone)


def plan(before: Mapping[str, str], now: Mapping[str, str]) -> Plan:
    """Sort guids into added, changed, same and gone by comparing content digests (guid → digest)."""
    shared = before.keys() & now.keys()
    return Plan(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(guid for guid in shared if before[guid] != now[guid])),
        same=tuple(sorted(guid for guid in shared if before[guid] == now[guid])),
        gone=tuple(sorted(before.keys() - now.keys())),
    )


def moves(work: Plan, before: Marks, now: Marks) -> tuple[tuple[str, str], ...]:
    """Pair records that went with records that came and are the same thing under another guid.

    Args:
        work: the plan.
        before: guid → titles and URLs of what is gone. now: the same of what was added.

    Returns:
        (old guid, new guid), sorted; paired where a mark stands for exactly one record on either side.
    """
    old, new = _by_mark(before, work.gone), _by_mark(now, work.added)
    pairs: dict[str, str] = {}
    for mark in sorted(old.keys() & new.keys()):
        if old[mark] not in pairs and new[mark] not in pairs.values():
            pairs[old[mark]] = new[mark]
    return tuple(sorted(pairs.items()))


def _by_mark(marks: Marks, guids: Iterable[str]) -> dict[str, str]:
    """Mark → guid, for the marks that one record alone has."""
    own = [(guid, {_plain(mark) for mark in marks.get(guid, ())} - {""}) for guid in guids]
    held = Counter(mark for _, known in own for mark in known)
    return {mark: guid for guid, known in own for mark in known if held[mark] == 1}


def _plain(mark: str) -> str:
    """A title or URL without width, case, blanks, scheme and trailing slash."""
    folded = "".join(unicodedata.normalize("NFKC", mark).casefold().split())
    return folded.removeprefix("https://").removeprefix("http://").rstrip("/")
