"""Harvest sources on a phone: list, form and preview, what waits, one record; by keyboard without scripts."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.portal import BIN, Stack

from .conftest import PHONE
from .test_pages import visit

WAIT = """
import sys
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit as tk
with make_app(load_config(sys.argv[1]))._wsgi_app.test_request_context():
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest.model import Item, Standing
    from ckanext.osakadx.setup import site_user
    listed = model.Session.query(HarvestSource).filter_by(type="osakadx_csv_listing").first().url
    made = tk.get_action("osakadx_harvest_source_create")(site_user(), {
        "name": "waiting-for-the-desk", "title": "とても長い名前の収集元(公共施設と避難所の一覧、市内全域)",
        "url": listed + "/long-path" * 8 + "/index.html", "type": "osakadx_html_page",
        "organization": "272272", "schedule": "17 3 * * 1", "options": {"scope": "#main", "by_section": True},
    })
    standing = model.Session.get(Standing, made["id"])
    standing.approved, standing.asked_by = "", "somebody"
    item = model.Session.query(Item).join(HarvestSource, HarvestSource.id == Item.source_id)
    item = item.filter(HarvestSource.type == "osakadx_csv_listing").first()
    source = model.Session.get(HarvestSource, item.source_id)
    # A second run with a longer text, so that there is something to compare.
    from ckanext.osakadx.harvest.model import Entry, Run, now
    entry = model.Session.query(Entry).filter_by(guid=item.guid).filter(Entry.record.isnot(None)).first()
    run = Run(source_id=source.id, job_id="none", trigger="calendar", state="finished", started=now(), finished=now(),
              counts={"listed": 5, "updated": 1}, facts={"requests": 3, "bytes": 123456})
    model.Session.add(run)
    model.Session.flush()
    record = dict(entry.record)
    text = "市内の公共施設の一覧です。毎年四月に更新します。" * 3
    record["concepts"] = {**record["concepts"], "description": text, "keyword": ["新しい", "言葉"]}
    model.Session.add(Entry(run_id=run.id, guid=item.guid, position=1, digest="x", title=entry.title, action="change",
        result="updated", record=record, package_id=item.package_id,
        notices=[{"slug": "y", "message": "更新日を読めませんでした。"}]))
    going = Run(source_id=made["id"], job_id="none", trigger="page", state="running", started=now())
    model.Session.add(going)
    model.Session.commit()
    print("WAITS", model.Package.get(source.id).name, item.guid, source.url, going.id)
"""


@pytest.fixture(scope="module")
def places(portal: Stack) -> dict[str, str]:
    """A source that waits, one that has run, a record of it that changed, its list, a run that goes on."""
    done = subprocess.run([BIN / "python", "-c", WAIT, portal.ini], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    source, guid, url, going = done.stdout.split("WAITS ")[1].split()
    return {"source": source, "guid": guid, "url": url, "going": going, "waiting": "waiting-for-the-desk"}


PUBLIC = ["/harvest", "/harvest?state=active&q=a", "/harvest?q=nothing", "/harvest/{source}"]
DESK = [
    "/harvest", "/harvest/new", "/harvest/edit/{source}", "/harvest/edit/{waiting}", "/harvest/approve/{waiting}",
    "/harvest/{waiting}", "/harvest/{source}", "/harvest/record/{source}/{guid}", "/harvest/run/{going}?live=no",
]  # fmt: skip


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_what_everybody_sees_is_accessible_and_fits_a_phone(anybody, portal_url, places, path, language):
    assert visit(anybody, portal_url, language + path.format(**places)) == []


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", DESK)
def test_what_the_desk_sees_is_accessible_and_fits_a_phone(admin, portal_url, places, path, language):
    assert visit(admin, portal_url, language + path.format(**places)) == []


def filled(page: Any, places: dict[str, str]) -> None:
    page.fill("#field-url", places["url"])
    page.check('[name="type"][value="osakadx_csv_listing"]')
    page.select_option("#field-organization", "272272")


def test_a_preview_stands_below_the_form_and_is_accessible(admin, portal_url, places):
    from axe_playwright_python.sync_playwright import Axe

    page = admin.new_page()
    page.goto(f"{portal_url}/harvest/new")
    filled(page, places)
    page.click('button[value="preview"]')
    page.locator("#preview").wait_for()
    assert page.locator("section[aria-labelledby=preview] tbody tr").count() > 0
    assert page.input_value("#field-url") == places["url"]
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("window.blocked") == []
    page.close()


def test_a_source_is_tried_by_keyboard_without_scripts_and_mistakes_are_told(browser, admin, portal_url, places):
    state = admin.storage_state()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{portal_url}/harvest/new")
    kind = page.locator(".kind:has([value=osakadx_html_page]) .kind-options")
    assert not kind.is_visible()
    page.locator('[name="type"][value="osakadx_html_page"]').press("Space")
    assert kind.is_visible()
    page.locator('button[value="preview"]').press("Enter")
    alert = page.locator("[role=alert]")
    alert.wait_for()
    assert "次のところを直してください" in alert.inner_text()
    filled(page, places)
    page.locator('button[value="preview"]').press("Enter")
    page.locator("#preview").wait_for()
    assert "まだ保存していません" in page.locator("#preview").inner_text()
    context.close()
