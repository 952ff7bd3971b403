"""Questions about data on the running portal: asked by anybody, secret until answered, told by mail, scored."""

# ruff: noqa: F401, F811  (fixtures of other files are imported by name)
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from osakadx.quality.evidence import Answers

from tests.ckan.test_mails import Browser, Inbox, inbox, people, rows, send, sign_in, token
from tests.ckan.test_quality import GOOD, dataset, only_files

TOWN, OTHER, DESK = "272272", "272116", "270008"  # 東大阪市, 茨木市, the prefecture
TEXT = "この表の「備考」の列は何を表していますか。\n電話は 06-1234-5678 です。"
SECRET, ADDRESS = "06-1234-5678", "citizen@example.jp"
ANSWER = "設置の条件です。\n来月、説明を加えます。"
Make = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _none_yet(site: Any) -> None:
    from ckan import model
    from ckanext.osakadx.questions.model import Question

    model.Session.query(Question).delete()
    model.Session.commit()


@pytest.fixture
def package(dataset: Make) -> dict[str, Any]:
    return dataset(GOOD.encode(), owner_org=TOWN, title="避難所一覧")


class Citizen(Browser):
    """Somebody without an account behind the portal's proxy, at an address of their own."""

    def __init__(self, flask_app: Any, address: str = "8.8.8.8") -> None:
        super().__init__(flask_app)
        self.headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}

    def post(self, path: str, **values: Any) -> Any:
        return super().post(path, headers=self.headers, **values)

    def ask(self, package: dict[str, Any], text: str = TEXT, **fields: str) -> Any:
        path = f"/dataset/{package['name']}/questions/new"
        form = {"text": text, "_csrf_token": token(self.get(path).text), **fields}
        return self.post(path, data=form)

    def call(self, action: str, **asked: Any) -> Any:
        return self.post(f"/api/3/action/{action}", json=asked)


@pytest.fixture
def citizen(flask_app: Any) -> Citizen:
    return Citizen(flask_app)


def stored(**values: Any) -> list[Any]:
    from ckan import model
    from ckanext.osakadx.questions.model import Question

    model.Session.remove()
    return model.Session.query(Question).filter_by(**values).order_by(Question.asked).all()


def act(action: str, user: str = "", **asked: Any) -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(action)({"user": user, "ignore_auth": False}, asked)


def answer(user: str, number: int = 0, **values: Any) -> dict[str, Any]:
    given = {"answer": ANSWER, "shown": "summary", "summary": "備考の列の意味", **values}
    return act("osakadx_question_answer", user, id=stored()[number].id, **given)


def long_ago(row: Any, days: float) -> None:
    from ckan import model

    row = model.Session.merge(row)
    row.asked -= timedelta(days=days)
    model.Session.commit()


# -- asking


def test_anybody_asks_with_a_form_and_nothing_of_it_is_public(citizen: Citizen, package: dict[str, Any]) -> None:
    page = citizen.get(f"/dataset/{package['name']}")
    assert "このデータについて質問する" in page.text
    assert "Set-Cookie" not in page.headers  # who only reads gets none

    sent = citizen.ask(package, address=ADDRESS)
    assert sent.status_code == 302
    (row,) = stored()
    assert (row.text, row.address, row.state, row.uncounted) == (TEXT, ADDRESS, "waiting", "")
    assert len(row.asker) == 32 and "8.8.8.8" not in row.asker
    shown = citizen.get(sent.headers["Location"]).text
    assert "公開団体に届けました" in shown and "1 件の質問が回答を待っています" in shown


def test_a_form_of_another_site_asks_nothing(citizen: Citizen, package: dict[str, Any]) -> None:
    answer = citizen.post(f"/dataset/{package['name']}/questions/new", data={"text": TEXT})
    assert (answer.status_code, stored()) == (400, [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " \n"}, "ここに何か書いてください"),
        ({"text": "あ" * 2001}, "2001 文字あります。2000 文字までに"),
        ({"address": "dare ka"}, "メールアドレスとして読めません"),
        ({"website": "https://spam.example"}, "この欄は空のままにしてください"),
    ],
    ids=["empty", "long", "address", "trap"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    citizen: Citizen, package: dict[str, Any], fields: dict[str, str], said: str
) -> None:
    given = {"text": "<b>列</b>の意味は?", "address": ADDRESS, **fields}
    answer = citizen.ask(package, **given)
    assert (answer.status_code, stored()) == (400, [])
    assert said in answer.text
    from markupsafe import escape

    for typed in given.values():
        assert str(escape(typed)).strip() in answer.text
    assert "<b>列" not in answer.text


def test_a_day_has_room_for_so_many_questions(
    citizen: Citizen, flask_app: Any, package: dict[str, Any], dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.common import config

    other = dataset(GOOD.encode(), owner_org=TOWN)
    for number in range(5):
        assert citizen.ask(package, f"質問 {number}").status_code == 302
    assert citizen.ask(package, "質問 0").status_code == 302  # sent twice: it is there already
    assert len(stored()) == 5

    refused = citizen.ask(other, "質問 5")
    assert refused.status_code == 400
    assert "同じ場所からの質問は、今日はこれ以上" in refused.text and "質問 5" in refused.text
    assert citizen.call("osakadx_question_create", id=other["id"], text="質問 5").status_code == 409

    neighbour = Citizen(flask_app, "8.8.4.4")
    monkeypatch.setitem(config, "ckanext.osakadx.questions.per_dataset", 6)
    assert neighbour.ask(package, "隣から").status_code == 302
    assert "このデータセットへの質問は、今日はこれ以上" in neighbour.ask(package, "もう一つ").text
    assert neighbour.ask(other, "もう一つ").status_code == 302

    for row in stored():
        long_ago(row, 1)
    assert citizen.ask(package, "翌日").status_code == 302
    assert [bool(row.asker) for row in stored()] == [False] * 7 + [True]  # who asked yesterday is forgotten


def test_only_of_the_first_of_a_day_does_the_score_hear(citizen: Citizen, package: dict[str, Any]) -> None:
    for number in range(3):
        citizen.ask(package, f"質問 {number}")
    assert [row.uncounted for row in stored()] == ["", "again", "again"]


def test_the_api_asks_without_a_form(citizen: Citizen, package: dict[str, Any]) -> None:
    made = citizen.call("osakadx_question_create", id=package["name"], text=TEXT, address=ADDRESS).json["result"]
    assert set(made) == {"id", "package_id", "state", "asked", "due"}
    for wrong in ({"id": package["id"]}, {"id": "no-such", "text": "a"}, {"id": package["id"], "text": ""}):
        assert citizen.call("osakadx_question_create", **wrong).status_code in (404, 409)
    assert len(stored()) == 1


def test_private_and_deleted_data_take_no_questions(citizen: Citizen, dataset: Make, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    hidden, gone = dataset(GOOD.encode(), private=True), dataset(GOOD.encode())
    tk.get_action("package_delete")(context(), {"id": gone["id"]})
    for package in (hidden, gone):
        assert citizen.call("osakadx_question_create", id=package["id"], text="?").status_code in (403, 404, 409)
        assert citizen.get(f"/dataset/{package['name']}/questions/new").status_code == 404
    assert stored() == []


# -- secrecy


def everything_public(citizen: Citizen, package: dict[str, Any]) -> str:
    """All that anybody can read of a data set and its questions."""
    name, org = package["name"], package["organization"]["name"]
    paths = [
        f"/dataset/{name}", f"/dataset/{name}/questions", f"/dataset/{name}/questions/new", f"/organization/{org}",
        f"/dataset/{name}.ttl", f"/dataset/{name}.jsonld", "/feeds/dataset.atom", f"/quality/{org}",
        f"/api/3/action/package_show?id={name}", f"/api/3/action/package_search?q=name:{name}",
        f"/api/3/action/osakadx_question_list?id={name}", f"/api/3/action/osakadx_question_list?organization={org}",
        "/api/3/action/osakadx_question_list", f"/api/3/action/osakadx_quality_show?id={name}",
        f"/api/3/action/package_activity_list?id={name}",
    ]  # fmt: skip
    return "\n".join(citizen.get(path).text for path in paths) + str(document(package))


def document(package: dict[str, Any]) -> Any:
    """What the search engine keeps."""
    from ckan.lib.search.common import make_connection
    from ckanext.osakadx import outbox

    outbox.drain()
    return make_connection().search(q=f"id:{package['id']}", rows=1, fl="*").docs


def test_a_question_and_an_address_are_nowhere_before_and_after_the_answer(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    people("hanako", "editor")
    citizen.ask(package, address=ADDRESS)
    before = everything_public(citizen, package)
    assert package["name"] in before
    for secret in (SECRET, "備考", ADDRESS, stored()[0].id, stored()[0].asker):
        assert secret not in before

    answer("hanako")
    after = everything_public(citizen, package)
    assert "備考の列の意味" in after and "来月、説明を加えます。" in after
    for secret in (SECRET, ADDRESS, stored()[0].asker, "hanako"):
        assert secret not in after


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("osakadx_question_list", {"all": True}), ("osakadx_question_list", {"all": True, "organization": TOWN}),
        ("osakadx_question_show", {}), ("osakadx_question_mark", {}), ("osakadx_question_mark", {"marked": False}),
        ("osakadx_question_answer", {"answer": "a", "shown": "text"}),
    ],
)  # fmt: skip
def test_others_see_and_answer_nothing(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str], action: str, asked: Any
) -> None:
    from ckan.plugins import toolkit as tk

    people("guest", "member")
    people("ibaraki", "admin", OTHER)
    citizen.ask(package)
    question = {} if action.endswith("list") else {"id": stored()[0].id}
    assert citizen.call(action, **question, **asked).status_code == 403
    for user in ("guest", "ibaraki"):
        with pytest.raises(tk.NotAuthorized):
            act(action, user, **question, **asked)
    assert stored()[0].state == "waiting"


def test_pages_of_those_who_answer_are_closed_to_others(
    citizen: Citizen, package: dict[str, Any], flask_app: Any, inbox: Inbox, people: Callable[..., str]
) -> None:
    people("ibaraki", "admin", OTHER)
    citizen.ask(package)
    other = sign_in(flask_app, "ibaraki", "correct horse battery")
    for path in (f"/question/{stored()[0].id}", f"/organization/questions/{TOWN}", "/questions"):
        for browser in (citizen, other):
            answer = browser.get(path)
            assert answer.status_code in (302, 403, 404) and SECRET not in answer.text


# -- answering


def test_an_editor_answers_on_a_page_and_all_can_read_it(
    citizen: Citizen, package: dict[str, Any], flask_app: Any, inbox: Inbox, people: Callable[..., str]
) -> None:
    people("hanako", "editor")
    citizen.ask(package, "<script>列</script>とは?")
    browser = sign_in(flask_app, "hanako", "correct horse battery")
    assert f"/organization/questions/{TOWN}" in browser.get(f"/organization/{TOWN}").text
    listed = browser.get(f"/organization/questions/{TOWN}").text
    assert "あと 14 日" in listed and "&lt;script&gt;列" in listed and "<script>列" not in listed

    path = f"/question/{stored()[0].id}"
    form = {"do": "answer", "answer": "列です。", "summary": "", "_csrf_token": token(browser.get(path).text)}
    assert browser.post(path, data={**form, "_csrf_token": ""}).status_code == 400
    unchosen = browser.post(path, data=form)
    assert unchosen.status_code == 400 and "列です。" in unchosen.text and "要約を公開するかを選んで" in unchosen.text
    empty = browser.post(path, data={**form, "shown": "summary"})
    assert empty.status_code == 400 and "あなたの言葉で書いてください" in empty.text
    assert stored()[0].state == "waiting"

    assert browser.post(path, data={**form, "shown": "text"}).status_code == 302
    page = citizen.get(f"/dataset/{package['name']}").text
    assert "&lt;script&gt;列&lt;/script&gt;とは?" in page and "<script>列" not in page and "列です。" in page
    shown = citizen.call("osakadx_question_list", id=package["id"]).json["result"]
    assert (shown["count"], shown["waiting"], shown["waiting_since"], shown["days"]) == (1, 0, None, 14)
    first = stored()[0].answered
    assert browser.post(path, data={**form, "shown": "text", "answer": "列の名です。"}).status_code == 302
    assert (stored()[0].answered, stored()[0].answer) == (first, "列の名です。")


def test_what_waits_comes_first_and_of_it_the_oldest(
    citizen: Citizen, flask_app: Any, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    people("hanako", "editor")
    for number, days in enumerate((0, 3, 20)):
        Citizen(flask_app, f"8.8.8.{number}").ask(package, f"質問 {number}")
        long_ago(stored(text=f"質問 {number}")[0], days)
    answer("hanako", 0)
    found = act("osakadx_question_list", "hanako", organization=TOWN, all=True)
    assert [(each["text"], each["days_left"]) for each in found["results"]] == [
        ("質問 1", 11), ("質問 0", 14), ("質問 2", None)
    ]  # fmt: skip
    assert (found["totals"], found["results"][2]["standing"]) == ({"waiting": 2, "answered": 1, "marked": 0}, "late")


# -- marking


def test_a_mark_is_kept_does_not_count_and_only_the_desk_takes_it_back(
    citizen: Citizen, package: dict[str, Any], flask_app: Any, inbox: Inbox, people: Callable[..., str]
) -> None:
    from ckan.plugins import toolkit as tk

    people("hanako", "editor")
    people("madoguchi", "admin", DESK)
    citizen.ask(package)
    long_ago(stored()[0], 20)
    assert known(package).late == 1
    act("osakadx_question_mark", "hanako", id=stored()[0].id, reason="personal")
    assert known(package) == Answers(overdue=0)
    assert act("osakadx_question_list", id=package["id"])["waiting"] == 0
    with pytest.raises(tk.ValidationError):
        answer("hanako")
    with pytest.raises(tk.NotAuthorized):
        act("osakadx_question_mark", "hanako", id=stored()[0].id, marked=False)

    desk = sign_in(flask_app, "madoguchi", "correct horse battery")
    shown = desk.get("/questions?state=marked").text
    assert SECRET in shown and "公開できない個人的な内容" in shown and f"/organization/questions/{TOWN}" in shown
    path = f"/question/{stored()[0].id}"
    form = {"do": "unmark", "_csrf_token": token(desk.get(path).text)}
    assert desk.post(path, data=form).status_code == 302
    assert stored()[0].state == "waiting" and known(package).late == 1  # it waits since it was asked

    answer("madoguchi")
    with pytest.raises(tk.ValidationError):
        act("osakadx_question_mark", "hanako", id=stored()[0].id)


# -- the score


def known(package: dict[str, Any]) -> Answers:
    from ckanext.osakadx.questions import evidence

    return evidence.known([package["id"]])[package["id"]]


def jobs_for(package: dict[str, Any]) -> set[str]:
    """What waits in the queue for a data set."""
    from ckan import model

    waiting = "SELECT task_name FROM osakadx_queue.procrastinate_jobs WHERE status = 'todo'"
    query = sa.text(f"{waiting} AND args->>'package_id' = :id")
    return set(model.Session.scalars(query, {"id": package["id"]}))


def part(package: dict[str, Any]) -> float | None:
    from ckanext.osakadx.quality import jobs

    jobs.score([package["id"]])
    found = act("osakadx_quality_show", id=package["name"])["dimensions"]
    return next((each["points"] for each in found if each["slug"] == "answers"), None)


def test_the_score_moves_with_the_answers_and_is_asked_for_at_once(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch, context: Any,
) -> None:  # fmt: skip
    from ckan import model
    from ckanext.osakadx.quality import stated
    from ckanext.osakadx.questions import evidence

    monkeypatch.setattr(stated, "answers", evidence.known)  # as it is: `only_files` took it away
    people("hanako", "editor")
    assert part(package) == 2.5
    citizen.ask(package)
    assert part(package) == 2.5  # it waits within the promise
    model.Session.execute(sa.text("SET LOCAL search_path TO osakadx_queue"))
    model.Session.execute(sa.text("DELETE FROM procrastinate_jobs"))
    model.Session.commit()
    answer("hanako")
    assert jobs_for(package) == {"osakadx_quality:score"}
    assert part(package) == 3.3
    row = stored()[0]
    long_ago(row, 20)
    assert part(package) == 1.7
    monkeypatch.setattr(stated, "answers", lambda ids: {})
    assert part(package) is None


def test_a_question_from_inside_does_not_count(
    flask_app: Any, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    people("hanako", "editor")
    people("guest", "member")
    people("ibaraki", "admin", OTHER)
    for user in ("guest", "admin", "ibaraki"):
        act("osakadx_question_create", user, id=package["id"], text=f"{user} から")
    assert {row.text.split()[0]: row.uncounted for row in stored()} == {
        "guest": "inside", "admin": "inside", "ibaraki": ""
    }  # fmt: skip


def test_an_answer_from_where_it_was_asked_does_not_count(
    citizen: Citizen, package: dict[str, Any], flask_app: Any, inbox: Inbox, people: Callable[..., str]
) -> None:
    people("hanako", "editor")
    citizen.ask(package)
    path, browser = f"/question/{stored()[0].id}", sign_in(flask_app, "hanako", "correct horse battery")
    form = {"do": "answer", "answer": ANSWER, "shown": "text", "_csrf_token": token(browser.get(path).text)}
    assert browser.post(path, data=form, headers=citizen.headers).status_code == 302
    assert stored()[0].uncounted == "same-place"
    assert known(package) == Answers(overdue=0)


# -- mails


def test_the_publisher_hears_of_a_question_and_whoever_asked_of_the_answer_once(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    from ckan import model
    from ckanext.osakadx.mails.model import MailPerson

    editor = people("hanako", "editor")
    citizen.ask(package, address=ADDRESS)
    assert send().sent == 1
    (told,) = inbox.to(editor)
    assert told["Subject"] == "【お願い】「避難所一覧」に質問が届きました"
    assert f"/question/{stored()[0].id}\n" in told.get_content()
    assert SECRET not in told.get_content() and "備考" not in told.get_content()

    answer("hanako")
    answer("hanako", answer="言い直します。")
    assert stored()[0].address == ""
    assert send().sent == 1
    (mail,) = inbox.to(ADDRESS)
    assert mail["Subject"] == "「避難所一覧」についてのご質問に回答がありました"
    assert "  設置の条件です。\n  来月、説明を加えます。\n" in mail.get_content()
    assert f"/dataset/{package['name']}/questions\n" in mail.get_content()
    assert mail["List-Unsubscribe"] is None and "お知らせを止める" not in mail.get_content()
    assert send().sent == 0
    assert [row.key for row in model.Session.query(MailPerson) if ADDRESS in row.key] == []


def test_the_address_of_whoever_asked_goes_from_the_outbox_too(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    from ckan import model
    from ckanext.osakadx.mails import jobs

    people("hanako", "editor")
    citizen.ask(package, address=ADDRESS)
    answer("hanako")
    inbox.refuses = {ADDRESS: "550 5.1.1 no such mailbox"}
    send()
    (row,) = rows(kind="question-answer")
    assert row.state == "failed"
    row.created -= timedelta(days=31)
    model.Session.commit()
    jobs.tidy()
    assert [each.kind for each in rows()] == ["question-asked"]


def test_the_desk_does_not_see_the_address_of_whoever_asked(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str], flask_app: Any, stack: Any
) -> None:
    from ckan.plugins import toolkit as tk

    people("hanako", "editor")
    citizen.ask(package, address=ADDRESS)
    answer("hanako")
    send()
    assert len(inbox.to(ADDRESS)) == 1
    context = {"user": "admin", "ignore_auth": True}
    found = tk.get_action("osakadx_mails_list")(dict(context), {"kind": "question-answer"})
    assert found["count"] == 1 and ADDRESS not in json.dumps(found, default=str)
    assert tk.get_action("osakadx_mails_list")(dict(context), {"q": ADDRESS})["count"] == 0
    desk = sign_in(flask_app, "admin", stack.secrets["admin"])
    assert ADDRESS not in desk.get("/ckan-admin/mails").text + desk.get("/ckan-admin/mails.csv").text


def test_an_address_is_forgotten_that_no_server_took_or_that_came_back(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str]
) -> None:
    from ckan import model
    from ckanext.osakadx.mails import bounced, jobs
    from ckanext.osakadx.mails.model import MailPerson, now

    people("hanako", "editor")
    citizen.ask(package, address=ADDRESS)
    answer("hanako")
    (row,) = rows(kind="question-answer")
    assert row.state == "waiting"
    row.created -= timedelta(days=31)
    model.Session.commit()
    jobs.tidy()
    assert rows(kind="question-answer") == []

    citizen.ask(package, f"{TEXT}(つづき)", address=ADDRESS)
    answer("hanako", 1)
    send()
    assert bounced.note(ADDRESS, now()) == 1
    assert rows(kind="question-answer")[0].state == "failed"
    assert model.Session.query(MailPerson).filter(MailPerson.key.contains(ADDRESS)).count() == 0


def test_a_look_without_a_body_is_no_attempt_to_ask(citizen: Citizen, package: dict[str, Any]) -> None:
    path = f"/dataset/{package['name']}/questions/new"
    assert citizen._apart(citizen._client.head, path).status_code == 200


def test_without_the_mails_questions_work_and_tell_nobody(
    citizen: Citizen, package: dict[str, Any], inbox: Inbox, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.questions import answering, asking

    class Nobody:
        @staticmethod
        def PluginImplementations(_: Any) -> list[Any]:
            return []

        plugin_loaded = staticmethod(lambda _: False)

    people("hanako", "editor")
    for module in (asking, answering):
        monkeypatch.setattr(module, "p", Nobody)
    citizen.ask(package, address=ADDRESS)
    answer("hanako")
    assert stored()[0].state == "answered" and stored()[0].address == "" and rows() == []


def test_askers_and_old_addresses_are_forgotten_by_the_calendar(citizen: Citizen, package: dict[str, Any]) -> None:
    from ckan import model
    from ckanext.osakadx.questions import jobs

    citizen.ask(package, address=ADDRESS)
    jobs.forget()
    assert stored()[0].asker and stored()[0].address
    act("osakadx_question_mark", "admin", id=stored()[0].id)
    row = stored()[0]
    row.asked, row.marked = row.asked - timedelta(days=2), row.marked - timedelta(days=31)
    model.Session.commit()
    jobs.forget()
    assert (stored()[0].asker, stored()[0].address) == ("", "")
    row = stored()[0]
    row.package_id = "purged"
    model.Session.commit()
    jobs.forget()
    assert stored() == []
