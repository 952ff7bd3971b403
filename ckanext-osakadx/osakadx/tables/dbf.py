"""Reads the attributes of a Shapefile (dBASE III and later, .dbf) as texts, without losing a digit or a character.

Fields are cut at a number of bytes, not of characters: the last one of a long Japanese text may be half a character.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from osakadx.tables.encoding import NOT_CP932
from osakadx.tables.script import japanese_score

_HEADER, _FIELD, _END = 32, 32, 0x0D
_DELETED = 0x2A
_SAMPLE_RECORDS = 2_000
_CUT = 3  # bytes of a character whose rest is missing, at most
# Language drivers that Windows in Japan writes.
_DRIVERS = {0x13: "cp932", 0x7B: "cp932"}
_CODECS = ("utf-8", "cp932", "euc_jp")
NAMES = {"utf-8": "utf-8", "cp932": "cp932", "euc_jp": "euc-jp"}
_CALLED = {
    **dict.fromkeys(("utf-8", "utf8", "65001"), "utf-8"),
    **dict.fromkeys(("cp932", "932", "ansi 932", "sjis", "shift_jis", "shift-jis", "windows-31j", "ms932"), "cp932"),
    **dict.fromkeys(("euc-jp", "eucjp", "euc_jp", "euc", "20932", "51932"), "euc_jp"),
}


class BrokenDbf(ValueError):
    """The bytes are no dBASE table, or end in the middle of its header."""


@dataclass(frozen=True)
class _Field:
    raw: bytes
    kind: str
    start: int
    size: int


@dataclass(frozen=True)
class Dbf:
    """A table of attributes.

    Attributes:
        codec: Python's name of the encoding in which it makes sense.
        names: of the columns. count: of the records, deleted ones too.
    """

    content: bytes
    codec: str
    fields: tuple[_Field, ...]
    head: int
    size: int
    count: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, as they are written (at most ten bytes)."""
        return tuple(_decoded(field.raw, self.codec)[0] for field in self.fields)

    def records(self) -> Iterator[tuple[str, ...] | None]:
        """Yield the records as texts; None for one that is marked as deleted, so that shapes keep their records."""
        for raw in _records(self.content, self.head, self.size, self.count):
            yield None if raw[0] == _DELETED else tuple(self._cell(raw, field) for field in self.fields)

    def cut(self) -> Iterator[tuple[int, int]]:
        """Yield record and column, from 1, of texts that end with half a character."""
        texts = [(place, field) for place, field in enumerate(self.fields, start=1) if field.kind == "C"]
        for number, raw in enumerate(_records(self.content, self.head, self.size, self.count), start=1):
            for place, field in texts:
                part = raw[field.start : field.start + field.size]
                if part[-1:] not in (b" ", b"\0") and not part.isascii() and _decoded(part, self.codec)[1]:
                    yield number, place

    def _cell(self, raw: bytes, field: _Field) -> str:
        part = raw[field.start : field.start + field.size]
        text, _ = _decoded(part.split(b"\0", 1)[0] if field.kind == "C" else part, self.codec)
        text = text.rstrip(" ") if field.kind == "C" else text.strip(" \0")
        return _TYPED[field.kind](text) if field.kind in _TYPED else text


def _date(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdecimal() and text != "00000000" else ""


def _logical(text: str) -> str:
    return "TRUE" if text in tuple("TtYy") else "FALSE" if text in tuple("FfNn") else ""


def _number(text: str) -> str:
    return "" if text.startswith("*") else text  # asterisks: a value that did not fit


_TYPED = {"D": _date, "L": _logical, "N": _number, "F": _number}


def open_dbf(content: bytes, declared: str = "") -> Dbf:
    """Return a table of attributes with the encoding that its bytes show.

    Args:
        content: the whole file. declared: what the .cpg beside it says, empty where there is none.

    Raises:
        BrokenDbf: it is none.
    """
    if len(content) < _HEADER:
        raise BrokenDbf
    count, head, size = (int.from_bytes(content[at : at + n], "little") for at, n in ((4, 4), (8, 2), (10, 2)))
    fields = tuple(_fields(content[_HEADER:head]))
    if not fields or size < 2 or head > len(content):
        raise BrokenDbf
    count = min(count, (len(content) - head) // size)
    codec = _codec(content, fields, (head, size, count), declared)
    return Dbf(content, codec, fields, head, size, count)


def _fields(raw: bytes) -> Iterator[_Field]:
    start = 1  # behind the mark of deletion
    for at in range(0, len(raw) - _FIELD + 1, _FIELD):
        part = raw[at : at + _FIELD]
        if part[0] == _END:
            return
        yield _Field(part[:11].split(b"\0", 1)[0].strip(), chr(part[11]), start, part[16])
        start += part[16]


def _records(content: bytes, head: int, size: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield content[head + number * size : head + (number + 1) * size]


def declared_codec(declared: str) -> str | None:
    """Return Python's name of the encoding that a .cpg names, None where nobody knows it."""
    return _CALLED.get(declared.strip().lower())


def _codec(content: bytes, fields: tuple[_Field, ...], extent: tuple[int, int, int], declared: str) -> str:
    """The declared encoding if it reads everything, else the first that does; by its Japanese where two do."""
    head, size, count = extent
    texts = [field for field in fields if field.kind == "C"]
    parts = [field.raw for field in fields]
    for raw in _records(content, head, size, min(count, _SAMPLE_RECORDS)):
        parts += [raw[field.start : field.start + field.size] for field in texts]
    foreign = [part for part in parts if not part.isascii()]
    first = declared_codec(declared) or _DRIVERS.get(content[29], "utf-8")
    if not foreign or _fits(foreign, first) >= 0:
        return first
    return max(_CODECS, key=lambda codec: _fits(foreign, codec))


def _fits(parts: list[bytes], codec: str) -> float:
    """How Japanese the texts are in an encoding; -2 where one of them cannot be read in it."""
    text = ""
    for part in parts:
        try:
            text += part.decode(codec)
        except UnicodeDecodeError as error:
            if len(part) - error.start > _CUT:
                return -2.0
            text += part[: error.start].decode(codec)
    if codec == "cp932" and NOT_CP932.search(text):
        return -2.0
    score = japanese_score(text, NAMES[codec])
    return max(score, 0.0) + 1 if codec == "utf-8" else score


def _decoded(part: bytes, codec: str) -> tuple[str, bool]:
    """Return a text and whether its last character was cut; what is no character at all becomes U+FFFD."""
    try:
        return part.decode(codec), False
    except UnicodeDecodeError as error:
        if len(part) - error.start <= _CUT:
            return part[: error.start].decode(codec), True
        return part.decode(codec, "replace"), False
