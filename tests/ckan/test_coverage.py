"""Coverage of the standard data sets: from the database to actions and pages, in a few statements, and for whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from osakadx.quality.evidence import Check, Match

UTC = timezone.utc
DIMENSIONS = [
    {"slug": "readable", "label": "機械で読める", "label_en": "Machine-readable", "points": 15.0, "max": 15.0},
    {"slug": "conformance", "label": "標準と書式", "label_en": "Standard and formats", "points": 24.0, "max": 25.0},
]


@pytest.fixture
def scored(context: Any) -> Callable[..., dict[str, Any]]:
    """A function that makes a data set which its file was recognised as a standard of, with this score."""
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import evidence
    from ckanext.osakadx.quality.model import store

    def make(body: str, standard: str, points: float = 90.0, seen: str = "", **values: Any) -> dict[str, Any]:
        file = {"url": f"https://data.example.jp/{uuid4()}.csv", "name": "list.csv", "format": "CSV"}
        given = {"name": f"coverage-{uuid4().hex[:12]}", "title": "一覧", "owner_org": body, "notes": "一覧です。"}
        given |= {"license_id": "cc-by-4.0", "standard_dataset_no": standard, "resources": [file]}
        package = tk.get_action("package_create")(context(), given | values)
        if seen:
            row = model.Resource.get(package["resources"][0]["id"])
            facts = {"version": 1, "format": "CSV", "check": Check(Match(seen, "new", 0.9)).as_dict()}
            evidence.keep(row, "reading", "x", "osakadx check", facts)
        score = {"rules_version": "3", "grade": "A", "points": points, "maximum": 100.0, "waiting": 0, "badge": "gold"}
        store({package["id"]: {**score, "dimensions": DIMENSIONS, "findings": [], "evidence": None}}, {})
        model.Session.commit()
        return package

    return make


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of the moment: the index, whose version they are kept by, hears of a test's data sets later."""
    from ckanext.osakadx.quality import coverage

    monkeypatch.setattr(coverage, "_index_version", lambda: None)


@contextmanager
def statements() -> Iterator[list[str]]:
    import sqlalchemy as sa
    from ckan import model

    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)


def ask(context: Any, action: str, **asked: Any) -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(action)(context(), asked)


def cell(found: dict[str, Any], code: str, number: str) -> dict[str, Any]:
    (town,) = (town for town in found["municipalities"] if town["code"] == code)
    return next(cell for cell in town["cells"] if cell["number"] == number)


def test_a_cell_conforms_by_what_was_seen_and_not_by_what_is_said(context: Any, scored: Any) -> None:
    seen, said = scored("273228", "08", seen="08"), scored("273228", "13")
    scored("273228", "01", resources=[{"url": "https://data.example.jp/a.csv", "status": "preparing"}])
    swapped = scored("273228", "03", seen="27")

    found = ask(context, "osakadx_quality_coverage")
    assert len(found["municipalities"]) == 43
    assert len(found["standards"]) == 31
    assert cell(found, "273228", "08")["dataset"] == seen["name"]
    assert [cell(found, "273228", number)["state"] for number in ("08", "13", "01", "03")] == [
        "conforming", "published", "planned", "none"
    ]  # fmt: skip
    assert cell(found, "273228", "13")["dataset"] == said["name"]
    assert cell(found, "273228", "27")["dataset"] == swapped["name"]
    assert found["trend"][-1]["covered"] == found["counts"]["covered"]


def test_private_data_sets_are_nowhere(context: Any, scored: Any) -> None:
    scored("273660", "05", seen="05", private=True)
    assert cell(ask(context, "osakadx_quality_coverage"), "273660", "05")["state"] == "none"
    assert ask(context, "osakadx_quality_organization_show", id="273660")["badges"] == []


def test_the_whole_matrix_takes_three_statements_however_many_data_sets(scored: Any, site: Any) -> None:
    from ckanext.osakadx.quality.coverage import figures

    scored("273821", "08", seen="08")
    with statements() as few:
        figures()
    for number in ("09", "10", "11", "12"):
        scored("273821", number, seen=number)
    with statements() as more:
        figures()
    assert len(few) == len(more) == 3


def test_figures_are_kept_until_the_index_changes(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.osakadx.quality import coverage

    monkeypatch.undo()
    assert coverage._index_version()
    monkeypatch.setattr(coverage, "_index_version", lambda: "some version")
    first = coverage.figures()
    with statements() as asked:
        assert coverage.figures() is first
    assert asked == []
    monkeypatch.setattr(coverage, "_index_version", lambda: "another version")
    assert coverage.figures() is not first


def test_an_organisation_sees_its_index_its_gaps_and_three_things_to_do(context: Any, scored: Any) -> None:
    scored("272256", "08", seen="08", points=93.0)
    found = ask(context, "osakadx_quality_organization_show", id="272256")
    assert found["index"] == pytest.approx(0.7 * 93 / 31, abs=0.1)
    assert (found["coverage"]["conforming"], found["coverage"]["none"]) == (1, 30)
    assert [one["badge"] for one in found["badges"]] == ["gold"]
    assert [step["kind"] for step in found["next"]] == ["publish"] * 3
    assert all(step["standard"] != "08" and step["index_gain"] == 2.3 for step in found["next"])


def test_the_place_in_the_lower_half_is_for_its_own_people(site: Any, scored: Any) -> None:
    from ckan.plugins import toolkit as tk

    scored("271004", "08", seen="08", points=95.0)
    scored("271403", "08", seen="08", points=40.0)
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def place(name: str, user: str) -> Any:
        context = {"user": user, "auth_user_obj": None}
        return tk.get_action("osakadx_quality_organization_show")(context, {"id": name})["place"]

    ahead, behind = sorted(("271004", "271403"), key=lambda name: place(name, site_user)["place"])
    assert place(ahead, "") == {"place": 1, "of": 2, "named": True}
    assert place(behind, "") is None
    assert place(behind, site_user) == {"place": 2, "of": 2, "named": False}


def test_pages_and_files_are_for_everybody_and_help_is_for_the_desk(client: Any, scored: Any) -> None:
    scored("272027", "08", seen="08")
    page = client.get("/quality").get_data(as_text=True)
    assert "基準に合う" in page
    assert "どこに何の支援が要るか" not in page
    assert client.get("/quality/standard/08").status_code == 200
    assert client.get("/quality/standard/99").status_code == 404
    assert client.get("/quality/272027").status_code == 200
    assert client.get("/quality/nobody").status_code == 404

    table = client.get("/quality/coverage.csv?peers=towns")
    assert table.data.startswith(b"\xef\xbb\xbf")
    lines = table.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 11
    assert len(lines[0].split(",")) == 7 + 31 + 2
    assert len(json.loads(client.get("/quality/coverage.json").data)["municipalities"]) == 43


def test_every_figure_says_as_of_when_it_is(context: Any, client: Any, scored: Any) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.quality.model import Score

    old, new = scored("272281", "08", seen="08"), scored("272281", "09", seen="09")
    secret = scored("272281", "10", seen="10", private=True)
    night, noon = datetime(2026, 11, 19, 18, 42, tzinfo=UTC), datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    for package, values in (
        (old, {"scored": night, "evidence": night - timedelta(days=1), "waiting": 3}),
        (new, {"scored": noon, "evidence": night}),
        (secret, {"scored": night - timedelta(days=9), "waiting": 9}),
    ):
        model.Session.execute(sa.update(Score).where(Score.package_id == package["id"]).values(**values))
    model.Session.commit()
    begun = datetime.now(UTC).replace(microsecond=0)

    told = {"oldest": "2026-11-20T03:42:00+09:00", "newest": "2026-11-20T12:00:00+09:00",
            "evidence": "2026-11-19T03:42:00+09:00", "unexamined": 3}  # fmt: skip
    body = ask(context, "osakadx_quality_organization_show", id="272281")
    assert body["scores"] == told
    matrix = ask(context, "osakadx_quality_coverage")
    (town,) = (town for town in matrix["municipalities"] if town["code"] == "272281")
    assert town["scores"] == told
    assert matrix["scores"]["oldest"] <= told["oldest"]
    assert [datetime.fromisoformat(each["as_of"]) >= begun for each in (body, matrix)] == [True, True]
    assert json.loads(client.get("/quality/coverage.json").data)["as_of"].endswith("+09:00")

    page = client.get("/quality/272281").text
    assert "採点した時刻: 2026年11月20日 3:42から2026年11月20日 12:00まで" in page
    assert "ファイルを確かめた時刻: 最も古いもので2026年11月19日 3:42" in page
    assert "まだ調べていないファイル: 3件" in page
    for address in ("/quality", "/quality/272281", "/quality/standard/08", "/organization/272281"):
        assert "現在(日本時間)" in client.get(address).text, address
    lines = [line.split(",") for line in client.get("/quality/coverage.csv").data.decode("utf-8-sig").splitlines()]
    assert lines[0][-2:] == ["集計日時", "最も古い採点日時"]
    (line,) = (line for line in lines if line[0] == "272281")
    assert datetime.fromisoformat(line[-2]) >= begun
    assert line[-1] == told["oldest"]


def test_the_desk_is_told_what_waits_to_be_examined(client: Any, scored: Any, stack: Any) -> None:
    scored("272281", "08", seen="08")
    assert "調べる順番を待っているもの" not in client.get("/quality").text
    token = client.get("/user/login").text.split('name="_csrf_token"', 1)[1].split('"', 2)[1]
    client.post("/user/login", data={"login": "admin", "password": stack.secrets["admin"], "_csrf_token": token})
    said = re.search(
        r"調べる順番を待っているもの: ファイル([\d,]+)件、リンク[\d,]+件。 *最も古い期限は\d+年",
        client.get("/quality").text,
    )
    assert said and said[1] != "0"


def test_findings_are_marked_in_the_sheet_of_their_file(context: Any, client: Any) -> None:
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import evidence
    from osakadx.tables.read import read

    body = "名称,緯度,経度\r\nA,34.1,135.1\r\nB,34.2\r\nC,34.3,135.3\r\n".encode()
    file = {"url": f"https://data.example.jp/{uuid4()}.csv", "name": "list.csv", "format": "CSV"}
    given = {"name": f"sheet-{uuid4().hex[:12]}", "title": "一覧", "owner_org": "272272", "notes": "一覧です。"}
    package = tk.get_action("package_create")(context(), given | {"license_id": "cc-by-4.0", "resources": [file]})
    resource = package["resources"][0]
    found = read(body, "list.csv")
    assert [finding.row for finding in found.findings if finding.rule == "ragged-row"] == [3]
    evidence.keep(model.Resource.get(resource["id"]), "reading", found.sha256, "osakadx read", found.as_dict())
    model.Session.commit()

    page = client.get(f"/dataset/{package['name']}/resource/{resource['id']}").get_data(as_text=True)
    assert 'id="row-1-3" class="found error"' in page
    assert 'href="#row-1-3">3行目</a>' in page
    assert "指摘のあったセルだけを示しています" in page  # its rows are not in the DataStore
