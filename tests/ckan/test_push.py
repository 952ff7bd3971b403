"""From findings to somebody who mends them: what programs are told, what feeds say, and mails on a real mail server."""

# ruff: noqa: F401, F811  (fixtures of other files are imported by name)
from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from lxml import etree
from osakadx.mails import due
from osakadx.tables.read import read

from tests import shacl
from tests.ckan.test_mails import (
    Browser,
    Inbox,
    browser,
    inbox,
    people,
    rows,
    send,
    sign_in,
    stop_path,
)
from tests.ckan.test_quality import GOOD, dataset, only_files, show
from tests.portal import wait_until

FAR = 100_000  # days
TOWN, OTHER, DESK = "272116", "272132", "270008"  # 茨木市, 泉佐野市, the prefecture
BAD = GOOD.encode("cp932")
ATOM = {"a": "http://www.w3.org/2005/Atom"}
Make = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_other_scores(site: Any) -> None:
    """Scores and improvements of other tests are nobody's business here."""
    from ckan import model
    from ckanext.osakadx.quality.model import History, Improvement, Score

    for table in (Score, History, Improvement):
        model.Session.query(table).delete()
    model.Session.commit()


def act(action: str, user: str = "", **asked: Any) -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(action)({"user": user, "ignore_auth": False}, asked)


def score(*packages: dict[str, Any]) -> None:
    from ckanext.osakadx.quality import jobs

    jobs.score([package["id"] for package in packages])


def replace(package: dict[str, Any], body: bytes, number: int = 0) -> None:
    """The publisher puts other bytes in a file's place, and the intake has looked at them."""
    from ckan import model

    look(model.Resource.get(package["resources"][number]["id"]), body)
    score(package)


def look(row: Any, body: bytes) -> None:
    """The intake has met these bytes at a file, or none."""
    from ckan import model
    from ckanext.osakadx.intake import evidence

    reading = read(body, row.name)
    verdict = "ok" if body else "gone"
    link = {"verdict": verdict, "url": row.url, "size": len(body), "sha256": reading.sha256, "strikes": []}
    evidence.keep(row, "link", row.url, "GET", link)
    if body:
        evidence.keep(row, "reading", reading.sha256, "osakadx read", reading.as_dict())
    model.Session.commit()


def yesterday(package: dict[str, Any], days: int = 1) -> None:
    """What was stored today becomes that of another day."""
    from ckan import model
    from ckanext.osakadx.quality.model import History, Improvement

    rows = model.Session.query(History).filter_by(package_id=package["id"])
    for shift in (FAR, -FAR - days):  # a day that is still taken by the next row would be refused
        rows.update({"day": History.day + shift}, synchronize_session=False)
    model.Session.query(Improvement).filter_by(package_id=package["id"]).update(
        {"at": Improvement.at - timedelta(days=days)}, synchronize_session=False
    )
    model.Session.commit()


# -- what became better


def test_a_mended_file_is_an_improvement_for_all_to_see(dataset: Make, browser: Browser) -> None:
    mended, hidden = dataset(BAD, owner_org=TOWN, title="避難所"), dataset(BAD, owner_org=TOWN, private=True)
    score(mended, hidden)
    assert act("osakadx_quality_improvements")["count"] == 0
    replace(mended, GOOD.encode())
    replace(hidden, GOOD.encode())

    found = act("osakadx_quality_improvements", organization=TOWN)
    (one,) = found["results"]
    assert (found["count"], one["title"], one["organization"], one["grade_before"]) == (1, "避難所", TOWN, "A")
    assert one["points"] > one["points_before"]
    assert [each["rule"] for each in one["mended"]] == ["encoding-is-utf-8"]
    assert act("osakadx_quality_improvements", organization=OTHER)["count"] == 0
    assert act("osakadx_quality_improvements", since="2099-01-01")["count"] == 0

    for path in ("/quality/improvements.atom", f"/quality/improvements/{TOWN}.atom"):
        answer = browser.get(path)
        assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
        feed = etree.fromstring(answer.data)
        (entry,) = feed.findall("a:entry", ATOM)
        assert entry.find("a:link", ATOM).get("href").endswith(f"/dataset/{mended['name']}")
        assert entry.findtext("a:title", namespaces=ATOM).startswith("避難所: 100点中 ")
        assert entry.findtext("a:summary", namespaces=ATOM) == "文字コードが UTF-8: list0.csv"
        assert feed.findtext("a:updated", namespaces=ATOM) == entry.findtext("a:updated", namespaces=ATOM)
    english = etree.fromstring(browser.get("/en/quality/improvements.atom").data)
    assert english.findtext("a:entry/a:summary", namespaces=ATOM) == "Encoded in UTF-8: list0.csv"
    assert not etree.fromstring(browser.get(f"/quality/improvements/{OTHER}.atom").data).findall("a:entry", ATOM)
    assert browser.get("/quality/improvements/no-such-town.atom").status_code == 404


def test_what_breaks_and_heals_is_no_improvement(dataset: Make) -> None:
    package = dataset(GOOD.encode(), owner_org=TOWN)
    score(package)
    yesterday(package, 3)
    replace(package, b"")
    yesterday(package, 1)
    replace(package, GOOD.encode())
    assert act("osakadx_quality_improvements")["count"] == 0
    grades = [row["grade"] for row in act("osakadx_quality_history", id=package["id"])]
    assert grades == ["A", "D", "A"]
    assert [row["grade"] for row in act("osakadx_quality_history", id=package["id"], limit=1)] == ["A"]


def test_the_night_forgets_what_is_long_past_but_what_still_holds(dataset: Make, context: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.quality import history
    from ckanext.osakadx.quality.model import History, Score

    kept, purged = dataset(BAD), dataset(BAD)
    score(kept, purged)
    yesterday(kept, 3000)
    replace(kept, GOOD.encode())
    yesterday(kept, 100)
    tk.get_action("dataset_purge")(context(), {"id": purged["id"]})
    history.forget(datetime.now().astimezone())
    assert len(act("osakadx_quality_history", id=kept["id"])) == 2  # the first held until a hundred days ago
    assert model.Session.get(Score, purged["id"]) is None
    yesterday(kept, 3000)
    history.forget(datetime.now().astimezone())
    assert model.Session.query(History).filter_by(package_id=kept["id"]).count() == 1


def test_many_data_sets_are_scored_with_as_many_questions_as_few(dataset: Make) -> None:
    from ckan import model

    few, many = [dataset(BAD) for _ in range(2)], [dataset(BAD) for _ in range(8)]
    score(*few, *many)
    asked: list[str] = []
    engine = model.Session.get_bind()

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    counts = []
    for made in (few, many):
        for package in made:
            look(model.Resource.get(package["resources"][0]["id"]), GOOD.encode())
        asked.clear()
        sa.event.listen(engine, "before_cursor_execute", note)
        score(*made)
        sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert act("osakadx_quality_improvements")["count"] == len(few) + len(many)


# -- what to mend next


def test_a_score_says_three_steps_with_ways_and_history(dataset: Make, context: Any) -> None:
    package = dataset(BAD, owner_org=TOWN)
    score(package)
    found = act("osakadx_quality_show", id=package["name"])
    (step,) = found["next_steps"]
    assert {"gain", "minutes", "where", "cell", "message", "fix"} <= step.keys()
    file = f"/dataset/{package['name']}/resource/{package['resources'][0]['id']}"
    assert urlsplit(step["link"]).path == file
    assert step["edit_link"].endswith(f"{file}/edit#field-image-upload")
    assert step["original"] == package["resources"][0]["url"]
    assert [row["points"] for row in found["history"]] == [found["points"]]
    assert found["findings"][0] == step


def test_what_to_mend_in_private_data_is_for_its_editors(dataset: Make, people: Any) -> None:
    from ckan.plugins import toolkit as tk

    people("push-editor", "editor", TOWN)
    people("push-member", "member", TOWN)
    package = dataset(BAD, owner_org=TOWN, private=True)
    score(package)
    for action in ("osakadx_quality_show", "osakadx_quality_advice"):
        with pytest.raises(tk.NotAuthorized):
            act(action, id=package["id"])
    member = act("osakadx_quality_show", "push-member", id=package["id"])
    assert (member["grade"], member["findings"], member["next_steps"]) == ("A", [], [])
    assert act("osakadx_quality_show", "push-editor", id=package["id"])["findings"]
    counts = {
        user: [
            act("osakadx_quality_advice", user, **asked)["count"]
            for asked in ({"id": package["id"]}, {"organization": TOWN})
        ]
        for user in ("push-member", "push-editor")
    }
    assert counts == {"push-member": [0, 0], "push-editor": [1, 1]}
    assert act("osakadx_quality_advice", organization=TOWN)["count"] == 0


def test_advice_is_by_gain_times_views_by_the_minute(dataset: Make) -> None:
    from ckan import model

    quiet, seen = dataset(BAD, owner_org=TOWN, title="静か"), dataset(BAD, owner_org=TOWN, title="人気")
    elsewhere = dataset(BAD, owner_org=OTHER)
    score(quiet, seen, elsewhere)
    row = {"url": f"/dataset/{seen['name']}", "id": seen["id"]}
    model.Session.execute(
        sa.text(
            "INSERT INTO tracking_summary "
            "(url, package_id, tracking_type, count, running_total, recent_views, tracking_date)"
            " VALUES (:url, :id, 'page', 9, 9, 9, current_date)"
        ),
        row,
    )
    model.Session.commit()
    found = act("osakadx_quality_advice", organization=TOWN)
    assert (found["count"], [step["title"] for step in found["results"]]) == (2, ["人気", "静か"])
    assert found["results"][0]["worth"] == pytest.approx(10 * found["results"][1]["worth"], rel=0.01)
    assert [
        step["title"] for step in act("osakadx_quality_advice", organization=TOWN, limit=1, offset=1)["results"]
    ] == ["静か"]
    assert act("osakadx_quality_advice", id=elsewhere["id"])["count"] == 1


def test_a_step_that_brings_a_grade_and_no_points_is_advised(dataset: Make) -> None:
    from ckan import model
    from ckanext.osakadx.quality.model import Score

    package = dataset(BAD, owner_org=TOWN)
    score(package)
    row = model.Session.get(Score, package["id"])
    held = {**row.findings[0], "gain": 0.0, "grade": "A"}
    row.grade, row.findings = "B", [held, {**held, "grade": "B", "rule": "other"}]
    model.Session.commit()
    (step,) = act("osakadx_quality_advice", organization=TOWN)["results"]
    assert (step["lifts_to"], step["gain"]) == ("A", 0.0)
    assert len(act("osakadx_quality_show", id=package["id"])["next_steps"]) == 1


def test_the_best_come_first_when_asked_for(dataset: Make, context: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx import outbox

    made = [dataset(body) for body in (b"%PDF-1.7", GOOD.encode(), BAD)]
    waiting = dataset()
    score(*made, waiting)
    outbox.drain()
    names = [each["name"] for each in (made[1], made[2], made[0], waiting)]

    def found() -> list[str]:
        asked = {"q": f"name:({' OR '.join(names)})", "sort": "osakadx_score desc, metadata_modified desc"}
        return [each["name"] for each in tk.get_action("package_search")(context(), asked)["results"]]

    wait_until(lambda: found() == names, 20, AssertionError(f"in another order: {found()}"))


# -- rules


def test_a_change_of_rules_says_first_what_it_will_do(dataset: Make) -> None:
    from ckan import model
    from ckanext.osakadx.quality import rules
    from ckanext.osakadx.quality.cli import command
    from ckanext.osakadx.quality.model import Score

    package = dataset(BAD, title="変わる表")
    score(package)
    assert not rules.changed()
    model.Session.query(Score).filter_by(package_id=package["id"]).update(
        {"rules_version": "0", "grade": "C", "points": 15.0}
    )
    model.Session.commit()
    assert rules.changed()

    run = CliRunner().invoke
    said = run(command, ["preview"]).output
    assert "何も書き換えていません" in said
    assert re.search(r"評価が上がる 1、下がる 0、", said)
    assert f"C → A  変わる表({package['name']})" in said
    assert json.loads(run(command, ["preview", "--json"]).output)["rise"] == 1
    model.Session.expire_all()
    assert model.Session.get(Score, package["id"]).grade == "C"

    assert "データセットを採点しました" in run(command, ["rescore"]).output
    assert act("osakadx_quality_show", id=package["id"])["grade"] == "A"
    assert act("osakadx_quality_improvements")["count"] == 0  # the rules changed, nobody mended anything


# -- measurements


def test_the_dcat_of_data_sets_says_what_they_are_worth(dataset: Make, browser: Browser) -> None:
    from ckan import model
    from ckanext.osakadx import outbox

    made = [dataset(BAD, owner_org=TOWN) for _ in range(3)]
    score(*made)
    outbox.drain()
    alone = browser.get(f"/dataset/{made[0]['id']}.ttl").data.decode()
    assert alone.count("dqv:hasQualityMeasurement") == 1
    assert 'dqv:value "A"' in alone
    assert shacl.violations(alone) == []

    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    wait_until(
        lambda: browser.get(f"/catalog.ttl?fq=organization:{TOWN}").data.decode().count("QualityMeasurement ") >= 3,
        20,
        AssertionError("the catalog says nothing of quality"),
    )
    engine = model.Session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    answer = browser.get(f"/catalog.ttl?fq=organization:{TOWN}").data.decode()
    sa.event.remove(engine, "before_cursor_execute", note)
    assert shacl.violations(answer) == []
    assert len([text for text in asked if "FROM osakadx_quality_score" in text]) == 1


def test_the_number_of_other_catalogs_is_given_for_comparison(dataset: Make) -> None:
    from ckanext.osakadx import outbox
    from ckanext.osakadx.quality.cli import command

    full = {"tags": [{"name": "防災"}], **contact("kakari@city.example.lg.jp")}
    public, hidden = dataset(GOOD.encode(), owner_org=TOWN, **full), dataset(GOOD.encode(), private=True)
    outbox.drain()
    one = act("osakadx_quality_mqa", id=public["name"])
    assert (one["max"], one["dimensions"]["accessibility"], one["points"]) == (
        405,
        100,
        sum(one["dimensions"].values()),
    )

    def found() -> list[dict[str, str]]:
        written = CliRunner().invoke(command, ["mqa"]).stdout_bytes
        return [*csv.DictReader(io.StringIO(written.decode("utf-8-sig")))]

    wait_until(lambda: public["name"] in {row["name"] for row in found()}, 20, AssertionError("not in the export"))
    (row,) = [row for row in found() if row["name"] == public["name"]]
    assert (row["points"], row["rating"], row["organization"]) == (str(one["points"]), one["rating"], TOWN)
    assert hidden["name"] not in {row["name"] for row in found()}


# -- mails: who


def monday() -> datetime:
    from ckanext.osakadx.mails.model import now

    return due.moment("weekly", now(), timedelta(0))


def advise(weeks: int = 0) -> int:
    from ckan import model
    from ckanext.osakadx.mails import advice

    written = advice.write(monday() + timedelta(weeks=weeks))
    model.Session.remove()
    return written


def told(address: str) -> list[str]:
    """Data sets that a mail to this address names."""
    return [step["dataset"] for row in rows(kind="quality-digest", address=address) for step in row.facts["steps"]]


def contact(address: str) -> dict[str, Any]:
    return {"contact": [{"name": "危機管理室", "email": address}]}


def test_three_things_reach_the_editor_in_plain_japanese(dataset: Make, inbox: Inbox, people: Any) -> None:
    editor = people("push-editor", "editor", TOWN)
    people("push-admin", "admin", TOWN)
    made = [dataset(BAD, owner_org=TOWN, title=f"一覧{number}") for number in range(5)]
    score(*made)
    assert advise() == 1
    assert send().sent == 1
    ((addresses, mail),) = inbox.mails
    assert addresses == [editor]
    assert mail["Subject"] == "【お願い】「茨木市」のデータを使いやすくする 3 つのこと"
    body = mail.get_content()
    assert body.count("お願い: ") == 3
    assert "効き目: 点数が 1 点上がります" in body
    assert re.search(r"直すページ: https?://\S+/dataset/quality-\w+/resource/[\w-]+/edit#field-image-upload", body)
    assert "公開団体の編集者になっているため" in body
    assert stop_path(mail)


def test_the_chain_goes_from_the_contact_to_the_desk(
    dataset: Make, inbox: Inbox, people: Any, browser: Browser
) -> None:
    from ckan import model

    kakari = "kakari@city.example.lg.jp"
    score(
        dataset(BAD, owner_org=TOWN, title="連絡先のある一覧", **contact(kakari)),
        dataset(BAD, owner_org=TOWN, title="ない一覧"),
    )
    advise()
    (nobody,) = rows(kind="quality-digest")
    assert (nobody.person, nobody.state) == ("nobody", "failed")

    desk = people("push-desk", "admin", DESK)
    advise()
    assert sorted(told(desk)) == ["ない一覧", "連絡先のある一覧"]
    admin = people("push-admin", "admin", TOWN)
    advise()
    assert sorted(told(admin)) == ["ない一覧", "連絡先のある一覧"]
    editor = people("push-editor", "editor", TOWN)
    advise()
    assert sorted(told(editor)) == ["ない一覧", "連絡先のある一覧"]
    assert told(kakari) == []

    send()
    (question,) = inbox.to(kakari)
    assert "連絡先のある一覧" in question.get_content()
    address = re.search(r"/mails/confirm/\S+", question.get_content()).group()
    assert browser.post(address).status_code == 200
    advise(1)
    assert told(kakari) == ["連絡先のある一覧"]
    assert len(rows(kind="quality-contact")) == 1
    (row,) = rows(kind="quality-digest", address=kakari)
    assert row.via == "dataset"
    assert row.subject_key == f"organization:{model.Group.get(TOWN).id}"


def test_contacts_are_not_asked_where_the_operator_does_not_want_it(
    dataset: Make,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "ckanext.osakadx.mails.ask_contacts", False)
    score(dataset(BAD, owner_org=TOWN, **contact("kakari@city.example.lg.jp")))
    advise()
    assert rows(kind="quality-contact") == []


def test_no_more_contacts_are_asked_in_a_week_than_a_portal_may(
    dataset: Make, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.mails import advice

    monkeypatch.setattr(advice, "QUESTIONS", 2)
    score(*(dataset(BAD, owner_org=TOWN, **contact(f"kakari{number}@city.example.lg.jp")) for number in range(3)))
    advise()
    advise()
    assert len(rows(kind="quality-contact")) == 2
    for row in rows(kind="quality-contact"):
        row.created -= timedelta(days=7)
    from ckan import model

    model.Session.commit()
    advise()
    assert len({row.address for row in rows(kind="quality-contact")}) == 3


def test_private_data_and_data_without_gain_are_nobodys_mail(dataset: Make, inbox: Inbox, people: Any) -> None:
    people("push-editor", "editor", TOWN)
    score(dataset(BAD, owner_org=TOWN, private=True), dataset(GOOD.encode(), owner_org=TOWN))
    assert advise() == 0


# -- mails: once


def test_a_thing_is_told_once_and_again_when_it_has_changed_or_weeks_have_passed(
    dataset: Make,
    inbox: Inbox,
    people: Any,
) -> None:
    editor = people("push-editor", "editor", TOWN)
    made = [dataset(BAD, owner_org=TOWN, title=f"一覧{number}") for number in range(4)]
    score(*made)
    advise()
    advise()
    first = told(editor)
    assert len(first) == 3
    advise(1)
    assert sorted(told(editor)) == [f"一覧{number}" for number in range(4)]  # the fourth moved up
    assert advise(2) == 0
    changed = next(each for each in made if each["title"] == first[0])
    replace(changed, GOOD.encode("euc-jp"))
    assert advise(3) == 1
    assert told(editor)[4:] == [first[0]]
    assert advise(8 + 4) == 1


def test_a_person_is_asked_for_three_things_over_all_their_organisations(
    dataset: Make, inbox: Inbox, people: Any
) -> None:
    editor = people("push-editor", "editor", TOWN)
    people("push-editor", "editor", OTHER)
    score(*(dataset(BAD, owner_org=town) for town in (TOWN, TOWN, OTHER, OTHER)))
    assert advise() == 2
    assert advise() == 0
    assert len(told(editor)) == 3
    assert send().sent == 1
    assert "(ほか 1 件)" in inbox.to(editor)[0]["Subject"]


def test_a_link_stops_them_without_signing_in(dataset: Make, inbox: Inbox, people: Any, browser: Browser) -> None:
    editor = people("push-editor", "editor", TOWN)
    score(*(dataset(BAD, owner_org=TOWN) for _ in range(4)))
    advise()
    send()
    path = stop_path(inbox.to(editor)[0])
    assert "データを使いやすくする3つのこと" in browser.get(path).text
    assert browser.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert advise(1) == 0


# -- mails: what comes back


def test_an_address_that_is_refused_is_noted_and_the_next_is_told(dataset: Make, inbox: Inbox, people: Any) -> None:
    editor, admin = people("push-editor", "editor", TOWN), people("push-admin", "admin", TOWN)
    score(dataset(BAD, owner_org=TOWN, title="一覧"))
    inbox.refuses[editor] = "550 5.1.1 User unknown"
    advise()
    send()
    assert rows(kind="quality-digest", address=editor)[0].state == "failed"
    advise()
    send()
    assert inbox.to(editor) == []
    assert "公開団体の管理者になっている" in inbox.to(admin)[0].get_content()


def test_a_mail_that_came_back_is_noted_and_the_next_is_told(
    dataset: Make,
    inbox: Inbox,
    people: Any,
) -> None:
    from ckanext.osakadx.mails.cli import command

    editor, admin = people("push-editor", "editor", TOWN), people("push-admin", "admin", TOWN)
    score(dataset(BAD, owner_org=TOWN, title="一覧"))
    advise()
    send()
    source = Path(__file__).parents[1] / "unit" / "osakadx" / "mails" / "test_bounces.py"
    mail = source.read_text().split('BOUNCE = b"""\\\n')[1].split('"""')[0]
    run = CliRunner().invoke
    done = run(command, ["bounced"], input=re.sub("nobody@city.example.lg.jp", editor, mail, flags=re.IGNORECASE))
    assert f"{editor}: 届かないものとして記録しました(届かなかったお知らせ 1 件)" in done.output
    assert run(command, ["bounced"], input="Subject: 休暇中です\n\n").exit_code == 1
    advise()
    assert (told(admin), rows(address=editor)[0].state) == (["一覧"], "failed")
    run(command, ["bounced", "--undo", editor])
    advise(1)
    assert len(told(editor)) == 2


# -- mails: who was told what


def test_a_dry_run_says_who_would_get_what(dataset: Make, inbox: Inbox, people: Any, monkeypatch: Any) -> None:
    from ckanext.osakadx.mails import cli

    editor = people("push-editor", "editor", TOWN)
    score(dataset(BAD, owner_org=TOWN, title="一覧"), dataset(BAD, owner_org=OTHER, title="だれもいない"))
    monkeypatch.setattr(cli, "now", monday)
    said = CliRunner().invoke(cli.command, ["digest", "--dry-run"]).output
    assert f"宛先: {editor}\n件名: 【お願い】「茨木市」" in said
    assert "宛先: 届くアドレスを持つ人がいません。" in said
    assert "今用意するまとめ: 2 件" in said
    assert rows() == []
    assert "まとめを 2 件" in CliRunner().invoke(cli.command, ["digest"]).output
    assert told(editor) == ["一覧"]


def test_admins_see_what_their_people_were_told(dataset: Make, inbox: Inbox, people: Any, flask_app: Any) -> None:
    editor = people("push-editor", "editor", TOWN)
    people("push-admin", "admin", TOWN)
    people("push-desk", "admin", DESK)
    elsewhere = people("push-other", "editor", OTHER)
    score(dataset(BAD, owner_org=TOWN, title="茨木の一覧", **contact("kakari@city.example.lg.jp")))
    score(dataset(BAD, owner_org=OTHER, title="よその一覧"))
    advise()
    send()
    password = "correct horse battery"
    admin = sign_in(flask_app, "push-admin", password)
    page = admin.get(f"/organization/mails/{TOWN}")
    assert page.status_code == 200
    assert editor in page.text
    assert "茨木の一覧" in page.text
    assert elsewhere not in page.text
    assert "/mails/confirm/" not in page.text
    assert f"/organization/mails/{TOWN}" in admin.get(f"/organization/edit/{TOWN}").text
    exported = admin.get(f"/organization/mails/{TOWN}.csv?kind=quality-digest")
    (line,) = csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig")))
    assert (line["address"], line["state"], line["about"].split(":")[0]) == (editor, "sent", "茨木の一覧")
    assert admin.get("/organization/mails/no-such-town").status_code == 404
    assert admin.get(f"/organization/mails/{OTHER}").status_code == 403
    assert admin.get("/ckan-admin/mails").status_code == 403
    for name in ("push-editor", "push-other"):
        assert sign_in(flask_app, name, password).get(f"/organization/mails/{TOWN}").status_code == 403
    assert Browser(flask_app).get(f"/organization/mails/{TOWN}").status_code in (302, 403)
    desk = sign_in(flask_app, "push-desk", password)
    assert elsewhere in desk.get("/ckan-admin/mails").text
    assert elsewhere in desk.get(f"/organization/mails/{OTHER}").text


def test_the_list_never_holds_the_link_that_confirms(dataset: Make, inbox: Inbox, people: Any) -> None:
    people("push-admin", "admin", TOWN)
    score(dataset(BAD, owner_org=TOWN, **contact("kakari@city.example.lg.jp")))
    advise()
    listed = act("osakadx_mails_list", "push-admin", organization=TOWN, kind="quality-contact")
    assert "link" not in listed["results"][0]["facts"]
    assert listed["totals"]["waiting"] == 2
