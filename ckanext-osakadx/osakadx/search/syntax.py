"""Tells what kind of query a text is, and refuses what no search engine should be asked."""

from __future__ import annotations

import re
from typing import Literal

from osakadx.errors import OsakadxError

Kind = Literal["everything", "words", "operators", "fields"]
MAX_SYNTAX = 1_000
MAX_WILDCARDS = 4
_FIELD = re.compile(r"(?:^|[\s(+\-!])[A-Za-z_*][\w.*-]*:(?!//)\S")
_OPERATOR = re.compile(r'(?:^|\s)(?:AND|OR|NOT)\s|(?:^|\s)[+\-][^\s+\-]|"[^"]+"')
_WILDCARD = re.compile(r"(?<!\\)[*?]")
_SURROGATE = re.compile("[\ud800-\udfff\x00]")
_ESCAPE = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')


class RefusedQuery(OsakadxError):
    """A query in the engine's own syntax that would cost more than a search may."""

    slug = "query-refused"


def sound(text: str) -> str:
    """Return a text without what cannot be sent as UTF-8 or stored: lone surrogates and NUL."""
    return _SURROGATE.sub("", text)


def kind(text: str) -> Kind:
    """Tell a query in words from one that uses operators or names of fields, as users of the API write.

    ``避難所 AED`` words; ``"避難所" -AED``, ``a OR b`` operators; ``name:foo``, ``organization:271004 AED`` fields. An
    address (https://…), a time (12:30) and a full-width colon are words.
    """
    stripped = text.strip()
    if stripped in ("", "*", "*:*", '""', "''"):
        return "everything"
    if _FIELD.search(stripped) or stripped.startswith("{!"):
        return "fields"
    return "operators" if _OPERATOR.search(stripped) else "words"


def check(text: str) -> None:
    """Refuse a query in the engine's syntax that is too long or full of wildcards.

    Raises:
        RefusedQuery: with what was found and how to mend it.
    """
    if len(text) > MAX_SYNTAX:
        raise RefusedQuery(f"検索式が長すぎます({len(text):,}文字)。", fix=f"{MAX_SYNTAX:,}文字までで書いてください。")
    found = len(_WILDCARD.findall(text.replace("*:*", "")))
    if found > MAX_WILDCARDS:
        raise RefusedQuery(f"検索式に * と ? が{found:,}個あります。", fix=f"{MAX_WILDCARDS}個までにしてください。")


def escaped(text: str) -> str:
    """Return words whose every character means itself: no operator, wildcard or local parameter."""
    return " ".join(_ESCAPE.sub(r"\\\1", word.lower()) for word in text.split())


def quoted(text: str) -> str:
    """Return a text as one phrase."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
