"""Records that seem to go and to come, and are the same thing under another identity."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

Marks = Mapping[str, Iterable[str]]


def moves(gone: Marks, added: Marks) -> tuple[tuple[str, str], ...]:
    """Pair records that went with records that came and are the same thing under another guid.

    Args:
        gone: guid → titles and URLs of what is no longer listed. added: the same of what is listed for the first time.

    Returns:
        (old guid, new guid), sorted; paired where a mark stands for exactly one record on either side.
    """
    old, new = _by_mark(gone), _by_mark(added)
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for mark in sorted(old.keys() & new.keys()):
        if old[mark] not in pairs and new[mark] not in taken:
            pairs[old[mark]] = new[mark]
            taken.add(new[mark])
    return tuple(sorted(pairs.items()))


def _by_mark(marks: Marks) -> dict[str, str]:
    """Mark → guid, for the marks that one record alone has."""
    own = [(guid, {_plain(mark) for mark in own} - {""}) for guid, own in marks.items()]
    held = Counter(mark for _, known in own for mark in known)
    return {mark: guid for guid, known in own for mark in known if held[mark] == 1}


def _plain(mark: str) -> str:
    """A title or URL without width, case, blanks, scheme and trailing slash."""
    folded = "".join(unicodedata.normalize("NFKC", mark).casefold().split())
    return folded.removeprefix("https://").removeprefix("http://").rstrip("/")
