"""A source from its list to the catalog, through the real queue: what is written, and what is never touched."""

from __future__ import annotations

import csv
import io
import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.portal import wait_until

HEADER = [
    "全国地方公共団体コード", "データセット_ID", "地方公共団体名", "データセット_タイトル", "データセット_概要",
    "ファイル_タイトル", "ファイル_ダウンロードURL", "ファイル_形式", "ファイル_ライセンス", "データセット_最終更新日",
]  # fmt: skip


class Town:
    """A town's web server with its オープンデータ一覧; the list can be changed, emptied, broken."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.files: dict[str, str] = {}  # key → name of the file, where that is not the key
        self.answer: tuple[int, str, bytes] | None = None
        self.cut = 0  # so many rows arrive, and half of one more
        self.requests = 0
        self.mark = uuid.uuid4().hex[:8]  # IDs are the town's own: one that another source has is a conflict
        town = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                town.requests += 1
                status, kind, body = town.answer or (200, "text/csv", town.listing_of(self.path))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def renamed(self, key: str, new: str) -> None:
        """The town gives a data set another ID; its title and its file stay."""
        self.titles[new] = self.titles.pop(key)
        self.files[new] = self.files.pop(key, key)

    def listing_of(self, path: str) -> bytes:
        return self.listing()

    def listing(self) -> bytes:
        rows = io.StringIO()
        writer = csv.writer(rows)
        writer.writerow(HEADER)
        for key, title in self.titles.items():
            url = f"http://{self.host}/{self.files.get(key, key)}.csv"
            writer.writerow(
                [
                    "272272",
                    f"{self.mark}-{key}",
                    "東大阪市",
                    title,
                    f"{title}の一覧です。",
                    title,
                    url,
                    "CSV",
                    "CC BY 4.0",
                    "2026-04-01",
                ]
            )
        text = rows.getvalue()
        if self.cut:
            text = "".join(text.splitlines(keepends=True)[: self.cut + 1]) + "272272,"
        return text.encode("cp932")


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, site: Any) -> Iterator[Town]:
    from ckan.common import config

    started = Town()
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [started.host])
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [started.host])
    yield started
    started.server.shutdown()


class Source:
    """One harvest source, and what can be asked about it."""

    def __init__(self, name: str, town: Town, context: Any) -> None:
        from ckan.plugins import toolkit as tk

        self.context, self.town = context, town
        self.id = tk.get_action("harvest_source_create")(
            context(),
            {
                "name": name, "title": name, "url": f"http://{town.host}/{name}.csv",
                "source_type": "osakadx_csv_listing",
                "owner_org": "272272", "frequency": "MANUAL", "config": json.dumps({"publisher": "272272"}),
            },
        )["id"]  # fmt: skip

    def run(self) -> Any:
        """One run, asked for and done as in production but in this thread."""
        from ckan import model
        from ckanext.osakadx.harvest import jobs, runs
        from ckanext.osakadx.harvest.model import Run

        asked, new = runs.request(self.id, "command")
        assert new
        run_id = asked.id
        jobs.do(run_id)
        model.Session.remove()
        return model.Session.get(Run, run_id)

    def datasets(self) -> dict[str, str]:
        """データセット_ID → name of the data sets that the catalog has from this source, whatever their state here."""
        import sqlalchemy as sa
        from ckan import model
        from ckanext.osakadx.harvest.model import Item

        rows = model.Session.execute(
            sa.select(Item.guid, model.Package.name)
            .join(model.Package, model.Package.id == Item.package_id)
            .where(Item.source_id == self.id, model.Package.state == "active")
        )
        return {guid.removeprefix(f"272272/{self.town.mark}-"): name for guid, name in rows.all()}


def outcome(run: Any) -> dict[str, int]:
    return {name: run.counts[name] for name in ("added", "updated", "absent", "absent_in_catalog", "proved")}


@pytest.fixture
def source(town: Town, context: Any, request: pytest.FixtureRequest) -> Source:
    return Source(f"town-{abs(hash(request.node.name)) % 10**8}", town, context)


TWELVE = {f"k{number:02d}": f"公共施設一覧その{number}" for number in range(12)}


def test_a_first_run_adds_what_is_listed(town: Town, source: Source) -> None:
    town.titles = dict(TWELVE)
    run = source.run()

    assert (run.state, run.counts["added"], run.counts["refused"]) == ("finished", 12, 0)
    assert run.counts["proved"]
    assert len(source.datasets()) == 12
    assert all(name.startswith("272272-") and "__" not in name for name in source.datasets().values())


def test_a_second_run_of_an_unchanged_list_changes_nothing(town: Town, source: Source, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    town.titles = dict(TWELVE)
    source.run()
    names = source.datasets()
    # As the database has them: the index adds ckanext-harvest's keys as soon as it is up to date.
    fresh = {"use_cache": False}
    before = [tk.get_action("package_show")(context() | fresh, {"id": name}) for name in names.values()]
    run = source.run()
    after = [tk.get_action("package_show")(context() | fresh, {"id": name}) for name in names.values()]

    assert (run.counts["added"], run.counts["updated"], run.counts["unchanged"]) == (0, 0, 12)
    assert before == after


def test_a_changed_record_keeps_name_id_and_resource_ids(town: Town, source: Source, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    town.titles = dict(TWELVE)
    source.run()
    name = source.datasets()["k03"]
    before = tk.get_action("package_show")(context(), {"id": name})
    town.titles["k03"] = "公共施設一覧(改訂)"
    run = source.run()
    after = tk.get_action("package_show")(context(), {"id": name})

    assert run.counts["updated"] == 1
    assert after["title"] == "公共施設一覧(改訂)"
    assert (after["id"], after["resources"][0]["id"]) == (before["id"], before["resources"][0]["id"])


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/csv", ",".join(HEADER).encode("cp932")),
        (200, "text/csv", b""),
        (200, "text/html", "<html><body><h1>メンテナンス中です</h1></body></html>".encode()),
        (500, "text/plain", b"error"),
    ],
    ids=["header only", "empty", "HTML with 200", "server error"],
)
def test_a_list_that_is_no_list_removes_nothing(town: Town, source: Source, answer: tuple[int, str, bytes]) -> None:
    town.titles = dict(TWELVE)
    source.run()
    town.answer = answer
    run = source.run()

    assert run.state in ("held", "failed")
    assert (run.guard.get("message") or run.error["message"]).strip()
    assert len(source.datasets()) == 12

    town.answer = None
    assert source.run().counts["unchanged"] == 12


def test_a_halved_list_holds_the_removals_and_applies_the_rest(town: Town, source: Source) -> None:
    town.titles = dict(TWELVE)
    source.run()
    town.titles = dict(list(TWELVE.items())[:6]) | {"new": "新しい一覧"}
    run = source.run()

    assert run.guard["held_removals"]
    assert run.counts["added"] == 1
    assert run.counts["waiting"] == 6
    assert len(source.datasets()) == 13


def test_released_removals_become_absent_and_come_back(town: Town, source: Source) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import Item, Run

    town.titles = dict(TWELVE)
    source.run()
    town.titles = dict(list(TWELVE.items())[:6])
    held = source.run()
    runs.release(held, "admin")
    jobs.do(held.id)
    model.Session.remove()

    assert model.Session.get(Run, held.id).counts["absent"] == 6
    assert model.Session.get(Item, (source.id, f"272272/{town.mark}-k09")).state == "absent"
    assert len(source.datasets()) == 12

    town.titles = dict(TWELVE)
    run = source.run()
    assert run.counts["unchanged"] == 12
    assert model.Session.get(Item, (source.id, f"272272/{town.mark}-k09")).state == "present"


def test_what_stays_away_is_archived_after_its_grace_and_comes_back(town: Town, source: Source, client: Any) -> None:
    from datetime import timedelta

    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx import outbox
    from ckanext.osakadx.harvest.model import Item

    town.titles = dict(TWELVE)
    source.run()
    town.titles = {key: title for key, title in TWELVE.items() if key != "k09"}
    for runs_without in (1, 2, 3):
        assert source.run().guard["slug"] == "routine"
        item = model.Session.get(Item, (source.id, f"272272/{town.mark}-k09"))
        assert (item.state, item.absent_runs) == ("absent", runs_without)
        item.absent_since -= timedelta(days=3)
        model.Session.commit()
    assert source.run().counts["archived"] == 1
    model.Session.remove()
    item = model.Session.get(Item, (source.id, f"272272/{town.mark}-k09"))
    assert item.state == "archived"
    assert model.Session.scalar(sa.select(model.Package.state).where(model.Package.id == item.package_id)) == "active"
    outbox.drain()
    name = source.datasets()["k09"]
    assert client.get(f"/dataset/{name}").status_code == 200

    town.titles = dict(TWELVE)
    assert source.run().counts["unchanged"] == 12
    model.Session.remove()
    assert model.Session.get(Item, (source.id, f"272272/{town.mark}-k09")).state == "present"


def test_new_identities_for_old_records_are_held_and_taken_over(town: Town, source: Source) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs

    town.titles = dict(TWELVE)
    source.run()
    before = set(source.datasets().values())
    town.titles = {f"new-{key}": title for key, title in TWELVE.items()}
    held = source.run()
    assert (held.state, held.guard["slug"]) == ("held", "identity-changed")

    runs.release(held, "admin")
    jobs.do(held.id)
    model.Session.remove()
    assert set(source.datasets()) == set(town.titles)
    assert set(source.datasets().values()) == before


def test_one_new_identity_in_routine_numbers_keeps_its_data_set(town: Town, source: Source, context: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.harvest.model import Item

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.renamed("k03", "renamed")
    run = source.run()
    assert (run.state, run.guard["slug"]) == ("finished", "routine")
    assert run.guard["message"].startswith("一覧のとおりに反映します。1 件はIDが変わりましたが")
    assert (run.plan["gone"], run.plan["change"], run.plan.get("add", 0)) == (0, 1, 0)
    assert outcome(run) == {"added": 0, "updated": 1, "absent": 0, "absent_in_catalog": 0, "proved": True}
    model.Session.remove()
    after = source.datasets()
    assert after["renamed"] == before["k03"] and len(after) == 12
    asked = {"source_id": source.id, "guid": f"272272/{town.mark}-renamed"}
    record = tk.get_action("osakadx_harvest_record_show")(context(), asked)
    assert [entry["result"] for entry in record["history"]] == ["updated", "added"]
    assert model.Session.get(Item, (source.id, f"272272/{town.mark}-k03")) is None
    assert source.run().counts["unchanged"] == 12


@pytest.mark.parametrize("state", ["absent", "archived"])
def test_what_was_away_and_is_back_under_a_new_identity_is_not_doubled(town: Town, source: Source, state: str) -> None:
    from datetime import timedelta

    from ckan import model
    from ckanext.osakadx.harvest.model import Item

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.titles = {key: title for key, title in TWELVE.items() if key != "k03"}
    for _ in range(4 if state == "archived" else 1):
        source.run()
        item = model.Session.get(Item, (source.id, f"272272/{town.mark}-k03"))
        if item.absent_since:
            item.absent_since -= timedelta(days=3)
        model.Session.commit()
    assert item.state == state
    town.titles = dict(TWELVE)
    town.renamed("k03", "again")
    run = source.run()
    assert outcome(run) == {"added": 0, "updated": 1, "absent": 0, "absent_in_catalog": 0, "proved": True}
    assert source.datasets()["again"] == before["k03"]


def test_a_new_identity_in_a_listing_that_broke_off_waits_for_a_whole_one(
    town: Town, source: Source, context: Any
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.harvest.model import HarvestObject
    from ckanext.osakadx.harvest.model import Entry

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.renamed("k03", "renamed")
    town.titles = {"renamed": town.titles.pop("renamed"), **town.titles, "new": "新しい一覧"}
    town.cut = 4
    for _ in range(2):
        run = source.run()
        assert (run.state, run.guard["slug"]) == ("finished", "listing-partial")
        assert (run.counts["conflict"], run.counts["added"], run.counts["absent"]) == (1, 0, 0)
        assert source.datasets() == before
    waits = model.Session.scalars(sa.select(Entry).where(Entry.run_id == run.id, Entry.result == "conflict")).one()
    assert waits.guid == f"272272/{town.mark}-renamed" and waits.notices[0]["slug"] == "renamed-or-copied"
    assert model.Package.get(waits.notices[0]["dataset"]).name == before["k03"]
    told = model.Session.query(HarvestObject).filter_by(guid=waits.guid, harvest_job_id=run.job_id)
    assert told.one().report_status == "errored"
    asked = {"id": source.id, "records": 20}
    shown = tk.get_action("osakadx_harvest_preview")(context(), asked)["records"][0]
    assert (shown["guid"], shown["action"]) == (waits.guid, "conflict")
    town.cut = 0
    assert outcome(source.run()) == {"added": 1, "updated": 1, "absent": 0, "absent_in_catalog": 0, "proved": True}
    assert source.datasets()["renamed"] == before["k03"]


def test_a_copy_whose_original_stands_in_the_part_that_was_not_read_is_a_data_set_of_its_own(
    town: Town, source: Source
) -> None:
    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.titles = {"copy": town.titles["k11"], **town.titles}
    town.files["copy"] = "k11"
    town.cut = 4
    assert source.run().counts["conflict"] == 1
    town.cut = 0
    assert outcome(source.run()) == {"added": 1, "updated": 0, "absent": 0, "absent_in_catalog": 0, "proved": True}
    assert {key: name for key, name in source.datasets().items() if key != "copy"} == before


def test_many_new_identities_in_a_listing_that_broke_off_wait_for_a_person_untouched(
    town: Town, source: Source
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import Entry

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    for key in ("k00", "k01", "k02", "k03"):
        town.renamed(key, f"new-{key}")
    town.titles = dict(reversed(town.titles.items()))
    town.cut = 4
    held = source.run()
    assert (held.state, held.guard["slug"], len(held.plan["moved"])) == ("held", "identity-changed", 4)
    assert model.Session.scalars(sa.select(Entry.result).where(Entry.run_id == held.id)).all().count("conflict") == 0
    runs.release(held, "admin")
    jobs.do(held.id)
    model.Session.remove()
    assert set(source.datasets().values()) == set(before.values()) and len(source.datasets()) == 12


def test_likeness_to_what_was_not_read_takes_nothing_from_what_was_away(town: Town, source: Source) -> None:
    town.titles = {f"k{number:02}": f"一覧その{number}" for number in range(39)} | {"k39": "一覧その3"}
    source.run()
    before = source.datasets()
    del town.titles["k03"]
    assert source.run().counts["absent"] == 1
    town.titles = {"again": "一覧その3", **town.titles}
    town.files["again"] = "k03"
    town.cut = 4
    run = source.run()
    assert (run.counts["updated"], run.counts["added"], run.counts["conflict"]) == (1, 0, 0)
    assert source.datasets()["again"] == before["k03"] and len(source.datasets()) == 40


def test_what_was_away_is_taken_over_from_a_listing_that_broke_off_too(town: Town, source: Source) -> None:
    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    del town.titles["k03"]
    assert source.run().counts["absent"] == 1
    town.titles = {"again": TWELVE["k03"], **town.titles}
    town.files["again"] = "k03"
    town.cut = 4
    run = source.run()
    assert (run.counts["updated"], run.counts["added"], run.counts["conflict"]) == (1, 0, 0)
    assert source.datasets()["again"] == before["k03"] and len(source.datasets()) == 12


def test_many_that_are_back_under_new_identities_wait_for_a_person_and_are_taken_over(
    town: Town, source: Source
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.titles = {key: title for key, title in TWELVE.items() if key > "k03"}
    removed = source.run()
    runs.release(removed, "admin")
    jobs.do(removed.id)
    town.titles = dict(TWELVE)
    for key in ("k00", "k01", "k02", "k03"):
        town.renamed(key, f"new-{key}")
    held = source.run()
    assert (held.state, held.guard["slug"]) == ("held", "identity-changed") and len(held.plan["back"]) == 4
    runs.release(held, "admin")
    jobs.do(held.id)
    model.Session.remove()
    assert set(source.datasets().values()) == set(before.values()) and len(source.datasets()) == 12
    assert source.run().counts["unchanged"] == 12


@pytest.mark.parametrize("shares", ["title", "file", "both, and the file is another one's too"])
def test_one_sign_alone_proves_no_identity(town: Town, source: Source, shares: str) -> None:
    town.titles = dict(TWELVE)
    if "too" in shares:
        town.files = {"k04": "k03"}
    source.run()
    before = source.datasets()
    town.titles["k99"] = town.titles.pop("k03")
    if shares == "file":
        town.titles["k99"] = "まったく別の一覧"
    if shares != "title":
        town.files["k99"] = "k03"
    run = source.run()
    assert outcome(run) == {"added": 1, "updated": 0, "absent": 1, "absent_in_catalog": 1, "proved": True}
    assert source.datasets()["k99"] != before["k03"]


def test_what_another_source_has_too_is_no_new_identity(town: Town, source: Source, context: Any) -> None:
    town.titles = dict(TWELVE)
    source.run()
    again = Source(f"{town.host.replace(':', '-').replace('.', '-')}-again", town, context)
    town.titles = {"moved": "別の収集元が持っているもの"}
    again.run()
    town.titles = dict(TWELVE)
    town.renamed("k03", "moved")
    run = source.run()
    assert (run.counts["conflict"], run.counts["updated"], run.counts["absent"]) == (1, 0, 1)


def test_a_new_identity_whose_run_is_aborted_is_written_by_the_next_one(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import results, runs
    from ckanext.osakadx.harvest.model import Run

    def abort(run_id: str) -> None:
        runs.abort(model.Session.get(Run, run_id), "admin")
        model.Session.remove()

    def right_after_the_plan(run: Any) -> None:
        somebody = threading.Thread(target=abort, args=(run.id,))
        somebody.start()
        somebody.join()

    town.titles = dict(TWELVE)
    source.run()
    before = source.datasets()
    town.renamed("k03", "renamed")
    with monkeypatch.context() as once:
        once.setattr(results, "keep_aside", right_after_the_plan)
        assert source.run().state == "aborted"
    assert source.datasets()["renamed"] == before["k03"]
    assert outcome(source.run()) == {"added": 0, "updated": 1, "absent": 0, "absent_in_catalog": 0, "proved": True}
    assert source.run().counts["unchanged"] == 12


def test_the_same_data_from_another_source_is_a_conflict_and_is_not_doubled(
    town: Town, source: Source, context: Any
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.harvest.model import Entry

    town.titles = dict(TWELVE)
    source.run()
    again = Source(f"{town.host.replace(':', '-').replace('.', '-')}-again", town, context)
    town.titles = dict(list(TWELVE.items())[:3]) | {"other": "ここにしかない一覧"}
    run = again.run()

    assert (run.counts["added"], run.counts["conflict"], run.counts["proved"]) == (1, 3, True)
    refused = model.Session.scalars(sa.select(Entry).where(Entry.run_id == run.id, Entry.result == "conflict")).all()
    assert {entry.notices[0]["slug"] for entry in refused} == {"guid-elsewhere"}
    assert all("すでに集めています" in entry.notices[0]["message"] for entry in refused)
    assert set(again.datasets()) == {"other"} and len(source.datasets()) == 12


def test_a_data_set_that_people_made_here_is_never_overwritten(town: Town, source: Source, context: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.harvest import staging

    made = tk.get_action("package_create")(
        context(),
        {
            "type": "dataset", "name": "people-made-this", "title": "手で作ったもの", "notes": "手で作りました。",
            "owner_org": "272272", "license_id": "cc-by-4.0",
        },
    )  # fmt: skip
    original = staging.stage

    def as_local(run: Any, listing: Any) -> Any:
        from dataclasses import replace

        return original(run, (replace(record, guid=made["id"]) for record in listing))

    town.titles = {"k01": "同じIDの別のもの"}
    staging.stage = as_local
    try:
        run = source.run()
    finally:
        staging.stage = original
    assert run.counts["conflict"] == 1 and run.counts["added"] == 0
    model.Session.remove()
    assert tk.get_action("package_show")(context(), {"id": made["id"]})["title"] == "手で作ったもの"


def test_two_requests_for_a_run_are_one_run(town: Town, source: Source) -> None:
    from ckanext.osakadx.harvest import runs

    first, new = runs.request(source.id, "command")
    second, again = runs.request(source.id, "calendar")
    assert (new, again, second.id) == (True, False, first.id)


def test_a_run_cut_short_goes_on_where_its_results_end(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import Run
    from ckanext.osakadx.harvesters import base

    monkeypatch.setattr(base, "BATCH", 5)
    town.titles = dict(TWELVE)
    asked, _ = runs.request(source.id, "command")
    original, calls = base.Writer.apply, []

    def dies_in_the_second_batch(self: Any, batch: Any) -> Any:
        calls.append(len(batch))
        if len(calls) == 2:
            raise SystemExit("killed")
        return original(self, batch)

    monkeypatch.setattr(base.Writer, "apply", dies_in_the_second_batch)
    with pytest.raises(SystemExit):
        jobs.do(asked.id)
    model.Session.remove()
    assert len(source.datasets()) == 5
    asked_before = town.requests

    jobs.do(asked.id)
    model.Session.remove()
    run = model.Session.get(Run, asked.id)
    assert (run.state, run.counts["added"], len(source.datasets())) == ("finished", 12, 12)
    assert town.requests == asked_before


def test_a_worker_taken_for_dead_writes_nothing_twice(
    town: Town, source: Source, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import Run
    from ckanext.osakadx.harvesters import base

    town.titles = {key: f"取り残された{title}" for key, title in TWELVE.items()}
    asked, _ = runs.request(source.id, "command")
    run_id, original = asked.id, base.Writer.apply

    def another_worker() -> None:
        with site.test_request_context():
            jobs.do(run_id)
            model.Session.remove()

    def sleeps_meanwhile(self: Any, batch: Any) -> Any:
        monkeypatch.setattr(base.Writer, "apply", original)
        other = threading.Thread(target=another_worker)
        other.start()
        other.join()
        return original(self, batch)

    monkeypatch.setattr(base.Writer, "apply", sleeps_meanwhile)
    jobs.do(run_id)
    model.Session.remove()
    written = sa.select(sa.func.count()).where(model.Package.title.startswith("取り残された"))
    run = model.Session.get(Run, run_id)
    assert (model.Session.scalar(written), run.state, run.counts["added"]) == (12, "finished", 12)


def test_a_refused_record_does_not_hold_back_the_others(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.bulk import hooks
    from ckanext.osakadx.harvest import writer
    from ckanext.osakadx.harvest.model import Entry

    real = tk.get_action

    def strict(name: str) -> Any:
        def checked(context: Any, package: Any) -> Any:
            if name == "package_create" and package.get("title", "").endswith("その7"):
                model.Session.rollback()
                raise tk.ValidationError({"title": ["使えない題名です"]})
            return real(name)(context, package)

        return checked

    monkeypatch.setattr(hooks, "usual", lambda _: False)  # as if another plugin had put its own action in front
    monkeypatch.setattr(writer.tk, "get_action", strict)
    town.titles = dict(TWELVE)
    run = source.run()

    assert (run.counts["added"], run.counts["refused"], run.counts["proved"]) == (11, 1, True)
    refused = model.Session.scalars(sa.select(Entry).where(Entry.run_id == run.id, Entry.result == "refused")).one()
    assert refused.notices[-1]["problems"] == {"title": ["使えない題名です"]}


def test_a_hook_of_another_plugin_that_fails_holds_back_its_own_record_alone(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.plugin import OsakadxPlugin

    original = OsakadxPlugin.after_dataset_create

    def fails(self: Any, context: Any, pkg_dict: dict[str, Any]) -> None:
        if pkg_dict["title"].endswith("その7"):
            raise RuntimeError("this plugin does not like it")
        original(self, context, pkg_dict)

    monkeypatch.setattr(OsakadxPlugin, "after_dataset_create", fails)
    town.titles = dict(TWELVE)
    run = source.run()
    assert (run.state, run.counts["added"], run.counts["refused"]) == ("finished", 11, 1)


def test_what_changed_is_written_together_and_stands_in_the_stream_of_activities(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.activity.model import Activity
    from ckanext.osakadx.harvest import writer

    town.titles = dict(TWELVE)
    source.run()
    names = source.datasets()
    one_by_one: list[Any] = []
    monkeypatch.setattr(writer, "update_one", lambda *asked: one_by_one.append(asked))
    town.titles = {key: f"{title}(更新)" for key, title in TWELVE.items()}
    run = source.run()

    assert (run.counts["updated"], one_by_one, source.datasets()) == (12, [], names)
    titles = sa.select(model.Package.title).where(model.Package.name.in_(names.values()))
    assert all(title.endswith("(更新)") for title in model.Session.scalars(titles))
    kinds = model.Session.execute(
        sa.select(model.Package.name, sa.func.array_agg(sa.distinct(Activity.activity_type)))
        .join(Activity, Activity.object_id == model.Package.id)
        .where(model.Package.name.in_(names.values()))
        .group_by(model.Package.name)
    )
    assert {name: sorted(each) for name, each in kinds} == {
        name: ["changed package", "new package"] for name in names.values()
    }


def test_a_hook_that_fails_holds_back_its_own_change_alone(
    town: Town, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.plugin import OsakadxPlugin

    town.titles = dict(TWELVE)
    source.run()
    original = OsakadxPlugin.after_dataset_update

    def fails(self: Any, context: Any, pkg_dict: dict[str, Any]) -> None:
        if "その7" in pkg_dict["title"]:
            raise RuntimeError("this plugin does not like it")
        original(self, context, pkg_dict)

    monkeypatch.setattr(OsakadxPlugin, "after_dataset_update", fails)
    town.titles = {key: f"{title}(更新)" for key, title in TWELVE.items()}
    run = source.run()
    assert (run.state, run.counts["updated"], run.counts["refused"], run.counts["proved"]) == ("finished", 11, 1, True)


def test_ckanext_harvest_s_part_of_a_document_is_the_same_when_it_is_asked_for_together(
    town: Town, source: Source, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.harvest.model import HarvestObject
    from ckanext.osakadx.bulk.documents import documents
    from ckanext.osakadx.bulk.shown import shown
    from ckanext.osakadx.harvest import objects

    town.titles = dict(TWELVE)
    source.run()
    town.titles["k01"] = "改まった一覧"  # a second harvest object, the first one is no longer current
    source.run()
    local = tk.get_action("package_create")(
        context(),
        {
            "type": "dataset", "name": f"local-{town.mark}", "title": "手で作ったもの", "notes": "手で作りました。",
            "owner_org": "272272", "license_id": "cc-by-4.0",
        },
    )  # fmt: skip
    harvested = sa.select(HarvestObject.package_id).where(HarvestObject.guid.contains(town.mark)).distinct()
    ids = [*model.Session.scalars(harvested), local["id"]]
    assert len(ids) == 13

    def read() -> tuple[list[dict[str, Any]], int]:
        found = list(shown(ids))
        asked: list[str] = []

        def listen(*told: Any) -> None:
            asked.append(told[2])

        sa.event.listen(model.meta.engine, "before_cursor_execute", listen)
        made = documents(found)
        sa.event.remove(model.meta.engine, "before_cursor_execute", listen)
        return made, sum("FROM harvest_object" in statement for statement in asked)

    together, asked_once = read()
    monkeypatch.setattr(objects, "_READ", "another version")
    one_by_one, asked_each = read()
    assert together == one_by_one
    assert sum("harvest_object_id" in document for document in together) == 12
    assert (asked_once, asked_each) == (1, 13)


def test_what_is_harvested_is_found(town: Town, source: Source, client: Any) -> None:
    from ckanext.osakadx import outbox

    town.titles = {"shelters": "指定緊急避難場所一覧(東大阪)"}
    source.run()
    outbox.drain()
    name = source.datasets()["shelters"]

    def found() -> bool:
        answer = client.get("/api/3/action/package_search", query_string={"q": "避難場所"})
        return name in [hit["name"] for hit in answer.json["result"]["results"]]

    wait_until(found, 20, AssertionError(f"{name} is not found"))  # the engine opens a new searcher in its own time
