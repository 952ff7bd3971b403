"""Sources that misbehave, harvested by real workers: nothing is lost or doubled, and runs say what they were."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.unit.loopback import answer

from .portal import Portal, Source
from .source import HTML, RESET, Ask, package, said


def of(run: dict[str, Any]) -> tuple[str, str]:
    """State and reason of a run."""
    return run["state"], run["guard"].get("slug") or (run["error"] or {}).get("slug", "")


def harvested(portal: Portal, key: str, number: int) -> Source:
    """A source that has been harvested once in full."""
    source = portal.source(key, number)
    assert source.run()["counts"]["added"] == number
    return source


def test_f01_an_empty_catalogue_is_held(portal: Portal) -> None:
    source = harvested(portal, "f01", 20)
    source.catalog.keep(0)
    run = source.run()
    assert of(run) == ("held", "listing-empty")
    assert source.states() == {"present": 20}
    source.decide(run["id"], "discard")


def test_f02_a_halved_catalogue_holds_removals_and_applies_the_rest(portal: Portal) -> None:
    source = harvested(portal, "f02", 30)
    source.catalog.change(range(3))
    source.catalog.keep(12)
    new = package("f02", 99)
    source.catalog.packages[new["id"]] = new
    run = source.run()
    assert of(run) == ("finished", "too-many-gone")
    assert (run["counts"]["added"], run["counts"]["updated"], run["counts"]["waiting"]) == (1, 3, 18)
    assert source.states() == {"present": 31}


@pytest.mark.parametrize("before, left", [(1, 0), (2, 1), (27, 1)])
def test_f03_small_sources_keep_what_they_have(portal: Portal, before: int, left: int) -> None:
    source = harvested(portal, f"f03-{before}", before)
    source.catalog.keep(left)
    assert source.run()["state"] in ("held", "finished")
    assert source.states() == {"present": before}


BAD = {
    "server error": answer("broken", status=500),
    "hangs up": RESET,
    "broken JSON": answer('{"success": true, "result": {"count": 30, "resul', Content_Type="application/json"),
    "a page of HTML": HTML,
    "refusal": said({"success": False, "error": {"message": "no"}}),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_f04_f26_a_later_page_that_fails_decides_no_removal(
    portal: Portal, bad: bytes, request: pytest.FixtureRequest
) -> None:
    key = f"f04-{list(BAD.values()).index(bad)}"
    source = harvested(portal, key, 30)
    source.catalog.most = 10
    source.catalog.change(range(30))
    source.catalog.fault = lambda ask: bad if ask.start and not ask.ids else None
    run = source.run()
    assert of(run) == ("finished", "listing-partial")
    assert (run["counts"]["updated"], source.states()) == (10, {"present": 30})
    source.catalog.fault = None
    assert source.run()["counts"]["updated"] == 20


def test_f05_fewer_than_claimed_are_looked_for_again_and_remove_nothing(portal: Portal) -> None:
    source = harvested(portal, "f05", 20)
    source.catalog.claimed = 20
    source.catalog.keep(19)
    asked = len(source.catalog.asked)
    run = source.run()
    assert of(run) == ("finished", "listing-partial")
    assert len(source.catalog.asked) - asked >= 2
    assert source.states() == {"present": 20}
    source.catalog.claimed = None


def test_f05_a_catalogue_that_moves_while_it_is_paged_loses_nothing(portal: Portal) -> None:
    source = harvested(portal, "f05-moves", 40)
    source.catalog.most = 10

    def moves(ask: Ask) -> None:
        if ask.page == 1 and len(source.catalog.packages) == 40:
            first = min(source.catalog.packages)  # what stood before the window goes: everything moves up by one
            del source.catalog.packages[first]

    source.catalog.fault = moves
    run = source.run()
    assert of(run) == ("finished", "routine") and source.states() == {"present": 40}
    assert source.run()["counts"]["absent"] == 1


def test_f06_every_identifier_changes_and_is_taken_over_when_released(portal: Portal) -> None:
    source = harvested(portal, "f06", 20)
    before = set(source.items().values())
    old = source.catalog.packages
    source.catalog.packages = {f"new-{guid}": {**each, "id": f"new-{guid}"} for guid, each in old.items()}
    run = source.run()
    assert of(run) == ("held", "identity-changed")
    source.owed.clear()
    source.decide(run["id"], "release")
    assert source.ended(run["id"])["state"] == "finished"
    assert set(source.items().values()) == before and set(source.items()) == set(source.catalog.packages)


def test_f07_a_repeated_identifier_is_taken_once_and_reported(portal: Portal) -> None:
    source = portal.source("f07", 10)
    twice = [*source.catalog.packages.values(), package("f07", 3)]
    source.catalog.fault = lambda ask: source.catalog.good(ask, packages=twice)
    run = source.run()
    assert run["counts"]["added"] == 10 and run["facts"]["counts"] != {}


def test_f07_f08_what_another_source_has_is_shown_and_not_written_again(portal: Portal) -> None:
    origin = harvested(portal, "f08", 10)
    catalog = portal.catalog("f08", 12)  # an aggregator: the same data sets, and two of its own
    again = portal.source("f08-again", catalog=catalog)
    run = again.run()
    assert (run["counts"]["added"], run["counts"]["conflict"]) == (2, 10)
    catalog.change(range(5))
    again.run()
    assert not set(origin.items().values()) & set(again.items().values())
    assert origin.run()["counts"]["unchanged"] == 10


def test_f09_absent_once_and_back_is_no_change(portal: Portal) -> None:
    source = harvested(portal, "f09", 30)
    before, whole = source.items(), dict(source.catalog.packages)
    source.catalog.keep(29)
    assert source.run()["counts"]["absent"] == 1
    source.catalog.packages = whole
    assert source.run()["counts"]["unchanged"] == 30
    assert (source.items(), source.states()) == (before, {"present": 30})


def test_f10_a_local_data_set_with_the_same_id_and_name_is_not_touched(portal: Portal) -> None:
    catalog = portal.catalog("f10", 5)
    one = package("f10", 0)
    with portal.inside():
        from ckan.plugins import toolkit as tk
        from ckanext.osakadx.setup import site_user

        for change in ({}, {"name": "271403-f10-0"}):
            made = tk.get_action("package_create")(
                site_user(),
                {
                    "id": one["id"] if not change else None, "name": one["name"], "title": f"窓口{change}",
                    "notes": "窓口のデータ", "owner_org": "271403", "license_id": "cc-by-4.0", "type": "dataset",
                    **change,
                },
            )  # fmt: skip
            portal.local.add(made["id"])
    before = portal.rows("SELECT * FROM package WHERE id = ANY(%s)", list(portal.local))
    source = portal.source("f10", catalog=catalog)
    run = source.run()
    assert (run["counts"]["added"], run["counts"]["conflict"]) == (4, 1)
    assert portal.rows("SELECT * FROM package WHERE id = ANY(%s)", list(portal.local)) == before
    assert not portal.local & set(source.items().values())


def test_f11_dates_of_every_kind_decide_nothing_alone(portal: Portal) -> None:
    source = harvested(portal, "f11", 8)
    guids = sorted(source.catalog.packages)
    dates = ["2026-04-01T00:00:00Z", "2099-01-01T00:00:00", "1999-01-01", "2026-04-01T09:00:00+09:00", "", "きのう",
             "2026-13-45T99:00:00", "2026-04-01T00:00:00.000000001"]  # fmt: skip
    for guid, date in zip(guids, dates, strict=True):
        source.catalog.packages[guid]["metadata_modified"] = date
    run = source.run()
    assert run["state"] == "finished" and run["counts"]["refused"] == 0
    source.catalog.packages[guids[1]]["title"] += "(改訂)"
    source.catalog.packages[guids[1]]["metadata_modified"] = "1980-01-01T00:00:00"  # back in time, yet changed
    assert source.run()["counts"]["updated"] == 1


def drip(seconds: float) -> Any:
    """A byte at a time."""
    return lambda ask: [b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n", *([b"x", 0.05] * int(seconds * 20))]


SLOW = {
    "never answers": lambda ask: [6.0],
    "drips": drip(6),
    "headers only": lambda ask: [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", 6.0],
    "never ends": lambda ask: [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *([b"1\r\nx\r\n", 0.05] * 120),
    ],
}


@pytest.mark.parametrize("name", SLOW)
def test_f24_a_source_that_never_ends_is_given_up_and_others_go_on(portal: Portal, name: str) -> None:
    source = harvested(portal, f"f24-{list(SLOW).index(name)}", 3)
    source.catalog.fault = SLOW[name]
    hanging = source.ask()
    assert portal.source(f"f24-{list(SLOW).index(name)}-other", 3).run(10)["counts"]["added"] == 3
    assert of(source.ended(hanging, 30))[0] == "failed"
    assert source.states() == {"present": 3}


@pytest.mark.parametrize("wait", ["1", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_f25_a_busy_source_is_asked_again_when_it_says_so(portal: Portal, wait: str) -> None:
    source = portal.source(f"f25-{len(wait)}", 10)
    busy: list[Ask] = []

    def once(ask: Ask) -> bytes | None:
        busy.append(ask)
        return answer("wait", status=429, Retry_After=wait) if len(busy) == 1 else None

    source.catalog.fault = once
    began = time.monotonic()
    assert source.run()["counts"]["added"] == 10
    assert time.monotonic() - began >= (1 if wait == "1" else 0)


@pytest.mark.parametrize("status, wait", [(429, "999999999"), (503, "")])
def test_f25_a_source_that_stays_busy_fails_the_run_and_nothing_else(portal: Portal, status: int, wait: str) -> None:
    source = harvested(portal, f"f25-{status}", 5)
    source.catalog.fault = lambda ask: answer("busy", status=status, **({"Retry_After": wait} if wait else {}))
    run = source.run()
    assert run["state"] == "failed" and run["error"]["message"]
    assert source.states() == {"present": 5}


def test_f26_redirects_inside_elsewhere_and_in_a_circle(portal: Portal) -> None:
    source = harvested(portal, "f26", 5)
    port = portal.stack.ports.postgres
    other = portal.catalog("f26-other", 5)
    for place in (f"http://127.0.0.1:{port}/", "http://169.254.169.254/latest/", f"{source.catalog.url}/again"):
        source.catalog.fault = lambda ask, place=place: answer(status=302, Location=place)
        assert source.run()["state"] == "failed"
    source.catalog.fault = lambda ask: answer(status=302, Location=f"{other.url}/api/3/action/package_search?rows=9")
    run = source.run()
    assert of(run) == ("held", "host-changed")
    source.decide(run["id"], "discard")
    source.catalog.fault = lambda ask: HTML
    assert source.run()["state"] == "failed"
    assert source.states() == {"present": 5}


def test_f28_a_source_without_tls_where_it_is_promised_is_refused(portal: Portal) -> None:
    source = harvested(portal, "f28", 3)
    source.move("http:", "https:")
    assert source.run()["state"] == "failed"
    source.move("https:", "http:")
    assert source.states() == {"present": 3}


def test_f29_a_source_whose_host_is_gone_loses_nothing(portal: Portal) -> None:
    source = harvested(portal, "f29", 3)
    source.move("127.0.2.", "127.0.3.")
    assert source.run()["state"] == "failed"
    source.move("127.0.3.", "127.0.2.")
    assert source.run()["counts"]["unchanged"] == 3


def test_f42_a_publisher_under_another_name_keeps_its_data_sets(portal: Portal) -> None:
    source = harvested(portal, "f42", 10)
    before = source.items()
    for each in source.catalog.packages.values():
        each["organization"] = {"name": "minami-city", "title": "南の市"}
        each["metadata_modified"] = "2026-05-01T00:00:00.000000"
    assert source.run()["counts"]["updated"] == 10
    assert source.items() == before
