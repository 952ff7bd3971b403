"""A walk over the portal's pages in Japanese meets no English sentence, signed in or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

HOST = "http://localhost"
MOST_PAGES = 120
# Not pages of ours, or not for reading.
ELSEWHERE = re.compile(r"^/(api|en|webassets|datastore/dump|feeds|user/_?logout)(/|$)|/download/|\.[a-z0-9]{1,6}$")
FORMS = [f"/{path}" for path in ("dataset/new", "organization/new", "group/new", "harvest/new", "user/edit/admin")]
ANYONE = ["/", "/dataset/", "/organization/", "/group/", "/harvest", "/about", "/user/login", "/user/reset", "/none"]
SYSADMIN = ["/dashboard/datasets", "/ckan-admin/", "/ckan-admin/config", "/ckan-admin/trash", "/user/", *FORMS]

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
ADDRESS = re.compile(r"\S*(://|@|/|\.[a-z]{2})\S*")
# Names, formats and identifiers that Japanese writes in Latin letters.
NAMES = re.compile(
    r"\b(API|AED|CKAN|CSV|TSV|XLSX?|Excel|PDF|JSON(-LD)?|GeoJSON|XML|RDF|Turtle|DCAT|HTML|Atom|URL|English|Facebook|admin"
    r"|BOM|UTF-8|Shift_JIS|PDL1\.0|CC|BY|SA|ODbL|GitHub|BODIK|UUID|GUID|KiB|MiB|osakadx[\w-]*|[a-z0-9]+([-_][a-z0-9]+)+)\b"
)
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
SILENT = {"script", "style", "code", "pre", "template", "textarea"}


class Page(HTMLParser):
    """What a page says in one language only, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.phrases: list[str] = []
        self.links: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        given = dict(attrs)
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        spoken = SPOKEN | ({"value"} if tag == "input" and given.get("type") in {"submit", "button"} else set())
        self.phrases += [value for name, value in attrs if name in spoken and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.phrases.append(" ".join(data.split()))


def english(text: str) -> set[str]:
    """Return the phrases of a page that are neither Japanese nor names and addresses."""
    return {
        phrase
        for phrase in Page(text).phrases
        if not JAPANESE.search(phrase) and WORD.search(NAMES.sub(" ", ADDRESS.sub(" ", phrase)))
    }


def walk(browser: Any, start: list[str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of the pages that can be reached, once each however they are asked for."""
    seen, waiting = set(start), list(start)
    while waiting and len(seen) <= MOST_PAGES:
        path = waiting.pop(0)
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        if not answer.content_type.startswith("text/html"):
            continue
        yield path, answer.text
        for link in Page(answer.text).links:
            target = urlsplit(urldefrag(urljoin(f"{HOST}{path}", link)).url)
            if target.netloc == urlsplit(HOST).netloc and not ELSEWHERE.search(target.path) and target.path not in seen:
                seen.add(target.path)
                waiting.append(target.path)


@pytest.fixture
def signed_in(flask_app: Any, stack: Any) -> Any:
    """A browser signed in as the sysadmin."""
    browser = flask_app.test_client()
    form = {"login": "admin", "password": stack.secrets["admin"], "_csrf_token": token(browser, "/user/login")}
    assert browser.post("/user/login", data=form).status_code == 302
    return browser


def token(browser: Any, path: str) -> str:
    return browser.get(path).text.split('name="_csrf_token"', 1)[1].split('"', 2)[1]


@pytest.mark.parametrize(
    "text, left",
    [
        ("<p>データを探す</p><a href='/x'>CSV</a>", set()),
        ("<p>Search</p>", {"Search"}),
        ("<p>2 CSV files</p>", {"2 CSV files"}),
        ("<img alt='Map' src='m.png'>", {"Map"}),
        ("<p>https://example.jp/open-data</p><p>271403-evacuation-space</p>", set()),
        ("<script>let Search</script>", set()),
    ],
)
def test_english_is_told_from_names_and_addresses(text: str, left: set[str]) -> None:
    assert english(text) == left


def test_a_visitor_meets_no_english(client: Any) -> None:
    assert [(path, phrase) for path, text in walk(client, ANYONE) for phrase in sorted(english(text))] == []


def test_a_sysadmin_meets_no_english(signed_in: Any) -> None:
    assert [(path, phrase) for path, text in walk(signed_in, SYSADMIN) for phrase in sorted(english(text))] == []


@pytest.mark.parametrize("path", FORMS)
def test_errors_of_a_form_are_japanese(signed_in: Any, path: str) -> None:
    form = {"_csrf_token": token(signed_in, path), "save": "save", "email": "", "name": ""}
    answer = signed_in.post(path, data=form, follow_redirects=True)
    assert english(answer.text) == set()


def publishers_offered(text: str) -> str:
    return text.split('<select id="field-organizations"', 1)[1].split("</select>", 1)[0]


def test_no_publisher_is_chosen_beforehand(signed_in: Any) -> None:
    offered = publishers_offered(signed_in.get("/dataset/new").text)
    assert offered.index('<option value="">選んでください') < offered.index("大阪府") < offered.index("大阪市")
    assert " selected" not in offered
    english = publishers_offered(signed_in.get("/en/dataset/new").text)
    assert "Osaka City" in english and not JAPANESE.search(english)

    form = {"_csrf_token": token(signed_in, "/dataset/new"), "save": "save", "title": "一覧", "owner_org": ""}
    answer = signed_in.post("/dataset/new", data=form | {"private": "True"}, follow_redirects=True).text
    assert "<li>地方公共団体名: 自治体・部局を選んでください</li>" in answer
    assert "<li>「概要」を書いてください。例）" in answer  # named once
    assert "非公開にできません" not in answer  # only follows from it


def kinds_of_sources(text: str) -> list[str]:
    """What the form of a source says of each kind, in the page's language."""
    labels = re.findall(r'<label class="radio">.*?</label>', text, re.DOTALL)
    return [" ".join(phrase for phrase in Page(label).phrases if phrase) for label in labels]


def test_kinds_of_sources_are_named_in_the_language_of_the_page(signed_in: Any) -> None:
    from ckan.plugins import PluginImplementations
    from ckanext.harvest.interfaces import IHarvester

    ours = sum(hasattr(plugin, "harvest") for plugin in PluginImplementations(IHarvester))
    japanese, english = (kinds_of_sources(signed_in.get(path).text) for path in ("/harvest/new", "/en/harvest/new"))
    assert len(japanese) == len(english) >= ours > 0
    assert all(JAPANESE.search(said) for said in japanese)
    assert not any(JAPANESE.search(said) for said in english)


def test_the_title_of_somebody_elses_harvester_is_shown_as_it_is(signed_in: Any, monkeypatch: Any) -> None:
    from ckan.lib import helpers

    theirs = {"name": "theirs", "title": "Harvester <X>", "description": ""}
    monkeypatch.setitem(helpers.helper_functions, "harvesters_info", lambda: [theirs, theirs | {"title": ""}])
    assert kinds_of_sources(signed_in.get("/harvest/new").text) == ["Harvester <X>", "theirs"]
