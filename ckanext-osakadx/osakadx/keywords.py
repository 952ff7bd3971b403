"""Keywords (キーワード): splitting what publishers write, and the form in which CKAN takes them as tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from osakadx import text

SHORTEST, LONGEST = 2, 100  # characters of a CKAN tag
_DIVIDERS = frozenset(";；,，、､\n\t|｜")
_OPEN, _CLOSE = frozenset("（(「『【[［〔"), frozenset("）)」』】]］〕")
_REFUSED = re.compile(r"[^\w .-]+")


def split(written: str) -> list[str]:
    """Return the keywords of a text in their order, cleaned, each once.

    Divided by ; , 、 | and line ends, but not inside brackets (保育施設（保育所、幼稚園） is one keyword); by
    full-width spaces and hash signs where nothing else divides.
    """
    parts = list(_divided(text.clean_lines(written.replace("\u3000", "\n") if _only_spaces(written) else written)))
    words = (text.clean(part).lstrip("#＃").strip() for part in parts)
    return list(dict.fromkeys(word for word in words if word))


def _only_spaces(written: str) -> bool:
    return not _DIVIDERS & set(written.strip()) and not (_OPEN & set(written))


def _divided(written: str) -> Iterator[str]:
    depth, start = 0, 0
    unbalanced = sum(char in _OPEN for char in written) != sum(char in _CLOSE for char in written)
    for place, char in enumerate(written):
        depth += 0 if unbalanced else (char in _OPEN) - (char in _CLOSE)
        hashtag = char in "#＃" and place > 0 and written[place - 1].isspace()
        if (char in _DIVIDERS and depth <= 0) or hashtag:
            yield written[start:place]
            start = place + 1
    yield written[start:]


def tag(keyword: str) -> str:
    """Return a keyword as a CKAN tag: what CKAN refuses (・（）/ and the like) becomes ``_``; empty where nothing is
    left.

    地域・年齢別人口 becomes 地域_年齢別人口, as e-Gov データポータル writes it. A single letter is lengthened by ``_``,
    as CKAN itself does when it takes tags over from elsewhere; what is longer than LONGEST is cut.
    """
    plain = _REFUSED.sub("_", text.clean(keyword))
    plain = re.sub(r" ?_[_ ]*", "_", plain).strip("_ .-")[:LONGEST].strip("_ ")
    return plain.ljust(SHORTEST, "_") if plain else ""


def tags(keywords: Iterable[str]) -> list[str]:
    """Return keywords as CKAN tags, in their order, each once, without those that have no letter or digit."""
    return list(dict.fromkeys(name for keyword in keywords if (name := tag(keyword))))
