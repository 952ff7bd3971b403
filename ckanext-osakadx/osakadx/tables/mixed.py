"""Files whose lines are in different encodings (two files pasted together): each line is read in its own."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from osakadx.tables import vendor
from osakadx.tables.encoding import NOT_CP932, SAMPLE_CHARS
from osakadx.tables.script import japanese_score
from osakadx.tables.source import Source

_CODECS = (("utf-8", "utf-8", "strict"), ("cp932", "cp932", "strict"), ("euc-jp", "euc_jp", vendor.STRICT))
_BOM = b"\xef\xbb\xbf"
# A damaged UTF-8 line often decodes as CP932, into rare kanji and half-width kana: about 0.4, where Japanese has 0.8.
_PLAUSIBLE = 0.6


@dataclass(frozen=True)
class Place:
    """A place in the bytes: offset from 0, line from 1."""

    offset: int
    line: int


@dataclass(frozen=True)
class Mixture:
    """How to read a file line by line; the counterpart of `osakadx.tables.encoding.Encoding`.

    Attributes:
        name: the encoding of most lines.
        stray: the first character in another one, and stray_name that other one.
        line_bytes: how far a line is read at once; the same in every pass.
    """

    name: str
    stray: Place
    stray_name: str
    line_bytes: int
    bom: int = 0
    cut: int = 0
    newline: str | None = None
    marks: frozenset[str] = frozenset()
    sample: str = field(default="", repr=False, compare=False)

    def text(self, source: Source) -> io.TextIOBase:
        """Return the file as characters, line ends untouched."""
        return _Lines(source, self.bom, self.line_bytes)


def unmix(source: Source, line_bytes: int) -> Mixture | Place:
    """Sort the lines of a file that no single encoding reads by the encoding that reads each.

    Returns:
        How to read it, or the place of the first byte that makes sense in none.
    """
    bom = len(_BOM) if source.head(3) == _BOM else 0
    firsts: dict[str, Place] = {}
    lines: Counter[str] = Counter()
    newlines: set[str] = set()
    sample = ""
    for number, offset, line in _raw_lines(source, bom, line_bytes):
        decoded = _decode(line)
        if decoded is None:
            return Place(offset + _good_bytes(line), number)
        name, text = decoded
        sample += text if len(sample) < SAMPLE_CHARS else ""
        newlines.add("CRLF" if line.endswith(b"\r\n") else "LF")
        if not line.isascii():
            lines[name] += 1
            if name not in firsts:
                firsts[name] = Place(offset + _ascii_bytes(line), number)
    main = "utf-8" if bom else lines.most_common(1)[0][0]
    stray_name = min(firsts.keys() - {main}, key=lambda name: firsts[name].offset)
    newline = "+".join(sorted(newlines))
    return Mixture(main, firsts[stray_name], stray_name, line_bytes, bom, newline=newline, sample=sample)


def _raw_lines(source: Source, bom: int, line_bytes: int) -> Iterator[tuple[int, int, bytes]]:
    with source.open() as stream:
        stream.seek(bom)
        offset = bom
        for number, line in enumerate(iter(lambda: stream.readline(line_bytes), b""), start=1):
            yield number, offset, line
            offset += len(line)


def _decode(line: bytes) -> tuple[str, str] | None:
    """Return the encoding of a line and its text; UTF-8 wherever that is possible, else the more Japanese reading."""
    readings: list[tuple[float, str, str]] = []
    for name, codec, errors in _CODECS:
        try:
            text = line.decode(codec, errors)
        except UnicodeDecodeError:
            continue
        if name == "utf-8":
            return name, text
        if name != "cp932" or not NOT_CP932.search(text):
            readings.append((japanese_score(text, name), name, text))
    score, name, text = max(readings, default=(0.0, "", ""))
    return (name, text) if score >= _PLAUSIBLE else None


def _good_bytes(line: bytes) -> int:
    """How far the encoding gets that makes the most Japanese of the line when it may skip what it cannot read."""
    _, reached = max(map(_attempt, _CODECS, [line] * len(_CODECS)))
    return reached


def _attempt(encoding: tuple[str, str, str], line: bytes) -> tuple[float, int]:
    name, codec, errors = encoding
    try:
        text = line.decode(codec, errors)
    except UnicodeDecodeError as error:
        return japanese_score(line.decode(codec, "ignore"), name), error.start
    if name == "cp932" and (undefined := NOT_CP932.search(text)):
        return japanese_score(text, name), len(text[: undefined.start()].encode("cp932"))
    return -1.0, 0  # it decodes, but into no Japanese


def _ascii_bytes(line: bytes) -> int:
    return next((place for place, byte in enumerate(line) if byte > 0x7F), len(line))


class _Lines(io.TextIOBase):
    """A text stream that decodes each line by itself; lines as long as they were proven, or everything."""

    def __init__(self, source: Source, bom: int, line_bytes: int) -> None:
        self._stream = source.open()
        self._stream.seek(bom)
        self._line_bytes = line_bytes

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Return the next line; the size asked for gives way to the one that was proven."""
        del size
        decoded = _decode(self._stream.readline(self._line_bytes))
        assert decoded is not None  # every line decoded when the file was unmixed
        return decoded[1]

    def read(self, size: int | None = -1, /) -> str:
        """Return all lines at once."""
        del size
        return "".join(iter(self.readline, ""))

    def close(self) -> None:
        self._stream.close()
        super().close()
