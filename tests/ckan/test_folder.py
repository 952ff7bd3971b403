"""A department's folder in the catalog: its bytes in the storage, its paths nowhere, nothing lost when it is away."""

from __future__ import annotations

import errno
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

BEFORE = time.time() - 3600
SHELTERS = "コード,名称,緯度,経度\r\n" + "".join(f"{n:05},避難所{n},34.{n:03},135.{n:03}\r\n" for n in range(1, 21))


class Folder:
    """A folder that an operator has opened, and the source that harvests it."""

    def __init__(self, root: Path, name: str, context: Callable[[], dict[str, Any]]) -> None:
        self.root, self.name, self.context, self.id = root, name, context, ""
        self.clock = BEFORE

    def put(self, path: str, content: str | bytes = SHELTERS) -> Path:
        """A file that was written an hour ago, each a second after the one before."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.clock += 1
        os.utime(file, (self.clock, self.clock))
        return file

    def source(self, inside: str = "", **options: Any) -> None:
        from ckan.plugins import toolkit as tk

        made = tk.get_action("osakadx_harvest_source_create")(
            self.context(),
            {
                "name": f"folder-{self.name}", "title": "危機管理室の共有フォルダー", "type": "osakadx_folder",
                "url": f"folder://{self.name}{inside}", "organization": "272272", "license": "CC BY 4.0",
                "options": options,
            },
        )  # fmt: skip
        self.id = made["id"]

    def run(self) -> Any:
        from ckan import model
        from ckanext.osakadx.harvest import jobs, runs
        from ckanext.osakadx.harvest.model import Run

        asked, new = runs.request(self.id, "command")
        assert new
        jobs.do(asked.id)
        model.Session.remove()
        return model.Session.get(Run, asked.id)

    def datasets(self) -> dict[str, dict[str, Any]]:
        """Path → data set as the catalog shows it."""
        import sqlalchemy as sa
        from ckan import model
        from ckan.plugins import toolkit as tk
        from ckanext.osakadx.harvest.model import Item

        rows = model.Session.execute(sa.select(Item.guid, Item.package_id).where(Item.source_id == self.id)).all()
        show = tk.get_action("package_show")
        return {guid: show(self.context() | {"use_cache": False}, {"id": key}) for guid, key in rows}

    def refusals(self, run: Any) -> dict[str, dict[str, Any]]:
        """Path → why, of the records that were not written."""
        import sqlalchemy as sa
        from ckan import model
        from ckanext.osakadx.harvest.model import Entry

        query = sa.select(Entry).where(Entry.run_id == run.id, Entry.result == "refused")
        return {entry.guid: entry.notices[-1] for entry in model.Session.scalars(query)}


@pytest.fixture
def share(tmp_path: Path, context: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    from ckan.common import config

    folder = Folder(tmp_path / "himitsu-no-basho", f"s{uuid4().hex[:8]}", context)
    folder.root.mkdir()
    monkeypatch.setitem(config, "ckanext.osakadx.harvest.folders", [f"{folder.name}={folder.root}"])
    yield folder


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the resources whose bytes were put into the storage."""
    from ckan.lib import uploader

    ids: list[str] = []
    original = uploader.get_resource_uploader

    def watched(resource: dict[str, Any]) -> Any:
        found = original(resource)
        upload = found.upload

        def told(id: str, *rest: Any) -> Any:
            if found.filename:
                ids.append(id)
            return upload(id, *rest)

        found.upload = told
        return found

    monkeypatch.setattr(uploader, "get_resource_uploader", watched)
    return ids


def bytes_of(client: Any, resource: dict[str, Any]) -> bytes:
    answer = client.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download")
    assert answer.status_code == 200, answer.status
    return answer.data


def test_files_become_data_sets_with_their_bytes_in_the_storage(share: Folder, client: Any) -> None:
    share.put("防災/避難所一覧.csv")
    share.put("population 2026.csv", "年,人口\r\n2026,480000\r\n")
    share.source()
    run = share.run()

    assert (run.state, run.counts["added"], run.counts["refused"], run.counts["proved"]) == ("finished", 2, 0, True)
    found = share.datasets()
    shelters = found["防災/避難所一覧.csv"]
    (resource,) = shelters["resources"]
    assert (shelters["title"], resource["name"], resource["format"]) == ("避難所一覧", "避難所一覧.csv", "CSV")
    assert (resource["url_type"], resource["size"], resource["mimetype"]) == (
        "upload",
        len(SHELTERS.encode()),
        "text/csv",
    )
    assert resource["url"].endswith(f"/{shelters['name']}.csv")
    assert bytes_of(client, resource) == SHELTERS.encode()
    assert found["population 2026.csv"]["resources"][0]["url"].endswith("/population-2026.csv")


def test_the_path_is_told_to_nobody_outside(share: Folder, client: Any) -> None:
    from ckan.lib.search.common import make_connection
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx import outbox

    share.put("内部の棚/避難所一覧.csv")
    (share.put("内部の棚/書きかけ.csv")).touch()
    share.source()
    run = share.run()
    outbox.drain()
    package = share.datasets()["内部の棚/避難所一覧.csv"]
    activities = tk.get_action("package_activity_list")(
        share.context(), {"id": package["id"], "include_hidden_activity": True}
    )
    details = [tk.get_action("activity_show")(share.context(), {"id": each["id"]}) for each in activities]
    solr = make_connection(decode_dates=False)
    solr.commit()
    documents = list(solr.search(q="*:*", fq=f'id:("{package["id"]}" OR "{share.id}")', rows=5))
    source = tk.get_action("package_show")(share.context(), {"id": share.id})
    public = {
        "package": package, "activities": details, "documents": documents, "source": source,
        "run": client.get(f"/api/3/action/osakadx_harvest_run_show?id={run.id}").get_data(as_text=True),
        "runs": client.get(f"/api/3/action/osakadx_harvest_run_list?source_id={share.id}").get_data(as_text=True),
        "page": client.get(f"/harvest/run/{run.id}").get_data(as_text=True),
        "csv": client.get(f"/harvest/run/{run.id}/records.csv").get_data(as_text=True),
        "sources": client.get("/harvest/sources.csv").get_data(as_text=True),
        "source page": client.get(f"/harvest/{source['name']}").get_data(as_text=True),
        "dataset page": client.get(f"/dataset/{package['name']}").get_data(as_text=True),
    }  # fmt: skip
    assert len(documents) == 2 and details and '"success": true' in public["run"] and "避難所一覧" in public["csv"]
    for where, said in public.items():
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=str)
        assert "himitsu" not in text and str(share.root.parent) not in text, where
        assert "内部の棚/" not in text and "書きかけ" not in text, where
    own = tk.get_action("osakadx_harvest_run_show")(share.context(), {"id": run.id})
    assert own["records"][0]["guid"] == "内部の棚/避難所一覧.csv"
    assert own["facts"]["notices"][0]["where"] == "内部の棚/書きかけ.csv"


def test_a_second_run_changes_nothing_and_reads_no_file(
    share: Folder, stored: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.harvesters import folder_files

    share.put("避難所一覧.csv")
    share.put("人口.csv", "年,人口\r\n2026,480000\r\n")
    share.source()
    share.run()
    before = share.datasets()
    assert len(stored) == 2
    monkeypatch.setattr(folder_files, "opened", None)
    run = share.run()

    assert (run.counts["added"], run.counts["updated"], run.counts["unchanged"]) == (0, 0, 2)
    assert len(stored) == 2 and share.datasets() == before


def test_a_file_that_was_only_touched_is_not_stored_again(share: Folder, stored: list[str], client: Any) -> None:
    share.put("避難所一覧.csv")
    share.source()
    share.run()
    before = share.datasets()["避難所一覧.csv"]["resources"][0]
    share.put("避難所一覧.csv")
    run = share.run()
    after = share.datasets()["避難所一覧.csv"]["resources"][0]

    assert (run.counts["updated"], len(stored)) == (1, 1)
    for key in ("id", "url", "last_modified", "mimetype", "size"):
        assert after[key] == before[key], key
    assert bytes_of(client, after) == SHELTERS.encode()


def test_a_changed_file_keeps_its_resource_and_is_read_and_scored_anew(share: Folder, client: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake.examine import examine
    from ckanext.osakadx.quality import jobs as quality

    def rows(resource_id: str) -> int:
        return tk.get_action("datastore_search")(share.context(), {"resource_id": resource_id, "limit": 0})["total"]

    def due(package: dict[str, Any]) -> None:
        """What the intake's worker does with a file that is due."""
        import sqlalchemy as sa
        from ckan import model
        from ckanext.osakadx.intake.model import Due

        resource_id = package["resources"][0]["id"]
        assert model.Session.scalar(sa.select(Due.due).where(Due.resource_id == resource_id)) is not None
        news = examine(resource_id)
        assert news == package["id"]
        assert quality.score([package["id"]]) == [package["id"]]

    share.put("避難所一覧.csv")
    share.source()
    share.run()
    first = share.datasets()["避難所一覧.csv"]
    due(first)
    assert rows(first["resources"][0]["id"]) == 20
    longer = (SHELTERS + "00021,避難所21,34.021,135.021\r\n").encode("cp932")
    share.put("避難所一覧.csv", longer)
    run = share.run()
    second = share.datasets()["避難所一覧.csv"]
    due(second)

    assert (run.counts["updated"], second["id"]) == (1, first["id"])
    assert second["resources"][0]["id"] == first["resources"][0]["id"]
    assert second["resources"][0]["last_modified"] > first["resources"][0]["last_modified"]
    assert bytes_of(client, second["resources"][0]) == longer
    assert rows(second["resources"][0]["id"]) == 21


def test_files_of_a_folder_keep_their_ids_by_their_paths(share: Folder, stored: list[str], client: Any) -> None:
    share.put("避難所/令和6年.csv", "六\r\n")
    share.put("避難所/令和7年.csv", "七\r\n")
    share.source(by_folder=True)
    share.run()
    before = {file["name"]: file["id"] for file in share.datasets()["避難所/"]["resources"]}
    share.put("避難所/令和5年.csv", "五\r\n")
    (share.root / "避難所" / "令和6年.csv").unlink()
    share.put("避難所/旧/令和7年.csv", "旧七\r\n")
    run = share.run()
    after = share.datasets()["避難所/"]["resources"]

    assert (run.counts["updated"], len(stored)) == (1, 4)
    contents = {bytes_of(client, file).decode(): file["id"] for file in after}
    assert set(contents) == {"五\r\n", "七\r\n", "旧七\r\n"}
    assert contents["七\r\n"] == before["令和7年.csv"] and contents["旧七\r\n"] not in before.values()


@pytest.mark.parametrize("gone", ["vanished", "unmounted", "emptied"])
def test_a_folder_that_is_away_removes_nothing(share: Folder, client: Any, gone: str) -> None:
    for number in range(12):
        share.put(f"一覧{number}.csv", f"{number}\r\n")
    share.source()
    share.run()
    away = share.root.with_name("away")
    share.root.rename(away)
    if gone != "vanished":
        share.root.mkdir()
    if gone == "emptied":
        (share.root / "Thumbs.db").touch()
    run = share.run()

    assert run.state == ("failed" if gone == "vanished" else "held")
    said = run.error["message"] if gone == "vanished" else run.guard["message"]
    assert said and "himitsu" not in json.dumps([run.error, run.guard, run.facts], ensure_ascii=False)
    found = share.datasets()
    assert len(found) == 12 and all(package["state"] == "active" for package in found.values())
    assert bytes_of(client, found["一覧3.csv"]["resources"][0]) == b"3\r\n"
    if gone != "vanished":
        for each in share.root.iterdir():
            each.unlink()
        share.root.rmdir()
    away.rename(share.root)
    assert share.run().counts["unchanged"] == 12


def test_a_folder_that_goes_away_in_the_middle_of_a_run_loses_nothing(
    share: Folder, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.harvesters import folder_files

    for number in range(3):
        share.put(f"一覧{number}.csv", f"{number}\r\n")
    share.source()
    share.run()
    for number in range(3):
        share.put(f"一覧{number}.csv", f"新{number}\r\n")
    original, calls = folder_files.opened, []

    def goes(root: Path, address: str) -> Any:
        calls.append(address)
        if len(calls) > 1:
            raise OSError(116, "Stale file handle")
        return original(root, address)

    monkeypatch.setattr(folder_files, "opened", goes)
    run = share.run()
    assert (run.counts["updated"], run.counts["refused"]) == (1, 2)
    assert {why["slug"] for why in share.refusals(run).values()} == {"file-unreadable"}
    found = share.datasets()
    assert bytes_of(client, found["一覧0.csv"]["resources"][0]) == "新0\r\n".encode()
    assert bytes_of(client, found["一覧2.csv"]["resources"][0]) == b"2\r\n"
    monkeypatch.setattr(folder_files, "opened", original)
    assert share.run().counts["updated"] == 2
    assert bytes_of(client, share.datasets()["一覧2.csv"]["resources"][0]) == "新2\r\n".encode()


def test_one_removed_file_has_its_grace_and_half_of_them_wait_for_a_person(share: Folder) -> None:
    for number in range(12):
        share.put(f"一覧{number:02}.csv", f"{number}\r\n")
    share.source()
    share.run()
    (share.root / "一覧00.csv").unlink()
    run = share.run()
    assert (run.guard["slug"], run.counts["absent"]) == ("routine", 1)
    assert share.datasets()["一覧00.csv"]["state"] == "active"
    for number in range(1, 7):
        (share.root / f"一覧{number:02}.csv").unlink()
    run = share.run()
    assert (run.guard["slug"], run.counts["waiting"]) == ("too-many-gone", 6)


def test_what_was_put_in_the_place_of_a_file_after_the_listing_is_not_taken(
    share: Folder, stored: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.osakadx.harvesters import base

    secret = share.root.parent / "secret.csv"
    secret.write_text("ひみつ")
    swapped = share.put("差し替え.csv", "一\r\n")
    inside = share.put("棚/中.csv", "二\r\n").parent
    growing = share.put("書きかけ.csv", "三\r\n")
    share.put("そのまま.csv", "四\r\n")
    original = base.Writer.apply

    def meanwhile(self: Any, batch: Any) -> Any:
        swapped.unlink()
        swapped.symlink_to(secret)
        inside.rename(share.root.parent / "elsewhere")
        inside.symlink_to(share.root.parent / "elsewhere")
        with growing.open("ab") as file:
            file.write("五\r\n".encode())
        return original(self, batch)

    monkeypatch.setattr(base.Writer, "apply", meanwhile)
    share.source()
    run = share.run()
    assert (run.counts["added"], run.counts["refused"], len(stored)) == (1, 3, 1)
    why = {path: notice["slug"] for path, notice in share.refusals(run).items()}
    assert why == {
        "差し替え.csv": "file-unreadable", "棚/中.csv": "file-unreadable", "書きかけ.csv": "file-being-written",
    }  # fmt: skip


def test_a_file_beyond_the_limit_of_the_site_is_refused_and_the_old_one_stays(
    share: Folder, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.common import config

    share.put("大きくなる.csv", "小\r\n")
    share.put("小さい.csv", "小\r\n")
    share.source()
    share.run()
    monkeypatch.setitem(config, "ckan.max_resource_size", 1)
    share.put("大きくなる.csv", b"x" * ((1 << 20) + 1))
    share.put("小さい.csv", "小小\r\n")
    run = share.run()
    assert (run.counts["updated"], run.counts["refused"]) == (1, 1)
    notice = share.refusals(run)["大きくなる.csv"]
    assert notice["slug"] == "file-too-large" and "1 MB" in notice["message"] and "max_resource_size" in notice["fix"]
    assert bytes_of(client, share.datasets()["大きくなる.csv"]["resources"][0]) == "小\r\n".encode()


@pytest.mark.parametrize("place", ["storage", "copy"])
def test_a_full_disk_is_told_and_the_next_run_goes_on(
    share: Folder, client: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from ckan.lib import uploader
    from ckanext.osakadx.harvesters import folder_files

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    class Full(io.FileIO):
        read = full

    share.put("避難所一覧.csv")
    share.source()
    with monkeypatch.context() as here:
        if place == "storage":
            here.setattr(uploader.ResourceUpload, "upload", full)
            here.setattr(uploader.FKResourceUpload, "upload", full)
        else:
            here.setattr(folder_files, "opened", lambda root, _: Full(root / "避難所一覧.csv"))
        run = share.run()
    assert (run.counts["added"], run.counts["refused"]) == (0, 1)
    notice = share.refusals(run)["避難所一覧.csv"]
    assert notice["slug"] == "storage-failed" and "空き" in notice["fix"]
    assert share.datasets() == {}
    assert share.run().counts["added"] == 1
    assert bytes_of(client, share.datasets()["避難所一覧.csv"]["resources"][0]) == SHELTERS.encode()


@pytest.mark.parametrize(
    "url", ["folder://nowhere", "folder://{name}/..", "folder://{name}/out", "file://{root}", "{root}"]
)
def test_a_folder_that_no_operator_opened_is_refused(share: Folder, url: str) -> None:
    from ckan.plugins import toolkit as tk

    (share.root / "out").symlink_to(share.root.parent)
    with pytest.raises(tk.ValidationError) as refused:
        tk.get_action("osakadx_harvest_source_create")(
            share.context(),
            {
                "name": f"outside-{share.name}", "title": "外", "type": "osakadx_folder", "organization": "272272",
                "url": url.format(name=share.name, root=share.root),
            },
        )  # fmt: skip
    (said,) = refused.value.error_dict["url"]
    assert "登録されていません" in said or "フォルダーのアドレスではありません" in said


def test_a_preview_shows_the_files_and_stores_nothing(share: Folder, stored: list[str]) -> None:
    from ckan.plugins import toolkit as tk

    share.put("避難所一覧.csv")
    shown = tk.get_action("osakadx_harvest_preview")(
        share.context(), {"url": f"folder://{share.name}", "type": "osakadx_folder", "organization": "272272"}
    )
    (record,) = shown["records"]
    assert record["dataset"]["resources"][0]["name"] == "避難所一覧.csv" and record["notices"] == []
    assert stored == [] and "himitsu" not in json.dumps(shown, ensure_ascii=False)
