"""A held run as a publisher meets it on a phone: readable, within the policy, decided by keyboard without scripts."""

from __future__ import annotations

import subprocess

import pytest

from tests.portal import BIN, Stack

from .conftest import PHONE
from .test_pages import visit

HOLD = """
import sys
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
with make_app(load_config(sys.argv[1]))._wsgi_app.test_request_context():
    from ckanext.harvest.model import HarvestJob, HarvestSource
    from ckanext.osakadx.harvest.model import HELD, Entry, Run, now
    source = model.Session.query(HarvestSource).filter_by(active=True, type="osakadx_ckan_api").first()  # has most
    job = HarvestJob(source_id=source.id, status="Finished")
    model.Session.add(job)
    model.Session.flush()
    message = "前回の 60 件のうち 25 件が、題名やURLは同じままIDだけ変わっています。何も変えずに確認を待ちます。"
    run = Run(
        source_id=source.id, job_id=job.id, trigger="calendar", state=HELD, started=now(), finished=now(),
        plan={"add": 3, "change": 1, "same": 31, "gone": 25, "moved": []},
        facts={"notices": [{"slug": "x", "message": "データの名前がない行を飛ばしました。", "where": "7行目"}]},
        guard={"action": "hold-run", "slug": "identity-changed", "message": message, "held_removals": False},
    )
    model.Session.add(run)
    model.Session.flush()
    for number in range(130):
        action = "gone" if number < 25 else "add"
        notices = [{"slug": "y", "message": "更新日を読めませんでした。"}] if number % 7 == 0 else []
        model.Session.add(Entry(
            run_id=run.id, guid=f"guid-{number}", position=number, digest="", action=action, notices=notices,
            title=f"とても長い名前の公共施設一覧その{number}(令和6年度版・市内全域・確定値)",
        ))
    model.Session.commit()
    print(f"HELD {run.id} {model.Package.get(source.id).name}")
"""


@pytest.fixture(scope="module")
def held(portal: Stack) -> dict[str, str]:
    """A run that waits for a person, and its source."""
    done = subprocess.run([BIN / "python", "-c", HOLD, portal.ini], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    run, source = done.stdout.split("HELD ")[1].split()
    return {"run": run, "source": source}


PAGES = ["/harvest/run/{run}", "/harvest/run/{run}?page=2", "/harvest/{source}", "/harvest/{source}?page=2"]
QUESTIONS = ["/harvest/run/{run}/release", "/harvest/run/{run}/discard"]


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_the_page_of_a_run_is_accessible_and_fits_a_phone(anybody, portal_url, held, path, language):
    assert visit(anybody, portal_url, language + path.format(**held)) == []


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", PAGES + QUESTIONS)
def test_what_waits_is_accessible_and_fits_a_phone(admin, portal_url, held, path, language):
    assert visit(admin, portal_url, language + path.format(**held)) == []


def test_a_held_run_is_dropped_by_keyboard_without_scripts(browser, admin, portal_url, held):
    state = admin.storage_state()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{portal_url}/harvest/{held['source']}")
    link = page.locator("section.note a.danger")
    assert link.inner_text() == "破棄"
    link.press("Enter")
    page.wait_for_url("**/discard")
    assert page.locator("ol[lang=ja] li").count() == 20
    assert "ほか 5 件" in page.locator("#content details").inner_text()
    page.locator("form button.danger").press("Enter")
    page.wait_for_url(f"**/harvest/run/{held['run']}")
    assert "破棄しました" in page.locator("[role=status]").inner_text()
    assert page.locator("section.note").count() == 0
    context.close()
