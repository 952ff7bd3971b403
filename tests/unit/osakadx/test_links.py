from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import files, links, text

PAGE = "https://www.city.osaka.lg.jp/keizai/page/0000001.html"


@pytest.mark.parametrize(
    "written, published",
    [
        (" https://example.lg.jp/a.csv ", "https://example.lg.jp/a.csv"),
        (
            "https://example.lg.jp/避難所 一覧.csv",
            "https://example.lg.jp/%E9%81%BF%E9%9B%A3%E6%89%80%20%E4%B8%80%E8%A6%A7.csv",
        ),
        ("https://example.lg.jp/%E9%81%BF.csv", "https://example.lg.jp/%E9%81%BF.csv"),
        ("https://example.lg.jp/100%.csv", "https://example.lg.jp/100%25.csv"),
        ("ｈｔｔｐｓ：／／example.lg.jp/a", "https://example.lg.jp/a"),
        ("www.city.sakai.lg.jp/list.csv", "https://www.city.sakai.lg.jp/list.csv"),
        ("HTTP://EXAMPLE.LG.JP/A", "http://example.lg.jp/A"),
        ("https://大阪.jp/", "https://xn--pssu33l.jp/"),
        ("https://example.lg.jp", "https://example.lg.jp/"),
        ("https://example.lg.jp/a#見出し", "https://example.lg.jp/a#%E8%A6%8B%E5%87%BA%E3%81%97"),
        ("/contents/a.csv", "https://www.city.osaka.lg.jp/contents/a.csv"),
        ("../a.csv", "https://www.city.osaka.lg.jp/keizai/a.csv"),
        ("//data.lg.jp/a.csv", "https://data.lg.jp/a.csv"),
        ("shelter.csv", "https://www.city.osaka.lg.jp/keizai/page/shelter.csv"),
    ],
)
def test_an_address_is_published_in_one_spelling(written, published):
    assert links.absolute(written, PAGE) == published


@pytest.mark.parametrize(
    "written, slug",
    [
        ("", "link-empty"),
        (" \u3000", "link-empty"),
        ("javascript:alert(1)", "link-scheme-refused"),
        ("JaVaScRiPt:alert(1)", "link-scheme-refused"),
        ("java\tscript:alert(1)", "link-relative"),
        ("data:text/html;base64,PHNjcmlwdD4=", "link-scheme-refused"),
        ("vbscript:x", "link-scheme-refused"),
        ("file:///etc/passwd", "link-scheme-refused"),
        ("ftp://example.lg.jp/a.csv", "link-scheme-refused"),
        ("mailto:a@example.lg.jp", "link-scheme-refused"),
        ("https://user:secret@example.lg.jp/", "link-credentials"),
        ("https://", "link-malformed"),
        ("https://exa mple.jp/", "link-malformed"),
        ("https://[::1", "link-malformed"),
        ("https://example.lg.jp:99999/", "link-malformed"),
        ("a.csv", "link-relative"),
        ("https://example.lg.jp/" + "a" * links.LONGEST, "link-too-long"),
    ],
)
def test_an_address_that_must_not_be_published_is_refused_with_its_reason(written, slug):
    with pytest.raises(links.LinkError) as refusal:
        links.absolute(written)
    assert refusal.value.slug == slug


@pytest.mark.parametrize("stored", ["http://℀.jp/a.csv", "https://[::1/a.csv", "http://a]b/"])
def test_what_somebody_stored_as_an_address_and_is_none_harms_nobody(stored):
    assert set(links.taken_apart(stored)) == {""}
    assert files.file_name(stored) == text.clean(stored)


def test_several_addresses_in_one_cell_are_divided():
    written = "https://a.lg.jp/1.csv\nhttps://a.lg.jp/2.csv、http://a.lg.jp/あ い.csv"
    assert links.split(written) == ["https://a.lg.jp/1.csv", "https://a.lg.jp/2.csv", "http://a.lg.jp/あ い.csv"]


@given(
    st.text() | st.builds("https://{}".format, st.text()) | st.builds("https://a.jp/{}?{}#{}".format, *[st.text()] * 3)
)
def test_whatever_is_published_is_plain_http_and_stays_the_same_when_read_again(written):
    try:
        published = links.absolute(written, PAGE)
    except links.LinkError:
        return
    assert published.isascii() and not set(published) & set(" <>\"'\\^`{|}\n\t") - {"'"}
    assert urlsplit(published).scheme in {"http", "https"} and urlsplit(published).hostname
    assert links.absolute(published) == published


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://a.jp/x", True), ("ｈｔｔｐｓ：//a.jp/x", True), ("https://[x", True), ("ftp://a.jp/x", True),
        ("www.a.jp", True),
        ("a.lg.jp/x", True), ("/", False), ("/x", True), ("//a/x", True), ("../x", True), ("?id=3", True),
        ("一覧.csv", True),
        ("準備中", False), ("N/A", False), ("-", False), ("", False), ("R6.4", False), ("https://a.jp/…", False),
        ("x@a.jp", False), ("mailto:x@a.jp", False), ("tel:06-1234-5678", False), ("一覧 の a.csv", False),
    ],
)  # fmt: skip
def test_an_address_is_told_from_words(written, meant):
    assert links.is_address(written) is meant


@given(st.text(max_size=60), st.sampled_from(["", "http://[", "//[", "https://a.jp/"]))
def test_any_text_is_taken_apart_or_refused(text, start):
    for take in (links.parts, links.absolute, lambda written: links.joined(PAGE, written)):
        try:
            take(start + text)
        except links.LinkError:
            continue
    links.is_address(start + text)
