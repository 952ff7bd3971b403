"""Answers that go wrong on the way (B042–B050) and names that CKAN would not take (B019–B021), through a whole listing.

The map of all numbers is in tests/README.md.
"""

from __future__ import annotations

import gzip
import itertools
import json

import pytest
from ckanext.osakadx.harvesters.listing import Source
from ckanext.osakadx.harvesters.sources import KINDS
from osakadx.errors import OsakadxError
from osakadx.meter import Limits
from osakadx.normalise import SourceContext, normalise
from osakadx.package import to_package

from ..loopback import answer, serve
from .contract import listed

QUICK = Limits(first_byte=1.0, idle=0.5, total=5.0, rate=1024.0, window=0.5, body=1_000_000)
PACKAGES = [{"id": f"id-{n:02}", "name": f"n-{n}", "title": f"データ{n}", "type": "dataset"} for n in range(20)]
GOOD = json.dumps({"success": True, "result": {"count": 20, "results": PACKAGES[10:]}}).encode()


def endless(request):
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1000\r\n" + b" " * 0x1000 + b"\r\n"


def drip(request):
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"
    for _ in range(60):
        yield b" "
        yield 0.1


def redirects(request):
    step = int(request.query.get("step", ["0"])[0])
    return answer(b"", status=302, Location=f"/?step={step + 1}")


TWICE = gzip.compress(gzip.compress(GOOD))
HARMFUL = [
    pytest.param(answer(gzip.compress(bytes(90_000_000)), Content_Encoding="gzip"), "too-large", id="B042"),
    pytest.param(
        answer(gzip.compress(gzip.compress(GOOD)), Content_Encoding="gzip, gzip"), "coding-unknown", id="B043"
    ),
    pytest.param(answer(b"\x1b\x00\x00", Content_Encoding="br"), "coding-unknown", id="B044"),
    pytest.param(answer(GOOD, Content_Length=str(len(GOOD) // 2)), "json-broken", id="B045"),
    pytest.param(answer(GOOD, Content_Length=str(len(GOOD) * 2)), "answer-cut", id="B046"),
    pytest.param(endless, "too-large", id="B047"),
    pytest.param(drip, "too-slow", id="B048"),
    pytest.param(answer(GOOD, X="a" * 1_000_000), "head-too-large", id="B049"),
    pytest.param(redirects, "too-many-redirects", id="B050"),
]


@pytest.mark.parametrize(("page", "slug"), HARMFUL)
def test_b042_b050_a_harmful_first_answer_lists_nothing_and_says_why(page, slug):
    with serve({"*": page}) as site, pytest.raises(OsakadxError) as error:
        listed(site, Source("x", site.url, "ckan_api"), QUICK)
    assert error.value.slug == slug and error.value.message


@pytest.mark.parametrize(("page", "slug"), HARMFUL)
def test_b042_b050_a_harmful_later_page_keeps_the_first_and_decides_nothing(page, slug):
    def search(request):
        if request.query.get("start") == ["0"]:
            return answer(json.dumps({"success": True, "result": {"count": 20, "results": PACKAGES[:10]}}))
        return page(request) if callable(page) else page

    with serve({"*": search}) as site:
        # A page too large for the limits is asked for again in smaller parts; then it is given up.
        records, facts = listed(site, Source("x", site.url, "ckan_api", options={"rows": 10}), QUICK)
    assert len(records) == 10 and not facts.complete and facts.counts[slug] == 1


def record(**fields):
    body = {"success": True, "result": {"count": 1, "results": [PACKAGES[0] | fields]}}
    with serve({"*": answer(json.dumps(body))}) as site:
        (found,), _ = listed(site, Source("x", site.url, "ckan_api"))
    return found


def test_b019_tags_that_ckan_would_not_take_are_mended_and_kept_as_sent():
    words = ["防災・減災", "長" * 200, "a", "<b>", "x\u0000y", "", "  ", "Wi-Fi"]
    found = record(tags=[{"name": word} for word in words])
    tags = [tag["name"] for tag in to_package(normalise(found, SourceContext("271403")))["tags"]]
    assert "防災_減災" in tags and "長" * 100 in tags and "Wi-Fi" in tags
    assert all(2 <= len(tag) <= 100 for tag in tags)
    assert "防災・減災" in json.dumps(found.raw, ensure_ascii=False)


@pytest.mark.parametrize("name", ["n" * 101, "日本語のなまえ", "UPPER_Case", "a b", "-", ""])
def test_b020_b021_a_name_that_ckan_would_not_take_becomes_a_lasting_one(name):
    first, again = (normalise(record(name=name), SourceContext("271403")).name for _ in range(2))
    assert first == again and 2 <= len(first) <= 100
    assert first.isascii() and first == first.lower() and not set(first) - set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_b020_names_cut_to_one_length_stay_apart():
    base = "n" * 101
    names = {
        normalise(record(id=f"00000000-0000-0000-0000-{n:012}", name=base + str(n)), SourceContext("271403")).name
        for n in range(5)
    }
    assert len(names) == 5


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "9" * 5000])
def test_b009_b010_a_number_that_is_none_empties_its_field_and_spares_its_neighbours(number):
    packages = json.dumps(
        [PACKAGES[0] | {"resources": [{"url": "https://a.jp/a.csv", "size": 424242}]}, *PACKAGES[1:3]]
    )
    body = f'{{"success": true, "result": {{"count": 3, "results": {packages}}}}}'.replace("424242", number)
    with serve({"*": answer(body)}) as site:
        records, facts = listed(site, Source("x", site.url, "ckan_api"))
    assert len(records) == 3 and facts.complete and facts.counts == {"json-number": 1}
    resource = normalise(records[0], SourceContext("271403")).resources[0]
    assert resource.size is None and resource.url == "https://a.jp/a.csv"
    assert not set(itertools.chain(*[r.concepts for r in records])) & {"nan"}


@pytest.mark.parametrize("type", KINDS)
@pytest.mark.parametrize("url", ["http://[bad/", "https://ex.jp／x", "//[x", "folder://[x/", "file://[x"])
def test_an_address_that_is_none_is_an_error_in_words(type, url):
    with serve({}) as site, pytest.raises(OsakadxError) as error:
        listed(site, Source("x", url, type))
    assert error.value.fix and not site.requests


@pytest.mark.parametrize("type", sorted(KINDS.keys() - {"folder"}))
@pytest.mark.parametrize("location", ["//[x", "http://[bad/"])
def test_a_redirect_to_no_address_is_an_error_in_words(type, location):
    with serve({"*": answer(b"", status=302, Location=location)}) as site, pytest.raises(OsakadxError) as error:
        listed(site, Source("x", f"{site.url}/", type))
    assert error.value.slug == "url-malformed"
