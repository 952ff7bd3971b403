"""File sizes (バイトサイズ) as publishers write them."""

from __future__ import annotations

import re

from osakadx import text

_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "キロ": 1, "メガ": 2, "ギガ": 3, "テラ": 4}
_NUMBER = r"(?P<number>\d{1,15}(?:\.\d{1,6})?|\.\d{1,6})"
_PLAIN = re.compile(rf"(?:約|およそ)? ?{_NUMBER} ?(?P<unit>[kmgt]|キロ|メガ|ギガ|テラ)?")
_WITH_UNIT = re.compile(
    rf"(?<![\d.]){_NUMBER} ?(?P<unit>[kmgt]|キロ|メガ|ギガ|テラ)?i?(?:bytes|byte|b|バイト)(?![a-z])"
)
_LARGEST = 2**63 - 1  # what the database's size column holds


def byte_size(written: str) -> int | None:
    """Return a size in bytes; None where the text is not one.

    Reads 48 KB, 1.2MB, ４８キロバイト, 1,234 バイト, 49152, and the one size with a unit in ``[CSV形式／48KB]``.
    K, M, G and T are powers of 1,024, as file managers and municipal web pages count.
    """
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", text.fold(written))
    sizes = list(_WITH_UNIT.finditer(folded))
    found = sizes[0] if len(sizes) == 1 else _PLAIN.fullmatch(folded)
    if not found:
        return None
    size = round(float(found["number"]) * 1024 ** _POWERS[found["unit"] or ""])
    return size if size <= _LARGEST else None
