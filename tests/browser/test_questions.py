"""A question as people live it: asked on a phone without scripts, answered by the publisher, read by everybody."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import PHONE, ask
from .test_pages import visit

TEXT = "「備考」の列は何を表していますか。"
LONG = "https://data.example.lg.jp/" + "x" * 300  # a word that no line has room for


@pytest.fixture(scope="module")
def places(portal_url: str, places: dict[str, str]) -> dict[str, str]:
    """A data set and its publisher that no other test changes."""
    found = ask(portal_url, "package_search?rows=200")["results"]
    taken = {places["publisher"], "271004"}
    one = next(each for each in found if each["organization"]["name"] not in taken)
    return {**places, "package": one["name"], "publisher": one["organization"]["name"]}


@pytest.fixture(scope="module")
def asked(browser: Any, admin: Any, portal_url: str, places: dict[str, str]) -> dict[str, str]:
    """Addresses of pages about a question that waits, one that is answered, and one that is marked."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    for text in (f"{TEXT} 1", f"{TEXT} 2 {LONG}", f"{TEXT} 3"):
        page.goto(f"{portal_url}/dataset/{places['package']}")
        page.click("text=このデータについて質問する")
        page.fill("#field-text", text)
        with page.expect_navigation():  # a click waits for an answer, not for what is in it
            page.click("text=質問を送る")
        assert "公開団体に届けました" in page.content()
    context.close()
    page = admin.new_page()
    page.goto(f"{portal_url}/organization/questions/{places['publisher']}")
    paths = page.locator(".card a.button").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for path, done in zip(paths[1:], ("answer", "mark"), strict=True):
        page.goto(portal_url + path)
        if done == "answer":
            page.fill("#field-answer", f"設置の条件です。\n{LONG}")
            page.check("input[name=shown][value=text]")
        with page.expect_navigation():
            page.click(f"button[value={done}]")
        shot(page, done)
    page.close()
    return dict(zip(("waiting", "answered", "marked"), paths, strict=True))


def shot(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("OSAKADX_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", ["", "/questions", "/questions/new"])
def test_pages_of_who_asks_are_accessible_and_fit_a_phone(anybody, portal_url, places, asked, path, language):
    page = anybody.new_page()
    page.goto(f"{portal_url}{language}/dataset/{places['package']}{path}")
    shot(page, f"{path.strip('/').replace('/', '-') or 'dataset'}{language.strip('/')}")
    page.close()
    assert visit(anybody, portal_url, f"{language}/dataset/{places['package']}{path}") == []


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", ["/questions", "/organization/questions/{publisher}", "waiting", "answered", "marked"])
def test_pages_of_who_answers_are_accessible_and_fit_a_phone(admin, portal_url, places, asked, path, language):
    path = asked.get(path) or path.format(**places)
    page = admin.new_page()
    page.goto(portal_url + language + path)
    shot(page, re.sub(r"\W+", "-", language + path))
    page.close()
    assert visit(admin, portal_url, language + path) == []


def test_an_error_stands_beside_its_field_and_keeps_what_was_typed(anybody, portal_url, places):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}/questions/new")
    page.fill("#field-text", TEXT)
    page.fill("#field-address", "だれか")
    page.click("text=質問を送る")
    assert "メールアドレスとして読めません" in page.locator("#about-address").inner_text()
    assert page.input_value("#field-text") == TEXT
    trap = page.locator("div:has(> #field-website)")
    assert trap.bounding_box()["width"] <= 1 and trap.evaluate("box => getComputedStyle(box).overflow") == "hidden"
    shot(page, "error")
    page.close()


def test_the_answer_stands_on_the_page_of_the_data(anybody, portal_url, places, asked):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}")
    section = page.locator("section:has(> #questions)").inner_text()
    assert f"{TEXT} 2" in section and "設置の条件です。" in section and "1 件の質問が回答を待っています" in section
    assert f"{TEXT} 1" not in section and f"{TEXT} 3" not in section
    page.close()
