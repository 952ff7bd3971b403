"""Harvest sources: tried without a trace, added, approved by the desk, listed; nothing runs that nobody agreed to."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.ckan.test_harvest import Source, Town, source, town  # noqa: F401  fixtures
from tests.portal import ckan


def action(name: str, context: dict[str, Any], /, **data: Any) -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(name)(context, data)


def acting(user: str) -> dict[str, Any]:
    from ckan import model

    return {"user": user, "auth_user_obj": model.User.by_name(user), "ignore_auth": False}


@pytest.fixture
def member(context: Any) -> Any:
    """A function that makes a user with a role in an organisation."""

    def made(organization: str, capacity: str) -> str:
        name = f"user-{uuid4().hex[:8]}"
        password = uuid4().hex
        action("user_create", context(), name=name, email=f"{name}@example.jp", password=password)
        action("organization_member_create", context(), id=organization, username=name, role=capacity)
        made.passwords[name] = password  # type: ignore[attr-defined]
        return name

    made.passwords = {}  # type: ignore[attr-defined]
    return made


def described(town: Town, **more: Any) -> dict[str, Any]:  # noqa: F811
    return {
        "url": f"http://{town.host}/list-{uuid4().hex[:6]}.csv", "type": "osakadx_csv_listing",
        "organization": "272272", **more,
    }  # fmt: skip


def fresh(number: int) -> dict[str, str]:
    key = uuid4().hex[:8]
    return {f"{key}{place:02d}": f"公共施設一覧その{place}" for place in range(number)}


def rows() -> dict[str, int]:
    """How many rows each table has that a harvest writes to."""
    import sqlalchemy as sa
    from ckan import model

    names = [
        "package", "resource", "harvest_source", "harvest_job", "harvest_object", "osakadx_harvest_run",
        "osakadx_harvest_entry", "osakadx_harvest_item", "osakadx_harvest_standing", "osakadx_index_outbox",
    ]  # fmt: skip
    model.Session.remove()
    return {name: model.Session.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in names}


# -- preview -----------------------------------------------------------------------------------------------------------


def test_a_preview_shows_what_a_new_source_would_give_and_writes_nothing(town: Town, context: Any) -> None:  # noqa: F811
    town.titles = fresh(25)
    before = rows()
    found = action("osakadx_harvest_preview", context(), **described(town))

    assert rows() == before
    assert (found["listed"], found["files"], found["complete"], found["cut"]) == (25, 25, True, False)
    assert len(found["records"]) == 20
    first = found["records"][0]
    assert (first["dataset"]["title"], first["dataset"]["owner_org"]) == ("公共施設一覧その0", "272272")
    assert (first["dataset"]["license_id"], first["action"]) == ("cc-by-4.0", "add")
    assert first["dataset"]["resources"][0]["format"] == "CSV"
    assert "encoding-not-utf8" in found["counts"]
    assert found["plan"] == {"add": 25, "gone": 0}
    assert (found["guard"]["action"], found["guard"]["slug"]) == ("apply", "routine")
    assert found["expected_seconds"] >= 1 and found["requests"] == 1 and found["bytes"] > 1000


def test_a_preview_of_a_source_says_what_a_run_would_change_and_hold(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    context: Any,
) -> None:
    town.titles = fresh(12)
    source.run()
    keys = list(town.titles)
    town.titles = {keys[0]: "公共施設一覧(改)", **{key: town.titles[key] for key in keys[1:6]}, "new": "新しい一覧"}
    before, asked = rows(), town.requests
    found = action("osakadx_harvest_preview", context(), id=source.id)

    assert rows() == before and town.requests == asked + 1
    assert found["plan"] == {"add": 1, "change": 1, "same": 5, "gone": 6}
    assert found["before"] == {"present": 12}
    assert (found["guard"]["action"], found["guard"]["slug"]) == ("hold-removals", "too-many-gone")
    assert "12 件のうち 6 件" in found["guard"]["message"]
    assert {record["action"] for record in found["records"]} == {"add", "change", "same"}
    run = source.run()
    assert (run.counts["added"], run.counts["updated"], run.counts["unchanged"], run.counts["waiting"]) == (1, 1, 5, 6)
    assert run.facts["requests"] == 1 and run.facts["bytes"] > 500


def test_a_preview_shows_what_stands_in_conflict_with_data_from_elsewhere(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    context: Any,
) -> None:
    """The same ids from another source (first), the same files under other ids (second)."""
    from ckanext.osakadx.harvest import report

    town.titles = fresh(12)
    source.run()
    keys = list(town.titles)
    town.titles = {keys[0]: "同じIDの一覧", "new": "新しい一覧"}
    before = rows()
    found = action("osakadx_harvest_preview", context(), **described(town))

    assert rows() == before
    assert (found["conflicts"], found["plan"]) == (1, {"add": 2, "gone": 0})
    clash, other = found["records"]
    assert (clash["action"], other["action"]) == ("conflict", "add")
    assert clash["notices"][-1]["slug"] == "guid-elsewhere" and "すでに集めています" in clash["notices"][-1]["message"]
    assert clash["notices"][-1]["dataset"] and other["notices"] == []
    said = "\n".join(report.lines(found))
    assert "追加しないもの: 1 件" in said and "同じIDの一覧(重複のため追加しない)" in said

    town.mark = uuid4().hex[:8]
    found = action("osakadx_harvest_preview", context(), **described(town))
    assert (found["conflicts"], found["records"][0]["notices"][-1]["slug"]) == (1, "files-elsewhere")


def test_a_contact_is_one_mail_address(town: Town, context: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.harvest import standing

    town.titles = fresh(2)
    name = f"s-{uuid4().hex[:8]}"
    with pytest.raises(tk.ValidationError) as refused:
        action("osakadx_harvest_source_create", context(), **described(town, name=name, contact="二人@どこか"))
    assert list(refused.value.error_dict) == ["contact"]
    made = action(
        "osakadx_harvest_source_create", context(), **described(town, name=name, contact="odata@city.example.lg.jp")
    )

    def stored() -> str:
        model.Session.expire_all()
        return standing.contact(made["id"])

    assert stored() == "odata@city.example.lg.jp"
    action("osakadx_harvest_source_update", context(), id=made["id"], title="題名だけ")
    assert stored() == "odata@city.example.lg.jp"
    everybody = {"user": "", "ignore_auth": False}
    shown = tk.get_action("harvest_source_show")(dict(everybody), {"id": made["id"]})
    listed = tk.get_action("osakadx_harvest_source_list")(dict(everybody), {"id": made["id"]})
    found = tk.get_action("package_search")(dict(everybody), {"q": f"name:{name}", "fq": "dataset_type:harvest"})
    assert shown["name"] == name == found["results"][0]["name"]
    assert "city.example.lg.jp" not in json.dumps([shown, listed, found])
    action("osakadx_harvest_source_update", context(), id=made["id"], contact="")
    assert stored() == ""
    with pytest.raises(tk.ValidationError, match="誰でも見られる"):
        tk.get_action("harvest_source_patch")(context(), {"id": made["id"], "config": '{"contact": "a@b.jp"}'})


def test_the_migration_takes_contacts_out_of_all_that_is_public_and_stops_no_source(town: Town, context: Any) -> None:  # noqa: F811
    import importlib

    import sqlalchemy as sa
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from ckan import model
    from ckanext.osakadx.harvest import standing

    town.titles = fresh(2)
    made = [
        action("osakadx_harvest_source_create", context(), **described(town, name=f"s-{uuid4().hex[:8]}"))["id"]
        for _ in range(3)
    ]
    model.Session.remove()
    mail = "odata@city.example.lg.jp"
    before = [json.dumps({"publisher": "272272", "contact": mail}), json.dumps({"contact": mail}), "contact: no JSON"]
    migration = importlib.import_module("ckanext.osakadx.migration.osakadx_harvest.versions.008_contact")
    with model.meta.engine.connect() as connection, connection.begin() as transaction:

        def said(query: str, **given: Any) -> list[Any]:
            return connection.execute(sa.text(query), given).all()

        for id_, config in zip(made, before, strict=True):
            given = {"id": id_, "config": config}
            connection.execute(sa.text("UPDATE harvest_source SET config = :config WHERE id = :id"), given)
            (kept,) = said("SELECT id, data FROM activity WHERE object_id = :id ORDER BY timestamp LIMIT 1", id=id_)
            data = json.loads(kept.data)
            data["package"]["config"] = config
            given = {"id": kept.id, "data": json.dumps(data)}
            connection.execute(sa.text("UPDATE activity SET data = :data WHERE id = :id"), given)
        approved = {
            id_: standing.fingerprint("osakadx_csv_listing", "u", config)
            for id_, config in zip(made, before, strict=True)
        }
        connection.execute(sa.text("ALTER TABLE osakadx_harvest_standing DROP COLUMN contact"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
        rows = said("SELECT source_id, contact FROM osakadx_harvest_standing WHERE source_id = ANY(:ids)", ids=made)
        assert {row.source_id: row.contact for row in rows} == dict(zip(made, [mail, mail, ""], strict=True))
        stored = {
            row.id: row.config for row in said("SELECT id, config FROM harvest_source WHERE id = ANY(:ids)", ids=made)
        }
        assert [stored[id_] for id_ in made] == ['{"publisher": "272272"}', "{}", "contact: no JSON"]
        assert {id_: standing.fingerprint("osakadx_csv_listing", "u", stored[id_]) for id_ in made} == approved
        public = said("SELECT data FROM activity WHERE object_id = ANY(:ids)", ids=made)
        public += said("SELECT extras::text FROM package WHERE id = ANY(:ids)", ids=made)
        assert len(public) >= 6 and not [row for row in public if mail in row[0]]
        transaction.rollback()


def test_what_cannot_be_listed_says_what_and_how_to_mend_it(town: Town, context: Any) -> None:  # noqa: F811
    town.answer = (404, "text/html", b"gone")
    before = rows()
    found = action("osakadx_harvest_preview", context(), **described(town))
    assert rows() == before
    assert found["error"]["slug"] == "not-found" and found["error"]["message"] and found["error"]["fix"]


def test_an_address_inside_is_not_asked(town: Town, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from ckan.common import config

    monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [])
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [])
    found = action("osakadx_harvest_preview", context(), **described(town))
    assert found["error"]["slug"] in ("port-refused", "address-not-public") and town.requests == 0


def test_a_preview_ends_in_time_with_a_sentence(
    town: Town,  # noqa: F811
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckanext.osakadx.harvesters import preview

    town.titles = fresh(12)
    monkeypatch.setattr(preview.Hurried, "over", property(lambda self: self.inner.requests > 0))
    before = rows()
    found = action("osakadx_harvest_preview", context(), **described(town))
    assert rows() == before
    assert (found["cut"], found["complete"], found["listed"]) == (True, False, 1)
    assert "gone" not in found["plan"]
    from ckanext.osakadx.harvest import report

    assert any("途中まで" in line for line in report.lines(found))


def test_only_those_who_may_create_a_source_try_one(town: Town, member: Any, source: Source) -> None:  # noqa: F811
    from ckan.plugins import toolkit as tk

    town.titles = fresh(2)
    editor, other = member("272272", "editor"), member("271004", "admin")
    assert action("osakadx_harvest_preview", acting(editor), **described(town))["listed"] == 2
    assert action("osakadx_harvest_preview", acting(editor), id=source.id)["listed"] == 2
    for user in (other, ""):
        with pytest.raises(tk.NotAuthorized):
            action("osakadx_harvest_preview", acting(user), **described(town))
        with pytest.raises(tk.NotAuthorized):
            action("osakadx_harvest_preview", acting(user), id=source.id)
    with pytest.raises(tk.NotAuthorized):
        action("osakadx_harvest_preview", acting(editor), **described(town, allow_hosts=["127.0.0.1:1"]))


# -- create and approve ------------------------------------------------------------------------------------------------


def state(source_id: str) -> str:
    from ckan import model
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest import standing

    model.Session.remove()
    return standing.state(model.Session.get(HarvestSource, source_id), standing.of(source_id))


def is_active(source_id: str) -> bool:
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    model.Session.remove()
    return model.Session.get(HarvestSource, source_id).active


def due(source_id: str) -> bool:
    """Whether the calendar asks for a run of a source that is due every minute."""
    from datetime import datetime, timedelta

    from ckan import model
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest import jobs
    from ckanext.osakadx.harvest.model import Run

    model.Session.get(HarvestSource, source_id).created = datetime.utcnow() - timedelta(hours=1)
    model.Session.commit()
    jobs.tick(0)
    return model.Session.query(Run).filter_by(source_id=source_id).count() > 0


def test_a_source_of_an_editor_waits_and_runs_by_no_way(town: Town, member: Any, context: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest import jobs, runs
    from ckanext.osakadx.harvest.model import RUNNING, Run

    town.titles = fresh(3)
    editor = member("272272", "editor")
    told = described(town, schedule="* * * * *")
    made = action("osakadx_harvest_source_create", acting(editor), **told)
    assert (made["state"], made["asked_by"], made["next_run"]) == ("waiting", editor, None)
    assert not is_active(made["id"])
    for name in ("osakadx_harvest_run_create", "harvest_job_create"):
        for who in (acting(editor), context()):
            with pytest.raises(tk.ValidationError):
                action(name, who, source_id=made["id"])
    with pytest.raises(tk.ValidationError):
        runs.request(made["id"], "command")
    assert not due(made["id"])
    sneaked = Run(source_id=made["id"], job_id="none", trigger="command", state=RUNNING)
    model.Session.add(sneaked)
    model.Session.commit()
    with pytest.raises(Exception, match="承認"):
        jobs.harvester_of(told["type"]).harvest(sneaked, model.Session.get(HarvestSource, made["id"]))
    model.Session.delete(sneaked)
    model.Session.commit()
    assert town.requests == 0
    with pytest.raises(tk.NotAuthorized):
        action("osakadx_harvest_source_approve", acting(editor), id=made["id"])


@pytest.mark.parametrize("who", ["desk", "sysadmin"])
def test_the_desk_approves_and_an_edit_waits_again(town: Town, member: Any, context: Any, who: str) -> None:  # noqa: F811
    editor = member("272272", "editor")
    desk = acting(member("270008", "admin")) if who == "desk" else context()
    made = action("osakadx_harvest_source_create", acting(editor), **described(town, schedule="* * * * *"))
    approved = action("osakadx_harvest_source_approve", dict(desk), id=made["id"])
    assert approved["state"] == "active" and approved["next_run"] and is_active(made["id"])
    assert due(made["id"])

    change = {"id": made["id"]}
    assert action("osakadx_harvest_source_update", acting(editor), **change, schedule="5 4 * * *")["state"] == "active"
    assert action("osakadx_harvest_source_update", acting(editor), **change, title="別の題名")["state"] == "active"
    for changed in ({"url": f"http://{town.host}/other.csv"}, {"guard": {"fraction": 1.0}}):
        assert action("osakadx_harvest_source_update", acting(editor), **change, **changed)["state"] == "waiting"
        assert not is_active(made["id"])
        action("osakadx_harvest_source_approve", dict(desk), id=made["id"])
    assert (
        action("osakadx_harvest_source_update", context(), **change, url=f"http://{town.host}/third.csv")["state"]
        == "active"
    )


def test_an_edit_by_stocks_own_actions_waits_as_well(town: Town, member: Any, context: Any, source: Source) -> None:  # noqa: F811
    editor = member("272272", "editor")
    assert state(source.id) == "active"
    shown = action("harvest_source_show", context(), id=source.id)
    kept = ("id", "name", "title", "source_type", "owner_org", "frequency", "config")
    told = {key: shown[key] for key in kept} | {"url": f"http://{town.host}/elsewhere.csv", "state": "active"}
    action("harvest_source_update", acting(editor), **told)
    assert state(source.id) == "waiting" and not is_active(source.id)
    made = action(
        "harvest_source_create", acting(editor), name=f"s-{uuid4().hex[:8]}", title="x", url=told["url"] + "2",
        source_type="osakadx_csv_listing", owner_org="272272", config=json.dumps({"publisher": "271004"}),
    )  # fmt: skip
    assert state(made["id"]) == "waiting" and not is_active(made["id"])


def test_what_was_changed_under_the_desks_eyes_is_not_approved(town: Town, member: Any, context: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.harvest.model import HarvestSource
    from ckanext.osakadx.harvest import standing

    editor = member("272272", "editor")
    made = action("osakadx_harvest_source_create", acting(editor), **described(town))
    there = model.Session.get(HarvestSource, made["id"])
    seen = standing.fingerprint(there.type, there.url, there.config)
    action("osakadx_harvest_source_update", acting(editor), id=made["id"], url=f"http://{town.host}/swapped.csv")
    with pytest.raises(tk.ValidationError):
        action("osakadx_harvest_source_approve", context(), id=made["id"], fingerprint=seen)
    assert state(made["id"]) == "waiting"


def test_only_a_sysadmin_excepts_a_host_and_for_one_source_alone(
    town: Town,  # noqa: F811
    member: Any,
    context: Any,
    source: Source,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ckan.common import config
    from ckan.plugins import toolkit as tk

    town.titles = fresh(2)
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [])
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [])
    admin = member("272272", "admin")
    with pytest.raises(tk.NotAuthorized):
        action("osakadx_harvest_source_create", acting(admin), **described(town, allow_hosts=[town.host]))
    with pytest.raises(tk.NotAuthorized):
        action("osakadx_harvest_source_update", acting(admin), id=source.id, allow_hosts=[town.host])
    with pytest.raises(tk.ValidationError):
        action("osakadx_harvest_source_create", context(), **described(town))

    made = action("osakadx_harvest_source_create", context(), **described(town, allow_hosts=[town.host]))
    assert action("osakadx_harvest_preview", context(), id=made["id"])["listed"] == 2
    assert "error" in action("osakadx_harvest_preview", context(), id=source.id)
    for other in (f"http://{town.host}/secret.csv", described(town)["url"]):
        assert "error" in action("osakadx_harvest_preview", acting(admin), id=made["id"], url=other)
    source_of_its_own = Source.__new__(Source)
    source_of_its_own.id, source_of_its_own.context = made["id"], context
    assert source_of_its_own.run().counts["added"] == 2
    assert source.run().state == "failed"
    # Who moves it elsewhere does not take the exception along.
    action("osakadx_harvest_source_update", acting(admin), id=made["id"], schedule="1 1 * * *")
    assert action("osakadx_harvest_preview", context(), id=made["id"])["listed"] == 2
    shown = action("harvest_source_show", context(), id=made["id"])
    kept = ("id", "name", "title", "source_type", "owner_org", "frequency", "config")
    action("harvest_source_update", acting(admin), **{key: shown[key] for key in kept}, url=f"http://{town.host}/y.csv")
    action("osakadx_harvest_source_approve", context(), id=made["id"])
    assert "error" in action("osakadx_harvest_preview", context(), id=made["id"])
    action("osakadx_harvest_source_update", context(), id=made["id"], allow_hosts=[town.host])
    desk = member("270008", "admin")
    shown = action("harvest_source_show", context(), id=made["id"])
    told = {key: shown[key] for key in kept} | {"url": f"http://{town.host}/z.csv"}
    action("organization_member_create", context(), id="272272", username=desk, role="editor")
    assert action("harvest_source_update", acting(desk), **told)
    assert state(made["id"]) == "active" and "error" in action("osakadx_harvest_preview", context(), id=made["id"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "nothing"), ("organization", "nobody"), ("schedule", "every day"), ("license", "as you like"),
        ("options", {"scope": "#x"}), ("options", "{"), ("url", "ftp://example.jp/"), ("url", "http://10.0.0.1/x.csv"),
        ("allow_hosts", ["http://x"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(town: Town, context: Any, field: str, value: Any) -> None:  # noqa: F811
    from ckan.plugins import toolkit as tk

    with pytest.raises(tk.ValidationError) as refused:
        action("osakadx_harvest_source_create", context(), **described(town) | {field: value})
    assert set(refused.value.error_dict) == {field}


def test_a_source_is_switched_off_and_on(town: Town, context: Any) -> None:  # noqa: F811
    made = action("osakadx_harvest_source_create", context(), **described(town, schedule="* * * * *", enabled=False))
    assert made["state"] == "stopped" and not is_active(made["id"]) and not due(made["id"])
    shown = action("harvest_source_show", context(), id=made["id"])
    assert shown["state"] == "active"
    assert action("osakadx_harvest_source_switch", context(), id=made["id"], enabled=True)["state"] == "active"
    assert is_active(made["id"])


def test_sources_of_a_file_are_registered_as_it_says(town: Town, context: Any) -> None:  # noqa: F811
    from ckanext.osakadx.harvest import sources
    from ckanext.osakadx.setup import site_user

    name = f"s-{uuid4().hex[:8]}"
    entry = {**described(town), "name": name, "title": "一覧", "enabled": False, "schedule": "1 2 * * *"}
    listed = sources.SourceList([entry], [])
    assert list(sources.register(listed, site_user)) == ["収集元を登録しました: 一覧"]
    assert [each["state"] for each in action("osakadx_harvest_source_list", context(), q=name)["results"]] == [
        "stopped"
    ]
    assert list(sources.register(listed, site_user)) == []
    assert list(sources.register(listed, site_user, enable=True)) == ["収集元を有効にしました: 一覧"]
    assert list(sources.register(listed, site_user)) == []


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_says_how_each_source_stands(town: Town, source: Source, context: Any) -> None:  # noqa: F811
    town.titles = fresh(12)
    source.run()
    town.titles = dict(list(town.titles.items())[:5])
    held = source.run()
    action("osakadx_harvest_source_update", context(), id=source.id, schedule="17 3 * * *")
    (found,) = [
        each for each in action("osakadx_harvest_source_list", {"user": ""})["results"] if each["id"] == source.id
    ]
    assert (found["state"], found["datasets"], found["trend"]) == ("active", 12, [12, 5])
    assert (found["held"], found["last_run"]["id"], found["last_run"]["held"]) == (held.id, held.id, True)
    assert found["next_run"].endswith("T03:17:00+09:00")
    assert source.id in [
        each["id"] for each in action("osakadx_harvest_source_list", {"user": ""}, state="held")["results"]
    ]


def test_what_waits_is_listed_for_its_makers_and_the_desk_alone(town: Town, member: Any) -> None:  # noqa: F811
    editor, other, desk = member("272272", "editor"), member("271004", "admin"), member("270008", "admin")
    made = action("osakadx_harvest_source_create", acting(editor), **described(town))
    seen = {
        user: made["id"] in [each["id"] for each in action("osakadx_harvest_source_list", acting(user))["results"]]
        for user in (editor, desk, other, "")
    }
    assert seen == {editor: True, desk: True, other: False, "": False}


# -- one record --------------------------------------------------------------------------------------------------------


def test_a_record_shows_what_was_sent_and_what_changed(
    town: Town,  # noqa: F811
    source: Source,  # noqa: F811
    member: Any,
    context: Any,
) -> None:
    from ckan.plugins import toolkit as tk

    town.titles = fresh(12)
    key = next(iter(town.titles))
    source.run()
    town.titles[key] = "公共施設一覧(改訂版)"
    source.run()
    source.run()
    guid = f"272272/{town.mark}-{key}"
    found = action("osakadx_harvest_record_show", context(), source_id=source.id, guid=guid)
    assert found["record"]["raw"] and found["item"]["state"] == "present" and found["package_id"]
    assert [(each["result"], bool(each["changes"])) for each in found["history"]] == [
        ("updated", True),
        ("added", False),
    ]
    changed = {each["concept"]: each for each in found["history"][0]["changes"]}
    assert (changed["title"]["before"], changed["title"]["after"]) == ("公共施設一覧その0", "公共施設一覧(改訂版)")
    with pytest.raises(tk.ObjectNotFound):
        action("osakadx_harvest_record_show", context(), source_id=source.id, guid="none")
    for user in (member("271004", "admin"), ""):
        with pytest.raises(tk.NotAuthorized):
            action("osakadx_harvest_record_show", acting(user), source_id=source.id, guid=guid)
    assert action("osakadx_harvest_record_show", acting(member("272272", "editor")), source_id=source.id, guid=guid)


# -- the commands ------------------------------------------------------------------------------------------------------


def test_a_source_is_tried_and_added_from_the_shell(stack: Any, sites_url: str) -> None:
    url = f"{sites_url}/270008/270008_open_data_list.csv"
    name = f"s-{uuid4().hex[:8]}"
    told = ("--type", "csv_listing", "--organization", "270008", "--license", "CC BY 4.0")
    said = ckan(stack, "osakadx-harvest", "preview", url, *told, check=False)
    assert "データセット 7 件" in said and "実行すると: 追加 7" in said and "保留になりません" in said, said
    assert "収集元を登録しました" in ckan(
        stack, "osakadx-harvest", "add", name, url, *told, "--schedule", "17 3 * * *", "--title", "大阪府の一覧"
    )
    found = json.loads(ckan(stack, "osakadx-harvest", "preview", name, "--json", check=False))
    assert (found["exists"], found["plan"]["add"]) == (True, 7)
    assert "option-unknown" in ckan(stack, "osakadx-harvest", "preview", name, "--option", "x=1", check=False) or True
    statuses = [json.loads(line) for line in ckan(stack, "osakadx-harvest", "status", "--json").splitlines()]
    assert [each["state"] for each in statuses if each["source"] == "大阪府の一覧"] == ["stopped"]


def test_osakadx_ckan_is_understood(context: Any) -> None:
    from ckanext.osakadx.harvest import sources

    assert sources.kind("osakadx_ckan") == sources.kind("ckan_api") == "osakadx_ckan_api"
