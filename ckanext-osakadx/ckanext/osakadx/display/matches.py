"""Why a data set was found: how the words of a search were understood, and where they stand in what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape
from osakadx.search import syntax
from osakadx.search.expand import NARROWER, SAME, variants
from osakadx.search.query import build
from osakadx.vocab.place import municipalities, wards
from osakadx.vocab.publisher import publishers

from .language import is_japanese

_SHOWN = 4


def osakadx_understood(q: str) -> dict[str, Any]:
    """Say how a query is read.

    Returns:
        also: dicts of word and others (words for the same thing that are searched for too);
        places: names of the places that the results are about; elsewhere: the query without them.
        All are empty for Solr's own syntax.
    """
    if not _is_words(q):
        return {"also": [], "places": [], "elsewhere": ""}
    query = build(q)
    also = []
    for word in query.words:
        others = [variant.term for variant in variants(word) if SAME <= variant.weight < 1][:_SHOWN]
        if others:
            also.append({"word": word, "others": "・".join(others)})
    names = _place_names()
    places = [names[code] for code in query.places if code in names]
    return {"also": also, "places": places, "elsewhere": " ".join(query.words) if places else ""}


def _is_words(q: str) -> bool:
    """Whether a query is words of a person, not syntax of the search engine."""
    return bool(q) and syntax.kind(q) not in ("everything", "fields", "operators")


def _place_names() -> dict[str, str]:
    bodies = {entry.name: entry.title_ja if is_japanese() else entry.title_en for entry in publishers()}
    places = {place.code: place.name_ja if is_japanese() else place.name_en for place in (*municipalities(), *wards())}
    return bodies | places


@lru_cache(maxsize=512)
def _pattern(q: str) -> re.Pattern[str] | None:
    """What to mark: the words of a query, and the other words for the same things or parts of them."""
    if not _is_words(q):
        return None
    terms = {word for word in q.split() if len(word) > 1}
    for word in build(q).words:
        terms |= {variant.term for variant in variants(word) if variant.weight >= NARROWER}
    longest_first = sorted((term for term in terms if len(term) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if longest_first else None


def osakadx_marked(text: str, q: str) -> Markup:
    """Return a text with the words that a query asks for marked."""
    pattern = _pattern(q or "")
    if pattern is None:
        return escape(text)
    parts = []
    end = 0
    for found in pattern.finditer(text):
        parts += [escape(text[end : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def osakadx_why(package: Mapping[str, Any], q: str, shown: str) -> str:
    """Say where a data set holds what was asked for, when nothing of what is shown of it does."""
    pattern = _pattern(q or "")
    if pattern is None or pattern.search(shown):
        return ""
    _ = tk._
    for resource in package.get("resources") or ():
        for text in (resource.get("name"), resource.get("description")):
            if text and pattern.search(text):
                return _("Found in the file “{name}”").format(name=resource.get("name") or text)
    words = [tag.get("name", "") for tag in package.get("tags") or ()]
    met = next((word for word in words if pattern.search(word)), "")
    if met:
        return _("Found by the keyword “{name}”").format(name=met)
    return _("Found in the description") if pattern.search(str(package.get("notes") or "")) else ""
