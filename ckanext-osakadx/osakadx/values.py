"""Reads the values of a record, one concept at a time, and notes what it could not read.

A publisher's value is a text, sometimes a number, a list or nothing at all; every reader here takes all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from selectolax.lexbor import LexborHTMLParser

from osakadx import links, text, vocab

Notices = list[tuple[str, str]]
Found = TypeVar("Found")

LONGEST_TEXT = 100_000  # characters; a description beyond that is a file in the wrong place
_SHOWN = 60  # characters of a value that a notice repeats
_NESTED = 4
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|i|img|li|ol|p|span|strong|table|td|tr|u|ul|script|style)\b[^<>]*>", re.I
)


class Values:
    """The concepts of a data set or of one file, with a list that takes notices: (slug, Japanese sentence)."""

    def __init__(self, concepts: Mapping[str, Any], notices: Notices, base: str = "", stored: str = "") -> None:
        self._concepts = concepts
        self.notices = notices
        self.base = base
        self.stored = stored

    def note(self, slug: str, sentence: str) -> None:
        """Keep a notice."""
        self.notices.append((slug, sentence))

    def unread(self, concept: str, written: str, what: str, fix: str) -> None:
        """Note that a value could not be read: what it should be, and how to write it."""
        slug = concept.replace("_", "-") + "-unread"
        self.note(slug, f"{label(concept)}「{shown(written)}」を{what}として読めません。{fix}")

    def raw(self, concept: str) -> list[str]:
        """Return the values of a concept as texts, without empty ones."""
        return [written for written in _texts(self._concepts.get(concept)) if written.strip()]

    def line(self, concept: str) -> str:
        """Return a value as one line."""
        return text.clean(" ".join(self.raw(concept)))

    def lines(self, concept: str) -> str:
        """Return a value with its line breaks, freed from HTML, cut at LONGEST_TEXT."""
        plain = text.clean_lines(plain_text("\n".join(self.raw(concept))))
        if len(plain) > LONGEST_TEXT:
            self.note(f"{concept}-cut", f"{label(concept)}が長すぎるので、はじめの{LONGEST_TEXT:,}字だけを載せました。")
        return plain[:LONGEST_TEXT].rstrip()

    def date(self, concept: str) -> str:
        """Return a date as exactly as it is written (``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY``), or empty."""
        return (
            self.one(concept, text.partial_date, "日付", "2026-04-01 か 令和8年4月1日 のように書いてください。") or ""
        )

    def one(self, concept: str, read: Callable[[str], Found | None], what: str, fix: str) -> Found | None:
        """Return what ``read`` finds in a value; where it finds nothing, note it."""
        written = self.line(concept)
        found = read(written) if written else None
        if written and found is None:
            self.unread(concept, written, what, fix)
        return found

    def many(
        self, concept: str, read: Callable[[str], Iterable[str]], what: str, fix: str
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what ``read`` finds in the values of a list, each once, and the values in which it finds nothing."""
        found: dict[str, None] = {}
        unread: list[str] = []
        for written in self.raw(concept):
            keys = list(read(written))
            found.update(dict.fromkeys(keys))
            if not keys:
                self.unread(concept, written, what, fix)
                unread.append(text.clean(written))
        return tuple(found), tuple(unread)

    def link(self, concept: str, written: str) -> str:
        """Return an address in the spelling that is published, or empty with a notice that says why."""
        if self.stored and concept == "file_download_url" and written.startswith(self.stored):
            return written
        try:
            return links.absolute(written, self.base)
        except links.LinkError as error:
            self.note(error.slug, f"{label(concept)}: {error}")
            return ""

    def links(self, concept: str) -> tuple[str, ...]:
        """Return the addresses of a concept, each once; those that cannot be published are noted."""
        written = [part for value in self.raw(concept) for part in links.split(value)]
        return tuple(dict.fromkeys(link for part in written if (link := self.link(concept, part))))


def label(concept: str) -> str:
    """Return the Japanese name of a concept as the list of the municipality has it."""
    known = vocab.concepts().get(concept)
    return known.label_ja if known else concept


def shown(written: str) -> str:
    """Return a value short enough to stand in a sentence."""
    line = text.clean(written)
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def plain_text(written: str) -> str:
    """Return a text without HTML: paragraphs and line breaks become line ends, scripts and styles go.

    HTML that is written out within HTML (``<b>&lt;br&gt;</b>``) goes too, so that a second reading changes nothing.
    """
    for _ in range(_NESTED):
        if not _TAG.search(written):
            break
        written = _without_tags(written)
    return written


def _without_tags(written: str) -> str:
    broken = re.sub(
        r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", lambda found: found.group() + "\n", written, flags=re.I
    )
    tree = LexborHTMLParser(broken.encode("utf-8", "replace").decode("utf-8"))
    tree.strip_tags(["script", "style", "noscript", "template"])
    return re.sub(r"\n{3,}", "\n\n", tree.body.text()) if tree.body else ""


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple | set | frozenset):
        return [written for part in cast("Iterable[Any]", value) for written in _texts(part)]
    return [str(value)]
