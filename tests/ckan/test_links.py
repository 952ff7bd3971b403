"""The check of links against real services: which are asked, what is stored in how many statements, who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from tests.unit.loopback import Request, Site, answer, serve

HEADER = "コード,名称,人数\r\n"
TABLE = (HEADER + "".join(f"{n:05},市民会館{n},{n * 10}\r\n" for n in range(1, 21))).encode("cp932")
CHANGED = TABLE.replace(b",200\r\n", b",201\r\n")


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, site: Any) -> Iterator[Site]:
    """A town's web server whose files a test may change; nothing else may be asked, and nothing else is due."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.common import config
    from ckanext.osakadx.intake.model import Due

    model.Session.query(Due).delete()
    # Whatever a test before has made this host ask for: it is the same host, on another port.
    model.Session.execute(sa.text("DELETE FROM osakadx_host"))
    model.Session.commit()
    with serve() as started:
        monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [started.key])
        monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [started.key])
        yield started


def dataset(addresses: Iterable[str]) -> dict[str, Any]:
    return {
        "name": f"links-{uuid4().hex[:12]}",
        "title": "市民会館の一覧",
        "owner_org": "272272",
        "notes": "市民会館です。",
        "license_id": "cc-by-4.0",
        "resources": [{"url": address, "name": address[-60:], "format": "CSV"} for address in addresses],
    }


def conditional(body: bytes, etag: str) -> Any:
    """A page that answers a question for news as well as any."""

    def page(request: Request) -> bytes:
        same = request.headers.get("if-none-match") == etag
        return answer(status=304, ETag=etag) if same else answer(body, ETag=etag)

    return page


@pytest.fixture
def files(town: Site, context: Any) -> Any:
    """A function that makes a data set with so many files that were examined, and returns their ids."""
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake.examine import examine

    def make(number: int = 1, etag: str = '"1"') -> list[str]:
        name = f"links-{uuid4().hex[:12]}"
        addresses = [f"/{name}/{n}.csv" for n in range(number)]
        for address in addresses:
            town.pages[address] = conditional(TABLE, etag) if etag else answer(TABLE)
        package = tk.get_action("package_create")(context(), dataset(f"{town.url}{one}" for one in addresses))
        ids = [resource["id"] for resource in package["resources"]]
        for resource_id in ids:
            examine(resource_id)
        return ids

    return make


def due(resource_id: str) -> Any:
    from ckan import model
    from ckanext.osakadx.intake.model import Due

    model.Session.remove()
    return model.Session.get(Due, resource_id)


def link(resource_id: str) -> Any:
    from ckanext.osakadx.intake import evidence
    from ckanext.osakadx.intake.model import LINK

    return evidence.of(resource_id)[LINK]


def path(resource_id: str) -> str:
    from ckan import model

    return "/" + model.Resource.get(resource_id).url.split("/", 3)[3]


def make_due() -> None:
    from ckanext.osakadx.intake import schedule

    schedule.all_links()


def run(seconds: float = 60.0) -> tuple[dict[str, int], set[str]]:
    from ckanext.osakadx.intake import linkcheck

    counts, news = linkcheck.run(seconds)
    return dict(counts), news


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that the portal's session sends within the block."""
    import sqlalchemy as sa
    from ckan import model

    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "osakadx_host" not in statement:  # turns of hosts: by host and stretch, not by link
            sent.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)


# -- what is asked, and when ------------------------------------------------------------------------------------------


def test_a_new_file_is_due_at_once_and_again_after_half_a_day(files: Any, town: Site, context: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.examine import examine
    from ckanext.osakadx.intake.model import now

    town.pages["/list.csv"] = answer(TABLE)
    package = tk.get_action("package_create")(context(), dataset([f"{town.url}/list.csv"]))
    resource_id = package["resources"][0]["id"]
    assert due(resource_id).due <= now() and not due(resource_id).routine
    assert resource_id in [found for found, _ in schedule.due()]
    assert resource_id not in [found for found, _ in schedule.due()]

    examine(resource_id)
    assert timedelta(hours=10) < due(resource_id).due - now() < timedelta(hours=14)

    del town.pages["/list.csv"]
    examine(resource_id)
    assert timedelta(hours=10) < due(resource_id).due - now() < timedelta(hours=14)
    assert due(resource_id).routine  # a file that does not come is not fetched to find that out


def test_a_file_that_was_read_is_a_matter_for_the_link_check_from_then_on(files: Any) -> None:
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.model import now

    (resource_id,) = files()
    row = due(resource_id)
    assert row.routine
    assert timedelta(hours=10) < row.due - now() < timedelta(hours=14)

    make_due()
    assert resource_id not in [found for found, _ in schedule.due()]
    assert schedule.links_waiting() == 1


def test_an_unchanged_file_is_asked_for_once_and_rarer_each_time(files: Any, town: Site) -> None:
    from ckan import model
    from ckanext.osakadx.intake.model import LINK, Evidence, now

    (resource_id,) = files()
    before = link(resource_id).facts
    model.Session.query(Evidence).filter_by(resource_id=resource_id, kind=LINK).update(
        {"changed": now() - timedelta(days=10), "checked": now() - timedelta(days=2)}
    )
    model.Session.commit()
    town.requests.clear()
    make_due()

    assert run() == ({"same": 1}, set())

    (request,) = town.requests
    assert request.headers["if-none-match"] == '"1"'
    after = link(resource_id)
    assert (after.method, after.facts["status"], after.facts["sha256"]) == ("GET 304", 304, before["sha256"])
    assert now() - after.checked < timedelta(minutes=1)
    assert now() - after.changed > timedelta(days=9)
    assert timedelta(days=26) < due(resource_id).due - now() < timedelta(days=34)
    assert due(resource_id).routine
    assert run() == ({}, set())


def test_a_changed_file_is_read_and_only_then_known(files: Any, town: Site) -> None:
    from ckanext.osakadx.intake import evidence, schedule
    from ckanext.osakadx.intake.examine import examine
    from ckanext.osakadx.intake.model import READING

    (resource_id,) = files()
    old = evidence.of(resource_id)[READING].facts["sha256"]
    town.pages[path(resource_id)] = conditional(CHANGED, '"2"')
    make_due()

    counts, _ = run()
    assert counts == {"read": 1}
    assert link(resource_id).facts["etag"] == '"1"'  # of what was read
    assert [found for found, _ in schedule.due()] == [resource_id]
    examine(resource_id)
    assert link(resource_id).facts["etag"] == '"2"'
    assert evidence.of(resource_id)[READING].facts["sha256"] != old
    assert due(resource_id).routine


def test_a_file_without_validators_is_fetched_as_before(files: Any) -> None:
    from ckanext.osakadx.intake import schedule

    (resource_id,) = files(etag="")
    assert not due(resource_id).routine
    make_due()
    assert schedule.links_waiting() == 0


def test_what_somebody_asks_for_is_read_and_not_just_checked(files: Any, context: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import schedule

    (resource_id,) = files()
    package = tk.get_action("package_show")(context(), {"id": model.Resource.get(resource_id).package_id})
    package["resources"][0]["format"] = "TSV"
    tk.get_action("package_update")(context(), package)

    assert not due(resource_id).routine
    assert resource_id in [found for found, _ in schedule.due()]


def test_a_link_with_another_address_than_was_examined_is_read(files: Any) -> None:
    from ckan import model

    (resource_id,) = files()
    resource = model.Resource.get(resource_id)
    resource.url += "?v=2"  # past every action
    model.Session.commit()
    make_due()

    assert run() == ({"read": 1}, set())
    assert not due(resource_id).routine


# -- what it means ----------------------------------------------------------------------------------------------------


def test_a_link_is_gone_after_three_failures_on_two_days_and_back_at_once(
    files: Any, town: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.osakadx.intake import linkcheck
    from ckanext.osakadx.intake.model import LINK, Evidence, now

    (resource_id,) = files()
    package_id = model.Resource.get(resource_id).package_id
    there = town.pages.pop(path(resource_id))
    checker = linkcheck.outgoing.checker
    for hours, verdict, news in ((24, "ok", True), (36, "ok", False), (48, "gone", True)):
        moment = now() + timedelta(hours=hours)

        def later(stop: Any, moment: Any = moment) -> Any:
            made = checker(stop)
            made.now = lambda: moment
            return made

        monkeypatch.setattr(linkcheck.outgoing, "checker", later)
        make_due()
        assert run() == ({"failed": 1}, {package_id} if news else set())
        assert link(resource_id).facts["verdict"] == verdict
    facts = link(resource_id).facts
    assert (facts["cause"], len(facts["strikes"]), facts["status"]) == ("not-found", 3, 404)
    assert facts["sha256"]  # of what there was

    monkeypatch.setattr(linkcheck.outgoing, "checker", checker)
    model.Session.query(Evidence).filter_by(resource_id=resource_id, kind=LINK).update({"checked": now()})
    model.Session.commit()
    town.pages[path(resource_id)] = there
    make_due()
    assert run() == ({"same": 1}, {package_id})
    assert (link(resource_id).facts["verdict"], link(resource_id).facts["strikes"]) == ("ok", [])


def test_what_is_put_off_keeps_what_is_known(files: Any, town: Site) -> None:
    from ckanext.osakadx.intake.model import now

    (resource_id,) = files()
    before = dict(link(resource_id).facts)
    town.pages[path(resource_id)] = answer(status=429, Retry_After="30")
    make_due()

    assert run() == ({"put-off": 1}, set())

    assert link(resource_id).facts == before
    assert timedelta(minutes=50) < due(resource_id).due - now() < timedelta(minutes=70)


def test_a_login_in_front_of_the_file_is_named(files: Any, town: Site) -> None:
    (resource_id,) = files()
    town.pages[path(resource_id)] = answer("<!DOCTYPE html><form><input type=password></form>")
    make_due()
    run()
    facts = link(resource_id).facts
    assert (facts["verdict"], facts["cause"]) == ("ok", "login-page")
    assert "ログイン" in facts["reason"]


def test_a_login_page_that_is_fetched_is_called_the_same(files: Any, town: Site, context: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake.examine import examine

    town.pages["/login.csv"] = answer("<!DOCTYPE html><form><input type=password></form>")
    package = tk.get_action("package_create")(context(), dataset([f"{town.url}/login.csv"]))
    resource_id = package["resources"][0]["id"]
    examine(resource_id)
    facts = link(resource_id).facts
    assert (facts["verdict"], facts["cause"]) == ("refused", "login-page")


def test_the_turns_of_hosts_are_free_afterwards(files: Any) -> None:
    import sqlalchemy as sa
    from ckan import model

    files(3)
    make_due()
    assert run()[0] == {"same": 3}
    held = sa.text("SELECT count(*) FROM osakadx_host WHERE holder IS NOT NULL")
    assert model.Session.execute(held).scalar() == 0


def test_a_source_may_set_robots_txt_aside_for_its_files(files: Any) -> None:
    from ckan import model
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest.model import Item
    from ckanext.osakadx.intake.files import setting_robots_aside

    ours, other = (model.Resource.get(files()[0]).package_id for _ in range(2))
    for package_id, config in ((ours, '{"respect_robots": false}'), (other, '{"respect_robots": true}')):
        source = HarvestSource(url=f"https://a.example/{package_id}", type="osakadx_csv_listing", config=config)
        model.Session.add(source)
        model.Session.flush()
        item = Item(
            source_id=source.id, guid="1", package_id=package_id, digest="", title="", first_run="", last_run=""
        )
        model.Session.add(item)
    model.Session.commit()

    assert setting_robots_aside([ours, other]) == {ours}


def test_time_that_is_up_leaves_the_rest_due(files: Any) -> None:
    from ckanext.osakadx.intake import schedule

    files(3)
    make_due()
    run(seconds=0.0)
    assert schedule.links_waiting() == 3


# -- how much it costs, and who hears of it ---------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_the_links(files: Any) -> None:
    files(2)
    make_due()
    with statements() as few:
        assert run()[0] == {"same": 2}
    files(10)
    make_due()
    with statements() as many:
        assert run()[0] == {"same": 12}
    assert len(many) == len(few) <= 12


def test_the_oldest_are_taken_first_and_no_host_takes_all(files: Any) -> None:
    from ckan import model
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.model import Due, now

    ids = files(5)
    for age, resource_id in enumerate(ids):
        values = {"due": now() - timedelta(hours=age), "queued": None}
        model.Session.query(Due).filter_by(resource_id=resource_id).update(values)
    model.Session.commit()

    assert [row[0] for row in schedule.links(10, 3)] == ids[:1:-1]
    assert [row[0] for row in schedule.links(10, 3)] == ids[1::-1]  # what was taken is not taken twice
    assert schedule.links(10, 3) == []


def test_of_links_due_in_one_hour_the_most_viewed_data_set_comes_first(files: Any) -> None:
    from ckan import model
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.model import Due, now

    ids = files(4)
    hour = now().replace(minute=20, second=0, microsecond=0)
    for number, (ago, views) in enumerate([(1, 5), (1, 9), (2, 0), (1, 5)]):
        due = hour - timedelta(hours=ago, minutes=number)
        values = {"due": due, "queued": None, "views": views}
        model.Session.query(Due).filter_by(resource_id=ids[number]).update(values)
    model.Session.commit()

    assert [row[0] for row in schedule.links(10, 10)] == [ids[2], ids[1], ids[3], ids[0]]


def test_the_calendar_checks_reads_and_scores(files: Any, town: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan import model
    from ckanext.osakadx.intake import jobs

    gone, changed, same = files(3)
    del town.pages[path(gone)]
    town.pages[path(changed)] = conditional(CHANGED, '"2"')
    asked: list[Any] = []
    monkeypatch.setattr(jobs.quality, "request_many", asked.append)
    monkeypatch.setattr(jobs, "wake", lambda: asked.append("wake"))
    make_due()

    jobs.links()

    assert asked == [[model.Resource.get(same).package_id], "wake"]
    assert link(gone).facts["cause"] == "not-found"
    assert (due(gone).routine, due(changed).routine, due(same).routine) == (True, False, True)


def test_the_command_checks_and_says_what_came_out(files: Any) -> None:
    from ckanext.osakadx.intake.cli import command

    files(2)
    said = CliRunner().invoke(command, ["links", "--all"])
    assert said.exit_code == 0, said.output
    assert "変わらない 2" in said.output
    said = CliRunner().invoke(command, ["status"])
    assert "確かめる時期が来ているリンク: 0" in said.output
