"""Column names that the DataStore not only stores but can be asked about: in its filters, sort orders and SQL."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from osakadx.tables.names import distinct, field_names

_ROOM = 63  # bytes, PostgreSQL's limit
# datastore_search takes lists with commas, and passes names through SQLAlchemy, where a colon means a parameter.
_WIDE = str.maketrans({",": "，", ":": "：", '"': "＂"})
# Every PostgreSQL table has these columns already.
_TAKEN = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


def column_ids(header: Sequence[str]) -> tuple[str, ...]:
    """Return one name per column: as published as far as the DataStore allows, filled, unique, at most 63 bytes."""
    plain = field_names([_visible(name).translate(_WIDE) for name in header])
    return distinct([f"{name}_" if name.lower() in _TAKEN else name for name in plain], _ROOM)


def _visible(name: str) -> str:
    """A name without what the DataStore takes for control characters: zero-width signs, private characters (外字)."""
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in name)
