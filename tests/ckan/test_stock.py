"""A real CKAN and its real DCAT catalog, harvested: every data set, id and file, later exactly what changed there."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest

from tests.ckan.stock import PER_PAGE, Stock, stock_site

TITLES = [
    "公共施設一覧①㈱髙﨑", "避難所〜一覧～（令和６年）", "ﾊﾝｶｸｶﾅの一覧",
    unicodedata.normalize("NFD", "ゴミ収集日ガイド"),
    "𠮷野家の場所", "絵文字🏥と👨‍👩‍👧の施設", "「引用」“と” 'quotes' & <b>太字</b>", "タブ\tと  二つの空白", "A" * 120,
    "長い" * 100, "人口 2026/04/01", "=SUM(A1:A9)", "{!func}ord(title)", "100%の達成率", "C:\\share\\一覧",
    "ㇰㇱㇲ・アイヌ語地名",
]  # fmt: skip
WORDS = ["防災", "避難 所", "ＡＥＤ", "子育て_教育.1", "open-data", "令和6年"]


def package(number: int, owner: str) -> dict[str, Any]:
    """A data set as editors fill one in."""
    title = TITLES[number % len(TITLES)]
    base = f"https://data.example.jp/{owner}/{number}"
    files = [
        {"url": f"{base}/避難所 一覧({number}).csv", "name": f"{title}(CSV)", "format": "csv"},
        {"url": f"{base}/a.xlsx?v=1&w=%E6%97%A5", "name": "", "format": ""},
        {"url": f"{base}/地図.geojson", "name": "地図", "description": "1行目\n2行目", "size": 12345},
    ]  # fmt: skip
    return {
        "name": f"{owner}-{number:02}", "title": f"{title} その{number}", "owner_org": owner,
        "notes": ["", "<p>説明です。</p>\n\n* 一つ\n* 二つ", "‮逆さ‬の説明\n令和6年4月1日現在"][number % 3],
        "license_id": ["cc-by", "cc-zero", "notspecified", "other-open"][number % 4],
        "author": "危機管理室", "maintainer_email": "a@example.jp" if number % 2 else "",
        "tags": [{"name": word} for word in WORDS[: number % len(WORDS)]],
        "extras": [{"key": "更新頻度", "value": "年1回"}, {"key": "frequency", "value": "毎月"}] if number % 2 else [],
        "resources": files[: number % 4],
    }  # fmt: skip


@pytest.fixture(scope="module")
def stock(stack: Any) -> Iterator[Stock]:
    """The site with two publishers: what one shows is taken through the API, what the other shows as DCAT."""
    with stock_site(stack) as site:
        for owner in ("kita", "minami"):
            site("organization_create", name=owner, title={"kita": "北の市", "minami": "南の町"}[owner])
            for number in range(16):
                site("package_create", **package(number, owner))
        site("package_create", **package(90, "kita") | {"private": True})
        gone = site("package_create", **package(91, "kita"))
        site("package_delete", id=gone["id"])
        yield site


def shown(stock: Stock, owner: str) -> dict[str, dict[str, Any]]:
    """Id → data set, of what the site shows to everybody."""
    found = stock("package_search", fq=f"organization:{owner}", rows=100)["results"]
    return {each["id"]: each for each in found}


class Source:
    """A source of our portal, and what the portal has from it."""

    def __init__(self, name: str, kind: str, url: str, context: Any, **options: Any) -> None:
        from ckan.plugins import toolkit as tk

        self.context = context
        self.id = tk.get_action("harvest_source_create")(
            context(),
            {
                "name": name, "title": name, "url": url, "source_type": f"osakadx_{kind}", "owner_org": "272272",
                "frequency": "MANUAL", "config": json.dumps({"publisher": "272272", "options": options}),
            },
        )["id"]  # fmt: skip

    def run(self) -> dict[str, Any]:
        from ckan import model
        from ckanext.osakadx.harvest import jobs, runs
        from ckanext.osakadx.harvest.model import Run

        asked, _ = runs.request(self.id, "command")
        jobs.do(asked.id)
        model.Session.remove()
        run = model.Session.get(Run, asked.id)
        assert run.state == "finished" and run.facts["complete"] and run.counts["proved"], (
            run.error,
            run.guard,
            run.facts,
        )
        names = ("added", "updated", "unchanged", "absent", "refused", "conflict")
        return {name: run.counts[name] for name in names if run.counts[name]}

    def datasets(self) -> dict[str, dict[str, Any]]:
        import sqlalchemy as sa
        from ckan import model
        from ckan.plugins import toolkit as tk
        from ckanext.osakadx.harvest.model import Item

        query = sa.select(Item.guid, Item.package_id).where(Item.source_id == self.id, Item.state == "present")
        show, fresh = tk.get_action("package_show"), {"use_cache": False}
        return {guid: show(self.context() | fresh, {"id": key}) for guid, key in model.Session.execute(query).all()}


@pytest.fixture
def allowed(stock: Stock, monkeypatch: pytest.MonkeyPatch, site: Any) -> None:
    from ckan.common import config

    monkeypatch.setitem(config, "ckanext.osakadx.fetch.allow_hosts", [stock.host])
    monkeypatch.setitem(config, "ckanext.osakadx.fetch.only_hosts", [stock.host])


def compare(theirs: dict[str, dict[str, Any]], ours: dict[str, dict[str, Any]]) -> None:
    """Every data set, its title and every address, and nothing else."""
    from osakadx import links, text

    assert ours.keys() == theirs.keys()
    for guid, their in theirs.items():
        assert ours[guid]["title"] == text.clean(their["title"]), guid
        # ckanext-dcat writes %28 where the API has a parenthesis.
        addresses = {unquote(links.absolute(resource["url"])) for resource in their["resources"]}
        assert {unquote(resource["url"]) for resource in ours[guid]["resources"]} == addresses, guid
        assert ours[guid]["owner_org"] and ours[guid]["organization"]["name"] == "272272"


def change(stock: Stock, owner: str) -> dict[str, str]:
    """One changed, one deleted, one new, one made private; returns their ids."""
    ids = {each["name"]: key for key, each in shown(stock, owner).items()}
    stock("package_patch", id=ids[f"{owner}-03"], title="改訂した公共施設一覧")
    stock("package_delete", id=ids[f"{owner}-05"])
    new = stock("package_create", **package(50, owner))
    return {"changed": ids[f"{owner}-03"], "deleted": ids[f"{owner}-05"], "new": new["id"]}


def test_a_ckan_is_harvested_through_its_api_and_followed(stock: Stock, allowed: None, context: Any) -> None:
    source = Source("stock-api", "ckan_api", stock.url, context, organization="kita", rows=5)
    theirs = shown(stock, "kita")
    assert len(theirs) == 16
    assert source.run() == {"added": 16}
    first = source.datasets()
    compare(theirs, first)
    assert source.run() == {"unchanged": 16}
    assert source.datasets() == first

    ids = change(stock, "kita")
    assert source.run() == {"added": 1, "updated": 1, "unchanged": 14, "absent": 1}
    second = source.datasets()
    compare(shown(stock, "kita"), second)
    assert ids["deleted"] not in second and ids["new"] in second
    assert second[ids["changed"]]["title"] == "改訂した公共施設一覧"
    for guid in second.keys() & first.keys():
        assert second[guid]["id"] == first[guid]["id"] and second[guid]["name"] == first[guid]["name"]
        assert [each["id"] for each in second[guid]["resources"]] == [each["id"] for each in first[guid]["resources"]]
    assert source.run() == {"unchanged": 16, "absent": 1}  # within its grace, and counted by each run


def catalog(stock: Stock, ending: str) -> str:
    return f"{stock.url}/catalog.{ending}?fq={quote('organization:minami')}"


def test_its_catalog_is_harvested_page_by_page_and_followed(stock: Stock, allowed: None, context: Any) -> None:
    source = Source("stock-dcat", "dcat", catalog(stock, "ttl"), context)
    theirs = shown(stock, "minami")
    assert len(theirs) == 16 > 2 * PER_PAGE
    assert source.run() == {"added": 16}
    first = source.datasets()
    compare(theirs, first)
    assert source.run() == {"unchanged": 16}

    ids = change(stock, "minami")
    assert source.run() == {"added": 1, "updated": 1, "unchanged": 14, "absent": 1}
    second = source.datasets()
    compare(shown(stock, "minami"), second)
    assert ids["deleted"] not in second and second[ids["changed"]]["title"] == "改訂した公共施設一覧"
    for guid in second.keys() & first.keys():
        assert second[guid]["id"] == first[guid]["id"]
        assert [each["id"] for each in second[guid]["resources"]] == [each["id"] for each in first[guid]["resources"]]


def test_its_catalog_says_the_same_in_every_spelling(stock: Stock, allowed: None) -> None:
    from ckanext.osakadx import outgoing
    from ckanext.osakadx.harvesters.listing import Source as Described
    from ckanext.osakadx.harvesters.sources import dcat

    def read(ending: str) -> dict[str, Any]:
        listing = dcat.listing(outgoing.fetcher(), Described("x", catalog(stock, ending), "dcat"))
        found = {
            record.guid: (dict(record.concepts), sorted(json.dumps(file, sort_keys=True) for file in record.files))
            for record in listing
        }
        assert listing.facts.complete, listing.facts
        return found

    turtle = read("ttl")
    assert turtle.keys() == shown(stock, "minami").keys()
    assert read("rdf") == turtle
    assert read("jsonld") == turtle


def test_the_same_data_sets_twice_are_a_conflict_and_not_doubled(stock: Stock, allowed: None, context: Any) -> None:
    Source("stock-once", "ckan_api", stock.url, context, organization="minami").run()
    before = len(shown(stock, "minami"))
    again = Source("stock-again", "ckan_api", stock.url, context, organization="minami", rows=50)
    assert again.run() == {"conflict": before} and again.datasets() == {}
