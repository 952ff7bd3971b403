"""The check of many links against real servers on loopback: what they are asked, and what is made of their answers."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from osakadx.addresses import AddressPolicy
from osakadx.linkcheck.checker import Checker, check
from osakadx.linkcheck.rules import rules
from osakadx.linkcheck.seen import Question, Seen
from osakadx.manners import Courtesy, OwnTurns, Wait
from osakadx.meter import Limits

from tests.unit.loopback import Request, Site, answer, serve

TABLE = "コード,名称\r\n1,市民会館\r\n".encode("cp932")
PAGE = "<!DOCTYPE html><html><body>お探しのファイルについて</body></html>"
NO_GAP = Courtesy(gap=0.0)


def checker(*sites: Site, **more: Any) -> Checker:
    given = {"courtesy": NO_GAP, "limits": Limits(connect=2.0, first_byte=1.0, total=3.0), **more}
    return Checker(AddressPolicy(allow_hosts=frozenset(site.key for site in sites)), **given)


def seen(site: Site, path: str = "/list.csv", **more: Any) -> Seen:
    options = {name: more.pop(name) for name in ("courtesy", "limits", "contact", "unverified") if name in more}
    (one,) = check(checker(site, **options), [Question("1", f"{site.url}{path}", **more)])
    return one


# --- a file, and the same file ---------------------------------------------------------------------------------------


def test_a_file_answers_and_is_not_read_to_its_end() -> None:
    with serve({"/list.csv": answer(TABLE * 10_000, ETag='"7"', Content_Type="text/csv")}) as site:
        found = seen(site)
    assert (found.outcome, found.status, found.method) == ("answers", 200, "GET")
    assert (found.length, found.etag, found.content_type) == (len(TABLE) * 10_000, '"7"', "text/csv")
    assert 0 < found.wire <= rules().head_bytes
    assert found.when.tzinfo is not None


def test_an_unchanged_file_costs_no_byte_of_its_body() -> None:
    def page(request: Request) -> bytes:
        return answer(status=304) if request.headers.get("if-none-match") == '"7"' else answer(TABLE, ETag='"8"')

    with serve({"/list.csv": page}) as site:
        found = seen(site, etag='"7"', size=len(TABLE))
        assert (found.outcome, found.method, found.wire) == ("same", "GET 304", 0)
        assert seen(site, etag='"6"', size=len(TABLE)).outcome == "changed"


@pytest.mark.parametrize(
    ("headers", "known", "outcome"),
    [
        ({"ETag": '"7"'}, {"etag": '"7"'}, "same"),
        ({"ETag": 'W/"7"'}, {"etag": '"7"'}, "same"),
        ({"ETag": '"8"'}, {"etag": '"7"'}, "changed"),
        ({"ETag": '"8"', "Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"},
         {"etag": '"7"', "modified": "Mon, 02 Nov 2026 00:00:00 GMT", "size": len(TABLE)}, "changed"),
        ({"Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"},
         {"modified": "Mon, 02 Nov 2026 00:00:00 GMT", "size": len(TABLE)}, "same"),
        ({"Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"},
         {"modified": "Mon, 02 Nov 2026 00:00:00 GMT", "size": 3}, "changed"),
        ({"Last-Modified": "Tue, 03 Nov 2026 00:00:00 GMT"},
         {"modified": "Mon, 02 Nov 2026 00:00:00 GMT", "size": len(TABLE)}, "changed"),
        ({}, {"size": len(TABLE)}, "answers"),
        ({}, {"size": 3}, "changed"),
    ],
)  # fmt: skip
def test_a_server_that_ignores_conditions_is_understood_by_its_head(
    headers: dict[str, str], known: dict[str, Any], outcome: str
) -> None:
    with serve({"/list.csv": answer(TABLE, **headers)}) as site:
        found = seen(site, **known)
    assert found.outcome == outcome
    assert (found.wire == 0) == (outcome == "same")


def test_nothing_but_get_is_asked_with_a_name_to_turn_to() -> None:
    with serve({"/list.csv": answer(TABLE)}) as site:
        seen(site, contact="https://data.example.jp/about", modified="Mon, 02 Nov 2026 00:00:00 GMT")
        (request,) = site.requests
    assert request.headers["user-agent"] == "OsakaDX-Catalog/0.1 (+https://data.example.jp/about)"
    assert request.headers["if-modified-since"] == "Mon, 02 Nov 2026 00:00:00 GMT"
    assert "range" not in request.headers and "cookie" not in request.headers


def test_a_packed_file_is_known_by_what_is_in_it() -> None:
    packed = gzip.compress(PAGE.encode() * 200)
    with serve({"/list.csv": answer(packed, Content_Encoding="gzip")}) as site:
        found = seen(site)
    assert found.error and found.error.slug == "is-web-page"
    assert found.length is None  # the length of the packed body is not that of the file


# --- what is no file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "slug"),
    [
        (answer(status=404), "not-found"),
        (answer(status=410), "not-found"),
        (answer(status=403), "forbidden"),
        (answer(status=500), "server-busy"),
        (answer(status=418), "http-error"),
        (answer(status=204), "empty-answer"),
        (answer(status=304), "http-error"),
        (answer(status=302), "http-error"),
        (answer(PAGE), "is-web-page"),
        (answer("<!DOCTYPE html><form><input name=u><input id=p  type = 'password'></form>"), "login-page"),
        (answer('<html><form><input type="hidden" name="SAMLRequest"></form></html>'), "login-page"),
        (answer(PAGE, cf_mitigated="challenge"), "waf-page"),
        (answer("<html>Just a moment</html>", status=403, CF_Mitigated="challenge"), "waf-page"),
        (answer("", status=202, x_amzn_waf_action="challenge"), "waf-page"),
        (answer("<html>The requested URL was rejected. Please consult with your administrator.</html>"), "waf-page"),
        (answer("<html><body>The server refuse to browse the page.</body></html>", status=403), "waf-page"),
        (answer(TABLE)[:-4], "answer-cut"),
        (b"not http at all\r\n\r\n", "connection-failed"),
        (b"HTTP/1.1 200 OK\r\nContent", "connection-failed"),
        (answer(b"\x1f\x8b\x08 broken", Content_Encoding="gzip"), "coding-broken"),
        (answer(TABLE, Content_Encoding="br"), "coding-unknown"),
        (answer(TABLE, X_Long="a" * 70_000), "head-too-large"),
    ],
)  # fmt: skip
def test_what_comes_instead_of_the_file_is_called_by_its_name(reply: bytes, slug: str) -> None:
    with serve({"/list.csv": reply}) as site:
        found = seen(site)
    assert found.outcome == "failed"
    assert found.error and found.error.slug == slug
    assert found.error.message.endswith("。")


def test_a_page_that_is_declared_as_one_is_what_was_promised() -> None:
    with serve({"/": answer(PAGE), "/waf": answer(PAGE, cf_mitigated="challenge")}) as site:
        assert seen(site, "/", page_declared=True).outcome == "answers"
        assert seen(site, "/waf", page_declared=True).outcome == "failed"


@pytest.mark.parametrize("piece", [answer(TABLE)[:30], answer(TABLE)[:-4]])
def test_a_server_that_stops_talking_is_not_waited_for_for_ever(piece: bytes) -> None:
    with serve({"/list.csv": lambda request: [piece, 5.0]}) as site:
        began = time.monotonic()
        found = seen(site, limits=Limits(first_byte=0.3, total=1.0))
    assert found.error and found.error.slug == "too-slow" and found.error.transient
    assert time.monotonic() - began < 3.0


def test_a_server_that_drips_is_left_when_time_is_up() -> None:
    with serve(
        {"/list.csv": lambda request: (piece for sign in answer(TABLE) for piece in (bytes([sign]), 0.05))}
    ) as site:
        found = seen(site, limits=Limits(first_byte=1.0, total=0.5))
    assert found.error and found.error.slug == "too-slow"


def test_nobody_listening_is_a_failed_connection() -> None:
    with serve() as site:
        pass
    assert (error := seen(site).error) and error.slug == "connection-failed" and error.transient


def test_a_certificate_nobody_vouches_for_is_named_unless_an_operator_excepts_the_host(
    self_signed: ssl.SSLContext,
) -> None:
    with serve({"/list.csv": answer(TABLE)}, tls=self_signed) as site:
        assert (error := seen(site).error) and error.slug == "certificate-self-signed"
        assert seen(site, unverified=frozenset({site.key})).outcome == "answers"


def test_a_server_without_tls_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            sock = server.accept()[0]
            with sock:
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                sock.recv(1000)

        thread = threading.Thread(target=speak)
        thread.start()
        plain = Site(port=server.getsockname()[1], scheme="https")
        found = seen(plain)
        thread.join()
    assert found.error and found.error.slug == "tls-failed"


# --- redirects -------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed_and_noted() -> None:
    pages = {"/list.csv": answer(status=301, Location="/new.csv"), "/new.csv": answer(TABLE)}
    with serve(pages) as site:
        found = seen(site)
        assert (found.outcome, found.final, found.requests) == ("answers", f"{site.url}/new.csv", 2)
        assert found.redirects == (f"{site.url}/list.csv",)


@pytest.mark.parametrize(
    ("location", "slug"),
    [
        ("http://10.0.0.1/", "address-not-public"),
        ("http://169.254.169.254/latest/", "address-not-public"),
        ("http://localhost:22/", "port-refused"),
        ("file:///etc/passwd", "scheme-refused"),
        ("/list.csv", "too-many-redirects"),
    ],
)
def test_a_redirect_is_judged_like_any_address(location: str, slug: str) -> None:
    with serve({"/list.csv": answer(status=302, Location=location)}) as site:
        found = seen(site)
        assert len(site.requests) <= 6
    assert found.error and found.error.slug == slug


def test_a_redirect_to_a_login_is_known_by_its_host() -> None:
    def resolve(host: str, port: int) -> list[Any]:
        return [(2, ("127.0.0.1", site.port))]

    with serve({"/list.csv": answer(status=302, Location="http://login.microsoftonline.com/x")}) as site:
        site.pages["/x"] = answer("<html>サインイン</html>")
        policy = AddressPolicy(allow_hosts=frozenset({site.key, "login.microsoftonline.com:80"}))
        (found,) = check(Checker(policy, courtesy=NO_GAP, resolve=resolve), [Question("1", f"{site.url}/list.csv")])
    assert found.error and found.error.slug == "login-page"


# --- manners ---------------------------------------------------------------------------------------------------------


class Log:
    """What a server saw: when each request began and ended."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.seconds, self.spans, self.most, self._busy = seconds, [], 0, 0
        self._door = threading.Lock()

    def __call__(self, request: Request) -> bytes:
        began = time.monotonic()
        with self._door:
            self._busy += 1
            self.most = max(self.most, self._busy)
        time.sleep(self.seconds)
        with self._door:
            self._busy -= 1
            self.spans.append((began, time.monotonic(), request.path))
        return answer(TABLE)

    def gaps(self) -> list[float]:
        spans = sorted(self.spans)
        return [later[0] - earlier[1] for earlier, later in pairwise(spans)]


def test_a_host_is_asked_once_at_a_time_and_after_its_gap() -> None:
    log = Log()
    with serve({"*": log, "/robots.txt": answer(status=404)}) as site:
        links = [Question(str(n), f"{site.url}/{n}", due=-n) for n in range(5)]
        found = check(checker(site, courtesy=Courtesy(gap=0.15)), links)
    assert [one.question.id for one in found] == ["4", "3", "2", "1", "0"]  # the oldest due first
    assert log.most == 1 and len(log.spans) == 5
    assert min(log.gaps()) >= 0.145


def test_a_host_that_agreed_is_asked_twice_at_a_time_and_no_more() -> None:
    log = Log(0.1)
    with serve({"*": log}) as site:
        links = [Question(str(n), f"{site.url}/{n}") for n in range(8)]
        check(checker(site, courtesy=Courtesy(gap=0.0, together={"127.0.0.1": 2})), links)
    assert log.most == 2 and len(log.spans) == 8


def test_what_robots_txt_forbids_is_not_asked_and_not_held_against_the_file() -> None:
    robots = answer("User-agent: *\nDisallow: /secret/\nCrawl-delay: 0.2\n")
    log = Log()
    with serve({"*": log, "/robots.txt": robots}) as site:
        links = [Question(path, f"{site.url}/{path}") for path in ("secret/a", "b", "c")]
        links.append(Question("ours", f"{site.url}/secret/d", keep_to_robots=False))
        found = {one.question.id: one for one in check(checker(site, courtesy=Courtesy(gap=0.01)), links)}
        paths = [request.path for request in site.requests]
    assert found["secret/a"].outcome == "put-off"
    assert (error := found["secret/a"].error) and error.slug == "robots-disallowed"
    assert paths.count("/robots.txt") == 1 and "/secret/a" not in paths
    assert {found[id_].outcome for id_ in ("b", "c", "ours")} == {"answers"}
    assert min(log.gaps()) >= 0.19


def test_a_host_that_asks_for_patience_is_left_alone() -> None:
    replies = iter([answer(status=429, Retry_After="1")])
    log = Log()
    with serve({"*": lambda request: next(replies, None) or log(request)}) as site:
        began = time.monotonic()
        found = check(checker(site), [Question(str(n), f"{site.url}/{n}") for n in range(3)])
    assert sorted(one.outcome for one in found) == ["answers", "answers", "put-off"]
    assert min(log.spans)[0] - began >= 1.0


def test_a_rest_that_is_longer_than_a_run_puts_the_host_off() -> None:
    with serve({"*": answer(status=503, Retry_After="3600")}) as site:
        found = check(checker(site), [Question(str(n), f"{site.url}/{n}") for n in range(20)])
        assert len(site.requests) == 1
    assert sorted(one.outcome for one in found) == ["failed"] + ["put-off"] * 19
    assert {one.error.slug for one in found if one.outcome == "put-off" and one.error} == {"host-resting"}


def test_a_dead_host_is_left_after_a_few_failures_and_delays_no_other() -> None:
    with serve({"*": lambda request: b""}) as dead, serve({"*": answer(TABLE)}) as alive:

        def resolve(host: str, port: int) -> list[Any]:
            return [(2, ("127.0.0.1", dead.port if host == "dead.example" else alive.port))]

        links = [Question(f"dead {n}", f"http://dead.example/{n}") for n in range(50)]
        links += [Question(f"alive {n}", f"http://alive.example/{n}") for n in range(5)]
        policy = AddressPolicy(allow_hosts=frozenset({"dead.example:80", "alive.example:80"}))
        found = check(Checker(policy, courtesy=NO_GAP, resolve=resolve), links)
        assert dead.connections <= 2 * NO_GAP.failures  # the library may try a lost connection again
    outcomes = [one.outcome for one in found if one.question.id.startswith("dead")]
    assert (outcomes.count("failed"), outcomes.count("put-off")) == (5, 45)
    assert all(one.outcome == "answers" for one in found if one.question.id.startswith("alive"))


def test_only_failures_in_a_row_make_a_host_a_dead_one() -> None:
    replies = [answer(status=500)] * 4 + [answer(TABLE)]
    with serve({"*": lambda request: replies[len(site.requests) % 5 - 1]}) as site:
        found = check(checker(site), [Question(str(n), f"{site.url}/{n}") for n in range(20)])
    assert sorted({one.outcome for one in found}) == ["answers", "failed"]


class SharedTurns(OwnTurns):
    """Turns as a database keeps them: another process may have them."""

    def __init__(self, refusals: int = 0, wait: float = 0.0) -> None:
        super().__init__()
        self.refusals, self.wait, self.taken, self.given = refusals, wait, 0, 0

    def take(self, host: str) -> Wait | None:
        if self.refusals:
            self.refusals -= 1
            return Wait(self.wait)
        found = super().take(host)
        self.taken += found is None
        return found

    def give_back(self, host: str, gap: float, answered: bool = False) -> None:
        self.given += 1
        super().give_back(host, gap, answered)


def test_the_turn_of_a_host_is_kept_for_a_stretch_and_then_offered_to_others() -> None:
    turns = SharedTurns()
    with serve({"*": answer(TABLE)}) as site:
        links = [Question(str(n), f"{site.url}/{n}") for n in range(10)]
        found = check(checker(site, turns=turns, rules=replace(rules(), stretch=4)), links)
    assert len(found) == 10
    assert turns.taken == turns.given == 3


@pytest.mark.parametrize("wanted", [1, 5, 100])
def test_every_turn_is_given_back_however_the_check_ends(wanted: int) -> None:
    class SlowTurns(OwnTurns):
        """Turns that take their time, as a busy database does."""

        def __init__(self) -> None:
            super().__init__()
            self.held: set[str] = set()

        def take(self, host: str) -> Wait | None:
            time.sleep(0.01)
            found = super().take(host)
            if found is None:
                self.held.add(host)
            return found

        def give_back(self, host: str, gap: float, answered: bool = False) -> None:
            time.sleep(0.01)
            super().give_back(host, gap, answered)
            self.held.discard(host)

    turns = SlowTurns()
    with serve({"*": answer(TABLE)}) as site:
        policy = AddressPolicy(allow_hosts=frozenset(f"h{n}.example:80" for n in range(100)))
        one = Checker(policy, courtesy=NO_GAP, turns=turns, resolve=lambda host, port: [(2, ("127.0.0.1", site.port))])

        async def run() -> None:
            links = [Question(str(n), f"http://h{n}.example/") for n in range(100)]
            async with aclosing(one.check(links)) as answers:
                for _ in range(wanted):
                    await anext(answers)

        asyncio.run(run())
    assert turns.held == set()


def test_a_host_that_another_process_asks_is_waited_for() -> None:
    turns = SharedTurns(refusals=2, wait=0.1)
    with serve({"*": answer(TABLE)}) as site:
        (found,) = check(checker(site, turns=turns), [Question("1", f"{site.url}/1")])
    assert found.outcome == "answers"


def test_a_host_that_never_becomes_free_is_for_a_later_run() -> None:
    turns = SharedTurns(refusals=1000, wait=0.2)
    with serve({"*": answer(TABLE)}) as site:
        found = check(
            checker(site, turns=turns, courtesy=Courtesy(gap=0.0, patience=0.5)),
            [Question(str(n), f"{site.url}/{n}") for n in range(3)],
        )
        assert site.requests == []
    assert [one.outcome for one in found] == ["put-off"] * 3


def test_trouble_with_the_turns_ends_the_check() -> None:
    class Broken(OwnTurns):
        def take(self, host: str) -> Wait | None:
            raise ConnectionError("the database is away")

    with serve({"*": answer(TABLE)}) as site, pytest.raises(ConnectionError, match="away"):
        check(checker(site, turns=Broken()), [Question("1", f"{site.url}/1")])


def test_a_check_that_is_told_to_stop_ends_what_it_began_and_puts_the_rest_off() -> None:
    with serve({"*": Log(0.05)}) as site:
        asked: Callable[[], bool] = lambda: len(site.requests) >= 2  # noqa: E731
        found = check(checker(site, stop=asked), [Question(str(n), f"{site.url}/{n}") for n in range(10)])
    assert len(found) == 10
    assert 2 <= sum(one.outcome == "answers" for one in found) <= 3


def test_what_must_not_be_asked_is_refused_without_a_request() -> None:
    links = [Question("1", "http://192.168.0.1/a.csv"), Question("2", "ftp://a.example/b")]
    found = check(Checker(AddressPolicy(), courtesy=NO_GAP), links)
    assert sorted(one.error.slug for one in found if one.error) == ["address-not-public", "scheme-refused"]
    (closed,) = check(Checker(AddressPolicy(only_hosts=frozenset())), [Question("3", "https://a.example/")])
    assert closed.outcome == "put-off"


def test_nothing_to_check_is_nothing_checked() -> None:
    assert check(Checker(AddressPolicy()), []) == []
