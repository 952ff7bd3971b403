"""Every kind of page, in both languages, on a phone: open to everybody, asking nobody else, nothing of stock left."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from osakadx.mails import signature

from .conftest import PHONE, ask

ANYBODY = {
    "home": "/",
    "all data": "/dataset/",
    "results": "/dataset/?q=" + quote("避難所"),
    "nothing found": "/dataset/?q=zzzzqqq",
    "chosen filters": "/dataset/?res_format=CSV",
    "data set": "/dataset/{package}",
    "file": "/dataset/{package}/resource/{resource}",
    "rows": "/dataset/{package}/resource/{resource}?q=" + quote("大") + "&page=1",
    "publishers": "/organization/",
    "publisher": "/organization/{publisher}",
    "publisher without data": "/organization/273830",
    "coverage": "/quality",
    "coverage of a group": "/quality?peers=towns",
    "a standard": "/quality/standard/08",
    "how a publisher stands": "/quality/{publisher}",
    "how a publisher without data stands": "/quality/273830",
    "a sheet with findings": "/dataset/otameshi-ragged/resource/{ragged}?row=7",
    "fields": "/group/",
    "field": "/group/administration-finance",
    "about": "/about",
    "guide": "/guide",
    "terms": "/terms",
    "accessibility": "/accessibility",
    "developers": "/developers",
    "log in": "/user/login",
    "reset": "/user/reset",
    "sources": "/harvest",
    "link that does not work": "/mails/stop/x",
    "not found": "/nowhere",
    "forbidden": "/ckan-admin/",
}
SIGNED_IN = {
    "my page": "/dashboard/datasets",
    "my publishers": "/dashboard/organizations",
    "profile": "/user/edit/admin",
    "tokens": "/user/admin/api-tokens",
    "mails to me": "/user/mails",
    "new data set": "/dataset/new",
    "edit data set": "/dataset/edit/{package}",
    "files": "/dataset/resources/{package}",
    "new file": "/dataset/{package}/resource/new",
    "edit file": "/dataset/{package}/resource/{resource}/edit",
    "column meanings": "/dataset/{package}/dictionary/{resource}",
    "history": "/dataset/activity/{package}",
    "edit publisher": "/organization/edit/{publisher}",
    "members": "/organization/members/{publisher}",
    "new member": "/organization/member_new/{publisher}",
    "many data sets": "/organization/bulk_process/{publisher}",
    "new source": "/harvest/new",
    "administration": "/ckan-admin/",
    "settings": "/ckan-admin/config",
    "trash": "/ckan-admin/trash",
    "who was told what": "/ckan-admin/mails",
    "coverage for the desk": "/quality",
    "how a publisher stands for its people": "/quality/{publisher}",
}
STOCK = re.compile(r"bootstrap|jquery|fontawesome|select2|htmx|/base/|main\.css")


def visit(context: Any, portal_url: str, path: str, room: int = PHONE["width"]) -> list[str]:
    """Open a page and return what is wrong with it."""
    page = context.new_page()
    asked: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failures.append(f"script: {error}"))
    answer = page.goto(portal_url + path)
    assert answer.status in (200, 403, 404), answer.status
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong = [f"asks {url}" for url in asked if not url.startswith((portal_url, "data:"))]
    wrong += [f"stock: {url}" for url in asked if STOCK.search(url)]
    wrong += [f"{width} px wide"] if width > room else []
    wrong += page.evaluate("window.blocked")
    for violation in Axe().run(page).response["violations"]:
        wrong += [f"{violation['id']}: {node['html'][:120]}" for node in violation["nodes"][:3]]
    page.close()
    return wrong + failures


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", ANYBODY.values(), ids=ANYBODY.keys())
def test_a_public_page_is_accessible_fits_a_phone_and_asks_nobody_else(anybody, portal_url, places, path, language):
    assert visit(anybody, portal_url, language + path.format(**places)) == []


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", SIGNED_IN.values(), ids=SIGNED_IN.keys())
def test_a_page_for_publishers_is_accessible_fits_a_phone_and_asks_nobody_else(
    admin, portal_url, places, path, language
):
    assert visit(admin, portal_url, language + path.format(**places)) == []


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("purpose", ["stop", "confirm"])
def test_a_link_in_a_mail_is_accessible_and_fits_a_phone(anybody, admin, portal, portal_url, purpose, language):
    page = admin.new_page()
    page.goto(f"{portal_url}/user/mails")
    page.select_option("#field-harvest-held", "weekly")
    page.click("form:has(#field-harvest-held) button[type=submit]")
    assert page.input_value("#field-harvest-held") == "weekly"
    page.close()
    handle = portal.psql("SELECT handle FROM osakadx_mail_person LIMIT 1", "ckan").split()[-1]
    path = f"/mails/{purpose}/{signature.token(portal.secrets['secret_key'], purpose, handle, 'hf')}"
    assert visit(anybody, portal_url, language + path) == []


def test_the_front_page_has_a_tile_for_each_municipality_and_figures_that_agree(anybody, portal_url):
    page = anybody.new_page()
    page.goto(portal_url)
    assert page.locator(".tile").count() == 43
    count = ask(portal_url, "package_search?rows=0")["count"]
    ours, *elsewhere = re.findall(r"\d+", page.locator(".figures dd").first.inner_text().replace(",", ""))
    assert int(ours) + sum(map(int, elsewhere)) == count and int(ours) < count  # the demo has neighbours' data
    page.close()


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
def test_no_name_is_cut_off_by_its_tile(anybody, portal_url, language):
    page = anybody.new_page()
    page.goto(f"{portal_url}{language}/")
    cut = "tiles => tiles.filter(t => t.scrollWidth > t.clientWidth).map(t => t.textContent.trim())"
    assert page.locator(".tile").evaluate_all(cut) == []
    page.close()


# Links within a sentence may be as high as its line (WCAG 2.2, 2.5.8); those below stand alone.
SMALL = """targets => targets.filter(target => {
  const box = target.getBoundingClientRect(), shown = target.checkVisibility({contentVisibilityAuto: true});
  const alone = getComputedStyle(target).display !== 'inline' || !target.closest('p, .prose, small');
  return shown && alone && box.width > 0 && (box.height < 23.9 || box.width < 23.9);
}).map(target => `${target.textContent.trim().slice(0, 30)} ${target.className}`)"""


@pytest.mark.parametrize("path", ["/", "/dataset/{package}", "/organization/{publisher}", "/harvest", "/user/login"])
def test_what_is_to_be_touched_is_large_enough(anybody, portal_url, places, path):
    page = anybody.new_page()
    page.goto(portal_url + path.format(**places))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.locator("a[href], button, input:not([type=hidden]), select, summary").evaluate_all(SMALL) == []
    page.close()


def test_every_example_on_the_front_page_finds_something(anybody, portal_url):
    page = anybody.new_page()
    page.goto(portal_url)
    words = page.locator(".hero .chip").all_inner_texts()
    assert "避難所" in words
    for word in words:
        assert ask(portal_url, f"package_search?rows=0&q={quote(word)}")["count"] > 0, word
    page.close()


def test_search_filters_rows_and_downloads_work_without_scripts(browser, portal_url, places):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(portal_url)
    page.fill(".hero input[type=search]", "避難所")
    page.keyboard.press("Enter")
    page.locator(".hit").first.wait_for()
    page.goto(f"{portal_url}/dataset/{places['package']}")
    assert page.locator("#table table tbody tr").count() > 0
    page.click("text=すべての行を見る")
    before = page.locator("table.data tbody tr").first.inner_text()
    page.click("table.data thead th:first-child a")
    page.wait_for_url("**sort=**asc**")
    page.click("table.data thead th:first-child a")
    page.wait_for_url("**sort=**desc**")
    assert page.locator("table.data tbody tr").first.inner_text() != before
    context.close()


def test_a_part_of_a_japanese_word_finds_its_rows(anybody, portal_url, places):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}/resource/{places['resource']}")
    cell = page.locator("table.data tbody td:not(.none):not(.figure)").first.inner_text()
    part = cell[1:3] if len(cell) > 3 else cell
    page.fill("#table input[name=q]", part)
    page.click("#table form button")
    rows = page.locator("#table table.data tbody tr")
    assert rows.count() > 0
    assert all(part.lower() in text.lower() for text in rows.all_inner_texts())
    page.close()


def test_tabs_move_by_keyboard_and_show_one_panel_at_a_time(anybody, portal_url, places):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}")
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("End")
    assert page.locator("[role=tab]").last.get_attribute("aria-selected") == "true"
    assert page.locator("[role=tabpanel]:visible").count() == 1
    page.close()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(anybody, portal_url):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.close()


def test_the_example_for_programs_gives_rows_when_it_is_pasted(anybody, portal_url, places):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}")
    text = page.locator("pre code").first.inner_text()
    address, *values = re.findall(r"'([^']+)'|-d (\S+)", text)
    query = "&".join(value for _, value in values)
    with urllib.request.urlopen(f"{address[0]}?{query}", timeout=60) as answer:
        assert len(json.load(answer)["result"]["records"]) == 5
    page.close()


def test_who_only_reads_gets_no_cookie(browser, portal_url, places):
    context = browser.new_context()
    page = context.new_page()
    for path in ("/", "/dataset/?q=AED", f"/dataset/{places['package']}", "/organization/"):
        page.goto(portal_url + path)
    assert context.cookies() == []
    context.close()


def test_names_of_the_places_on_the_map_stand_in_a_list_too(anybody, portal_url, places):
    page = anybody.new_page()
    page.goto(f"{portal_url}/dataset/{places['package']}#map")
    assert page.locator(".points svg .dots").is_visible()
    page.click("#map summary")
    assert page.locator("#map ol li").count() > 0
    page.close()


DESK = {"width": 1280, "height": 900}


@pytest.mark.parametrize("language", ["", "/en"], ids=["ja", "en"])
@pytest.mark.parametrize("path", ["/quality", "/quality/{publisher}", "/quality/standard/08"])
def test_coverage_is_accessible_and_fits_a_desk(new_context, portal_url, places, path, language):
    context = new_context(viewport=DESK)
    assert visit(context, portal_url, language + path.format(**places), DESK["width"]) == []
    context.close()


def test_the_matrix_has_a_row_for_each_municipality_and_a_phone_a_map_in_its_place(new_context, anybody, portal_url):
    context = new_context(viewport=DESK)
    page = context.new_page()
    page.goto(f"{portal_url}/quality")
    assert page.locator(".matrix tbody tr").count() == 43
    assert page.locator(".matrix tbody tr").first.locator("td.state").count() == 31
    assert not page.locator(".tiles").is_visible()
    page.locator(".matrix-box").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    head, box = (page.locator(part).bounding_box() for part in (".matrix .corner", ".matrix-box"))
    assert abs(head["y"] - box["y"]) <= 2  # the heads stay
    context.close()
    page = anybody.new_page()
    page.goto(f"{portal_url}/quality")
    assert page.locator(".tiles .tile").count() == 43
    assert not page.locator(".matrix").is_visible()
    page.close()


def test_a_finding_leads_to_its_place_in_the_sheet_and_back_without_scripts(browser, portal_url, places):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/dataset/otameshi-ragged/resource/{places['ragged']}")
    page.locator(".spots a").first.press("Enter")
    place = page.locator(":target")
    assert place.inner_text().split() == ["3", "1", "番の指摘"]
    place.locator("a").press("Enter")
    assert page.url.endswith("#finding-1")
    assert "列" in page.locator(":target").inner_text()
    context.close()


def test_how_a_publisher_stands_fits_a_sheet_of_paper(browser, portal_url, places):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{portal_url}/quality/{places['publisher']}")
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "12mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    context.close()


def test_enter_in_a_field_saves_a_data_set_and_leaves_it_public(admin, portal_url, places):
    page = admin.new_page()
    page.goto(f"{portal_url}/dataset/edit/{places['package']}")
    page.locator("#field-title").press("Enter")
    page.wait_for_url(f"**/dataset/{places['package']}")
    page.close()
    found = ask(portal_url, f"package_show?id={places['package']}")
    assert (found["state"], found["private"]) == ("active", False)
