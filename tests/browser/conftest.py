"""The tier that looks at pages: a portal with the demo's harvested data, and Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal import Ports, Stack, demo

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole portal of its own, set up and harvested exactly as `make demo` does it."""
    stack = Stack(tmp_path_factory.mktemp("portal"), Ports.free())
    try:
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
