"""Answers that were written to harm whoever reads them: each ends soon, in little memory, with its reason."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import textwrap
import time

import pytest
from ckanext.osakadx.harvesters import json_text, page_links, xml_text
from ckanext.osakadx.harvesters.listing import Notes, Source
from ckanext.osakadx.harvesters.sources import html_page
from hypothesis import given
from hypothesis import strategies as st
from osakadx.confined import Caps
from osakadx.errors import FetchError, ListingError

from ..loopback import answer, serve
from .contract import listed

MEBI = 1 << 20
# As lxml's parser draws the line, which moves with its version.
MANY = "b'<a ' + b' '.join(b'{}' % n for n in range(900_000)) + b'/>'"
HTML = "<html><body><h1>一覧</h1>{}</body></html>"


def measured(code: str) -> str:
    """Run code on its own in 700 MiB of memory and 60 seconds of processor; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, check=False, timeout=300,
        preexec_fn=lambda: (
            resource.setrlimit(resource.RLIMIT_AS, (700 * MEBI, 700 * MEBI)),
            resource.setrlimit(resource.RLIMIT_CPU, (60, 61)),
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout.strip()


# --- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, outcome",
    [
        pytest.param("b'[' + b'[],' * 21_000_000 + b'[]]'", "json-too-large", id="lists"),
        pytest.param("b'{' + b'\"a\":{},' * 9_000_000 + b'\"a\":1}'", "json-too-large", id="repeated keys"),
        pytest.param("b'[\"' + b'a\",\"' * 16_000_000 + b'\"]'", "json-too-large", id="texts"),
        pytest.param("b'[' * 60_000_000", "json-too-large", id="depth"),
        pytest.param("b'[' * 2_000_000 + b']' * 2_000_000", "json-too-deep", id="less depth"),
        pytest.param("b'[' * 900 + b']' * 900", "json-too-deep", id="depth that only a second parser dies of"),
        pytest.param("b'[1.' + b'1' * 60_000_000 + b']'", "list", id="a long number"),
        pytest.param("b'[' + b'9' * 60_000_000 + b']'", "list", id="a large number"),
        pytest.param("b'[\"' + b'x' * 60_000_000 + b'\"]'", "list", id="one line"),
        pytest.param("b'[\"' + b'\\\\ud800' * 8_000_000 + b'\"]'", "list", id="halves of surrogates"),
    ],
)
def test_json_of_64_mib_ends_within_the_limits(body: str, outcome: str) -> None:
    """The most that a page may weigh."""
    assert outcome == measured(f"""
        from ckanext.osakadx.harvesters import json_text
        from ckanext.osakadx.harvesters.listing import Notes
        from osakadx.errors import ListingError
        try:
            print(type(json_text.read({body}, "https://a.jp/", Notes())).__name__)
        except ListingError as error:
            print(error.slug)
        """)


def test_an_honest_page_of_json_is_far_from_the_limits() -> None:
    package = {"id": "x" * 36, "title": "題", "resources": [{"url": "u", "name": "n", "format": "CSV"}] * 10}
    body = json.dumps({"result": {"results": [package] * 1000}}).encode()
    notes = Notes()
    assert len(json_text.read(body, "u", notes)["result"]["results"]) == 1000 and not notes.counts


@given(st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3), max_leaves=20))
def test_what_is_nested_as_people_do_is_read(value: object) -> None:
    assert json_text.read(json.dumps([value]).encode(), "u", Notes()) is not None


@pytest.mark.parametrize("deep", [199, 201])
def test_the_limit_of_depth(deep: int) -> None:
    body = b'{"a":' * deep + b"1" + b"}" * deep
    if deep < json_text.DEEPEST:
        assert json_text.read(body, "u", Notes())
        return
    with pytest.raises(ListingError) as error:
        json_text.read(body, "u", Notes())
    assert error.value.slug == "json-too-deep"


def test_a_page_of_too_many_values_is_asked_for_in_smaller_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "VALUES", 300)
    packages = [{"id": f"id-{n:02}", "name": f"n{n}", "title": "題", "type": "dataset"} for n in range(40)]

    def search(request):
        start, rows = (int(request.query[name][0]) for name in ("start", "rows"))
        result = {"count": 40, "results": packages[start : start + rows]}
        return answer(json.dumps({"success": True, "result": result}))

    with serve({"*": search}) as site:
        records, facts = listed(site, Source("x", site.url, "ckan_api", options={"rows": 100}))
    assert len(records) == 40 and facts.complete


# --- XML ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, outcome",
    [
        pytest.param("b'<a>' + b'<a/>' * 8_000_000 + b'</a>'", "xml-too-large", id="elements"),
        pytest.param("b'<a>' * 4_000_000 + b'</a>' * 4_000_000", "xml-too-large", id="depth"),
        pytest.param("b'<a>' * 400_000 + b'</a>' * 400_000", "xml-broken", id="less depth"),
        pytest.param(MANY.format('a%d=""'), "_Element xml-broken", id="attributes"),
        pytest.param(MANY.format('xmlns:a%d="u"'), "_Element xml-broken", id="namespaces"),
        pytest.param("b'<a>' + b'x' * 34_000_000 + b'</a>'", "xml-too-large", id="bytes"),
        pytest.param("b'<a>' + b'x' * 30_000_000 + b'</a>'", "xml-broken", id="one text"),
        pytest.param("b'<a>' + b'&#x41;' * 4_000_000 + b'</a>'", "_Element", id="references"),
        pytest.param("b'<!DOCTYPE a [<!ENTITY b \"' + b'c' * 9_000_000 + b'\">]><a>' + b'&b;' * 900 + b'</a>'",
                     "xml-doctype", id="entities"),
    ],
)  # fmt: skip
def test_xml_of_32_mib_ends_within_the_limits(body: str, outcome: str) -> None:
    said = measured(f"""
        from ckanext.osakadx.harvesters import xml_text
        from ckanext.osakadx.harvesters.listing import Notes
        from osakadx.errors import ListingError
        try:
            print(type(xml_text.tree({body}, "https://a.jp/", Notes())).__name__)
        except ListingError as error:
            print(error.slug)
        """)
    assert said in outcome.split()


@pytest.mark.parametrize("levels", [1, 10])
def test_b032_b035_entities_are_refused_whatever_they_unfold_to(levels: int) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))
    body = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l{levels};</a>'.encode()
    with serve({"*": answer(body, Content_Type="application/xml")}) as site, pytest.raises(ListingError) as error:
        listed(site, Source("x", f"{site.url}/csw", "csw"))
    assert error.value.slug == "xml-doctype"


# --- HTML: in a confined process ------------------------------------------------------------------------------------


def read(body: str):
    with serve({"*": answer(body, Content_Type="text/html")}) as site:
        options = {"fingerprints": False}
        return listed(site, Source("x", f"{site.url}/page.html", "html_page", options=options))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "CAPS", Caps(memory_bytes=400 * MEBI, cpu_seconds=5, wall_seconds=60.0))


@pytest.mark.usefixtures("hurried")
def test_a_page_that_keeps_a_parser_busy_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(ListingError) as error:
        read(HTML.format("<div>" * 200_000 + "<a href=a.csv>表</a>"))
    assert error.value.slug == "reading-stopped" and time.monotonic() - began < 90


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("".join(f"<b id={n}>" for n in range(3_000)) + "<p>" * 300_000, id="letters in bold"),
        pytest.param("<table>" * 100_000 + "<a href=a.csv>表</a>", id="tables in tables"),
        pytest.param("<a href=a.csv><b>" * 50_000, id="links in links"),
        pytest.param("<a href='a.csv?" + "x" * 8_000_000 + "'>表</a>", id="one address"),
    ],
)
@pytest.mark.usefixtures("hurried")
def test_a_page_of_nonsense_is_read_or_given_up_and_nobody_dies(inside: str) -> None:
    began = time.monotonic()
    try:
        read(HTML.format(inside))
    except ListingError as error:
        assert error.slug in ("reading-stopped", "page-without-links")
    assert time.monotonic() - began < 90


def test_of_a_million_links_some_are_read_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "CAPS", Caps(memory_bytes=1024 * MEBI, cpu_seconds=120, wall_seconds=400.0))
    records, facts = read(HTML.format("<a href=a.csv>表</a>" * 700_000))
    assert len(records) == 1 and not facts.complete and facts.counts == {"page-too-many-links": 1}


def test_a_page_of_thousands_of_links_in_one_block_is_read() -> None:
    links = "".join(f"<a href={n}.csv>避難所一覧その{n}</a> " for n in range(5_000))
    found = page_links.read(HTML.format(links), "https://a.jp/", page_links.Recipe())
    assert len(found.offers) == 5_000 and not found.cut


def test_one_huge_line_is_read() -> None:
    records, facts = read(HTML.format("あ" * 4_000_000 + "<a href=a.csv>避難所一覧</a>"))
    assert [record.title for record in records] == ["避難所一覧"] and facts.complete


def test_a_page_of_more_than_16_mib_is_not_taken() -> None:
    with pytest.raises(FetchError) as error:
        read(HTML.format("x" * 17 * MEBI))
    assert error.value.slug == "too-large"


def test_surrogates_and_controls_do_no_harm() -> None:
    records, _ = read(HTML.format("<a href='a.csv'>避難&#xD800;所&#0;一覧</a>"))
    assert json.dumps([record.concepts for record in records], ensure_ascii=False).encode()
    assert len(records) == 1


def test_a_selector_that_is_none_is_refused_across_the_border() -> None:
    with serve({"*": answer(HTML.format("<a href=a.csv>表</a>"))}) as site, pytest.raises(ListingError) as error:
        listed(site, Source("x", f"{site.url}/", "html_page", options={"scope": "[["}))
    assert error.value.slug == "option-refused"


def test_xml_and_json_have_their_limits_in_one_place() -> None:
    assert xml_text.NODES <= json_text.VALUES and page_links.MOST_LINKS < json_text.VALUES
