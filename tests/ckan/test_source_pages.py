"""Pages of harvest sources without scripts: list, form with preview, approval, record; for whom, and in which words."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.ckan.test_alone import alone
from tests.ckan.test_harvest import Source, Town, source, town  # noqa: F401  fixtures
from tests.ckan.test_run_pages import browser, content, token
from tests.ckan.test_sources import acting, action, described, fresh, member, state  # noqa: F401  fixtures
from tests.portal import BIN

NASTY = '<script>alert(1)</script>&"x"'
FORM = {"repeat": "daily", "time": "03:17", "weekday": "1", "day": "1", "enabled": "yes", "license": "cc-by-4.0"}


@pytest.fixture
def client(flask_app: Any) -> Any:
    return browser(flask_app)


@pytest.fixture
def sign_in(flask_app: Any, stack: Any, member: Any) -> Any:  # noqa: F811
    """A function that opens a browser of somebody."""

    def signed(user: str = "admin") -> Any:
        who = browser(flask_app)
        password = member.passwords.get(user) or stack.secrets["admin"]
        form = {"login": user, "password": password, "_csrf_token": token(who, "/user/login")}
        assert who.post("/user/login", data=form).status_code == 302
        return who

    return signed


def fill(town: Town, **more: str) -> dict[str, str]:  # noqa: F811
    told = described(town)
    return FORM | {"url": told["url"], "type": told["type"], "organization": told["organization"]} | more


def post(who: Any, path: str, form: dict[str, str], **options: Any) -> Any:
    return who.post(path, data=form | {"_csrf_token": token(who, path)}, **options)


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_source_is_tried_in_the_form_and_then_saved(
    town: Town,  # noqa: F811
    sign_in: Any,
    language: str,
) -> None:
    town.titles = fresh(25) | {f"{uuid4().hex[:8]}": NASTY}
    admin = sign_in()
    form = fill(town, title="東大阪市の一覧", name=f"s-{uuid4().hex[:8]}")
    tried = content(post(admin, f"{language}/harvest/new", form | {"do": "preview"}))
    words = (
        ("まだ保存していません", "一覧を最後まで読めました", "はじめの20件")
        if not language
        else ("Nothing has been saved",)
    )
    assert all(each in tried for each in words)
    assert "公共施設一覧その0" in tried and "encoding-not-utf8" in tried and "CC" in tried
    assert f'value="{form["url"]}"' in tried and f'value="{form["name"]}"' in tried and "東大阪市の一覧" in tried
    assert action("osakadx_harvest_source_list", acting("admin"), q=form["name"])["count"] == 0

    saved = post(admin, f"{language}/harvest/new", form | {"do": "save"})
    assert saved.status_code == 302 and form["name"] in saved.headers["Location"]
    (found,) = action("osakadx_harvest_source_list", acting("admin"), q=form["name"])["results"]
    assert (found["state"], found["schedule"], found["organization"]["name"]) == ("active", "17 3 * * *", "272272")


def test_the_contact_is_a_field_and_comes_back(town: Town, sign_in: Any, client: Any) -> None:  # noqa: F811
    town.titles = fresh(2)
    admin = sign_in()
    name = f"s-{uuid4().hex[:8]}"
    form = fill(town, name=name, contact="odata@city.example.lg.jp") | {"do": "save"}
    refused = post(admin, "/harvest/new", form | {"contact": "市役所"})
    assert refused.status_code == 200 and "メールアドレスを一つ" in content(refused)
    assert post(admin, "/harvest/new", form).status_code == 302
    assert 'name="contact" value="odata@city.example.lg.jp"' in content(admin.get(f"/harvest/edit/{name}"))
    assert post(admin, f"/harvest/edit/{name}", form | {"contact": ""}).status_code == 302
    assert 'name="contact" value=""' in content(admin.get(f"/harvest/edit/{name}"))


def test_options_are_fields_and_come_back_when_the_source_is_edited(town: Town, sign_in: Any, context: Any) -> None:  # noqa: F811
    admin = sign_in()
    name = f"s-{uuid4().hex[:8]}"
    form = fill(town, name=name, type="osakadx_html_page", repeat="weekly", weekday="2") | {
        "option-osakadx_html_page-scope": "#main",
        "option-osakadx_html_page-by_section": "yes",
        "option-osakadx_html_page-extensions": "pdf\ndocx",
        "option-osakadx_ckan_api-query": "another kind's",
        "rest": '{"guard": {"fraction": 0.2}}',
        "do": "save",
    }
    assert post(admin, "/harvest/new", form).status_code == 302
    stored = json.loads(action("harvest_source_show", context(), id=name)["config"])
    assert stored == {
        "publisher": "272272", "license": "cc-by-4.0", "schedule": "17 3 * * 2", "guard": {"fraction": 0.2},
        "options": {"scope": "#main", "by_section": True, "extensions": ["pdf", "docx"]},
    }  # fmt: skip
    page = content(admin.get(f"/harvest/edit/{name}"))
    assert 'value="#main"' in page and "pdf\ndocx" in page and "fraction" in page
    assert re.search(r'name="option-osakadx_html_page-by_section" value="yes" checked', page)
    assert '<option value="weekly" selected>' in page and '<option value="2" selected>火曜日' in page
    changed = form | {"option-osakadx_html_page-scope": "#other", "name": name}
    assert post(admin, f"/harvest/edit/{name}", changed).status_code == 302
    stored = json.loads(action("harvest_source_show", context(), id=name)["config"])
    assert stored["options"]["scope"] == "#other"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "http://10.0.0.1/list.csv", "接続しません"),
        ("url", "", "値"),
        ("organization", "", "値"),
        ("time", "noon", "03:17"),
        ("rest", "{", "JSON"),
        ("rest", '{"x": 1}', "guard"),
        ("name", "x y", "英"),
        ("allow_hosts", "nonsense", "127.0.0.1:8080"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    town: Town,  # noqa: F811
    sign_in: Any,
    field: str,
    value: str,
    said: str,
) -> None:
    admin = sign_in()
    form = fill(town, title="消えない題名", notes=NASTY) | {field: value}
    page = content(post(admin, "/harvest/new", form | {"do": "save"}))
    alert = page.split('role="alert"', 1)[1].split("</div>", 1)[0]
    assert said in alert, alert
    assert "消えない題名" in page and NASTY not in page and "&lt;script&gt;" in page


def test_a_source_of_an_editor_is_approved_on_its_page(town: Town, sign_in: Any, member: Any) -> None:  # noqa: F811
    town.titles = fresh(3)
    editor, desk = member("272272", "editor"), member("270008", "admin")
    name = f"s-{uuid4().hex[:8]}"
    theirs = sign_in(editor)
    answer = post(theirs, "/harvest/new", fill(town, name=name, do="save"), follow_redirects=True)
    assert "窓口が承認すると実行されます" in content(answer)
    assert "承認待ち" in content(theirs.get(f"/harvest/{name}"))
    assert theirs.get(f"/harvest/approve/{name}").status_code == 403
    assert f"/harvest/approve/{name}" not in content(theirs.get("/harvest/"))

    ours = sign_in(desk)
    assert f"/harvest/approve/{name}" in content(ours.get("/harvest/"))
    path = f"/harvest/approve/{name}"
    page = content(ours.get(path))
    seen = page.split('name="fingerprint" value="', 1)[1].split('"', 1)[0]
    assert editor in page and "東大阪市" in page
    assert "はじめの3件" in content(post(ours, path, {"do": "preview", "fingerprint": seen}))
    assert ours.post(path, data={"do": "approve", "fingerprint": seen}).status_code == 400  # without the token
    done = post(ours, path, {"do": "approve", "fingerprint": seen}, follow_redirects=True)
    assert "収集元を承認しました" in content(done)
    (found,) = action("osakadx_harvest_source_list", acting(desk), q=name)["results"]
    assert found["state"] == "active"


def test_a_source_is_switched_by_its_editors_alone(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    sign_in: Any,
    member: Any,  # noqa: F811
    client: Any,
) -> None:
    theirs, other = sign_in(member("272272", "editor")), sign_in(member("271004", "admin"))
    path = f"/harvest/{source.id}"
    page = content(theirs.get(path, follow_redirects=True))
    form = {"enabled": "no", "_csrf_token": page.split('name="_csrf_token" value="', 1)[1].split('"', 1)[0]}
    for who in (other, client):
        used = form | {"_csrf_token": token(client, "/user/login")} if who is client else form
        assert who.post(f"/harvest/switch/{source.id}", data=used).status_code in (302, 400, 403)
        assert state(source.id) == "active"
    assert theirs.get(f"/harvest/switch/{source.id}").status_code in (404, 405)
    assert theirs.post(f"/harvest/switch/{source.id}", data=form).status_code == 302
    assert state(source.id) == "stopped"
    for who in (other, client):
        assert f"/harvest/switch/{source.id}" not in content(who.get(path, follow_redirects=True))


def test_lists_of_data_sets_hold_no_sources(source: Source, context: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk

    name = model.Package.get(source.id).name
    given = {
        "title": "公園一覧",
        "notes": "公園です。",
        "owner_org": "272272",
        "license_id": "cc-by-4.0",
        "private": True,
    }
    files = [{"url": "https://www.example.lg.jp/a.csv"}]
    private = tk.get_action("package_create")(context(), given | {"resources": files})
    public = tk.get_action("package_create")(context(), given | {"resources": files, "private": False})
    anybody = {"user": "", "auth_user_obj": None}

    def asked(action: str, who: dict[str, Any], **data_dict: Any) -> Any:
        return tk.get_action(action)(dict(who), data_dict)

    listed = asked("package_list", anybody)
    assert public["name"] in listed and name not in listed and private["name"] not in listed
    assert asked("package_list", anybody, limit=2, offset=1) == listed[1:3]
    members = [row[0] for row in asked("member_list", anybody, id="272272")]
    assert public["id"] in members and source.id not in members and private["id"] not in members
    assert private["id"] in [row[0] for row in asked("member_list", context(), id="272272")]
    assert name not in [entry["name"] for entry in asked("package_autocomplete", anybody, q=name[:6])]


@pytest.mark.parametrize("path", ["/harvest/new", "/harvest/edit/{id}", "/harvest/approve/{id}"])
def test_forms_are_for_those_who_may(client: Any, sign_in: Any, member: Any, source: Source, path: str) -> None:  # noqa: F811
    assert client.get(path.format(id=source.id)).status_code in (302, 403)
    if "{id}" in path:
        assert sign_in(member("271004", "admin")).get(path.format(id=source.id)).status_code == 403


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_list_shows_and_filters(
    client: Any,
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    context: Any,
    language: str,
) -> None:
    town.titles = fresh(12)
    source.run()
    town.titles = dict(list(town.titles.items())[:5])
    held = source.run()
    action("osakadx_harvest_source_update", context(), id=source.id, schedule="17 3 * * *", title=NASTY)
    page = content(client.get(f"{language}/harvest"))
    assert NASTY not in page and "&lt;script&gt;" in page and f"/harvest/run/{held.id}" in page
    assert ("毎日 3時17分" if not language else "every day at 3:17") in page and 'role="img"' in page
    assert ("一覧にあった件数（古い順）: 12, 5" if not language else "oldest run first: 12, 5") in page
    name = action("harvest_source_show", context(), id=source.id)["name"]
    filtered = content(client.get(f"{language}/harvest?state=held&q={name}&organization=272272"))
    assert filtered.count('scope="row"') == 1
    assert content(client.get(f"{language}/harvest?q=nothing-like-that")).count('scope="row"') == 0


def test_the_list_is_a_table_for_excel(client: Any, source: Source, context: Any) -> None:  # noqa: F811
    action("osakadx_harvest_source_update", context(), id=source.id, title="=1+1")
    answer = client.get("/harvest/sources.csv")
    assert answer.content_type == "text/csv; charset=utf-8" and answer.data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header[:6] == ["名前", "タイトル", "自治体・部局", "収集元の種類", "アドレス", "状態"]
    assert ["'=1+1", "東大阪市", "有効"] in [[row[1], row[2], row[5]] for row in rows]


def test_a_record_has_a_page_with_its_history(
    client: Any,
    sign_in: Any,
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    context: Any,
) -> None:
    town.titles = fresh(12)
    key = next(iter(town.titles))
    source.run()
    town.titles[key] = NASTY
    run = source.run()
    name = action("harvest_source_show", context(), id=source.id)["name"]
    path = f"/harvest/record/{name}/272272/{town.mark}-{key}"
    admin = sign_in()
    assert f'href="{path}"' in content(admin.get(f"/harvest/run/{run.id}"))
    page = content(admin.get(path))
    assert "<del>公共施設一覧その0</del> → <ins>&lt;script&gt;" in page and NASTY not in page
    assert "公開元から届いたまま" in page and "更新" in page and "追加" in page and "タイトル" in page
    assert content(admin.get(f"/en{path}")).count('<li class="card">') == 2
    assert content(admin.get(f"/harvest/record/{name}?guid=272272/{town.mark}-{key}"))
    assert admin.get(f"/harvest/record/{name}/none").status_code == 404
    assert client.get(path).status_code in (302, 403)
    assert path not in content(client.get(f"/harvest/run/{run.id}"))
    dataset = source.datasets()[key]
    assert f'href="{path}"' in content(admin.get(f"/dataset/{dataset}"))
    assert path not in content(client.get(f"/dataset/{dataset}"))


def test_ids_that_are_addresses_have_a_page_as_well(site: Any) -> None:
    from ckanext.osakadx.display.sources import osakadx_record_url

    assert osakadx_record_url("s", "a/b c?").endswith("/harvest/record/s/a/b%20c%3F")
    for odd in ("https://example.jp/x", "../x", "/x", "a\\b"):
        assert "/harvest/record/s?guid=" in osakadx_record_url("s", odd)


def test_a_run_that_goes_on_shows_how_far_it_is(client: Any, source: Source) -> None:  # noqa: F811
    from ckan import model
    from ckanext.osakadx.harvest.model import RUNNING, Entry, Run, now

    run = Run(source_id=source.id, job_id="none", trigger="page", state=RUNNING, started=now())
    model.Session.add(run)
    model.Session.flush()
    for place in range(4):
        told = {"position": place, "digest": "", "title": "x", "action": "add", "result": "added" if place else None}
        model.Session.add(Entry(run_id=run.id, guid=f"g{place}", **told))
    model.Session.commit()
    answer = client.get(f"/harvest/run/{run.id}")
    assert answer.headers["Refresh"] == "10" and "4件のうち3件を書き込みました" in content(answer)
    still = client.get(f"/harvest/run/{run.id}?live=no")
    assert "Refresh" not in still.headers and "もう一度見る" in content(still)
    model.Session.delete(model.Session.get(Run, run.id))
    model.Session.commit()


def test_a_source_is_paused_resumed_and_its_run_ended_by_buttons(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    sign_in: Any,
    member: Any,  # noqa: F811
    client: Any,
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import runs
    from ckanext.osakadx.harvest.model import Run

    theirs, other = sign_in(member("272272", "editor")), sign_in(member("271004", "admin"))
    run_id = runs.request(source.id, "page")[0].id
    page = f"/harvest/run/{run_id}"
    assert "この実行は順番を待っています" in content(theirs.get(page))
    for who in (other, client):
        shown = content(who.get(page))
        assert "/harvest/pause/" not in shown and "/abort" not in shown

    form = {"paused": "yes", "run": run_id, "_csrf_token": token(theirs, page)}
    for who in (other, client):
        used = form | {"_csrf_token": token(client, "/user/login")} if who is client else form
        assert who.post(f"/harvest/pause/{source.id}", data=used).status_code in (302, 400, 403)
        assert not runs.is_paused(source.id)
    assert theirs.post(f"/harvest/pause/{source.id}", data=form).headers["Location"].endswith(page)
    assert "この実行は一時停止中です" in content(theirs.get(page))
    listed = content(client.get("/harvest?state=paused"))
    assert page in listed and "一時停止中</span>" in listed
    assert "再開する" in content(theirs.get(f"/harvest/{source.id}", follow_redirects=True))

    theirs.post(f"/harvest/pause/{source.id}", data=form | {"paused": "no"})
    assert page not in content(client.get("/harvest?state=paused"))
    assert "この実行を中止しますか" in content(theirs.get(f"{page}/abort"))  # asks, and does nothing
    assert runs.open_run(source.id) is not None
    theirs.post(f"{page}/abort", data={"_csrf_token": form["_csrf_token"]})
    model.Session.remove()
    assert model.Session.get(Run, run_id).state == "aborted"
    again = theirs.post(f"{page}/abort", data={"_csrf_token": form["_csrf_token"]}, follow_redirects=True)
    assert "すでに終わっています" in content(again)


def test_a_run_says_what_it_cost(client: Any, town: Town, source: Source) -> None:  # noqa: F811
    town.titles = fresh(3)
    run = source.run()
    page = content(client.get(f"/harvest/run/{run.id}"))
    assert "公開元への問い合わせ" in page and "受信量" in page and "所要時間" in page
    assert "Refresh" not in client.get(f"/harvest/run/{run.id}").headers


PAGES_IN_STOCK_CKAN = """
import sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
client = make_app(load_config(sys.argv[1]))._wsgi_app.test_client()
answer = client.get("/user/login")
for path in sys.argv[4:]:
    answer = client.get(path, follow_redirects=True, headers={"Authorization": sys.argv[3]})
    print(answer.status_code, "osakadx_theme" in answer.text, sys.argv[2] in answer.text)
"""


def test_the_pages_of_sources_need_no_theme(source: Source, stack: Any, tmp_path: Path, context: Any) -> None:  # noqa: F811
    ini = alone(stack, tmp_path, "osakadx_harvest osakadx_csv_listing harvest")
    name = action("harvest_source_show", context(), id=source.id)["name"]
    key = action("api_token_create", context(), user="admin", name=uuid4().hex, expires_in=1, unit=3600)["token"]
    paths = ["/harvest/", f"/harvest/edit/{name}", f"/harvest/approve/{name}"]
    command = [BIN / "python", "-c", PAGES_IN_STOCK_CKAN, ini, name, key, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-3:] == ["200 False True"] * 3
