from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.errors import FetchError
from osakadx.meter import Limits
from osakadx.unpack import unpacked

LIMITS = Limits(body=1 << 20, small=10_000)


def read(data: bytes, coding: str, cut: int = 1000) -> bytes:
    chunks = [data[start : start + cut] for start in range(0, len(data), cut)]
    return b"".join(unpacked(chunks, coding, LIMITS, "http://a.jp/"))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@given(st.binary(max_size=3000), st.integers(1, 50))
def test_every_coding_gives_the_body_back_however_it_arrives(body, cut):
    assert read(body, "", cut) == body
    assert read(gzip.compress(body), "gzip", cut) == body
    assert read(gzip.compress(body) + gzip.compress(body), "GZIP", cut) == body * 2
    assert read(zlib.compress(body), "deflate", cut) == body
    assert read(raw_deflate(body), "deflate", cut) == body


def test_an_empty_body_may_call_itself_gzip():
    assert read(b"", "gzip") == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "x" * 500])
def test_codings_not_asked_for_are_refused(coding):
    with pytest.raises(FetchError) as error:
        read(b"anything", coding)
    assert error.value.slug == "coding-unknown" and not error.value.transient


def test_a_bomb_is_stopped_by_its_ratio_long_before_the_size_limit():
    seen = 0
    with pytest.raises(FetchError) as error:
        for piece in unpacked([gzip.compress(bytes(100_000))], "gzip", LIMITS, "http://a.jp/"):
            seen += len(piece)
    assert error.value.slug == "bomb"
    assert seen <= 100_000


def test_a_large_honest_body_is_stopped_by_the_size_limit():
    body = random.Random(1).randbytes(2 << 20)
    with pytest.raises(FetchError) as error:
        read(gzip.compress(body), "gzip", 1 << 16)
    assert error.value.slug == "too-large"
    with pytest.raises(FetchError):
        read(body, "", 1 << 16)


def test_small_tables_of_equal_rows_are_no_bombs():
    body = "大阪市,はい\r\n".encode() * 400
    assert read(gzip.compress(body), "gzip") == body


def test_a_body_cut_short_is_told_from_a_broken_one():
    body = gzip.compress(random.Random(1).randbytes(5000))
    with pytest.raises(FetchError) as error:
        read(body[:-20], "gzip")
    assert error.value.slug == "answer-cut" and error.value.transient
    with pytest.raises(FetchError) as error:
        read(b"<html>" + body, "gzip")
    assert error.value.slug == "coding-broken"
