"""From a file to evidence, rows and downloads: what is kept, what is refused, what a reader may ever see."""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha512
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from tests.ckan.workers import forked
from tests.portal import ckan, wait_until
from tests.unit.loopback import Site, answer, serve

HEADER = "コード,名称,人数,緯度,経度\r\n"
ROWS = "".join(f"{n:05},市民会館{n},{n * 10},34.{n:03},135.{n:03}\r\n" for n in range(1, 21))
TABLE = (HEADER + ROWS).encode("cp932")


@dataclass
class Portal:
    """What a test does to the portal."""

    context: Callable[[], dict[str, Any]]
    town: Site

    def dataset(self, *addresses: str, **values: Any) -> dict[str, Any]:
        """A data set with a file for each address."""
        from ckan.plugins import toolkit as tk

        name = f"intake-{uuid4().hex[:12]}"
        files = [{"url": url, "name": Path(url).name, "format": Path(url).suffix[1:].upper()} for url in addresses]
        given = {
            "name": name,
            "title": "市民会館の一覧",
            "owner_org": "272272",
            "notes": "市民会館です。",
            "license_id": "cc-by-4.0",
            "resources": files,
        }
        return tk.get_action("package_create")(self.context(), given | values)

    def file(self, body: bytes = TABLE, name: str = "list.csv", **headers: str) -> str:
        """Id of a resource whose file the town serves, looked at once."""
        self.town.pages[f"/{name}"] = answer(body, **headers)
        resource_id = self.dataset(f"{self.town.url}/{name}")["resources"][0]["id"]
        self.examine(resource_id)
        return resource_id

    def examine(self, resource_id: str, **how: Any) -> str | None:
        from ckanext.osakadx.intake.examine import examine

        return examine(resource_id, **how)

    def reading(self, resource_id: str) -> dict[str, Any]:
        from ckan.plugins import toolkit as tk

        return tk.get_action("osakadx_intake_reading_show")(self.context(), {"id": resource_id})

    def rows(self, resource_id: str, **query: Any) -> list[dict[str, Any]]:
        from ckan.plugins import toolkit as tk

        asked = {"resource_id": resource_id, "limit": 1000, **query}
        return tk.get_action("datastore_search")(self.context(), asked)["records"]

    def address(self, resource_id: str, form: str) -> str:
        from ckan import model

        package = model.Resource.get(resource_id).package
        return f"/dataset/{package.name}/resource/{resource_id}/{form}"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, site: Any) -> Iterator[Site]:
    """A town's web server whose files a test may change; nothing else may be asked."""
    from ckan.common import config

    with serve() as started:
        monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [started.key])
        monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [started.key])
        yield started


@pytest.fixture
def portal(context: Any, town: Site) -> Portal:
    return Portal(context, town)


def no_jobs() -> None:
    """What other tests have put into the queue is not done here."""
    import sqlalchemy as sa
    from ckan import model

    model.Session.execute(sa.text("SET LOCAL search_path TO osakadx_queue"))
    model.Session.execute(sa.text("DELETE FROM procrastinate_jobs"))
    model.Session.commit()


def has_table(resource_id: str) -> bool:
    from ckanext.osakadx.intake import datastore

    return bool(datastore.columns_of(resource_id))


# -- rows -------------------------------------------------------------------------------------------------------------


def test_a_shift_jis_table_becomes_rows_with_codes_as_text_and_quantities_as_numbers(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk

    resource_id = portal.file()

    place = {"緯度": pytest.approx(34.001), "経度": pytest.approx(135.001)}
    assert portal.rows(resource_id)[0] == {"_id": 1, "コード": "00001", "名称": "市民会館1", "人数": 10, **place}
    assert portal.rows(resource_id, q="市民会館7")[0]["コード"] == "00007"
    assert tk.get_action("datastore_info")(portal.context(), {"id": resource_id})["meta"]["count"] == 20
    found = portal.reading(resource_id)
    assert (found["link"]["verdict"], found["reading"]["encoding"], found["table"]["rows"]) == ("ok", "cp932", 20)
    assert found["link"]["checked"] and found["link"]["method"] == "GET"


def test_looking_into_a_file_is_no_change_of_the_data_set(portal: Portal) -> None:
    from ckan import model

    resource_id = portal.file()
    package = model.Resource.get(resource_id).package
    model.Session.refresh(package)
    before = package.metadata_modified
    assert model.Resource.get(resource_id).extras["datastore_active"] is True

    portal.examine(resource_id, force=True)

    model.Session.refresh(package)
    assert package.metadata_modified == before


def test_an_unchanged_file_is_neither_read_nor_loaded_again(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.osakadx.intake import examine

    conditional = answer(TABLE, ETag='"1"')
    portal.town.pages["/list.csv"] = lambda request: (
        answer(status=304) if request.headers.get("if-none-match") == '"1"' else conditional
    )
    resource_id = portal.dataset(f"{portal.town.url}/list.csv")["resources"][0]["id"]
    portal.examine(resource_id)
    before = portal.reading(resource_id)
    monkeypatch.setattr(examine, "looked_at", None)  # reading it again would fail

    assert portal.examine(resource_id) is None
    after = portal.reading(resource_id)
    assert after["link"]["status"] == 304
    assert after["link"]["checked"] > before["link"]["checked"]
    assert after["reading"] == before["reading"]

    portal.town.pages["/list.csv"] = answer(TABLE)  # a server without ETag sends it all: the bytes decide
    assert portal.examine(resource_id) is None


def test_a_changed_declaration_is_read_against_the_same_bytes(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk

    resource_id = portal.file()
    assert portal.reading(resource_id)["reading"]["declared_format"] == "CSV"

    tk.get_action("resource_patch")(portal.context(), {"id": resource_id, "format": "XLSX"})

    assert portal.examine(resource_id)
    rules = [finding["rule"] for finding in portal.reading(resource_id)["reading"]["findings"]]
    assert "format-differs" in rules


def test_a_reader_sees_the_old_table_or_the_new_one(portal: Portal) -> None:
    resource_id = portal.file((HEADER + ROWS).encode())
    portal.town.pages["/list.csv"] = answer((HEADER + ROWS * 100).encode())
    seen: set[int] = set()
    done = threading.Event()

    def look() -> None:
        from ckanext.datastore.backend.postgres import get_read_engine, identifier

        while not done.is_set():
            with get_read_engine().connect() as connection:
                seen.add(connection.exec_driver_sql(f"SELECT count(*) FROM {identifier(resource_id)}").scalar())

    reader = threading.Thread(target=look)
    reader.start()
    portal.examine(resource_id)
    done.set()
    reader.join()

    assert seen <= {20, 2000}
    assert len(portal.rows(resource_id, limit=5000)) == 2000


def test_what_people_wrote_about_columns_and_aliases_outlive_a_new_table(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk

    resource_id = portal.file()
    alias = f"halls_{uuid4().hex[:8]}"
    fields = [{"id": "人数", "type": "int4", "info": {"label": "定員", "notes": "立ち見を含みません。"}}]
    tk.get_action("datastore_create")(
        portal.context(), {"resource_id": resource_id, "fields": fields, "aliases": alias, "force": True}
    )
    portal.town.pages["/list.csv"] = answer((HEADER + ROWS * 2).encode("cp932"))

    portal.examine(resource_id)

    kept = {
        field["id"]: field.get("info")
        for field in tk.get_action("datastore_info")(portal.context(), {"id": alias})["fields"]
    }
    assert kept["人数"] == {"label": "定員", "notes": "立ち見を含みません。"}
    assert kept["名称"] == {"label": "名称"}
    assert len(portal.rows(alias)) == 40


def test_headers_that_a_database_cannot_hold_stay_as_labels(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk

    long = "地方公共団体が設置する公共施設の名称とその所在地および連絡先"
    header = [long, long + "その2", "時間 :開始", "構成比 %", "東,西", "ctid", "", "名称", "名称"]
    body = io.StringIO()
    csv.writer(body).writerows([header, *([f"{n}{place}あ" for place in range(len(header))] for n in range(3))])
    resource_id = portal.file(body.getvalue().encode())

    fields = tk.get_action("datastore_info")(portal.context(), {"id": resource_id})["fields"]
    ids = [field["id"] for field in fields]
    assert [field["info"]["label"] for field in fields][:6] == header[:6]
    assert len(set(ids)) == len(header)
    assert all(len(name.encode()) <= 63 for name in ids)
    for name in ids:
        (row,) = portal.rows(resource_id, filters={name: f"1{ids.index(name)}あ"}, fields=ids, sort=f'"{name}" desc')
        assert row[name] == f"1{ids.index(name)}あ"
    assert len(portal.rows(resource_id, contains="10あ")) == 1  # osakadx_rows


def test_a_data_set_saved_without_the_flag_keeps_its_table(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk

    resource_id = portal.file()
    package = tk.get_action("package_show")(portal.context() | {"use_cache": False}, {"id": _package_of(resource_id)})
    for resource in package["resources"]:
        resource.pop("datastore_active")

    saved = tk.get_action("package_update")(portal.context(), package | {"notes": "書き直しました。"})

    assert saved["resources"][0]["datastore_active"] is True


def _package_of(resource_id: str) -> str:
    from ckan import model

    return model.Resource.get(resource_id).package_id


def test_rows_of_a_private_data_set_are_for_insiders(portal: Portal, client: Any) -> None:
    from ckan.plugins import toolkit as tk

    resource_id = portal.file()
    assert client.get(portal.address(resource_id, "table.csv")).status_code == 200

    tk.get_action("package_patch")(portal.context(), {"id": _package_of(resource_id), "private": True})

    for form in ("table.csv", "table-excel.csv", "table.json", "table.geojson"):
        assert client.get(portal.address(resource_id, form)).status_code == 404
    for action in ("datastore_search", "osakadx_intake_reading_show"):
        key = "resource_id" if action == "datastore_search" else "id"
        assert client.get(f"/api/3/action/{action}", query_string={key: resource_id}).status_code == 403


# -- what is wrong with a file is evidence ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule", "loaded"),
    [
        ("event_calendar_empty.csv", "file-empty", False),
        ("school_lunch_protected.xlsx", "file-encrypted", False),
        ("school_lunch.csv", "format-differs", True),
        ("public_toilet_ragged.csv", "ragged-row", True),
        ("public_wireless_lan_mixed.csv", "encoding-mixed", True),
        ("evacuation_moved.csv", "is-web-page", False),
    ],
)
def test_a_broken_file_is_taken_as_what_it_is(
    portal: Portal, fixtures: Path, name: str, rule: str, loaded: bool
) -> None:
    resource_id = portal.file((fixtures / "sites" / "otameshi" / name).read_bytes(), name)

    found = portal.reading(resource_id)
    assert rule in [finding["rule"] for finding in found["reading"]["findings"]]
    assert has_table(resource_id) is loaded
    # The page asks for a password: what comes to nobody else is refused.
    assert found["link"]["verdict"] == ("refused" if rule == "is-web-page" else "ok")


def test_ragged_rows_stay_in_the_table(portal: Portal) -> None:
    resource_id = portal.file(b"name,place\na,1\nb\nc,3,more\n")
    rows = [(row["name"], row["place"]) for row in portal.rows(resource_id)]
    assert rows == [("a", 1), ("b", None), ("c", 3)]


def test_a_bomb_is_a_finding_and_the_worker_lives(portal: Portal) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"\0" * (300 << 20))
    resource_id = portal.file(packed.getvalue(), "bomb.xlsx")

    found = portal.reading(resource_id)["reading"]
    assert any(finding["severity"] == "error" for finding in found["findings"])
    assert not has_table(resource_id)


def test_characters_that_json_cannot_hold_do_not_stop_the_evidence(portal: Portal) -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"名称": "\ud800あ\0い"}}
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    resource_id = portal.file(body, "odd.geojson")
    assert portal.reading(resource_id)["reading"]["format"] == "GeoJSON"
    assert portal.rows(resource_id)[0]["名称"] == "?あい"


def test_a_table_is_taken_away_when_the_file_is_no_table_any_more(portal: Portal) -> None:
    from ckan import model

    resource_id = portal.file()
    portal.town.pages["/list.csv"] = answer(b"%PDF-1.7\n%1234")

    portal.examine(resource_id)

    assert not has_table(resource_id)
    model.Session.expire_all()
    assert model.Resource.get(resource_id).extras["datastore_active"] is False
    assert portal.reading(resource_id)["table"] is None


@pytest.mark.parametrize(
    ("option", "limit", "rule"), [("max_rows", 19, "table-too-long"), ("max_columns", 4, "table-too-wide")]
)
def test_a_table_beyond_the_limits_is_not_loaded_and_says_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, option: str, limit: int, rule: str
) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, f"ckanext.osakadx.intake.{option}", limit)
    resource_id = portal.file()
    assert not has_table(resource_id)
    assert [finding["rule"] for finding in portal.reading(resource_id)["table"]["findings"]] == [rule]


def test_a_table_that_postgresql_refuses_says_so(portal: Portal) -> None:
    wide = ",".join(f"列{n}" for n in range(480))
    row = ",".join(sha512(str(n).encode()).hexdigest() for n in range(480))
    resource_id = portal.file(f"{wide}\n{row}\n{row}\n".encode())
    assert [finding["rule"] for finding in portal.reading(resource_id)["table"]["findings"]] == ["table-does-not-fit"]


def test_a_file_that_is_too_large_is_not_fetched_to_its_end(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "ckanext.osakadx.intake.max_megabytes", 1)
    resource_id = portal.file((HEADER + ROWS * 3000).encode())
    found = portal.reading(resource_id)
    assert found["link"]["verdict"] == "ok"
    assert [finding["rule"] for finding in found["reading"]["findings"]] == ["file-too-large"]


# -- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that moves the time of the examinations on by hours."""
    from ckanext.osakadx.intake import examine

    time = [datetime(2026, 11, 2, 3, tzinfo=timezone.utc)]
    monkeypatch.setattr(examine, "now", lambda: time[0])

    def later(hours: float) -> None:
        time[0] += timedelta(hours=hours)

    return later


def test_a_file_is_gone_after_three_failures_on_two_days_and_back_at_once(portal: Portal, clock: Any) -> None:
    resource_id = portal.file()
    there = portal.town.pages.pop("/list.csv")

    for hours, verdict in ((0, "ok"), (12, "ok"), (12, "gone")):
        clock(hours)
        portal.examine(resource_id)
        assert portal.reading(resource_id)["link"]["verdict"] == verdict
    assert len(portal.rows(resource_id)) == 20  # the last good table stays
    assert portal.reading(resource_id)["link"]["cause"] == "not-found"

    portal.town.pages["/list.csv"] = there
    assert portal.examine(resource_id)
    link = portal.reading(resource_id)["link"]
    assert (link["verdict"], link["strikes"], link["reason"]) == ("ok", [], "")


def test_the_page_of_a_data_set_tells_at_once_what_the_last_look_saw(portal: Portal, client: Any) -> None:
    resource_id = portal.file()
    page = portal.address(resource_id, "").partition("/resource/")[0]
    assert "最後に確かめたとき" not in client.get(page).text
    del portal.town.pages["/list.csv"]

    portal.examine(resource_id)

    link = portal.reading(resource_id)["link"]
    assert (link["verdict"], link["status"]) == ("ok", 404)  # one failure proves nothing, but it is told
    for address in (page, f"{page}/resource/{resource_id}"):
        text = client.get(address).text
        assert "最後に確かめたとき" in text and "このアドレスには何もありません(404)" in text


@pytest.mark.parametrize(
    ("name", "said", "chip"),
    [
        ("evacuation_moved.csv", "パスワードを求めるウェブページが返ってきます", "ウェブページ (HTML)"),
        ("school_lunch_protected.xlsx", "パスワードで保護されていて", "パスワード付きのファイル (XLSX)"),
        ("event_calendar_empty.csv", "ファイルの中身が空です", "空のファイル (CSV)"),
        ("school_lunch.csv", "実際の形式は XLSX です", "表 (XLSX)"),
        ("public_wireless_lan_mixed.csv", "", "表 (CSV)"),
    ],
)
def test_the_page_of_a_data_set_says_what_a_file_really_is(
    portal: Portal, client: Any, fixtures: Path, name: str, said: str, chip: str
) -> None:
    resource_id = portal.file((fixtures / "sites" / "otameshi" / name).read_bytes(), name)
    address = portal.address(resource_id, "").partition("/resource/")[0]
    text = " ".join(client.get(address).text.split())
    assert f"{chip}</span>" in text
    assert said in text if said else "trouble" not in text

    from ckan import model
    from ckan.plugins import toolkit as tk

    resource = model.Session.get(model.Resource, resource_id)
    moved = {"id": resource.package_id, "resources": [{"id": resource_id, "url": f"{resource.url}?moved"}]}
    assert tk.h.osakadx_conditions([moved]) == {}  # of another address nothing is known yet


def test_a_page_instead_of_the_file_does_not_take_the_table_away(portal: Portal, clock: Any) -> None:
    resource_id = portal.file()
    portal.town.pages["/list.csv"] = answer("<!DOCTYPE html><html><body>メンテナンス中</body></html>")

    portal.examine(resource_id)

    found = portal.reading(resource_id)
    assert (found["link"]["verdict"], found["reading"]["format"]) == ("ok", "CSV")
    assert len(portal.rows(resource_id)) == 20
    for _ in range(2):
        clock(12)
        portal.examine(resource_id)
    assert portal.reading(resource_id)["link"]["verdict"] == "html"


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("http://192.168.0.1/list.csv", "address-not-public"),
        ("http://127.0.0.1:22/list.csv", "port-refused"),
        ("ftp://data.example.jp/list.csv", "scheme-refused"),
        ("https://user:word@data.example.jp/list.csv", "credentials-refused"),
        ("https://data.example.jp/" + "a" * 9000, "url-too-long"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, address: str, cause: str
) -> None:
    from ckan import model
    from ckan.common import config

    resource = model.Resource.get(portal.dataset("https://data.example.jp/list.csv")["resources"][0]["id"])
    resource.url = address  # as older catalogs hold them; forms refuse some of these
    model.Session.commit()
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [])

    portal.examine(resource.id)

    link = portal.reading(resource.id)["link"]
    assert (link["verdict"], link["cause"]) == ("refused", cause)
    assert portal.town.requests == []


def test_what_we_do_not_ask_out_of_restraint_is_not_held_against_the_file(portal: Portal) -> None:
    resource_id = portal.dataset("https://data.example.jp/list.csv")["resources"][0]["id"]
    assert portal.examine(resource_id) is None  # only_hosts does not name it
    assert portal.reading(resource_id)["link"] is None


def test_a_redirect_is_followed_and_noted(portal: Portal) -> None:
    portal.town.pages["/new.csv"] = answer(TABLE)
    portal.town.pages["/list.csv"] = answer(status=302, Location="/new.csv")
    resource_id = portal.dataset(f"{portal.town.url}/list.csv")["resources"][0]["id"]
    portal.examine(resource_id)
    link = portal.reading(resource_id)["link"]
    assert (link["verdict"], link["final"]) == ("moved", f"{portal.town.url}/new.csv")


def test_an_uploaded_file_is_read_from_the_catalogs_own_storage(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk
    from werkzeug.datastructures import FileStorage

    upload = FileStorage(io.BytesIO(TABLE), filename="市民会館.csv", content_type="text/csv")
    package = portal.dataset()
    created = tk.get_action("resource_create")(
        portal.context(), {"package_id": package["id"], "name": "一覧", "format": "CSV", "upload": upload, "url": "x"}
    )
    portal.examine(created["id"])
    found = portal.reading(created["id"])
    assert (found["link"]["verdict"], found["link"]["method"], found["table"]["rows"]) == ("ok", "storage", 20)
    assert portal.examine(created["id"]) is None


# -- downloads --------------------------------------------------------------------------------------------------------


def test_downloads_come_in_clean_forms_with_the_published_headers(portal: Portal, client: Any) -> None:
    resource_id = portal.file(name="list.csv")
    got = {
        form: client.get(portal.address(resource_id, form))
        for form in ("table-excel.csv", "table.csv", "table.json", "table.geojson")
    }

    assert got["table-excel.csv"].data == b"\xef\xbb\xbf" + got["table.csv"].data
    assert got["table.csv"].data.decode() == HEADER + ROWS
    assert got["table.json"].json[0] == {
        "コード": "00001",
        "名称": "市民会館1",
        "人数": 10,
        "緯度": 34.001,
        "経度": 135.001,
    }
    feature = got["table.geojson"].json["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [135.001, 34.001]}
    assert {form: answered.content_type for form, answered in got.items()} == {
        "table-excel.csv": "text/csv; charset=utf-8", "table.csv": "text/csv; charset=utf-8",
        "table.json": "application/json", "table.geojson": "application/geo+json",
    }  # fmt: skip
    assert not any("Content-Length" in answered.headers for answered in got.values())  # streamed, not gathered first


def test_a_download_has_a_japanese_name_and_is_not_sent_twice(portal: Portal, client: Any) -> None:
    portal.town.pages["/list.csv"] = answer(TABLE)
    files = [{"url": f"{portal.town.url}/list.csv", "name": "市民会館（令和7年度）.csv", "format": "CSV"}]
    resource_id = portal.dataset(resources=files)["resources"][0]["id"]
    portal.examine(resource_id)

    first = client.get(portal.address(resource_id, "table-excel.csv"))
    assert first.headers["Content-Disposition"] == (
        'attachment; filename="table-excel.csv"; '
        "filename*=UTF-8''%E5%B8%82%E6%B0%91%E4%BC%9A%E9%A4%A8%EF%BC%88%E4%BB%A4%E5%92%8C7%E5%B9%B4%E5%BA%A6%EF%BC%89.csv"
    )
    assert first.last_modified
    again = client.get(portal.address(resource_id, "table-excel.csv"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    portal.town.pages["/list.csv"] = answer((HEADER + ROWS[:-2] + "9\r\n").encode("cp932"))
    portal.examine(resource_id)
    new = client.get(portal.address(resource_id, "table-excel.csv"), headers={"If-None-Match": first.headers["ETag"]})
    assert new.status_code == 200


@pytest.mark.parametrize("form", ["table.xml", "table-excel.json", "table.geojson"])
def test_a_form_that_a_table_does_not_have_is_not_found(portal: Portal, client: Any, form: str) -> None:
    resource_id = portal.file("名称,人数\n一,1\n二,2\n".encode())
    assert client.get(portal.address(resource_id, form)).status_code == 404


def test_a_download_breaks_off_rather_than_mix_two_tables(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.osakadx.intake import datastore, downloads

    monkeypatch.setattr(datastore, "PAGE", 5)
    resource_id = portal.file()
    pages = datastore.pages(resource_id, datastore.columns_of(resource_id))
    assert len(next(pages)) == 5
    assert sum(1 for _ in csv.reader(io.StringIO(b"".join(downloads.table(resource_id).stream("csv")).decode()))) == 21

    portal.examine(resource_id, force=True)

    with pytest.raises(datastore.TableChangedError):
        next(pages)


# -- when -------------------------------------------------------------------------------------------------------------


def _due(resource_id: str) -> Any:
    from ckan import model
    from ckanext.osakadx.intake.model import Due

    model.Session.remove()
    return model.Session.get(Due, resource_id)


@pytest.fixture
def viewed(site: Any) -> Iterator[Callable[..., None]]:
    """A function that counts views of data sets (id=number), as `ckan tracking update` does, on a day before today."""
    import sqlalchemy as sa
    from ckan import model

    def count(views: dict[str, int], days_ago: int = 1) -> None:
        for package_id, number in views.items():
            model.Session.execute(
                sa.text(
                    "INSERT INTO tracking_summary "
                    "(url, package_id, tracking_type, count, running_total, recent_views, tracking_date) "
                    "VALUES ('/dataset/' || :id, :id, 'page', :n, :n, :n, current_date - :days)"
                ),
                {"id": package_id, "n": number, "days": days_ago},
            )
        model.Session.commit()

    yield count
    model.Session.rollback()
    model.Session.execute(sa.text("DELETE FROM tracking_summary"))
    model.Session.commit()


@pytest.fixture
def waiting(portal: Portal) -> Callable[..., list[tuple[str, str]]]:
    """A function that makes data sets of one file each, due for so many hours, and nothing else.

    Each is on a host of its own, or on the one that is named. Gives (resource id, package id).
    """
    from ckan import model
    from ckanext.osakadx.intake.model import Due, now

    def make(*hours: float, host: str = "") -> list[tuple[str, str]]:
        model.Session.query(Due).update({"due": now() + timedelta(days=1), "queued": None})
        hour = now().replace(minute=30, second=0, microsecond=0)
        made = []
        for number, ago in enumerate(hours):
            package = portal.dataset(f"https://{host or f'{uuid4().hex}.example.jp'}/{number}.csv")
            resource_id = package["resources"][0]["id"]
            due = hour - timedelta(hours=1 + ago, seconds=number)
            model.Session.query(Due).filter_by(resource_id=resource_id).update({"due": due})
            made.append((resource_id, package["id"]))
        model.Session.commit()
        return made

    return make


def _turns() -> list[str]:
    from ckanext.osakadx.intake import schedule

    return [resource_id for resource_id, _ in schedule.due()]


def test_of_what_is_due_in_one_hour_the_most_viewed_is_read_first(waiting: Any, viewed: Any) -> None:
    from ckanext.osakadx.intake import schedule

    (old, _), (quiet, seen_once), (dear, seen_often), (new, _) = waiting(3, 1, 1, 1)
    viewed({seen_once: 1, seen_often: 40})
    viewed({seen_once: 900}, days_ago=2)  # a later day says what is lately …
    viewed({seen_once: 900}, days_ago=60)  # … and long ago is not lately
    schedule.sweep()
    assert _turns() == [old, dear, quiet, new]


def test_where_nobody_counts_views_what_is_due_longest_is_read_first(waiting: Any, site: Any) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.intake import schedule

    (new, _), (older, _), (oldest, _) = waiting(0, 0, 2)
    model.Session.execute(sa.text("ALTER TABLE tracking_summary RENAME TO tracking_elsewhere"))
    model.Session.commit()
    try:
        schedule.sweep()
        assert _turns() == [oldest, older, new]
    finally:
        model.Session.rollback()
        model.Session.execute(sa.text("ALTER TABLE tracking_elsewhere RENAME TO tracking_summary"))
        model.Session.commit()


def test_no_more_is_handed_out_than_is_worked_off_and_of_one_host_a_few(
    waiting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.model import Due, now

    large = [resource_id for resource_id, _ in waiting(5, 4, 3, 2, host="large.example.jp")]
    monkeypatch.setattr(schedule, "PER_HOST", 2)
    monkeypatch.setattr(schedule, "AHEAD", 3)
    assert _turns() == large[:2]
    model.Session.query(Due).filter_by(resource_id=large[3]).update({"host": "small.example.jp"})
    model.Session.commit()
    assert _turns() == [large[3]]
    assert _turns() == []
    schedule.looked(large[0])
    model.Session.commit()
    assert _turns() == [large[2]]
    lost = now() - schedule.LOST - timedelta(minutes=1)
    model.Session.query(Due).filter(Due.resource_id.in_(large[1:3])).update({"queued": lost})
    model.Session.commit()
    assert _turns() == large[1:3]  # whoever had them never came back


def test_the_next_share_of_a_host_is_handed_out_when_one_is_worked_off(
    portal: Portal, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model
    from ckanext.osakadx import queue
    from ckanext.osakadx.intake import jobs, schedule
    from ckanext.osakadx.intake.model import Due, now

    ids = []
    for number in range(5):
        portal.town.pages[f"/share{number}.csv"] = answer(TABLE)
        ids.append(portal.dataset(f"{portal.town.url}/share{number}.csv")["resources"][0]["id"])
    no_jobs()
    model.Session.query(Due).update({"due": now() + timedelta(days=1), "queued": None})
    model.Session.query(Due).filter(Due.resource_id.in_(ids)).update({"due": now()})
    model.Session.commit()
    monkeypatch.setattr(schedule, "PER_HOST", 2)
    jobs.wake()

    worker = forked(lambda: queue.work(site, queues=[jobs.QUEUE], calendar=False, wait=False))
    worker.join(60)

    model.Session.rollback()
    assert all(portal.reading(resource_id)["table"]["rows"] == 20 for resource_id in ids)


def test_a_claim_sorts_no_more_than_the_first_few_of_each_host(site: Any) -> None:
    """Thirty thousand files of thirty hosts, all due since one change of rules."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.intake import schedule
    from ckanext.osakadx.intake.model import now

    table = "osakadx_intake_due"
    try:
        made = sa.text(
            f"INSERT INTO {table} (resource_id, package_id, due, routine, views, host) SELECT 'r' || n, 'p', "
            "now() - interval '3 hours', false, n % 1000, 'host' || n % 30 FROM generate_series(1, 30000) AS n"
        )
        model.Session.execute(made)
        model.Session.execute(sa.text(f"ANALYZE {table}"))
        given = {"routine": False, "many": 500, "per_host": 100, "now": now(), "hour": now().replace(tzinfo=None)}
        plan = model.Session.execute(sa.text(f"EXPLAIN (ANALYZE, FORMAT JSON) {schedule._TAKE}"), given).scalar()
        nodes = list(_nodes(plan[0]["Plan"]))
        handed_to_sorts = [_rows(below) for node in nodes if "Sort" in node["Node Type"] for below in node["Plans"]]
        in_turn = [_rows(node) for node in nodes if node.get("Index Name") == "ix_osakadx_intake_due_turn"]
        few = 2 * 30 * 100  # and what other tests have left behind
        assert handed_to_sorts and sum(handed_to_sorts) <= few
        assert in_turn and max(in_turn) <= few
    finally:
        model.Session.rollback()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _rows(node: dict[str, Any]) -> int:
    return node["Actual Rows"] * node["Actual Loops"]


def test_what_waits_is_told_with_the_oldest(waiting: Any, stack: Any) -> None:
    from ckanext.osakadx import state
    from ckanext.osakadx.intake.cli import command

    waiting(5, 1)
    said = CliRunner().invoke(command, ["status"]).output
    assert "調べる時期が来ているファイル: 2\n" in said
    since = datetime.now(timezone(timedelta(hours=9))).replace(minute=30) - timedelta(hours=6)
    assert f"最も古い期限(日本時間): {since:%Y-%m-%d %H:%M}" in said
    found = state.facts()["examination"]
    assert (found["files"], datetime.fromisoformat(found["since"]).astimezone(timezone.utc).hour) == (
        2, since.astimezone(timezone.utc).hour
    )  # fmt: skip


def test_the_migration_knows_the_hosts_of_what_is_due_already(portal: Portal) -> None:
    import importlib

    import sqlalchemy as sa
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from ckan import model

    addresses = ("https://data.example.jp:8443/a.csv", "https://data.example.jp/b.csv")
    ids = [file["id"] for file in portal.dataset(*addresses)["resources"]]
    upload = {"url": "list.csv", "url_type": "upload"}
    model.Session.execute(sa.update(model.Resource).where(model.Resource.id == ids[1]).values(**upload))
    model.Session.commit()
    migration = importlib.import_module("ckanext.osakadx.migration.osakadx_intake.versions.004_turns")
    query = sa.text(
        "SELECT resource_id, host, views, hour = date_trunc('hour', due AT TIME ZONE 'UTC') AS right_hour "
        "FROM osakadx_intake_due WHERE resource_id = ANY(:ids)"
    )
    with model.meta.engine.connect() as connection, connection.begin() as transaction:
        with Operations.context(MigrationContext.configure(connection)):
            migration.downgrade()
            migration.upgrade()
        rows = {row.resource_id: tuple(row)[1:] for row in connection.execute(query, {"ids": ids})}
        assert rows == {ids[0]: ("data.example.jp:8443", 0, True), ids[1]: ("", 0, True)}
        transaction.rollback()


def test_a_change_that_is_rolled_back_notes_nothing(portal: Portal) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk

    with pytest.raises(tk.ValidationError):
        portal.dataset("https://data.example.jp/a.csv", owner_org="nobody")
    model.Session.rollback()
    assert not model.Session().info.get("osakadx_afterwards")


def test_files_that_are_gone_leave_nothing_behind(portal: Portal) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import jobs

    resource_id = portal.file()
    package = tk.get_action("package_show")(portal.context(), {"id": _package_of(resource_id)})
    tk.get_action("package_update")(portal.context(), package | {"resources": []})
    assert has_table(resource_id)

    jobs.sweep()

    assert not has_table(resource_id)
    assert _due(resource_id) is None


def test_a_data_set_asks_for_its_reading_and_its_score_by_itself(portal: Portal, stack: Any) -> None:
    """From a change to rows, score and facet, with nobody doing anything but the worker."""
    from ckan import model
    from ckan.plugins import toolkit as tk

    upload = f"http://127.0.0.1:{stack.ports.sites}/222127/222127_public_toilet.csv"
    package = portal.dataset(upload)
    resource_id = package["resources"][0]["id"]

    ckan(stack, "osakadx-queue", "worker", "--until-empty")

    model.Session.remove()
    assert len(portal.rows(resource_id)) == 112
    assert tk.get_action("osakadx_quality_show")(portal.context(), {"id": package["id"]})["grade"] == "B"
    asked = {"q": f"name:{package['name']}", "facet.field": ["osakadx_grade"], "fq": "osakadx_grade:B"}

    def search() -> dict[str, Any]:
        return tk.get_action("package_search")(portal.context(), asked)

    wait_until(lambda: search()["count"], 20, AssertionError("the search engine does not know the grade"))
    assert search()["results"][0]["resources"][0]["datastore_active"] is True
    assert search()["facets"] == {"osakadx_grade": {"B": 1}}


def test_what_somebody_has_just_saved_is_read_before_all_that_the_calendar_has_handed_out(
    portal: Portal, site: Any
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx import queue
    from ckanext.osakadx.intake import jobs
    from ckanext.osakadx.intake.model import LINK, Evidence

    files = []
    for number in range(4):
        portal.town.pages[f"/{number}.csv"] = answer(TABLE)
        package = portal.dataset(f"{portal.town.url}/{number}.csv")
        files.append((package["resources"][0]["id"], package))
    no_jobs()
    for resource_id, package in files:
        jobs.put(resource_id, package["resources"][0]["url"])

    last, package = files[-1]
    tk.get_action("package_patch")(portal.context(), {"id": package["id"], "notes": "令和8年の一覧です。"})
    worker = forked(lambda: queue.work(site, queues=[jobs.QUEUE], calendar=False, wait=False))
    worker.join(60)

    model.Session.rollback()
    looks = sa.select(Evidence.resource_id).where(
        Evidence.kind == LINK, Evidence.resource_id.in_([resource_id for resource_id, _ in files])
    )
    in_turn = list(model.Session.scalars(looks.order_by(Evidence.checked)))
    assert in_turn == [last, *(resource_id for resource_id, _ in files[:-1])]


def test_the_command_looks_into_one_data_set(portal: Portal) -> None:
    from ckanext.osakadx.intake.cli import command

    portal.town.pages["/list.csv"] = answer(TABLE)
    package = portal.dataset(f"{portal.town.url}/list.csv")
    run = CliRunner().invoke
    assert "1 ファイルを調べました" in run(command, ["examine", package["name"], "--wait"]).output
    assert portal.reading(package["resources"][0]["id"])["table"]["rows"] == 20
    assert "1 ファイルを順番待ちに入れました" in run(command, ["examine", package["resources"][0]["id"]]).output
    assert run(command, ["examine", "no-such-data-set"]).exit_code == 2
