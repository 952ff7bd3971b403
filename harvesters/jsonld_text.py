"""JSON-LD made safe to hand to a parser: every @context that is an address is replaced by our own copy, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast
from urllib.parse import urldefrag

from osakadx import data
from osakadx.errors import ListingError

FILE = "jsonld_contexts.yaml"
CONTEXTS = 20_000  # in one document; each is worked through with all the terms around it
TERMS = 2_000  # in one context


def localised(value: Any, where: str, odd: Counter[str]) -> Any:
    """Return a document that names no context by its address any more.

    Args:
        value: as `json_text.read` gives it; it is changed in place.
        where: its address, for messages.
        odd: counts what was mended: ``iri``, IRIs with blanks, which the parser would leave out with all they name.

    Raises:
        ListingError: a context we have no copy of (``jsonld-context-remote``), too many or too large ones
            (``jsonld-context-too-large``).
    """
    keys, contexts = {"@id"}, 0
    for holder in _objects(value):
        if "@context" in holder:
            holder["@context"] = _context(holder["@context"], where, keys)
            contexts += 1
        if contexts > CONTEXTS:
            raise _too_large(where)
        for key in keys & holder.keys():
            holder[key] = _without_blanks(holder[key], odd)
    return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document, each before what it holds, without recursion."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            held = cast("dict[str, Any]", item)
            yield held
            waiting.extend(held.values())
        elif isinstance(item, list):
            waiting.extend(cast("list[Any]", item))


def _context(written: Any, where: str, keys: set[str]) -> Any:
    """A context without addresses; `keys` learns the terms whose values are IRIs."""
    if isinstance(written, list):
        return [_context(item, where, keys) for item in cast("list[Any]", written)]
    if isinstance(written, str):
        written = _copy(written, where)
    if not isinstance(written, dict):
        return written
    terms = cast("dict[str, Any]", written)
    imported = _copy(str(terms["@import"]), where) if "@import" in terms else {}
    found = {**imported, **{term: meaning for term, meaning in terms.items() if term != "@import"}}
    if len(found) > TERMS:
        raise _too_large(where)
    keys.update(term for term, meaning in found.items() if _is_link(meaning))
    return found


def _is_link(meaning: Any) -> bool:
    typed: Any = cast("dict[str, Any]", meaning).get("@type") if isinstance(meaning, dict) else None
    return meaning == "@id" or typed == "@id"


def _without_blanks(written: Any, odd: Counter[str]) -> Any:
    if isinstance(written, list):
        return [_without_blanks(item, odd) for item in cast("list[Any]", written)]
    if not isinstance(written, str) or " " not in written.strip():
        return written
    odd["iri"] += 1
    return written.strip().replace(" ", "%20")


def _copy(address: str, where: str) -> dict[str, Any]:
    plain = urldefrag(address.strip()).url.rstrip("/")
    found = _copies().get(plain.replace("http://", "https://", 1))
    if found is None:
        raise ListingError(
            f"@context「{address[:200]}」の写しがありません。外部の@contextは、安全のため取得しません。",
            where=where,
            fix=f"@contextを文書の中に書くか、写しを schemas/{FILE} に加えてください。",
            slug="jsonld-context-remote",
        )
    return dict(found)


@cache
def _copies() -> Mapping[str, Mapping[str, Any]]:
    """Address → terms."""
    written = cast("dict[str, Any]", data.document(FILE))
    contexts, addresses = written["contexts"], cast("dict[str, str]", written["addresses"])
    return {address: cast("dict[str, Any]", contexts[name]) for address, name in addresses.items()}


def _too_large(where: str) -> ListingError:
    return ListingError(
        "JSON-LDの@contextが多すぎるか、大きすぎます。",
        where=where,
        fix="使わない@contextを除くか、カタログをTurtleかRDF/XMLで公開するよう、公開元に伝えてください。",
        slug="jsonld-context-too-large",
    )
