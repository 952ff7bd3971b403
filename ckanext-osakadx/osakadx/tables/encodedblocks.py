"""Reads delimited text a block at a time without decoding it, as far as its rows are even.

In UTF-8, CP932 and EUC-JP no byte of a longer character is a comma, a quotation mark or a line end: cells can be told
from each other before anybody knows what they say.
"""

from __future__ import annotations

import re
from io import SEEK_CUR
from typing import BinaryIO

from osakadx.tables.blocks import NEWLINES, Block, BlockParser
from osakadx.tables.dialect import Dialect
from osakadx.tables.encoding import Encoding
from osakadx.tables.evenrows import EncodedRows

_CODECS = frozenset({"utf-8", "cp932", "euc_jp", "euc_jis_2004"})
_LOWEST_TRAIL = "@"  # of a character of two bytes in CP932; the separators below it are never half of one
_END_OF_ROW = b"\0"
# Where marks are denser than one in so many bytes, most lines are quoted, and the parser takes them all at once.
_BYTES_FOR_A_MARK = 256


class _Uneven(Exception):
    """These bytes have to be read as text."""


class EncodedBlocks:
    """Gives out a file block by block, and says of each what `TextBlocks` says of its text.

    Args:
        stream: the bytes behind the byte order mark.
        encoding: one for which `can_read` is true.
        dialect: how fields are separated and quoted.
        cap: longest record that is looked for, in bytes.
        formulas: whether a block in which a cell may begin with an equals sign is wanted as text.
    """

    def __init__(self, stream: BinaryIO, encoding: Encoding, dialect: Dialect, cap: int, *, formulas: bool) -> None:
        self._parser = BlockParser(dialect, cap, mixed="+" in (encoding.newline or ""))
        self._cap = cap
        self._stream = stream
        self._codec, self._errors = encoding.codec, encoding.errors
        self._mark = dialect.quotechar.encode()
        self._delimiter = dialect.delimiter.encode()
        self._between = self._delimiter + _END_OF_ROW + self._delimiter
        self._formulas = formulas
        mark, delimiter = re.escape(self._mark), re.escape(self._delimiter)
        field = rb"(?:([^%b%b\r\n]*)|%b([^%b]*(?:%b%b[^%b]*)*)%b)" % (mark, delimiter, *[mark] * 6)
        self._field = re.compile(rb"(?:^|%b)%b(?=%b|\Z)" % (delimiter, field, delimiter))
        self._record = re.compile(rb"%b(?:%b%b)*" % (field, delimiter, field))

    @staticmethod
    def can_read(encoding: Encoding, dialect: Dialect) -> bool:
        """Say whether the bytes of a file without U+0000 can be told from each other like its characters."""
        kinds = (encoding.newline or "CR").split("+")
        whole = "CR" not in kinds and not encoding.cut
        return whole and encoding.codec in _CODECS and max(dialect.delimiter, dialect.quotechar) < _LOWEST_TRAIL

    def read(self, size: int) -> Block | None:
        """Return the next block, of about so many bytes; None at the end of the file."""
        data = self._stream.read(size)
        if not data:
            return None
        if not data.endswith(b"\n"):
            data += self._stream.readline(self._cap)
        marks = data.count(self._mark)
        if marks % 2:
            more, marks = self._to_the_mark(marks, self._cap - len(data))
            data += more
        if marks % 2 or len(data) > self._cap:
            self._stream.seek(-len(data), SEEK_CUR)
            return Block("", None)
        parser = self._parser
        parser.end = parser.end or next((end for end in NEWLINES if end.encode() in data), "\n")
        try:
            return Block("", self._rows(data, marks), frozenset((parser.end,)))
        except _Uneven:
            return parser.parse(data.decode(self._codec, self._errors), marks)

    def _to_the_mark(self, marks: int, room: int) -> tuple[bytes, int]:
        """Return the lines up to the one that closes the mark that is open, and how many marks there are then."""
        lines: list[bytes] = []
        while marks % 2 and room >= 0 and (line := self._stream.readline(self._cap)):
            lines.append(line)
            marks += line.count(self._mark)
            room -= len(line)
        return b"".join(lines), marks

    def _rows(self, data: bytes, marks: int) -> EncodedRows:
        if marks * _BYTES_FOR_A_MARK > len(data) or (self._formulas and b"=" in data):
            raise _Uneven
        if not data.endswith(b"\n"):
            data += self._parser.end.encode()
        plain: list[bytes] = []
        quoted: list[tuple[int, list[bytes]]] = []  # how many plain lines stand before each, and its cells
        lines = place = 0
        while marks and (mark := data.find(self._mark, place)) >= 0:
            start = data.rfind(b"\n", place, mark) + 1 or place
            plain.append(data[place:start])
            lines += plain[-1].count(b"\n")
            place = self._end_of_record(data, mark)
            quoted.append((lines, self._quoted(data[start:place])))
        plain.append(data[place:])
        cells, count = self._plain(b"".join(plain))
        width = cells.index(_END_OF_ROW) if cells else len(quoted[0][1])
        # A row of one cell may be a blank line; one that is longer or shorter moves the ends of all that follow.
        if width < 2 or cells[width :: width + 1].count(_END_OF_ROW) != count:
            raise _Uneven
        for above, (lines, record) in enumerate(quoted):
            if len(record) != width:
                raise _Uneven
            at = (above + lines) * (width + 1)
            cells[at:at] = (*record, _END_OF_ROW)
        return EncodedRows(cells, width, self._codec, self._errors)

    def _plain(self, lines: bytes) -> tuple[list[bytes], int]:
        """Take lines without marks apart, and count them."""
        if not lines:
            return [], 0
        bare = lines.replace(b"\r", b"")
        rows = bare.replace(b"\n", self._between)
        count = (len(rows) - len(bare)) // (len(self._between) - 1)
        # There is no CR alone in such a file; so as many of them as lines means that every line ends with both.
        if len(lines) - len(bare) != (count if self._parser.end == "\r\n" else 0):
            raise _Uneven
        return rows[: -len(self._delimiter)].split(self._delimiter), count

    def _end_of_record(self, data: bytes, place: int) -> int:
        """Return where the record ends whose first mark stands here."""
        marks = 0
        while True:
            end = data.index(b"\n", place) + 1
            marks += data.count(self._mark, place, end)
            place = end
            if marks % 2 == 0:
                return end

    def _quoted(self, record: bytes) -> list[bytes]:
        """Take one record with marks apart, where it keeps to RFC 4180."""
        end = self._parser.end.encode()
        fields = record[: -len(end)]
        if record.endswith(b"\r\n") != (end == b"\r\n") or not self._record.fullmatch(fields):
            raise _Uneven
        return [plain or quoted.replace(self._mark * 2, self._mark) for plain, quoted in self._field.findall(fields)]
