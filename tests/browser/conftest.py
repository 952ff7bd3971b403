"""The tier that looks at pages: a portal with the demo's harvested data, and Chromium."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.source import serving
from tests.portal import Ports, Stack, demo
from tests.unit.loopback import Site

# A page tells what its Content-Security-Policy has blocked, before anything of the page has run.
LISTENER = """window.blocked = []; document.addEventListener('securitypolicyviolation', event =>
window.blocked.push(`${event.effectiveDirective} blocks ${event.blockedURI} ${event.sample}`))"""
PHONE = {"width": 390, "height": 844}
CHROMIUM = (
    "/usr/bin/chromium-headless-shell"  # the build that Playwright itself drives; half the work of the desktop one
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="session")
def town() -> Iterator[Site]:
    """A host on loopback for catalogs that do what a test wants."""
    with serving() as site:
        yield site


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, town: Site) -> Iterator[Stack]:
    """A whole portal of its own, set up and harvested exactly as `make demo` does it; it may ask the town, too."""
    stack = Stack(tmp_path_factory.mktemp("portal"), Ports.free())
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo, "DEMO_OPTIONS", demo.DEMO_OPTIONS.replace("{0}", f"{{0}} {town.key}"))
            demo.demo(stack)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def portal_url(portal: Stack) -> str:
    return portal.site_url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    assert Path(CHROMIUM).exists(), "Chromium がありません。make test から始めると入ります。"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def new_context(browser: Any) -> Any:
    """A function that opens a browser of one's own; its pages collect what their policy blocks in `window.blocked`."""

    def opened(**options: Any) -> Any:
        context = browser.new_context(**options)
        context.add_init_script(LISTENER)
        return context

    return opened


@pytest.fixture(scope="session")
def anybody(new_context: Any) -> Iterator[Any]:
    context = new_context(viewport=PHONE)
    yield context
    context.close()


@pytest.fixture(scope="session")
def admin(new_context: Any, portal: Any, portal_url: str) -> Iterator[Any]:
    context = new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{portal_url}/user/login")
    page.fill("#field-login", "admin")
    page.fill("#field-password", portal.secrets["admin"])
    page.click("form:has(#field-login) button[type=submit]")
    assert "/dashboard" in page.url
    yield context
    context.close()


def ask(portal_url: str, action: str) -> Any:
    with urllib.request.urlopen(f"{portal_url}/api/3/action/{action}", timeout=60) as answer:
        return json.load(answer)["result"]


def has_map(portal_url: str, package: dict[str, Any]) -> bool:
    with urllib.request.urlopen(f"{portal_url}/dataset/{package['name']}", timeout=60) as page:
        return b'id="map"' in page.read()


@pytest.fixture(scope="session")
def places(portal_url: str) -> dict[str, str]:
    """Names to put into addresses: a data set with a loaded table that holds coordinates, if one does."""
    found = ask(portal_url, "package_search?rows=200")["results"]
    tables = [
        (package, resource)
        for package in found
        for resource in package["resources"]
        if resource.get("datastore_active")
    ]
    assert tables, "no table was loaded"
    shelters = [pair for pair in tables if "避難" in pair[0]["title"]] or tables
    package, resource = max(shelters, key=lambda pair: has_map(portal_url, pair[0]))
    publisher = package["organization"]["name"]
    ragged = ask(portal_url, "package_show?id=otameshi-ragged")["resources"][0]["id"]
    return {"package": package["name"], "resource": resource["id"], "publisher": publisher, "ragged": ragged}
