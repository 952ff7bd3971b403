"""From evidence to a score that people, programs and the search can see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from osakadx.quality.rulebook import rulebook
from osakadx.tables.read import read

from tests.portal import wait_until

GOOD = "名称,人数\r\n市民会館,10\r\n図書館,20\r\n"


@pytest.fixture
def only_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of what data sets state (`test_evidence.py`) or were asked (`test_questions.py`)."""
    from ckanext.osakadx.quality import stated

    monkeypatch.setattr(stated, "answers", lambda package_ids: {})
    monkeypatch.setattr(stated, "metadata", lambda packages: dict.fromkeys([each.id for each in packages]))


@pytest.fixture
def dataset(context: Any, only_files: None) -> Callable[..., dict[str, Any]]:
    """A function that makes a data set of files with these bytes, as if they had been fetched and read."""
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.intake import evidence

    def make(*bodies: bytes, **values: Any) -> dict[str, Any]:
        addresses = [f"https://data.example.jp/{uuid4()}.csv" for _ in bodies]
        files = [{"url": url, "name": f"list{n}.csv", "format": "CSV"} for n, url in enumerate(addresses)]
        given = {"name": f"quality-{uuid4().hex[:12]}", "title": "施設", "owner_org": "272272", "notes": "施設です。"}
        given |= {"license_id": "cc-by-4.0", "resources": files}
        package = tk.get_action("package_create")(context(), given | values)
        for resource, body in zip(package["resources"], bodies, strict=True):
            row = model.Resource.get(resource["id"])
            reading = read(body, resource["name"])
            link = {"verdict": "ok", "url": row.url, "size": len(body), "sha256": reading.sha256, "strikes": []}
            evidence.keep(row, "link", row.url, "GET", link)
            evidence.keep(row, "reading", reading.sha256, "osakadx read", reading.as_dict())
        model.Session.commit()
        return package

    return make


def show(context: Any, package: dict[str, Any], action: str = "osakadx_quality_show") -> Any:
    from ckan.plugins import toolkit as tk

    return tk.get_action(action)(context(), {"id": package["name"]})


def test_a_data_set_that_nobody_has_scored_waits(context: Any, dataset: Any) -> None:
    found = show(context, dataset())
    assert (found["grade"], found["points"], found["max"], found["checked"]) == (None, 0.0, 0.0, None)


def test_a_score_tells_points_parts_and_what_to_mend(context: Any, dataset: Any) -> None:
    from ckanext.osakadx.quality import jobs

    package = dataset(GOOD.encode("cp932"))
    assert jobs.score([package["id"]]) == [package["id"]]

    found = show(context, package)
    assert (found["grade"], found["points"], found["max"]) == ("A", 24.0, 25.0)
    assert found["rules_version"] == rulebook().version
    assert [(part["slug"], part["points"], part["max"]) for part in found["dimensions"]] == [
        ("reachable", 10.0, 10.0), ("readable", 14.0, 15.0)
    ]  # fmt: skip
    (finding,) = found["findings"]
    assert {"rule", "severity", "message", "fix", "where", "resource_id", "minutes", "gain"} <= finding.keys()
    assert (finding["rule"], finding["gain"]) == ("encoding-is-utf-8", 1.0)
    assert finding["resource_id"] == package["resources"][0]["id"]
    assert datetime.fromisoformat(found["checked"]) <= datetime.now(timezone.utc)


def test_history_has_a_row_for_each_change_and_none_without(context: Any, dataset: Any) -> None:
    from ckan import model
    from ckanext.osakadx.intake import evidence
    from ckanext.osakadx.quality import jobs

    package = dataset(GOOD.encode())
    jobs.score([package["id"]])
    assert jobs.score([package["id"]]) == []
    assert [(row["grade"], row["points"]) for row in show(context, package, "osakadx_quality_history")] == [("A", 25.0)]

    row = model.Resource.get(package["resources"][0]["id"])
    evidence.keep(row, "link", row.url, "GET", {"verdict": "gone", "reason": "(404)", "url": row.url, "strikes": []})
    model.Session.commit()
    assert jobs.score([package["id"]]) == [package["id"]]
    # Of one day the last is kept.
    assert [row["grade"] for row in show(context, package, "osakadx_quality_history")] == ["D"]


def test_grades_can_be_searched_by(context: Any, dataset: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx import outbox
    from ckanext.osakadx.quality import jobs

    good, bad, new = dataset(GOOD.encode()), dataset(b"%PDF-1.7"), dataset(GOOD.encode())
    jobs.score([good["id"], bad["id"]])
    outbox.drain()

    def grades(**query: Any) -> tuple[dict[str, int], list[str]]:
        names = " OR ".join(package["name"] for package in (good, bad, new))
        asked = {"q": f"name:({names})", "facet.field": ["osakadx_grade"], **query}
        found = tk.get_action("package_search")(context(), asked)
        return found["facets"].get("osakadx_grade", {}), [package["name"] for package in found["results"]]

    wait_until(lambda: "A" in grades()[0], 20, AssertionError("the search engine shows no grades"))
    assert grades()[0] == {"A": 1, "D": 1, "none": 1}
    assert grades(fq="osakadx_grade:D")[1] == [bad["name"]]


def test_the_score_of_a_private_data_set_is_for_insiders(context: Any, dataset: Any, client: Any) -> None:
    from ckanext.osakadx.quality import jobs

    package = dataset(GOOD.encode(), private=True)
    jobs.score([package["id"]])
    for action in ("osakadx_quality_show", "osakadx_quality_history"):
        assert client.get(f"/api/3/action/{action}", query_string={"id": package["name"]}).status_code == 403


def test_a_file_taken_away_counts_no_more(context: Any, dataset: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.quality import jobs

    package = dataset(GOOD.encode(), b"%PDF-1.7")
    jobs.score([package["id"]])
    assert show(context, package)["grade"] == "C"
    tk.get_action("package_update")(context(), package | {"resources": package["resources"][:1]})
    jobs.score([package["id"]])
    assert show(context, package)["grade"] == "A"


def test_deleted_data_sets_and_harvest_sources_are_not_scored(context: Any, dataset: Any) -> None:
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.quality import jobs

    package = dataset(GOOD.encode())
    tk.get_action("package_delete")(context(), {"id": package["id"]})
    assert jobs.score([package["id"]]) == []


def test_what_is_most_viewed_is_scored_first_and_a_kill_leaves_it_so(
    dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.quality import jobs, turn
    from ckanext.osakadx.quality.model import Score

    quiet, seen, dear, other = (dataset(GOOD.encode())["id"] for _ in range(4))
    mine = [dear, seen, quiet]
    everything = [package_id for ids in turn.in_turn(100) for package_id in ids]
    jobs.score(everything)
    model.Session.execute(sa.update(Score).where(Score.package_id.in_(mine)).values(rules_version="of before"))
    for package_id, views in ((seen, 7), (dear, 30), (other, 99)):
        model.Session.execute(
            sa.text(
                "INSERT INTO tracking_summary "
                "(url, package_id, tracking_type, count, running_total, recent_views, tracking_date) "
                "VALUES ('/dataset/' || :id, :id, 'page', :n, :n, :n, current_date)"
            ),
            {"id": package_id, "n": views},
        )
    model.Session.commit()
    assert list(turn.in_turn(1))[:4] == [[dear], [seen], [quiet], [other]]

    def by_other_rules() -> set[str]:
        query = sa.select(Score.package_id).where(Score.rules_version != rulebook().version)
        return set(model.Session.scalars(query))

    stored: list[str] = []
    store = jobs.store

    def killed(scores: Any, looked: Any) -> list[str]:
        if len(stored) == 2:
            raise SystemExit
        stored.extend(scores)
        return store(scores, looked)

    monkeypatch.setattr(jobs, "PAGE", 1)
    monkeypatch.setattr(jobs, "store", killed)
    with pytest.raises(SystemExit):
        jobs.score_everything()
    model.Session.rollback()
    assert (stored, by_other_rules()) == ([dear, seen], {quiet})

    # Begun anew, it begins with what was left; the night after, what is of the day before.
    assert next(turn.in_turn(1)) == [quiet]
    monkeypatch.setattr(jobs, "store", store)
    jobs.score([quiet])
    yesterday = sa.update(Score).where(Score.package_id == quiet).values(scored=Score.scored - timedelta(days=1))
    model.Session.execute(yesterday)
    model.Session.commit()
    assert list(turn.in_turn(1))[:2] == [[quiet], [other]]
    model.Session.execute(sa.text("DELETE FROM tracking_summary"))
    model.Session.commit()


def test_the_page_says_how_old_a_score_is(context: Any, dataset: Any, client: Any) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.quality import jobs
    from ckanext.osakadx.quality.model import Score

    package = dataset(GOOD.encode())
    jobs.score([package["id"]])
    when = {"scored": datetime(2026, 11, 19, 18, 42, tzinfo=timezone.utc),
            "evidence": datetime(2026, 11, 18, 15, 1, tzinfo=timezone.utc), "waiting": 2}  # fmt: skip
    model.Session.execute(sa.update(Score).where(Score.package_id == package["id"]).values(**when))
    model.Session.commit()
    page = client.get(f"/dataset/{package['name']}").text
    assert "採点は2026年11月20日 3:42現在です(日本時間)。" in page
    assert "ファイルを最後に確かめたのは2026年11月19日 0:01です。" in page
    assert "まだ調べていないファイル: 2件" in page
    found = show(context, package)
    assert [datetime.fromisoformat(found[key]) for key in ("checked", "evidence")] == [when["scored"], when["evidence"]]


def test_the_command_scores_one_or_all(dataset: Any) -> None:
    from ckanext.osakadx.quality.cli import command

    package = dataset(GOOD.encode())
    run = CliRunner().invoke
    assert "施設: A(25/25 点: 取得できる 10/10、機械で読める 15/15)" in run(command, ["score", package["name"]]).output
    assert "データセットを採点しました" in run(command, ["score", "--all"]).output
    assert run(command, ["score", "no-such-data-set"]).exit_code == 2
