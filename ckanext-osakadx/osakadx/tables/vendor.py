"""Vendor characters (機種依存文字: ① ㈱ 髙 …) in EUC-JP and ISO-2022-JP, which the standard codecs refuse.

Windows writes NEC row 13 and the NEC and IBM extensions into both encodings (eucJP-ms, CP50221). They are the same rows
and cells as in CP932, so an error handler resolves exactly these through CP932 and lets every other error stand.
"""

from __future__ import annotations

import codecs

STRICT = "osakadx.vendor"
STRICT_BUT_CUT = "osakadx.vendor.cut"


def resolve(error: UnicodeError) -> tuple[str, int]:
    """Decode one vendor character where a Japanese codec stopped; an error handler for `codecs`.

    Raises:
        UnicodeError: the error itself, where the two bytes are no vendor character.
    """
    if isinstance(error, UnicodeDecodeError):
        pair = error.object[error.start : error.start + 2]
        char = _from_row_and_cell(pair)
        if char is not None:
            return char, error.start + 2
    raise error


def _from_row_and_cell(pair: bytes) -> str | None:
    if len(pair) < 2 or (pair[0] ^ pair[1]) & 0x80:
        return None
    row, cell = (pair[0] & 0x7F) - 0x20, (pair[1] & 0x7F) - 0x20
    if row != 13 and not 89 <= row <= 92:
        return None
    lead = (row + 1) // 2 + (0x80 if row <= 62 else 0xC0)
    trail = cell + 0x3F + (cell > 63) if row % 2 else cell + 0x9E
    try:
        return bytes((lead, trail)).decode("cp932")
    except (UnicodeDecodeError, ValueError):
        return None


def resolve_or_end(error: UnicodeError) -> tuple[str, int]:
    """As `resolve`, but drop a character that ends with the input before it is complete."""
    if isinstance(error, UnicodeDecodeError) and error.reason.startswith("incomplete"):
        return "", len(error.object)
    return resolve(error)


codecs.register_error(STRICT, resolve)
codecs.register_error(STRICT_BUT_CUT, resolve_or_end)
