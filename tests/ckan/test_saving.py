"""What an editor saves is there at once for everybody who asks for it, whatever the search engine knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from lxml import html

from tests.faults.proxy import Proxy
from tests.portal import Stack

TOWN = "272272"


@pytest.fixture
def engine(stack: Stack, site: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The way to the search engine, which can be cut; everything it was to be told before is told."""
    from ckan.common import config
    from ckanext.osakadx import outbox

    outbox.drain()
    proxy = Proxy(stack.ports.solr)
    monkeypatch.setitem(config, "solr_url", stack.solr_url.replace(str(stack.ports.solr), str(proxy.port)))
    monkeypatch.setitem(config, "solr_timeout", 1)
    yield proxy
    proxy.mode = "pass"
    outbox.drain()
    proxy.close()


@pytest.fixture
def editor(site: Any, context: Any) -> str:
    """An editor of the town."""
    from ckan import model
    from ckan.plugins import toolkit as tk

    name = "saving-editor"
    if not model.User.by_name(name):
        account = {"name": name, "email": "saving@example.lg.jp", "password": "a-long-password"}
        tk.get_action("user_create")(context(), account)
    tk.get_action("organization_member_create")(context(), {"id": TOWN, "username": name, "role": "editor"})
    return name


@pytest.fixture
def browser(flask_app: Any, editor: str) -> Any:
    """The editor's browser, signed in."""
    browser = flask_app.test_client()
    token = browser.get("/user/login").text.split('name="_csrf_token"', 1)[1].split('"', 2)[1]
    form = {"login": editor, "password": "a-long-password", "_csrf_token": token}
    assert browser.post("/user/login", data=form).status_code == 302
    return browser


@pytest.fixture
def act(editor: str) -> Callable[..., Any]:
    """A function that calls an action as the editor."""
    from ckan.plugins import toolkit as tk

    return lambda action, **asked: tk.get_action(action)({"user": editor}, asked)


@pytest.fixture
def package(act: Any, engine: Proxy) -> dict[str, Any]:
    """A data set that the search engine knows."""
    name = f"saving-{uuid4().hex[:12]}"
    given = {"name": name, "title": "前の題名", "notes": "一覧です。", "owner_org": TOWN, "license_id": "cc-by-4.0"}
    return act("package_create", **given, resources=[{"url": "https://data.example.jp/a.csv", "name": "前のファイル"}])


def save(browser: Any, package: dict[str, Any], **changed: str) -> Any:
    """Change fields in the form and press the button."""
    address = f"/dataset/edit/{package['name']}"
    form = next(form for form in html.fromstring(browser.get(address).text).forms if "title" in form.fields)
    return browser.post(address, data={**dict(form.form_values()), "save": "save", **changed})


def titles(package: dict[str, Any], browser: Any, client: Any) -> set[str]:
    """What the data set is called on its page, in the API, and in the form."""
    page = html.fromstring(client.get(f"/dataset/{package['name']}").text).find(".//h1").text_content().strip()
    shown = client.get("/api/3/action/package_show", query_string={"id": package["name"]}).get_json()["result"]
    form = html.fromstring(browser.get(f"/dataset/edit/{package['name']}").text)
    return {page, shown["title"], form.xpath("string(//input[@name='title']/@value)")}


def indexed(stack: Stack, package_id: str) -> str | None:
    """The title that the search engine knows, asked past the proxy."""
    import pysolr

    found = pysolr.Solr(stack.solr_url).search("*:*", fq=f'id:"{package_id}"', fl="title").docs
    return found[0]["title"] if found else None


@pytest.mark.parametrize("away", ["refuse", "drop"])
def test_what_is_saved_is_seen_at_once_and_search_catches_up(
    stack: Stack, engine: Proxy, package: dict[str, Any], browser: Any, client: Any, act: Any, away: Any
) -> None:
    from ckanext.osakadx import outbox

    assert indexed(stack, package["id"]) == "前の題名"
    engine.mode = away
    answer = save(browser, package, title="フォームの題名")
    assert (answer.status_code, answer.location.rsplit("/", 1)[1]) == (302, package["name"])
    assert titles(package, browser, client) == {"フォームの題名"}
    act("package_patch", id=package["id"], title="APIの題名")
    assert titles(package, browser, client) == {"APIの題名"}
    resource = act("resource_patch", id=package["resources"][0]["id"], name="後のファイル")
    file = client.get("/api/3/action/resource_show", query_string={"id": resource["id"]}).get_json()["result"]
    assert file["name"] == "後のファイル"
    assert "後のファイル" in client.get(f"/dataset/{package['name']}/resource/{resource['id']}").text

    # It is back, and has not heard yet.
    engine.mode = "pass"
    outbox_rows = outbox.waiting()
    assert (indexed(stack, package["id"]), outbox_rows) == ("前の題名", 1)
    assert titles(package, browser, client) == {"APIの題名"}
    assert outbox.drain() == (1, 0)
    assert _later(lambda: indexed(stack, package["id"]) == "APIの題名")
    assert titles(package, browser, client) == {"APIの題名"}


def test_what_is_made_and_deleted_meanwhile_comes_and_goes(
    stack: Stack, engine: Proxy, package: dict[str, Any], client: Any, act: Any
) -> None:
    from ckanext.osakadx import outbox

    engine.mode = "refuse"
    given = {"title": "新しい一覧", "notes": "一覧です。", "owner_org": TOWN, "license_id": "cc-by-4.0"}
    made = act("package_create", name=f"saving-{uuid4().hex[:12]}", **given)
    assert "新しい一覧" in client.get(f"/dataset/{made['name']}").text
    act("package_delete", id=package["id"])
    assert client.get(f"/dataset/{package['name']}").status_code == 404

    engine.mode = "pass"
    assert outbox.drain() == (2, 0)
    assert _later(lambda: (indexed(stack, made["id"]), indexed(stack, package["id"])) == ("新しい一覧", None))


def test_a_change_that_is_taken_back_leaves_nothing_waiting(engine: Proxy, package: dict[str, Any], act: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx import outbox

    engine.mode = "refuse"
    with pytest.raises(tk.ValidationError):
        act("package_patch", id=package["id"], title="")
    assert outbox.waiting() == 0
    assert not model.Session().info.get("osakadx_saved")


def test_who_only_wants_to_index_is_told_that_nobody_answers(engine: Proxy, package: dict[str, Any]) -> None:
    from ckan.lib import search
    from ckanext.osakadx import outbox

    engine.mode = "refuse"
    with pytest.raises(search.SearchIndexError):
        search.rebuild(package["id"])
    assert outbox.waiting() == 0


def test_figures_say_as_of_when_they_are_though_the_engine_is_away(engine: Proxy, client: Any) -> None:
    engine.mode = "refuse"
    for address in ("/quality", f"/quality/{TOWN}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "現在(日本時間)" in answer.text
    assert client.get("/quality/coverage.json").get_json()["as_of"]


def _later(ready: Callable[[], bool], seconds: float = 20) -> bool:
    import time

    deadline = time.monotonic() + seconds
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.1)
    return ready()
