"""The page of a run, and what the guard holds: shown, released, dropped, by those who may and by nobody else."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.ckan.test_alone import alone
from tests.ckan.test_harvest import Source, Town, source, town  # noqa: F401  fixtures
from tests.portal import BIN

NASTY = '<script>alert(1)</script>&"x"'


def browser(flask_app: Any) -> Any:
    """A browser each of whose requests forgets who asked before: within a test, Flask would share its `g`."""
    client = flask_app.test_client()
    plain = client.open

    def fresh(*args: Any, **options: Any) -> Any:
        with flask_app.app_context():
            return plain(*args, **{"buffered": True, "follow_redirects": False, **options})

    client.open = fresh
    return client


@pytest.fixture
def client(flask_app: Any) -> Any:
    return browser(flask_app)


@pytest.fixture
def signed_in(flask_app: Any, stack: Any) -> Any:
    admin = browser(flask_app)
    form = {"login": "admin", "password": stack.secrets["admin"], "_csrf_token": token(admin, "/user/login")}
    assert admin.post("/user/login", data=form).status_code == 302
    return admin


def token(browser: Any, path: str) -> str:
    return browser.get(path).text.split('name="_csrf_token"', 1)[1].split('"', 2)[1]


@pytest.fixture
def twelve() -> dict[str, str]:
    """Twelve records under keys that no other test uses: a name is given only so often for one key."""
    key = uuid4().hex[:8]
    return {f"{key}{number:02d}": f"公共施設一覧その{number}" for number in range(12)}


@pytest.fixture
def held(town: Town, source: Source, twelve: dict[str, str]) -> str:  # noqa: F811
    """Id of a run whose removals are held: half the list is gone, one title is an attack, one a formula."""
    key = next(iter(twelve))
    town.titles = twelve | {f"{key}-bad": NASTY, f"{key}-sum": "=1+1"}
    source.run()
    town.titles = dict(list(twelve.items())[:6])
    return source.run().id


def state(run_id: str) -> Any:
    from ckan import model
    from ckanext.osakadx.harvest.model import Run

    model.Session.remove()
    return model.Session.get(Run, run_id)


def content(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.text.split('id="content"', 1)[1].split("<footer", 1)[0]


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_held_run_says_why_and_what_would_go(signed_in: Any, held: str, source: Source, language: str) -> None:  # noqa: F811
    run = state(held)
    for path in (f"/harvest/run/{held}", f"/harvest/{source.id}"):
        page = content(signed_in.get(language + path, follow_redirects=True))
        assert run.guard["message"] in page and "14 件のうち 8 件" in run.guard["message"]
        assert f"/harvest/run/{held}/release" in page and f"/harvest/run/{held}/discard" in page
        assert "公共施設一覧その11" in page
        assert NASTY not in page and "&lt;script&gt;alert(1)" in page


def test_others_see_the_run_and_no_way_to_decide(client: Any, held: str, source: Source) -> None:  # noqa: F811
    for path in (f"/harvest/run/{held}", f"/harvest/{source.id}"):
        page = content(client.get(path, follow_redirects=True))
        assert "/release" not in page and "/discard" not in page and 'id="held"' not in page
    assert f'href="/harvest/run/{held}"' in page
    assert client.get("/harvest/run/none").status_code == 404


@pytest.mark.parametrize("decision", ["release", "discard"])
def test_nobody_decides_without_the_right_and_the_token(client: Any, signed_in: Any, held: str, decision: str) -> None:
    path = f"/harvest/run/{held}/{decision}"
    assert client.get(path).status_code in (302, 403)
    form = {"_csrf_token": token(client, "/user/login")}
    assert client.post(path, data=form).status_code in (302, 403)
    assert client.post(path).status_code in (302, 400, 403)
    assert signed_in.post(path).status_code == 400
    assert signed_in.get(path).status_code == 200  # asks, and does nothing
    run = state(held)
    assert (run.state, run.released, run.guard["held_removals"]) == ("finished", False, True)


def test_a_released_run_does_what_it_said(signed_in: Any, held: str, source: Source) -> None:  # noqa: F811
    from ckanext.osakadx.harvest import jobs

    path = f"/harvest/run/{held}/release"
    answer = signed_in.post(path, data={"_csrf_token": token(signed_in, path)}, follow_redirects=True)
    assert 'role="status">実行を解除しました' in content(answer)
    assert (state(held).state, state(held).guard["released_by"]) == ("queued", "admin")
    jobs.do(held)
    assert state(held).counts["absent"] == 8
    page = content(signed_in.get(f"/harvest/run/{held}"))
    assert "/release" not in page and "解除した日時" in page


def test_a_dropped_run_changes_nothing_and_is_decided_once(
    signed_in: Any,
    held: str,
    source: Source,  # noqa: F811
) -> None:
    path = f"/harvest/run/{held}/discard"
    form = {"_csrf_token": token(signed_in, path)}
    assert "破棄しました" in content(signed_in.post(path, data=form, follow_redirects=True))
    assert len(source.datasets()) == 14
    assert not state(held).guard["held_removals"]
    again = signed_in.post(path, data=form, follow_redirects=True)
    assert "すでにだれかが決めています" in content(again)
    assert signed_in.get(path).status_code == 302


def test_a_run_that_is_held_as_a_whole_tells_what_moved(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    twelve: dict[str, str],
    signed_in: Any,
) -> None:
    town.titles = twelve
    source.run()
    town.titles = {f"new-{key}": title for key, title in twelve.items()}
    run = source.run()
    page = content(signed_in.get(f"/harvest/run/{run.id}"))
    assert "0 件を追加し、0 件を更新し、ID だけが変わった 12 件に新しい ID を付け、0 件を消えたものとします" in page
    assert "保留" in page


def test_records_come_as_a_table_for_excel(
    client: Any,
    held: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckanext.osakadx.harvest import views

    monkeypatch.setattr(views, "PAGE", 3)
    answer = client.get(f"/harvest/run/{held}/records.csv")
    assert answer.content_type == "text/csv; charset=utf-8" and answer.data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header == ["公開元での ID", "タイトル", "計画", "結果", "データセット", "お知らせ"]
    assert len(rows) == 8 and {row[1] for row in rows} >= {NASTY, "'=1+1", "公共施設一覧その7"}
    assert all(row[4].startswith("http") for row in rows)
    page = content(client.get(f"/harvest/run/{held}?page=2"))
    assert page.count('<th scope="row"') == 3 and "2 / 3" in page


def test_a_refused_record_says_why_in_japanese(
    client: Any,
    held: str,
    town: Town,  # noqa: F811
    twelve: dict[str, str],
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest.model import Entry

    entry = model.Session.get(Entry, (held, f"272272/{town.mark}-{list(twelve)[7]}"))
    entry.result = "refused"
    entry.notices = [{"slug": "x", "message": "登録できません。", "problems": {"title": ["使えない題名です"]}}]
    model.Session.commit()
    page = content(client.get(f"/harvest/run/{held}"))
    assert "登録できません。" in page and "title: 使えない題名です" in page and "受け付けなかった" in page


PAGES_IN_STOCK_CKAN = """
import sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
client = make_app(load_config(sys.argv[1]))._wsgi_app.test_client()
for path in sys.argv[2:]:
    answer = client.get(path, follow_redirects=True)
    print(answer.status_code, *(words in answer.text for words in ("osakadx_theme", "14 件のうち 8 件", "/release")))
"""


def test_the_pages_need_no_theme(
    held: str,
    source: Source,  # noqa: F811
    stack: Any,
    tmp_path: Path,
) -> None:
    ini = alone(stack, tmp_path, "osakadx_harvest osakadx_csv_listing harvest")
    command = [BIN / "python", "-c", PAGES_IN_STOCK_CKAN, ini, f"/harvest/run/{held}", f"/harvest/{source.id}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-2:] == ["200 False True False"] * 2
