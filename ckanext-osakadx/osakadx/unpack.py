"""Content codings of HTTP (RFC 9110, 8.4) undone in bounded steps, so that no bomb goes off in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from osakadx.errors import FetchError
from osakadx.meter import Limits, cut_short, too_large

ACCEPTED = "gzip, deflate"
_STEP = 1 << 16
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def unpacked(chunks: Iterable[bytes], coding: str, limits: Limits, where: str) -> Iterator[bytes]:
    """Undo a ``Content-Encoding`` while the body arrives.

    Args:
        chunks: the body as sent.
        coding: the header's value; empty or ``identity`` for none.

    Raises:
        FetchError: a coding that was not asked for, a body cut short, or one that grows beyond the limits.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        pieces = iter(chunks)
    elif coding in _WINDOWS:
        pieces = _inflated(chunks, coding, limits, where)
    else:
        raise FetchError(
            f"応答の圧縮形式「{coding[:40]}」には対応していません。",
            where=where, fix="公開元で圧縮をやめるか、gzip にしてください。", slug="coding-unknown",
        )  # fmt: skip
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.body:
            raise too_large(limits.body, where)
        yield piece


def _inflated(chunks: Iterable[bytes], coding: str, limits: Limits, where: str) -> Iterator[bytes]:
    inflater = _Inflater(coding)
    sent = grown = 0
    try:
        for chunk in chunks:
            sent += len(chunk)
            for piece in inflater.feed(chunk):
                grown += len(piece)
                if grown > sent * limits.ratio * (1 if grown > limits.small else 10):
                    raise FetchError(
                        "圧縮の割合が大きすぎるため、展開をやめました。", where=where, slug="bomb",
                        fix="圧縮せずに公開してください。",
                    )  # fmt: skip
                yield piece
    except zlib.error:
        raise FetchError(
            "圧縮された応答が壊れています。",
            where=where, fix="時間を置いてやり直してください。続くときは、公開元で圧縮をやめてください。",
            slug="coding-broken", transient=True,
        ) from None  # fmt: skip
    if not inflater.ended:
        raise cut_short(where)


class _Inflater:
    """A zlib stream, or several gzip members one after the other; at most `_STEP` bytes at a time."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._stream = zlib.decompressobj(_WINDOWS[coding])
        self._started = False

    @property
    def ended(self) -> bool:
        return self._stream.eof or not self._started

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data and not self._started:
            self._begin(data)
        while data:
            if self._stream.eof:
                if self._coding == "deflate" or data.strip(b"\0") == b"":
                    return  # padding after the end
                self._stream = zlib.decompressobj(_WINDOWS[self._coding])
            piece = self._stream.decompress(data, _STEP)
            data = self._stream.unconsumed_tail or self._stream.unused_data
            if piece:
                yield piece

    def _begin(self, data: bytes) -> None:
        self._started = True
        # Some servers send deflate without its zlib header (RFC 1950 asks for one: low four bits 8).
        if self._coding == "deflate" and data[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
