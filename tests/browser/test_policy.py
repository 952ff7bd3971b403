"""Every kind of page that a link leads to keeps to the Content-Security-Policy: nothing of it is lost in a browser."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest

from .test_pages import visit

MOST_PAGES = 150
# Not pages, or links that do something at once.
ELSEWHERE = re.compile(
    r"^/(api|webassets|datastore/dump|feeds|uploads)(/|$)|logout|/download/|/refresh/|/clear/|/abort|^/harvest/delete/"
    r"|\.[a-z0-9]{1,8}$"
)
NAME = re.compile(r"(?<=/)[^/]*\d[^/]*|(?<=^/group/)[^/]*$|(?<=/about/)[^/]+")
EVERYWHERE = ["/", "/dataset/", "/organization/", "/group/", "/harvest", "/guide", "/developers", "/none"]
SIGNED_IN = [
    "/dashboard/", "/user/admin", "/user/", "/user/edit/admin", "/ckan-admin/", "/ckan-admin/activities",
    "/dataset/new", "/harvest/new", "/organization/new", "/group/new",
]  # fmt: skip


def kind(path: str) -> str:
    """A page's address without names: all pages of a kind come from one template."""
    return NAME.sub("*", path.removeprefix("/en").rstrip("/"))


def walk(context: Any, portal_url: str, start: list[str]) -> dict[str, list[str]]:
    """Open two pages of each kind that links lead to, one in English; return what the policy blocked on which."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    seen: dict[str, int] = {}
    waiting, blocked = list(start), {}
    while waiting and sum(seen.values()) < MOST_PAGES:
        path = waiting.pop(0)
        if seen.get(kind(path), 0) >= (1 if path.startswith("/en") else 2):
            continue
        seen[kind(path)] = seen.get(kind(path), 0) + 1
        said.clear()
        answer = page.goto(portal_url + path)
        assert answer.status < 500, path
        if not (answer.headers.get("content-type") or "").startswith("text/html"):
            continue
        found = page.evaluate("window.blocked") + said
        if found:
            blocked[path] = found
        for address in page.evaluate("[...document.links].map(link => link.href)"):
            target = urlsplit(urldefrag(address).url)
            if address.startswith(portal_url + "/") and not ELSEWHERE.search(target.path):
                waiting.append(target.path)
    page.close()
    assert len(seen) > len(start), "no link was followed"
    return blocked


@pytest.fixture(scope="session")
def changed(admin: Any, portal_url: str, places: dict[str, str]) -> list[str]:
    """Pages that tell what was changed of a data set, a publisher and a field, each changed here."""
    page = admin.new_page()
    forms = (
        f"/dataset/edit/{places['package']}",
        f"/organization/edit/{places['publisher']}",
        "/group/edit/administration-finance",
    )
    for form in forms:
        page.goto(portal_url + form)
        page.click("form:has(textarea) button[type=submit][name=save]")
    found = []
    for form in forms:
        page.goto(portal_url + form.replace("/edit/", "/activity/"))
        found.append(urlsplit(page.locator("a[href*='/changes/']").first.get_attribute("href")).path)
    page.close()
    return found


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
def test_no_public_page_loses_anything_to_its_policy(anybody: Any, portal_url: str, language: str) -> None:
    assert walk(anybody, portal_url, [language + path for path in EVERYWHERE]) == {}


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
def test_no_page_for_publishers_loses_anything_to_its_policy(
    admin: Any, portal_url: str, changed: list[str], language: str
) -> None:
    assert walk(admin, portal_url, [language + path for path in (*changed, *EVERYWHERE, *SIGNED_IN)]) == {}


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("number", range(3), ids=["data set", "publisher", "field"])
def test_what_was_changed_is_accessible_and_fits_a_phone(
    admin: Any, portal_url: str, changed: list[str], number: int, language: str
) -> None:
    assert visit(admin, portal_url, language + changed[number]) == []


def test_a_style_in_the_page_is_blocked_and_that_is_noticed(anybody: Any, portal_url: str) -> None:
    page = anybody.new_page()
    page.goto(portal_url)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p><style>p {}</style>')")
    page.wait_for_timeout(100)
    blocked = page.evaluate("window.blocked")
    assert {entry.split()[0] for entry in blocked} == {"style-src-attr", "style-src-elem"}
    page.evaluate("document.querySelector('#content').style.color = 'red'")  # by the CSSOM, as scripts of ours may
    page.wait_for_timeout(100)
    assert page.evaluate("window.blocked") == blocked
    page.close()
