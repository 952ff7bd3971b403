"""No way of writing an address leads inside: judged by what is on the wire, not by what the code says of itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .attempts import ATTEMPTS, IPV4, IPV6, NO_PACKET, NOT_TCP, OPENED, Attempt
from .world import PORTS

NOT_REFUSED = {"name-not-found", "connection-failed", "http-error", "not-found"}
CONTROLLED = [
    f"{kind}-{name}-{port}"
    for kind, addresses in (("ipv4", IPV4), ("ipv6", IPV6))
    for name, address in addresses.items()
    if address not in NO_PACKET or address in NOT_TCP
    for port in (80, 9999)
]

# Where the link check ends otherwise than the fetcher: it tries nothing twice, and its library skips a 103.
OF_THE_CHECK = {
    "name-rebind-on-retry-cut": "answer-cut",
    "name-rebind-on-retry-hang-up": "connection-failed",
    "name-rebind-on-retry-busy": "server-busy",
    "name-rebind-on-retry-broken": "coding-broken",
    "ignore-early-hints": "answered",
}

every_attempt = pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.id for attempt in ATTEMPTS])


def row(rows: list[dict[str, Any]], wanted: str, **more: str) -> dict[str, Any]:
    return next(row for row in rows if row["id"] == wanted and more.items() <= row.items())


def opened(found: dict[str, Any]) -> set[tuple[str, int]]:
    """Where connections were begun."""
    return {(packet["to"], packet["port"]) for packet in found["packets"] if packet["syn"]}


def test_there_are_many_forms_and_each_is_one_of_its_own() -> None:
    assert len({attempt.id for attempt in ATTEMPTS}) == len(ATTEMPTS) >= 300
    assert sum(attempt.reaches for attempt in ATTEMPTS) >= 240


# --- the instruments work ------------------------------------------------------------------------------------------


def test_the_sniffer_missed_nothing(report: dict[str, Any]) -> None:
    assert report["missed"] == 0
    assert report["packets"] > report["windows"] > 2 * len(report["guarded"])  # each window's mark was seen


@pytest.mark.parametrize("control", CONTROLLED)
def test_a_connection_past_our_code_is_seen(report: dict[str, Any], control: str) -> None:
    found = row(report["controls"], control)
    assert found["packets"]
    if found["tcp"]:
        (place,) = opened(found)
        assert [tuple(each) for each in found["accepted"]] == ([place] if place[1] in PORTS else [])


def test_what_is_public_is_fetched(report: dict[str, Any]) -> None:
    assert [found["body"] for found in report["public"]] == ["public"] * 4
    assert not any(found["packets"] for found in report["public"])
    assert [(found["ends"], found["packets"]) for found in report["checked_public"]] == [("answered", [])]


def test_a_library_that_believes_the_environment_would_ask_the_proxy(report: dict[str, Any]) -> None:
    assert [opened(found) for found in report["proxies"]] == [{("10.9.9.9", 3128)}] * 2


# --- the policy works ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "download"])
@every_attempt
def test_nothing_arrives(report: dict[str, Any], attempt: Attempt, method: str) -> None:
    found = row(report["guarded"], attempt.id, method=method)
    assert found["packets"] == [] and found["accepted"] == []
    assert found["ends"] == attempt.ends
    assert found.get("left", []) == []
    if attempt.ends == "answered":
        assert "canary" not in found["body"]
        return
    assert found["kind"] == ("FetchError" if attempt.ends in NOT_REFUSED else "RefusedAddress")
    assert re.search(r"[ぁ-ん].*。", found["message"]) and found["message"].isprintable()


@pytest.mark.parametrize("method", ["check", "robots"])
@every_attempt
def test_nothing_arrives_from_the_link_check(report: dict[str, Any], attempt: Attempt, method: str) -> None:
    found = row(report["checked"], attempt.id, method=method)
    assert found["packets"] == [] and found["accepted"] == []
    if method == "check":
        assert found["ends"] == OF_THE_CHECK.get(attempt.id, attempt.ends)
    if found["ends"] != "answered":
        assert re.search(r"[ぁ-ん].*。", found["message"]) and found["message"].isprintable()


def test_without_the_policy_the_link_check_would_reach_inside_too(report: dict[str, Any]) -> None:
    """Some forms are too odd for its library (numbers for a host, a zone): what is left shows that the policy works."""
    through = {found["id"] for found in report["checked_unguarded"] if opened(found)}
    assert through <= {attempt.id for attempt in ATTEMPTS if attempt.reaches}
    assert len(through) >= 250


@every_attempt
def test_without_the_policy_it_would(report: dict[str, Any], attempt: Attempt) -> None:
    found = row(report["unguarded"], attempt.id)
    assert bool(opened(found)) == attempt.reaches


@pytest.mark.parametrize("attempt, address, port", OPENED, ids=[attempt.id for attempt, _, _ in OPENED])
def test_an_exception_opens_one_place(report: dict[str, Any], attempt: Attempt, address: str, port: int) -> None:
    found = row(report["opened"], attempt.id)
    assert found["body"] == "canary"
    assert opened(found) == {(address, port)}
    assert found["accepted"] == [[address, port]]


@pytest.mark.parametrize("attempt, address, port", OPENED, ids=[attempt.id for attempt, _, _ in OPENED])
def test_an_exception_opens_one_place_to_the_link_check(
    report: dict[str, Any], attempt: Attempt, address: str, port: int
) -> None:
    found = row(report["checked_opened"], attempt.id)
    assert found["ends"] == "answered"
    assert opened(found) == {(address, port)}
