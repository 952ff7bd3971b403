from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters.json_text import read
from ckanext.osakadx.harvesters.listing import Notes
from hypothesis import given
from hypothesis import strategies as st
from osakadx.errors import ListingError

VALUE = {"title": "避難所一覧㈱①", "count": 3, "tags": ["大阪", "〜"]}
TEXT = json.dumps(VALUE, ensure_ascii=False)


def met(body):
    notes = Notes()
    value = read(body, "http://a.jp/", notes)
    return value, sorted(notes.counts)


@pytest.mark.parametrize(
    "body, slugs",
    [
        pytest.param(TEXT.encode(), [], id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), [], id="B004 BOM"),
        pytest.param(TEXT.encode("utf-16"), ["json-not-utf8"], id="B005 UTF-16"),
        pytest.param(TEXT.replace("〜", "～").encode("cp932"), ["json-not-utf8"], id="B006 Shift_JIS"),
    ],
)
def test_every_encoding_gives_the_exact_text(body, slugs):
    value, counts = met(body)
    assert value["title"] == VALUE["title"] and counts == slugs


def test_b007_of_repeated_keys_the_last_wins_and_it_is_told():
    assert met(b'{"a": 1, "a": 2, "b": {"c": 1, "c": 3}}') == ({"a": 2, "b": {"c": 3}}, ["json-repeated-key"])


@pytest.mark.parametrize("body", [b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000])
def test_b008_deep_nesting_is_refused(body):
    with pytest.raises(ListingError) as error:
        met(body)
    assert error.value.slug == "json-too-deep"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "-Infinity", "9" * 5000])
def test_b009_numbers_that_are_none_become_empty(number):
    assert met(f'{{"size": {number}, "n": 1.5}}'.encode()) == ({"size": None, "n": 1.5}, ["json-number"])


def test_b011_b012_characters_no_database_takes_are_mended():
    value, counts = met(rb'{"a\u0000": ["x\u0000y", "\ud83d", "\ud83d\ude00"]}')
    assert value == {"a": ["xy", "�", "😀"]} and counts == ["json-characters"]


@pytest.mark.parametrize(
    "body, slug",
    [
        (TEXT.encode()[:-5], "json-broken"),
        (b"", "json-broken"),
        (b"null and void", "json-broken"),
        (b"<!DOCTYPE html><html><title>login</title></html>", "html-instead"),
        (b'{"a": "\xff\x82\xa0\xe3\x81"}', "text-undecodable"),
    ],
)
def test_what_is_no_json_says_what_it_is(body, slug):
    with pytest.raises(ListingError) as error:
        met(body)
    assert error.value.slug == slug and error.value.fix and error.value.where == "http://a.jp/"


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_any_json_comes_out_fit_for_the_database(value):
    out = read(json.dumps(value).encode(), "http://a.jp/", Notes())
    assert "\\u0000" not in json.dumps(out)
    json.dumps(out, ensure_ascii=False).encode()
    plain = json.dumps(value)
    if "\\u0000" not in plain and "\\ud" not in plain:
        assert out == value
