"""What changed between two readings of a record: field by field, member by member, sentence by sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

Kind = Literal["added", "removed", "changed"]
LONG = 60  # characters; a text beyond is compared in its parts

_PARTS = re.compile(r"[^。\n、,;;]*[。\n、,;;]?")
_FILE_KEYS = ("file_id", "file_download_url", "file_access_url", "file_title")


@dataclass(frozen=True)
class Change:
    """One field that changed.

    Attributes:
        concept: its key. file: title or address of the file it belongs to; empty for the data set's own.
        before, after: as the source wrote them.
        parts: of a long text or a list: (``same``, ``removed`` or ``added``, text), in order.
    """

    concept: str
    kind: Kind
    before: str = ""
    after: str = ""
    file: str = ""
    parts: tuple[tuple[str, str], ...] = ()


def compare(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """Compare two readings of a record.

    Args:
        before, after: with ``concepts`` (key → text or list of texts) and ``files`` (a list of the same), as the
            portal stores them; None where there is none.
    """
    old, new = before or {}, after or {}
    return (
        *_fields(_mapping(old.get("concepts")), _mapping(new.get("concepts")), ""),
        *_files(_mappings(old.get("files")), _mappings(new.get("files"))),
    )


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], file: str) -> Iterator[Change]:
    for concept in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(concept), new.get(concept)
        before, after = _text(was), _text(now)
        if before == after:
            continue
        if not before or not after:
            yield Change(concept, "added" if after else "removed", before, after, file)
        elif isinstance(was, list) and isinstance(now, list):
            members = _members(_texts(cast("list[Any]", was)), _texts(cast("list[Any]", now)))
            yield Change(concept, "changed", before, after, file, members)
        else:
            yield Change(concept, "changed", before, after, file, _sentences(before, after))


def _files(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Files are the same by number, then address, then title; what is left came or went."""
    left, right = list(old), list(new)
    for key in _FILE_KEYS:
        for now in list(right):
            mark = _text(now.get(key))
            same = [was for was in left if mark and _text(was.get(key)) == mark]
            if len(same) == 1:
                yield from _fields(same[0], now, _name(now))
                left.remove(same[0])
                right.remove(now)
    yield from (Change("file", "removed", before=_name(file), file=_name(file)) for file in left)
    yield from (Change("file", "added", after=_name(file), file=_name(file)) for file in right)


def _name(file: Mapping[str, Any]) -> str:
    return _text(file.get("file_title")) or _text(file.get("file_download_url")) or _text(file.get("file_access_url"))


def _members(was: Sequence[str], now: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (
        *(("same" if each in was else "added", each) for each in now),
        *(("removed", each) for each in was if each not in now),
    )


def _sentences(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """A long text in parts that stayed, went and came; nothing for a short one."""
    if max(len(before), len(after)) <= LONG:
        return ()
    old, new = _PARTS.findall(before), _PARTS.findall(after)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [("removed", "".join(old[a:b]))] if a < b else []
        found += [("added", "".join(new[c:d]))] if c < d else []
    return tuple((kind, text) for kind, text in found if text)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    found = [_mapping(each) for each in cast("list[Any]", value)] if isinstance(value, list) else []
    return [each for each in found if each]


def _texts(values: Sequence[Any]) -> list[str]:
    return [str(value) for value in values if value not in (None, "")]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_texts(cast("list[Any]", value)))
    return "" if value is None else str(value)
