"""Names of data sets on the portal: from codes and keys, never from a Japanese title through CKAN's munging.

CKAN makes ``__`` of every all-Japanese title and ``aed`` of every title that holds AED; a name of ours is legal for
CKAN (a-z, 0-9, ``-``, ``_``; at most 100), says whose and what it is, and depends on its arguments alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping
from functools import cache
from itertools import chain

import jaconv

from osakadx import data, dates, text

_LENGTH = 100
_WORDS_LENGTH = 48
_HASH_LENGTH = 6
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letters that look alike
# Keys that say nothing to a reader: UUIDs, digests, addresses, anything long.
_OPAQUE = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{16,}|.*[/:?#@].*|.{61,}", re.DOTALL)
_LEGAL = re.compile("[a-z0-9]+(?:[_-][a-z0-9]+)*")
_LETTERS = re.compile("[a-z]{3}")
_NOISE = re.compile(r"[mtshr]\d{1,2}|pdf|csv|xlsx?|kb|mb|no")


def dataset_name(
    publisher_code: str, identifier: str, title: str, standard_slug: str = "", taken: Container[str] = ()
) -> str:
    """Return the name of a data set.

    Args:
        publisher_code: six-digit code of the body (全国地方公共団体コード), or the name of its organisation here.
        identifier: key of the data set at its source, unique there; it may be empty, a number, a UUID or an address.
        title: title as published; it gives the readable part where neither key nor standard does.
        standard_slug: slug of the standard data set (``public_toilet``) where it is one.
        taken: names that other data sets have already.

    Returns:
        The source's key as it is where it reads well (``270008_barrier_free_toilet``, ``271004-shelters``); else code,
        standard or words of the title, and a short key (``272272-public-toilet-13``) or a short hash of the key
        (``271004-shelters-2024-5m0w8d``). It does not depend on other data sets or on their order, except that a
        taken name is left by adding the hash, longer if need be.
    """
    code = publisher_code[:6] if re.match("[0-9]{6}", publisher_code) else _slug(publisher_code)[:40] or "other"
    key = "" if _OPAQUE.fullmatch(identifier.strip().lower()) else identifier.strip()
    bare = key.removeprefix(f"{code}_").removeprefix(f"{code}-")
    identity = f"{publisher_code}\n{identifier.strip() or title}"
    if _LEGAL.fullmatch(bare) and _LETTERS.search(bare):
        name, base = (key if key != bare else f"{code}-{bare}"), _join(code, _slug(bare))
    else:
        base = _join(code, _readable(standard_slug, bare, title))
        name = _join(base, bare if _LEGAL.fullmatch(bare) else _hash(identity, _HASH_LENGTH))
    longer = (_join(base, _hash(identity, length)) for length in range(_HASH_LENGTH, 33, 2))
    return next((free for free in chain((name,), longer) if free not in taken), _join(base, _hash(identity, 40)))


def _join(base: str, distinct: str) -> str:
    """Join two parts; what is too long is cut from the first, never from what makes the name distinct."""
    return f"{base[: _LENGTH - len(distinct) - 1].rstrip('-')}-{distinct}"


def _slug(written: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.fold(written)).strip("-")


def _readable(standard_slug: str, key: str, title: str) -> str:
    from_key = _slug(key) if _LETTERS.search(_slug(key)) else ""
    return _slug(standard_slug) or from_key or _words(title) or "dataset"


def _hash(identity: str, length: int) -> str:
    number = int.from_bytes(hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest(), "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 5 * length, 5))


@cache
def _dictionary() -> Mapping[str, str]:
    rows = data.rows("vocabularies/name_words.csv", ("word", "slug"))
    return {text.fold(row["word"]): row["slug"] for row in rows}


@cache
def _piece() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_dictionary(), key=len, reverse=True)))
    return re.compile(f"(?P<word>{words})|(?P<ascii>[a-z][a-z0-9]+(?:-[a-z0-9]+)*)|(?P<kana>[ァ-ヺー]{{2,}})")


def _words(title: str) -> str:
    """Readable pieces of a title, in its order: known words in English, ASCII words, katakana in Hepburn, the years."""
    years = [str(year) for year in dates.years_in(title)[:2]]
    pieces: list[str] = []
    for found in _piece().finditer(text.fold(title)):
        word, ascii_word, kana = found.group("word", "ascii", "kana")
        piece = _dictionary()[word] if word else _romaji(kana) if kana else ascii_word
        if _NOISE.fullmatch(piece) or piece in pieces:
            continue
        if len("-".join([*pieces, piece])) <= _WORDS_LENGTH:
            pieces.append(piece)
    return "-".join(piece for piece in [*pieces, *years] if piece)


def _romaji(kana: str) -> str:
    return re.sub("[^a-z]", "", jaconv.kana2alphabet(text.hiragana(kana)))
