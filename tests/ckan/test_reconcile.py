"""Database and index are compared both ways, and what differs is mended within one cycle."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.portal import Stack, ckan


@pytest.fixture
def solr(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The index, in step with the database."""
    from datetime import timedelta

    from ckan.lib.search.common import make_connection
    from ckanext.osakadx import outbox, reconcile

    monkeypatch.setattr(reconcile, "SETTLING", timedelta(0))
    reconcile.reconcile()
    outbox.drain()
    return make_connection(decode_dates=False)


@pytest.fixture
def datasets(context: Any, site: Any) -> list[dict[str, Any]]:
    from ckan.plugins import toolkit as tk

    package = {"type": "dataset", "notes": "一覧", "license_id": "cc-by-4.0", "owner_org": "272272"}
    names = [f"drift-{uuid.uuid4().hex[:10]}" for _ in range(8)]
    return [tk.get_action("package_create")(context(), {**package, "name": name, "title": name}) for name in names]


def indexed(solr: Any, package_id: str) -> Any:
    found = solr.search("*:*", fq=f'id:"{package_id}"', rows=2).docs
    return found[0] if found else None


def quiet(counts: dict[str, Any]) -> bool:
    return not any(counts[kind] for kind in ("missing", "orphan", "stale", "rejected", "waiting"))


def cycle() -> dict[str, Any]:
    from ckanext.osakadx import outbox, reconcile

    found = reconcile.reconcile()
    outbox.drain()
    return found


def test_drift_of_every_kind_is_found_and_mended_in_one_cycle(
    datasets: list[dict[str, Any]], solr: Any, monkeypatch: Any
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx import reconcile

    assert quiet(cycle())
    monkeypatch.setattr(reconcile, "PAGE", 3)
    ids = [dataset["id"] for dataset in datasets]
    solr.delete(q=f'id:("{ids[0]}" "{ids[1]}")', softCommit=True)
    for_sale = dict(indexed(solr, ids[2]))
    for field in ("_version_", "score"):
        for_sale.pop(field, None)
    orphans = [{**for_sale, "id": made, "index_id": made} for made in ("00000000-orphan", "ffffffff-orphan")]
    solr.add(orphans, softCommit=True, commit=False)
    model.Session.execute(
        sa.text(
            "UPDATE package SET title = '新しい題名', metadata_modified = now() at time zone 'utc' WHERE id = ANY(:ids)"
        ),
        {"ids": ids[3:6]},
    )
    model.Session.execute(sa.text("UPDATE package SET state = 'deleted' WHERE id = :id"), {"id": ids[6]})
    model.Session.commit()

    found = cycle()
    assert {kind: found[kind] for kind in ("missing", "orphan", "stale", "index")} == {
        "missing": 2, "orphan": 3, "stale": 3, "index": "ok",
    }  # fmt: skip
    after = cycle()
    assert quiet(after)
    assert after["datasets"] == after["documents"]
    assert all(indexed(solr, package_id) for package_id in ids[:6])
    assert indexed(solr, ids[3])["title"] == "新しい題名"
    assert not any(indexed(solr, gone) for gone in ("00000000-orphan", "ffffffff-orphan", ids[6]))


def test_a_state_at_the_source_that_the_index_does_not_know_is_drift(datasets: Any, solr: Any) -> None:
    from ckan import model
    from ckanext.osakadx.harvest.model import Item

    cycle()
    package_id = datasets[0]["id"]
    model.Session.add(
        Item(
            source_id="s",
            guid=package_id,
            package_id=package_id,
            digest="",
            title="",
            state="archived",
            first_run="",
            last_run="",
        )
    )
    model.Session.commit()
    assert cycle()["stale"] == 1
    assert quiet(cycle())
    model.Session.query(Item).filter(Item.package_id == package_id).delete()
    model.Session.commit()
    assert cycle()["stale"] == 1


def test_what_waits_in_the_outbox_is_no_drift(datasets: Any, solr: Any) -> None:
    from ckan import model
    from ckanext.osakadx import outbox, reconcile

    cycle()
    solr.delete(q=f'id:"{datasets[0]["id"]}"', softCommit=True)
    outbox.enqueue([datasets[0]["id"]])
    model.Session.commit()
    found = reconcile.reconcile()
    assert (found["missing"], found["waiting"]) == (0, 1)
    outbox.drain()


def test_a_wiped_index_is_noticed_and_filled(datasets: Any, solr: Any, stack: Stack) -> None:
    from ckanext.osakadx import reconcile, state
    from ckanext.osakadx.harvest import jobs

    solr.delete(q="*:*", softCommit=True)
    assert reconcile.is_wiped()
    jobs.index(1)
    assert reconcile.last()["index"] == "wiped"
    assert quiet(cycle())
    assert not reconcile.is_wiped()

    solr.delete(q="*:*", softCommit=True)
    said = json.loads(ckan(stack, "osakadx-harvest", "reconcile").splitlines()[-1])
    assert (said["index"], said["missing"], said["sent"]) == ("wiped", said["datasets"], said["datasets"])
    assert quiet(cycle())
    shown = state.facts()["index_check"]
    assert shown["index"] == "ok" and shown["checked"]


def test_the_index_of_another_database_is_replaced(datasets: Any, solr: Any) -> None:
    from ckanext.osakadx import outbox, reconcile

    cycle()
    document = {
        key: value for key, value in indexed(solr, datasets[0]["id"]).items() if key not in ("_version_", "score")
    }
    strange = [{**document, "id": f"strange-{number}", "index_id": f"strange-{number}"} for number in range(5)]
    elsewhere = [{**document, "id": "other", "index_id": "other", "site_id": "another-portal"}]
    solr.delete(q="*:*", softCommit=True)
    solr.add([*strange, *elsewhere], commit=False, softCommit=True)
    found = cycle()
    assert (found["index"], found["orphan"], found["foreign"]) == ("foreign", 5, 1)
    assert quiet(cycle())
    assert indexed(solr, "other")  # another portal's documents are its own
    solr.delete(q='site_id:"another-portal"', softCommit=True)

    solr.add(strange, commit=False, softCommit=True)
    rebuilt = reconcile.reconcile(rebuild=True)
    outbox.drain()
    assert (rebuilt["missing"], rebuilt["orphan"]) == (rebuilt["datasets"], 0)
    assert quiet(cycle())


def test_a_search_engine_with_another_schema_is_named(solr: Any, monkeypatch: Any) -> None:
    from ckanext.osakadx import reconcile

    monkeypatch.setattr(reconcile, "OUR_FIELD", "no_such_field_x")
    assert reconcile.reconcile()["index"] == "schema"


def test_a_search_engine_that_is_down_is_said(solr: Any, monkeypatch: Any) -> None:
    from ckan.common import config
    from ckan.lib import search
    from ckanext.osakadx import reconcile

    monkeypatch.setitem(config, "solr_url", "http://127.0.0.1:9/solr/ckan")
    with pytest.raises(search.SearchIndexError):
        reconcile.reconcile()
