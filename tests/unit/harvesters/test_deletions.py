"""The deletion matrix: whatever a source sends back, nothing goes without a person's word but what is routine.

Each case is harvested twice as a run does it, from a real server on loopback: first well, then as the case says. Only
the database is left out, and it has no say in what goes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from ckanext.osakadx.harvesters.diff import moves
from ckanext.osakadx.harvesters.guard import Numbers, Verdict, check
from ckanext.osakadx.harvesters.listing import Facts, Source
from ckanext.osakadx.harvesters.sources import kind
from osakadx.addresses import AddressPolicy
from osakadx.errors import OsakadxError
from osakadx.fetch import Fetcher
from osakadx.manners import Clock

from ..loopback import Request, answer, serve

ROWS = 10
Answered = Callable[[int, int, Request], "bytes | None"]  # records before, where a page starts, the request


def package(number: int, identity: str = "id") -> dict[str, Any]:
    return {
        "id": f"{identity}-{number:04}", "name": f"name-{number}", "title": f"データ{number}", "type": "dataset",
        "resources": [{"url": f"https://data.example.jp/{number}.csv", "name": "一覧", "state": "active"}],
    }  # fmt: skip


def page(packages: Iterable[dict[str, Any]], start: int, count: int | None = None) -> bytes:
    listed = sorted(packages, key=lambda each: each["id"])
    result = {"count": len(listed) if count is None else count, "results": listed[start : start + ROWS]}
    return answer(json.dumps({"success": True, "result": result}))


def kept(left: Callable[[int], int], identity: str = "id", more: int = 0, count: bool = False) -> Answered:
    """So many of the records are listed, perhaps under other identities, with others that are new."""

    def answered(before: int, start: int, _: Request) -> bytes:
        packages = [package(number, identity) for number in range(left(before))]
        packages += [package(9000 + number) for number in range(more)]
        return page(packages, start, before if count else None)

    return answered


def whole(bad: bytes, at: Callable[[int], int] = lambda before: 0) -> Answered:
    """A page that is none, from a place in the list on."""

    def answered(before: int, start: int, _: Request) -> bytes:
        return bad if start >= at(before) else page(map(package, range(before)), start)

    return answered


HTML = answer("<!DOCTYPE html><html><body>メンテナンス中</body></html>", Content_Type="text/html")
NO_RESULTS = answer(json.dumps({"success": True, "result": {"count": 27, "results": []}}))
CASES: dict[str, tuple[Answered, str]] = {
    # name: (what comes back, what may go: "nothing" or "routine")
    "an empty catalogue": (kept(lambda before: 0), "nothing"),
    "an empty page though the count is right": (whole(NO_RESULTS), "nothing"),
    "success false": (whole(answer('{"success": false}')), "nothing"),
    "an empty body": (whole(answer("")), "nothing"),
    "an empty object": (whole(answer("{}")), "nothing"),
    "a list": (whole(answer("[]")), "nothing"),
    "HTML": (whole(HTML), "nothing"),
    "403": (whole(answer("no", status=403)), "nothing"),
    "404": (whole(answer("no", status=404)), "nothing"),
    "500": (whole(answer("no", status=500)), "nothing"),
    "503": (whole(answer("no", status=503)), "nothing"),
    "the connection is closed": (whole(b""), "nothing"),
    "the second page fails": (whole(answer("no", status=500), lambda before: ROWS), "nothing"),
    "the second page is HTML": (whole(HTML, lambda before: ROWS), "nothing"),
    "the second page is cut": (whole(answer('{"success": true, "res'), lambda before: ROWS), "nothing"),
    "the last page fails": (whole(b"", lambda before: (before - 1) // ROWS * ROWS), "nothing"),
    "half": (kept(lambda before: before // 2), "nothing"),
    "forty percent": (kept(lambda before: before * 2 // 5), "nothing"),
    "one is left": (kept(lambda before: 1), "nothing"),
    "half, and as many new ones": (kept(lambda before: before // 2, more=15), "nothing"),
    "every identity is new": (kept(lambda before: before, "uuid"), "nothing"),
    "every identity is new and half is missing": (kept(lambda before: before // 2, "uuid"), "nothing"),
    "one less, and the count says so": (kept(lambda before: before - 1), "routine"),
    "one less, and the count does not": (kept(lambda before: before - 1, count=True), "nothing"),
    "half, and the count says all": (kept(lambda before: before // 2, count=True), "nothing"),
    "five percent less": (kept(lambda before: before - before // 20), "routine"),
    "all, and some more": (kept(lambda before: before, more=5), "routine"),
    "all": (kept(lambda before: before), "routine"),
    "redirected to a login page": (
        lambda before, start, request: HTML if "login" in request.path else answer(status=302, Location="/login"),
        "nothing",
    ),
    "another catalogue altogether": (kept(lambda before: 0, more=30), "nothing"),
}
SIZES = (1, 2, 9, 10, 27, 60)


@dataclass(frozen=True)
class Seen:
    """What a run would make of a listing."""

    verdict: Verdict | None
    gone: int


def look(before: int, answered: Answered, **judged: Any) -> Seen:
    """List and judge as a run does; no verdict where the source cannot be listed, and the run fails."""
    with serve({"*": lambda request: answered(before, int(request.query.get("start", ["0"])[0]), request)}) as site:
        policy = AddressPolicy(allow_hosts=frozenset({site.key}))
        fetch = Fetcher(policy, clock=Clock(sleep=lambda seconds: None))
        listing = kind("ckan_api").listing(fetch, Source("x", site.url, "ckan_api", options={"rows": str(ROWS)}))
        try:
            records = list(listing)
        except OsakadxError:
            return Seen(None, 0)
        known = {package(number)["id"]: package(number) for number in range(before)}
        now = {record.guid: [record.title, *(file["file_download_url"] for file in record.files)] for record in records}
        gone = {guid: _marks(known[guid]) for guid in known.keys() - now.keys()}
        moved = moves(gone, {guid: now[guid] for guid in now.keys() - known.keys()})
        facts: Facts = listing.facts
        last = judged.pop("last_host", site.key)
        return Seen(check(Numbers(before, len(gone)), facts, moved=moved, last_host=last, **judged), len(gone))


def _marks(known: dict[str, Any]) -> list[str]:
    return [known["title"], *(each["url"] for each in known["resources"])]


def test_there_are_thirty_cases() -> None:
    assert len(CASES) == 30


@pytest.mark.parametrize("before", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_nothing_goes_but_what_is_routine(name: str, before: int) -> None:
    answered, may_go = CASES[name]
    seen = look(before, answered)
    removed = seen.verdict.remove if seen.verdict else 0
    if may_go == "routine":
        assert removed <= max(1, before // 10) and (removed == 0 or removed * 2 < before)
    elif name in ("half", "forty percent", "one is left", "half, and as many new ones") and seen.gone <= 1 < before:
        assert removed <= 1 and removed * 2 < before  # so little is routine after all
    else:
        assert removed == 0


@pytest.mark.parametrize("before", SIZES)
def test_another_host_removes_nothing(before: int) -> None:
    seen = look(before, kept(lambda number: number - 1), last_host="data.example.jp")
    assert seen.verdict is not None and seen.verdict.remove == 0


def test_a_listing_that_is_whole_again_takes_everything_back() -> None:
    seen = look(30, kept(lambda before: before), absent=3)
    assert seen.verdict is not None and (seen.verdict.action, seen.gone) == ("apply", 0)
