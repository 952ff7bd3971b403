"""What people are told, through a real mail server: what arrives, when, once, and how it is stopped."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.ckan.test_harvest import TWELVE, Source, Town, source, town  # noqa: F401
from tests.portal import Ports, ckan

ORGANISATION = "272272"  # 東大阪市


class Inbox:
    """A mail server on loopback that keeps what it takes; it can be down, and refuse addresses."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.raw: list[bytes] = []
        self.port = Ports.free().mail
        self.controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.raw.append(envelope.content)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
        self.controller = None

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for addresses, mail in self.mails if addresses == [address]]


class Browser:
    """A browser whose requests are made as in production: apart from the context in which this test reads tables."""

    def __init__(self, flask_app: Any) -> None:
        self._client = flask_app.test_client()

    def get(self, path: str) -> Any:
        return self._apart(self._client.get, path)

    def post(self, path: str, **values: Any) -> Any:
        return self._apart(self._client.post, path, **values)

    @staticmethod
    def _apart(call: Callable[..., Any], *arguments: Any, **values: Any) -> Any:
        with ThreadPoolExecutor(1) as other:
            return other.submit(call, *arguments, **values).result()


@pytest.fixture
def browser(flask_app: Any) -> Browser:
    """Somebody who is not signed in."""
    return Browser(flask_app)


@pytest.fixture(autouse=True)
def _no_other_sources(site: Any) -> None:
    """Sources of other tests are not asked after."""
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    model.Session.query(HarvestSource).update({"active": False})
    model.Session.commit()


@pytest.fixture
def inbox(site: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """A mail server that runs, the portal that knows it, and an outbox with nothing in it."""
    from ckan import model
    from ckan.common import config
    from ckanext.osakadx.mails.model import Mail, MailPerson

    model.Session.query(Mail).delete()
    model.Session.query(MailPerson).delete()
    model.Session.commit()
    box = Inbox()
    monkeypatch.setitem(config, "smtp.server", f"127.0.0.1:{box.port}")
    monkeypatch.setitem(config, "smtp.mail_from", "catalog@pref.example.lg.jp")
    box.start()
    yield box
    box.stop()


@pytest.fixture
def people(inbox: Inbox, context: Any) -> Iterator[Callable[..., str]]:
    """A function that makes a user with an address and, if wanted, a role; they are gone again after the test."""
    from ckan import model
    from ckan.plugins import toolkit as tk

    made = []

    def make(name: str, role: str = "", organisation: str = ORGANISATION, **values: Any) -> str:
        made.append(name)
        existing = model.User.get(name)
        if existing is not None:
            existing.state = "active"
            existing.email = f"{name}@city.example.lg.jp"
            model.Session.commit()
        else:
            given = {"name": name, "email": f"{name}@city.example.lg.jp", "password": "correct horse battery"}
            tk.get_action("user_create")(context(), {**given, "fullname": f"職員 {name}", **values})
        if role:
            member = {"id": organisation, "username": name, "role": role}
            tk.get_action("organization_member_create")(context(), member)
        return f"{name}@city.example.lg.jp"

    yield make
    model.Session.rollback()
    for name in made:
        user = model.User.get(name)
        user.state, user.sysadmin = "deleted", False
    model.Session.commit()


@pytest.fixture
def editor(people: Callable[..., str]) -> str:
    return people("hanako", "editor")


def later(minutes: float = 11, days: float = 0) -> datetime:
    from ckanext.osakadx.mails.model import now

    return now() + timedelta(minutes=minutes, days=days)


def send(now: datetime | None = None) -> Any:
    from ckan import model
    from ckanext.osakadx.mails import post

    done = post.send(now or later())
    model.Session.remove()
    return done


def rows(**values: Any) -> list[Any]:
    from ckan import model
    from ckanext.osakadx.mails.model import Mail

    model.Session.remove()
    return model.Session.query(Mail).filter_by(**values).order_by(Mail.created).all()


def tell(name: str, once: str, kind: str = "harvest-failed", **facts: Any) -> None:
    """Put a message to a user into the outbox."""
    from ckan import model
    from ckanext.osakadx.mails import outbox
    from ckanext.osakadx.mails import people as persons

    user = model.User.get(name)
    person = persons.of_keys([f"user:{user.id}"])[f"user:{user.id}"]
    facts = {"source": "甲市 一覧", "organization": "甲市", "sentence": "読めません。", **facts}
    outbox.tell(kind, about="source:x", people=[person], facts=facts, once=once)
    model.Session.commit()


def hold(town: Town, source: Source) -> Any:  # noqa: F811
    """A source whose list lost half of its records."""
    town.titles = dict(TWELVE)
    source.run()
    town.titles = dict(list(TWELVE.items())[:6])
    return source.run()


# -- what arrives


def test_a_held_run_reaches_the_editor_in_japanese(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    editor: str,
) -> None:
    run = hold(town, source)
    assert inbox.mails == []  # never from inside a run
    assert send().sent == 1

    (mail,) = inbox.to(editor)
    assert mail["Subject"].startswith("【確認のお願い】「town-")
    assert mail["From"].addresses[0].display_name == "大阪オープンデータカタログ"
    assert mail["To"].addresses[0].display_name == "職員 hanako"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ja"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    body = mail.get_content()
    assert run.guard["message"] in body
    assert "なくなった件数: 6 件" in body
    assert "登録されていた件数: 12 件" in body
    assert "1週間以内に" in body
    assert f"/harvest/run/{run.id}\n" in body
    assert town.host in body
    assert inbox.raw[0].isascii()
    assert max(len(line) for line in inbox.raw[0].splitlines()) <= 998


def test_the_stop_link_arrives_whole_in_the_header(inbox: Inbox, editor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "ckan.site_url", "https://a-rather-long-name.opendata.pref.osaka.example.lg.jp")
    tell("hanako", "a")
    send()
    line = next(line for line in inbox.raw[0].splitlines() if line.lower().startswith(b"list-unsubscribe:"))
    url = line.split(b": ", 1)[1].decode()
    assert re.fullmatch(r"<https://a-rather-[\w.-]+/mails/stop/[\w-]{16}\.f\.[\w-]{22}>", url)
    assert url[1:-1] in inbox.to(editor)[0].get_content()


def test_a_person_gets_one_mail_and_not_five(inbox: Inbox, editor: str) -> None:
    for number in range(5):
        tell("hanako", f"source {number}", source=f"第{number}収集元")
    assert send().sent == 1
    (mail,) = inbox.to(editor)
    assert mail["Subject"].endswith("(ほか 4 件)")
    assert [f"第{number}収集元" in mail.get_content() for number in range(5)] == [True] * 5
    assert len({row.letter for row in rows()}) == 1


def test_a_title_cannot_add_a_header(inbox: Inbox, editor: str) -> None:
    tell("hanako", "a", source="甲市\r\nBcc: someone@example.jp")
    send()
    assert inbox.to(editor)[0]["Bcc"] is None


def test_english_for_those_who_choose_it(inbox: Inbox, editor: str) -> None:
    from ckan.plugins import toolkit as tk

    tk.get_action("osakadx_mails_preferences_update")({"user": "hanako"}, {"language": "en"})
    tell("hanako", "a")
    send()
    assert inbox.to(editor)[0]["Subject"] == '[Please check] "甲市 一覧" could not be collected'


# -- once, and in the end


def test_the_same_thing_is_told_once_and_counted(inbox: Inbox, editor: str) -> None:
    for _ in range(3):
        tell("hanako", "the same")
    assert send().sent == 1
    tell("hanako", "the same")
    assert send().sent == 0
    (row,) = rows()
    assert (row.state, row.repeats) == ("sent", 3)


def test_what_is_rolled_back_is_never_told(inbox: Inbox, editor: str) -> None:
    from ckan import model
    from ckanext.osakadx.mails import outbox
    from ckanext.osakadx.mails import people as persons

    outbox.tell(
        "harvest-failed", about="x", people=persons.of_organization(ORGANISATION, ["editor"]), facts={}, once="x"
    )
    model.Session.rollback()
    assert (send().sent, rows()) == (0, [])


def test_with_the_server_down_messages_wait_and_are_sent_once(inbox: Inbox, editor: str) -> None:
    tell("hanako", "a")
    inbox.stop()
    assert send().trouble
    (row,) = rows()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.error
    inbox.start()
    assert send(later(12)).sent == 0  # not before its time
    assert send(later(30)).sent == 1
    assert send(later(60)).sent == 0
    assert len(inbox.to(editor)) == 1


def test_a_run_does_not_mind_a_mail_server_that_is_down(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    editor: str,
) -> None:
    inbox.stop()
    assert hold(town, source).guard["held_removals"]
    assert [row.state for row in rows()] == ["waiting"]


def test_an_error_in_telling_does_not_touch_the_run(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckanext.osakadx.mails import harvest

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(harvest, "_tell", breaks)
    assert hold(town, source).state == "finished"
    monkeypatch.undo()
    harvest.look(later(0))
    assert [row.kind for row in rows()] == ["harvest-held"]  # what got lost is found again


def test_without_a_mail_server_nothing_is_sent_and_nothing_fails(
    inbox: Inbox, editor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "smtp.mail_from", None)
    tell("hanako", "a")
    assert send().trouble == "no mail server"
    (row,) = rows()
    assert (row.state, row.attempts) == ("waiting", 0)


def test_an_address_that_is_unknown_there_is_put_aside_and_the_next_is_told(
    inbox: Inbox, editor: str, people: Callable[..., str]
) -> None:
    from ckan import model
    from ckanext.osakadx.mails import people as persons

    desk = people("desk", "admin", "270008")
    inbox.refuses = {editor: "550 5.1.1 no such mailbox"}
    tell("hanako", "a")
    assert send().failed == 1
    (row,) = rows()
    assert row.state == "failed"
    assert row.bounced
    assert "550" in row.error
    organisation = model.Group.get(ORGANISATION)
    assert [(each.address, each.via) for each in persons.chain(organisation.id)] == [(desk, "prefecture")]


def test_a_server_that_is_busy_is_asked_again_but_not_for_ever(inbox: Inbox, editor: str) -> None:
    inbox.refuses = {editor: "451 try later"}
    tell("hanako", "a")
    states = [(send(later(days=day)), rows()[0].state)[1] for day in range(7)]
    assert states == ["waiting"] * 5 + ["failed"] * 2
    assert rows()[0].attempts == 6


def test_a_letter_whose_process_died_is_sent_again_under_the_same_name(inbox: Inbox, editor: str) -> None:
    from ckan import model

    tell("hanako", "a")
    (row,) = rows()
    row.state, row.letter, row.claimed = "sending", "0a1b", later(0)
    model.Session.commit()
    assert send().sent == 0  # perhaps it is still on its way
    assert send(later(30)).sent == 1
    assert inbox.to(editor)[0]["Message-ID"].startswith("<0a1b@")


def test_no_more_letters_in_a_day_than_the_cap(inbox: Inbox, editor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "ckanext.osakadx.mails.per_day", 2)
    for number in range(3):
        tell("hanako", f"{number}")
        send(later(11 + number / 10))
    assert len(inbox.to(editor)) == 2
    assert send(later(days=1)).sent == 1


# -- who


def test_the_chain_goes_from_the_publisher_to_the_prefecture_to_the_sysadmins(
    inbox: Inbox, people: Callable[..., str], context: Any
) -> None:
    from ckan import model
    from ckanext.osakadx.mails import people as persons

    organisation = model.Group.get(ORGANISATION).id

    def told(contact: str = "") -> list[tuple[str, str]]:
        model.Session.remove()
        return [(each.address.split("@")[0], each.via) for each in persons.chain(organisation, contact)]

    assert told() == []  # the only sysadmin has no address that works
    people("root-person")
    model.User.get("root-person").sysadmin = True
    model.Session.commit()
    assert told() == [("root-person", "sysadmin")]
    people("desk", "admin", "270008")
    assert told() == [("desk", "prefecture")]
    people("taro", "admin")
    people("hanako", "editor")
    people("guest", "member")
    assert told() == [("hanako", "organization"), ("taro", "organization")]
    people("kakari")
    assert told("KAKARI@city.example.lg.jp") == [("kakari", "contact")]
    assert told("unknown@city.example.lg.jp") == [("hanako", "organization"), ("taro", "organization")]
    model.User.get("hanako").state = "pending"  # invited, and never came
    model.Session.commit()
    assert told() == [("taro", "organization")]


def test_when_nobody_can_be_told_that_is_on_record(town: Town, source: Source, inbox: Inbox) -> None:  # noqa: F811
    hold(town, source)
    (row,) = rows()
    assert (row.person, row.state) == ("nobody", "failed")
    assert send().sent == 0


def test_a_contact_is_asked_once_and_told_after_it_has_agreed(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    editor: str,
    browser: Browser,
) -> None:
    from ckanext.osakadx.harvest import standing

    contact = "kakari@city.example.lg.jp"
    standing.tell(source.id, contact)
    hold(town, source)
    send()
    assert len(inbox.to(editor)) == 1
    (question,) = inbox.to(contact)
    assert question["List-Unsubscribe"] is None
    address = re.search(r"/mails/confirm/\S+", question.get_content()).group()

    assert "town-" not in browser.get(address).text
    inbox.mails.clear()
    town.answer = (500, "text/plain", b"error")
    source.run()
    send()
    assert (len(inbox.to(editor)), inbox.to(contact)) == (1, [])

    assert browser.post(address).status_code == 200
    inbox.mails.clear()
    town.answer = (200, "text/html", "<html><body>メンテナンス中</body></html>".encode())
    source.run()
    send()
    assert (inbox.to(editor), len(inbox.to(contact))) == ([], 1)
    assert "/user/mails" not in inbox.to(contact)[0].get_content()


# -- how long a trouble lasts


def test_held_daily_is_told_weekly_and_its_end_to_those_who_heard_of_it(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    editor: str,
) -> None:
    from ckanext.osakadx.mails import harvest

    hold(town, source)
    source.run()
    source.run()
    send()
    assert [mail["Subject"][:9] for mail in inbox.to(editor)] == ["【確認のお願い】「"]
    assert rows(kind="harvest-held")[0].repeats == 2

    harvest.look(later(days=6))
    assert len(rows(kind="harvest-held")) == 1
    harvest.look(later(days=8))
    harvest.look(later(days=9))
    assert len(rows(kind="harvest-held")) == 2
    send(later(days=10))
    assert "1 週間続いているため" in inbox.to(editor)[-1].get_content()

    town.titles = dict(TWELVE)
    source.run()
    send(later(days=11))
    source.run()
    send(later(days=12))
    recovered = [mail for mail in inbox.to(editor) if "元どおりになりました" in mail["Subject"]]
    assert len(recovered) == 1
    assert "していただくことはありません" in recovered[0].get_content()


def test_a_good_run_tells_nobody(town: Town, source: Source, inbox: Inbox, editor: str) -> None:  # noqa: F811
    town.titles = dict(TWELVE)
    source.run()
    source.run()
    assert rows() == []


def test_a_failed_run_says_how_to_mend_it(town: Town, source: Source, inbox: Inbox, editor: str) -> None:  # noqa: F811
    town.answer = (404, "text/plain", b"gone")
    run = source.run()
    assert run.state == "failed"
    send()
    (mail,) = inbox.to(editor)
    assert "を収集できませんでした" in mail["Subject"]
    assert run.error["fix"] in mail.get_content()


# -- preferences and the stop link


def test_who_wants_no_mail_gets_none_and_that_is_on_record(inbox: Inbox, editor: str) -> None:
    from ckan.plugins import toolkit as tk

    update = tk.get_action("osakadx_mails_preferences_update")
    update({"user": "hanako"}, {"chosen": {"harvest-failed": "never"}})
    tell("hanako", "a")
    assert (send().stopped, inbox.mails) == (1, [])
    assert [row.state for row in rows()] == ["stopped"]


@pytest.mark.parametrize("chosen", [{"harvest-failed": "hourly"}, {"nothing": "now"}, {"harvest-digest": "now"}])
def test_what_is_not_offered_cannot_be_chosen(inbox: Inbox, editor: str, chosen: dict[str, str]) -> None:
    from ckan.plugins import toolkit as tk

    with pytest.raises(tk.ValidationError):
        tk.get_action("osakadx_mails_preferences_update")({"user": "hanako"}, {"chosen": chosen})


def stop_path(mail: EmailMessage) -> str:
    return re.fullmatch(r"<https?://[^/]+(/mails/stop/\S+)>", mail["List-Unsubscribe"]).group(1)


def test_a_link_stops_without_signing_in_when_it_is_posted_and_not_when_it_is_opened(
    inbox: Inbox, editor: str, browser: Browser
) -> None:
    tell("hanako", "a")
    send()
    path = stop_path(inbox.to(editor)[0])
    assert "hanako" not in path

    shown = browser.get(path)
    assert shown.status_code == 200
    assert "hanako" not in shown.text
    assert "収集に失敗したとき" in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    tell("hanako", "b")
    assert send().sent == 1  # looking has changed nothing

    assert browser.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    tell("hanako", "c")
    tell("hanako", "d", "harvest-held")
    assert (send().sent, rows(kind="harvest-failed", state="stopped")[0].dedupe_key[0]) == (1, "c")

    browser.post(path, data={"do": "all"})
    tell("hanako", "e", "harvest-held")
    assert send().sent == 0
    browser.post(path, data={"do": "again"})
    tell("hanako", "f")
    assert send().sent == 1


def test_a_link_with_a_wrong_signature_is_refused(inbox: Inbox, editor: str, browser: Browser) -> None:
    tell("hanako", "a")
    send()
    path = stop_path(inbox.to(editor)[0])
    for wrong in (
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path.replace(".f.", ".h."),
        path[:-4],
        "/mails/stop/x",
    ):
        assert browser.get(wrong).status_code == 403
        assert browser.post(wrong).status_code == 403
    tell("hanako", "b")
    assert send().sent == 1


def test_a_link_that_was_taken_back_is_refused(inbox: Inbox, editor: str, browser: Browser) -> None:
    from ckan import model
    from ckanext.osakadx.mails import preferences

    tell("hanako", "a")
    send()
    preferences.new_links(rows()[0].person)
    model.Session.commit()
    assert browser.post(stop_path(inbox.to(editor)[0])).status_code == 403


def sign_in(flask_app: Any, name: str, password: str) -> Browser:
    browser = Browser(flask_app)
    form = {"login": name, "password": password, "_csrf_token": token(browser.get("/user/login").text)}
    assert browser.post("/user/login", data=form).status_code == 302
    return browser


def token(page: str) -> str:
    return page.split('name="_csrf_token"', 1)[1].split('"', 2)[1]


def test_the_page_of_preferences_stores_a_choice(inbox: Inbox, editor: str, flask_app: Any) -> None:
    browser = sign_in(flask_app, "hanako", "correct horse battery")
    page = browser.get("/user/mails")
    assert page.status_code == 200
    assert "収集のまとめ" in page.text
    assert "Summary of your sources" in browser.get("/en/user/mails").text
    form = {"harvest-held": "weekly", "harvest-failed": "hourly", "language": "ja"}
    assert browser.post("/user/mails", data=form).status_code == 400  # no token
    assert browser.post("/user/mails", data={**form, "_csrf_token": token(page.text)}).status_code == 302
    shown = browser.get("/user/mails").text
    assert re.search(r'name="harvest-held".*?value="weekly" selected', shown, re.DOTALL)
    assert re.search(r'name="harvest-failed".*?value="now" selected', shown, re.DOTALL)


def test_preferences_need_a_sign_in(inbox: Inbox, browser: Browser) -> None:
    assert browser.get("/user/mails").status_code == 302
    assert browser.post("/user/mails").status_code in (302, 400)


# -- the digest


def test_a_digest_tells_what_a_week_was_once(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    inbox: Inbox,
    editor: str,
) -> None:
    from ckan import model
    from ckanext.osakadx.mails import digest
    from osakadx.mails import due

    run = hold(town, source)
    monday = due.moment("weekly", run.finished, timedelta(0))
    assert digest.write(monday - timedelta(hours=1)) == 0
    assert digest.write(monday) >= 1
    digest.write(monday + timedelta(hours=3))
    assert len(rows(kind="harvest-digest")) == 1
    for row in rows(kind="harvest-held"):
        model.Session.delete(row)
    model.Session.commit()
    send(monday + timedelta(days=7))
    body = inbox.to(editor)[0].get_content()
    assert "追加 12 件" in body
    assert "お願い: 止まっていて、確認を待っています。" in body
    assert "お願いすることが 1 件あります" in body


def test_the_command_shows_what_it_would_do(stack: Any, inbox: Inbox, editor: str) -> None:
    tell("hanako", "a")
    assert "今送るもの: 0 通" in ckan(stack, "osakadx-mails", "send", "--dry-run")
    from ckan import model

    (row,) = rows()
    row.created -= timedelta(hours=1)
    model.Session.commit()
    shown = ckan(stack, "osakadx-mails", "send", "--dry-run")
    assert "宛先: hanako@city.example.lg.jp" in shown
    assert "件名: 【確認のお願い】" in shown
    facts = json.loads(ckan(stack, "osakadx-mails", "status"))
    assert (facts["waiting"], facts["mail_server"]) == (1, None)
    assert "メールサーバーが設定されていません" in facts["note"]
    assert "用意していません" in ckan(stack, "osakadx-mails", "digest", "--dry-run")
    assert rows()[0].state == "waiting"


# -- the desk


def test_the_desk_sees_who_was_told_what(inbox: Inbox, editor: str, flask_app: Any, stack: Any) -> None:
    tell("hanako", "a", source="=HYPERLINK(1)")
    send()
    tell("hanako", "a", source="=HYPERLINK(1)")
    tell("hanako", "b")
    browser = sign_in(flask_app, "admin", stack.secrets["admin"])
    assert editor in browser.get("/ckan-admin/mails").text
    assert editor not in browser.get("/ckan-admin/mails?q=nobody-else").text
    assert editor in browser.get("/en/ckan-admin/mails?state=deduplicated&kind=harvest-failed&q=HYPER").text

    exported = browser.get("/ckan-admin/mails.csv?state=sent")
    assert exported.data.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig")))
    assert (line["address"], line["source"], line["repeats"]) == (editor, "'=HYPERLINK(1)", "1")

    for other in (Browser(flask_app), sign_in(flask_app, "hanako", "correct horse battery")):
        assert other.get("/ckan-admin/mails").status_code in (302, 403)
        assert other.get("/ckan-admin/mails.csv").status_code in (302, 403)


def test_the_desk_is_told_that_there_is_no_mail_server(
    inbox: Inbox, flask_app: Any, stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "smtp.server", "")
    page = sign_in(flask_app, "admin", stack.secrets["admin"]).get("/ckan-admin/mails").text
    assert "メールサーバーが設定されていません" in page


def test_the_list_is_for_sysadmins(inbox: Inbox, editor: str, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    tell("hanako", "a")
    listed = tk.get_action("osakadx_mails_list")(context(), {"state": "waiting", "q": "甲市"})
    assert (listed["count"], listed["results"][0]["address"], listed["totals"]["waiting"]) == (1, editor, 1)
    for user in ("hanako", ""):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("osakadx_mails_list")({"user": user}, {})
