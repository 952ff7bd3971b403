"""Tables from a spelling to a key, compared folded. Shared by the look-ups; holds no vocabulary itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from osakadx import text
from osakadx.errors import DataFileError


def table(pairs: Iterable[tuple[str, str]], path: str) -> Mapping[str, str]:
    """Return squeezed spelling → key.

    Args:
        pairs: spelling and key.
        path: the file below `schemas/` that the pairs come from, for the error.

    Raises:
        DataFileError: one spelling leads to two keys.
    """
    spellings: dict[str, str] = {}
    for spelling, key in pairs:
        squeezed = text.squeeze(spelling)
        if spellings.setdefault(squeezed, key) != key:
            both = f"{spellings[squeezed]} と {key}"
            raise DataFileError(f"「{spelling}」が {both} の両方に当たります。", where=f"schemas/{path}")
    return spellings
