"""The life of a source as the person in charge sees it: added, collected, emptied, halved, broken, silent, back again.

A real catalog on loopback, the portal's own worker, and pages; nothing is looked up behind them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.source import HTML, Catalog, catalog
from tests.unit.loopback import Site

from .conftest import PHONE, ask
from .test_pages import visit

PATIENCE = 90  # seconds until a run must have ended; a source that hangs is given up after 15
DESK = {"width": 1280, "height": 900}


class Story:
    """One source, its pages, and the person in front of them."""

    def __init__(self, page: Any, url: str, source: Catalog) -> None:
        self.page, self.url, self.source = page, url, source

    def add(self) -> None:
        """Fill in the form, look at the preview, save."""
        page = self.page
        page.goto(f"{self.url}/harvest/new")
        page.fill("#field-url", self.source.url)
        page.check('[name="type"][value="osakadx_ckan_api"]')
        page.select_option("#field-organization", "272272")
        page.fill("[name=title]", f"{self.source.key}のカタログ")
        page.fill("[name=name]", self.source.key)
        page.click('button[value="preview"]')
        preview = page.locator("section[aria-labelledby=preview]")
        preview.wait_for()
        assert preview.locator("tbody tr").count() == 20
        assert self.has(0)
        page.click('button[value="save"]')
        page.wait_for_url(f"**/harvest/{self.source.key}*")

    def collect(self) -> str:
        """Press the button, follow the run to its end; what its page says."""
        self.page.goto(f"{self.url}/harvest/{self.source.key}")
        self.page.click("text=今すぐ収集")
        self.page.wait_for_url("**/harvest/run/*")
        until = time.monotonic() + PATIENCE
        while self.page.locator("#going").count():
            assert time.monotonic() < until, self.page.inner_text("#content")
            time.sleep(0.5)
            self.page.reload()
        return self.page.inner_text("#content")

    def discard(self) -> None:
        """Leave the catalog as it is."""
        self.page.click("section.note a.danger")
        self.page.click("form button.danger")
        self.page.wait_for_url("**/harvest/run/*")
        assert "破棄しました" in self.page.inner_text("[role=status]")

    def has(self, number: int) -> bool:
        """So many data sets of the source does everybody find, once the index has heard of them."""
        until = time.monotonic() + 20
        while (found := ask(self.url, f"package_search?q={self.source.key}&rows=0")["count"]) != number:
            if time.monotonic() > until:
                raise AssertionError(f"{found} data sets are found, not {number}")
            time.sleep(0.5)
        return True


@pytest.fixture
def story(new_context: Any, admin: Any, portal_url: str, town: Site) -> Iterator[Story]:
    context = new_context(viewport=DESK, storage_state=admin.storage_state())
    yield Story(context.new_page(), portal_url, catalog(town, f"town{uuid4().int % 10**6}", 40))
    context.close()


def test_whatever_becomes_of_a_source_nothing_is_lost_and_its_people_read_why(story: Story, admin: Any) -> None:
    source = story.source
    story.add()
    assert "完了" in story.collect() and story.has(40)
    whole = dict(source.packages)

    source.packages = {}
    said = story.collect()
    assert "一覧が空でした(前回 40 件)。何も変えずに確認を待ちます。" in said and "40 件を消えたものとします" in said
    assert visit(admin, story.url, story.page.url.removeprefix(story.url), PHONE["width"]) == []
    story.discard()

    source.packages = dict(list(whole.items())[:20])
    said = story.collect()
    assert "前回の 40 件のうち 20 件が一覧から消えました" in said and "削除は確認を待ちます" in said
    assert story.has(40)
    story.discard()

    source.packages = whole
    source.fault = lambda _: HTML
    said = story.collect()
    assert "データの代わりにHTMLのページが返されました。" in said
    assert said.count("アドレスを確かめてください。") == 1  # how to mend it is said once
    source.fault = lambda _: [b"HTTP/1.1 200 OK\r\n", 60.0]
    assert "応答が遅く、待ち時間を超えました。" in story.collect()
    story.page.goto(f"{story.url}/harvest/{source.key}")
    failed = story.page.locator("section[aria-labelledby=runs] tbody tr").first.inner_text()
    assert "失敗" in failed and "応答が遅く" in failed
    assert story.has(40)

    source.fault = None
    source.change(range(3))
    said = story.collect()
    assert "一覧のとおりに反映します。" in said
    numbers = story.page.locator("section[aria-labelledby=numbers] dl").inner_text().split("\n")
    figures = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert [figures[name] for name in ("追加", "更新", "変更なし", "カタログにある件数")] == ["0", "3", "37", "40"]
    assert story.has(40)
