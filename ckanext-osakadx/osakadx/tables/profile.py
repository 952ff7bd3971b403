"""What the columns of a table hold: types a database can take without losing a character, and the two of a point."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from osakadx.tables.names import field_names
from osakadx.tables.table import FieldType, Table

# Each form comes back from the database as it went in: no leading zeros, no plus, no exponent, no minus zero.
_INT = re.compile(r"0|-?[1-9]\d{0,8}")
_NUMERIC = re.compile(r"(?!-0(?:\.0+)?$)-?(?:0|[1-9]\d{0,27})(?:\.\d{1,27})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# Digits that are a name and not a quantity, by the name of the column, folded to NFKC and lower case.
_CODE_NAMES = re.compile(
    r"コード|番号|郵便|電話|ファクス|ファックス|内線|識別|管理"
    r"|(?:^|[^a-z])(?:id|no|code|cd|key|tel|phone|fax|zip|postal)\.?(?:[^a-z]|$)|(?:id|code)$"
)
_QUANTITY_NAMES = re.compile(
    r"人口|人数|数$|数[(_]|額|量|面積|円|件|率|計|距離|価|費|世帯|定員|延べ|[(](?:人|円|件|台|枚|回)[)]$"
)
_CODE_DIGITS = 5
_LONGEST_QUANTITY = 9


@dataclass(frozen=True)
class ColumnType:
    """A column as a database takes it: field name (see `osakadx.tables.names.field_names`), its title, its type."""

    name: str
    title: str
    type: FieldType


def column_types(table: Table) -> tuple[ColumnType, ...]:
    """Return a type per column, ``text`` unless every filled cell of the column is lossless in a narrower one.

    Codes, telephone numbers and ids stay text by the name of the column or because all their values have the same five
    or more digits. ``date`` and ``timestamp`` are ISO 8601 only. Reads all rows.
    """
    guesses = [_Guess(_folded(name)) for name in table.header]
    open_columns = [column for column, guess in enumerate(guesses) if not guess.code]
    for record in table.records():
        for column in open_columns:
            if record[column]:
                guesses[column].see(record[column])
        if any(guesses[column].type == "text" for column in open_columns):
            open_columns = [column for column in open_columns if guesses[column].type != "text"]
    names = field_names(table.header)
    return tuple(
        ColumnType(name, title, guess.settled())
        for name, title, guess in zip(names, table.header, guesses, strict=True)
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


@dataclass
class _Guess:
    """The narrowest type of the cells seen so far; None before the first."""

    name: str
    type: FieldType | None = None
    lengths: set[int] = field(default_factory=set[int])

    @property
    def code(self) -> bool:
        return bool(_CODE_NAMES.search(self.name))

    def see(self, cell: str) -> None:
        found = type_of(cell)
        if self.type is None or self.type == found:
            self.type = found
        elif {self.type, found} == {"int", "numeric"}:
            self.type = "numeric"
        else:
            self.type = "text"
        if found in ("int", "numeric") and len(self.lengths) < 2:
            self.lengths.add(len(cell) if cell.isdecimal() else 0)

    def settled(self) -> FieldType:
        if self.type in ("int", "numeric") and not _QUANTITY_NAMES.search(self.name):
            length = min(self.lengths)
            if len(self.lengths) == 1 and length >= _CODE_DIGITS:
                return "text"
        return self.type or "text" if not self.code else "text"


def type_of(cell: str) -> FieldType:
    """Return the narrowest type that gives a cell back as it went in."""
    if not cell.isascii():
        return "text"
    if _INT.fullmatch(cell):
        return "int"
    if _NUMERIC.fullmatch(cell):
        return "numeric"
    try:
        if _DATE.fullmatch(cell):
            date.fromisoformat(cell)
            return "date"
        if _TIMESTAMP.fullmatch(cell):
            datetime.fromisoformat(cell)
            return "timestamp"
    except ValueError:
        return "text"
    return "text"


# Names of the two columns of a point. X and Y count only with degrees in them: they may be metres of a plane.
_LATITUDE = re.compile(r"緯度|^(?:lat|latitude|ido|y)$|[_ .](?:lat|latitude)$")
_LONGITUDE = re.compile(r"経度|^(?:lon|lng|long|longitude|keido|x)$|[_ .](?:lon|lng|long|longitude)$")
# Japan with its outer islands, in degrees.
_LATITUDES, _LONGITUDES = (20.0, 46.0), (122.0, 154.5)
_LOOKED_AT = 500


def point_columns(table: Table) -> tuple[int, int] | None:
    """Return the places of latitude and longitude (from 0), or None where no two columns are named and filled so.

    Swapped columns, degrees and minutes, and metres are no points: at least half of the filled cells must lie in Japan.
    """
    titles = [_folded(name) for name in table.header]
    sample = list(islice(table.records(), _LOOKED_AT))
    latitude = _first(titles, _LATITUDE, sample, _LATITUDES)
    longitude = _first(titles, _LONGITUDE, sample, _LONGITUDES)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _first(
    titles: Sequence[str], named: re.Pattern[str], sample: Sequence[Sequence[str]], inside: tuple[float, float]
) -> int | None:
    for column, title in enumerate(titles):
        if named.search(title):
            filled = [record[column] for record in sample if record[column].strip()]
            if filled and sum(1 for cell in filled if _within(cell, inside)) * 2 >= len(filled):
                return column
    return None


def _within(cell: str, inside: tuple[float, float]) -> bool:
    try:
        return inside[0] <= float(cell) <= inside[1]
    except ValueError:
        return False
