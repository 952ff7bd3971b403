"""Which encoding a text file is in: a strict trial over all its bytes, never a guess that replaces characters.

Order: UTF-8 (with or without BOM), UTF-16 (by BOM, or by its zero bytes), ISO-2022-JP, then CP932 against EUC-JP by the
kana and kanji they yield. What no single encoding can read is left to `osakadx.tables.mixed`.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field

from osakadx.tables import vendor
from osakadx.tables.bytesurvey import ByteSurvey
from osakadx.tables.script import japanese_score
from osakadx.tables.source import Source

SAMPLE_CHARS = 1 << 16
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Each encoding by its codecs, the narrowest first: a wider one is asked only where the narrower refused a byte.
_ISO_2022_JP = (("iso2022_jp", vendor.STRICT), ("iso2022_jp_ext", vendor.STRICT), ("iso2022_jp_2004", "strict"))
_EUC_JP = (("euc_jp", vendor.STRICT), ("euc_jis_2004", "strict"))
_CP932 = (("cp932", "strict"),)
# What Python's cp932 makes of the single bytes 80, A0, FD, FE and FF, which Windows-31J leaves undefined.
NOT_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
# Scores closer than this do not decide between CP932 and EUC-JP.
_MARGIN = 0.05


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a text file become characters.

    Attributes:
        name: as reports say it: ``utf-8``, ``utf-16-le``, ``utf-16-be``, ``utf-32-le``, ``utf-32-be``, ``iso-2022-jp``,
            ``cp932``, ``euc-jp``.
        codec: Python's name; errors: the handler under which every byte decodes (proven over the whole file).
        bom: so many bytes of byte order mark stand before the text.
        cut: so many bytes at the very end begin a character whose rest is missing.
        newline: ``CRLF``, ``LF``, ``CR``, several joined by ``+``, or None in a file of one line.
        marks: what was met on the way, see `osakadx.tables.bytesurvey`; ``lost`` where U+FFFD is, lost before it came.
        sample: the first 65,536 characters.
    """

    name: str
    codec: str
    errors: str = "strict"
    bom: int = 0
    cut: int = 0
    newline: str | None = None
    marks: frozenset[str] = frozenset()
    sample: str = field(default="", repr=False, compare=False)

    def text(self, source: Source) -> io.TextIOWrapper:
        """Return the file as characters, line ends untouched, without BOM and without a cut character at its end."""
        stream = source.open()
        stream.seek(self.bom)
        # Every other byte is proven, so "ignore" can only drop the cut character.
        errors = "ignore" if self.cut and self.errors == "strict" else self.errors
        errors = vendor.STRICT_BUT_CUT if self.cut and self.errors == vendor.STRICT else errors
        return io.TextIOWrapper(stream, encoding=self.codec, errors=errors, newline="")


def detect(source: Source) -> Encoding | None:
    """Return the one encoding that reads every byte of a file, or None where there is none.

    A character cut at the very end (a range request, a broken download) does not count against an encoding.
    """
    head = source.head()
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return _trial(source, codec, ((codec, "strict"),), bom=len(bom))
    if codec := _utf_16_without_bom(head):
        return _trial(source, codec, ((codec, "strict"),))
    unicode = _trial(source, "utf-8", (("utf-8", "strict"),))
    if unicode and "escape" in unicode.marks:
        return _trial(source, "iso-2022-jp", _ISO_2022_JP) or unicode
    return unicode or _windows_or_unix(source)


def _utf_16_without_bom(head: bytes) -> str | None:
    """ASCII in UTF-16 (commas, line ends, digits) leaves a zero in every other byte, on one side only."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) or max(even, odd) * 20 <= len(head):
        return None
    codec = "utf-16-le" if odd else "utf-16-be"
    return codec if japanese_score(head.decode(codec, "ignore"), codec) >= 0 else None


def _windows_or_unix(source: Source) -> Encoding | None:
    windows, unix = _trial(source, "cp932", _CP932), _trial(source, "euc-jp", _EUC_JP)
    if windows is None or unix is None:
        return windows or unix
    difference = japanese_score(windows.sample, "cp932") - japanese_score(unix.sample, "euc-jp")
    if abs(difference) >= _MARGIN:
        return windows if difference > 0 else unix
    return unix if _second_opinion(source) == "EUC-JP" else windows


def _second_opinion(source: Source) -> str | None:
    import chardet  # 0.1 s and 30 MiB that almost no file needs

    return chardet.detect(source.head(SAMPLE_CHARS))["encoding"]


def _trial(source: Source, name: str, spellings: tuple[tuple[str, str], ...], bom: int = 0) -> Encoding | None:
    for codec, errors in spellings:
        survey, sample, lost = ByteSurvey(), "", frozenset[str]()
        decoder = codecs.getincrementaldecoder(codec)(errors)
        try:
            for chunk in source.chunks(bom):
                text = decoder.decode(chunk)
                if codec == "cp932" and NOT_CP932.search(text):
                    break
                if "\ufffd" in text:
                    lost = frozenset(("lost",))
                if len(sample) < SAMPLE_CHARS:
                    sample += text[: SAMPLE_CHARS - len(sample)]
                survey.see(text.encode("utf-8", "surrogatepass") if codec.startswith(("utf-16", "utf-32")) else chunk)
            else:
                cut = len(decoder.getstate()[0])
                return Encoding(name, codec, errors, bom, cut, survey.newline, survey.marks | lost, sample)
        except UnicodeDecodeError:
            continue
    return None
