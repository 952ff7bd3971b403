from __future__ import annotations

import gzip
import hashlib
import http.client
import random
import socket
import threading
import time

import pytest
from osakadx import transport
from osakadx.addresses import AddressPolicy
from osakadx.errors import FetchError, RefusedAddress
from osakadx.fetch import Fetcher
from osakadx.manners import Clock, Courtesy, Manners
from osakadx.meter import Limits, Meter

from ..loopback import answer, serve

SMALL = Limits(body=100_000)
# For servers that are slow on purpose; an honest one could miss these on a busy machine.
QUICK = Limits(resolve=0.3, first_byte=0.4, idle=0.4, total=1.0, rate=1000, window=0.3, body=100_000)


def fetcher(*sites, **options):
    """A fetcher that may ask these sites, with a limit of 100 kB and no real waiting between tries."""
    policy = options.pop("policy", AddressPolicy(allow_hosts=frozenset(site.key for site in sites)))
    options.setdefault("clock", Clock(sleep=lambda seconds: None))
    limits = options.pop("limits", SMALL)
    return Fetcher(policy, page=limits, file=limits, **options)


def test_a_page_comes_with_its_facts():
    body = "データ一覧".encode("cp932")
    with serve(
        {"/list.csv": answer(body, ETag='"1"', Last_Modified="yesterday", Content_Type="text/CSV; x=y")}
    ) as site:
        fetch = fetcher(site)
        got = fetch.get(f"{site.url}/list.csv")
    assert (got.status, got.body, got.size) == (200, body, len(body))
    assert got.sha256 == hashlib.sha256(body).hexdigest()
    assert (got.etag, got.modified, got.content_type) == ('"1"', "yesterday", "text/csv")
    assert got.url == f"{site.url}/list.csv" and got.redirects == () and not got.not_modified
    assert got.elapsed > 0 and got.wire > len(body)
    assert fetch.requests == 1 and fetch.wire == got.wire


def test_it_says_who_asks_and_carries_nothing_else():
    with serve({"/": answer(b"x", Set_Cookie="a=b")}) as site:
        fetch = fetcher(site, contact="https://catalog.example.jp/contact")
        fetch.get(f"{site.url}/")
        fetch.get(f"{site.url}/")
    headers = site.requests[1].headers
    assert headers.pop("user-agent") == "OsakaDX-Catalog/0.1 (+https://catalog.example.jp/contact)"
    assert headers == {"host": site.key, "connection": "close", "accept": "*/*", "accept-encoding": "gzip, deflate"}


def test_an_unchanged_page_costs_no_body():
    def page(request):
        fresh = request.headers.get("if-none-match") == '"7"' and request.headers.get("if-modified-since") == "then"
        return answer(status=304) if fresh else answer(b"body", ETag='"7"')

    with serve({"/": page}) as site:
        first = fetcher(site).get(f"{site.url}/", etag='"6"', modified="then")
        second = fetcher(site).get(f"{site.url}/", etag=first.etag, modified="then")
    assert not first.not_modified and second.not_modified
    assert (second.body, second.sha256) == (b"", "")


def test_not_modified_without_a_condition_is_no_answer():
    with serve({"/": answer(status=304)}) as site, pytest.raises(FetchError):
        fetcher(site).get(f"{site.url}/")


def test_a_packed_body_is_unpacked():
    with serve({"/": answer(gzip.compress(b"a,b\n" * 100), Content_Encoding="gzip")}) as site:
        got = fetcher(site).get(f"{site.url}/")
    assert got.body == b"a,b\n" * 100 and got.size == 400


def test_a_chunked_body_is_joined():
    pieces = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"]
    with serve({"/": lambda request: pieces}) as site:
        assert fetcher(site).get(f"{site.url}/").body == b"abcde"


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    body = random.Random(1).randbytes(90_000)
    path = tmp_path / "data.bin"
    with serve({"/good": answer(body), "/cut": answer(body)[:-500], "/big": answer(body * 2)}) as site:
        got = fetcher(site).download(f"{site.url}/good", path)
        assert path.read_bytes() == body and got.path == path and got.body == b""
        for bad in ("/cut", "/big", "/missing"):
            with pytest.raises(FetchError):
                fetcher(site).download(f"{site.url}{bad}", tmp_path / "other.bin")
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.bin"]


def test_a_file_that_did_not_change_stays_as_it_is(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"as it was")
    with serve({"/": answer(status=304)}) as site:
        assert fetcher(site).download(f"{site.url}/", path, etag='"1"').not_modified
    assert path.read_bytes() == b"as it was"


# --- which addresses are connected to ------------------------------------------------------------------------------


def resolving(*addresses):
    return lambda host, port: [(socket.AF_INET, (address, port)) for address in addresses]


def test_a_name_that_leads_inside_is_refused_at_the_connection():
    with serve() as canary:
        policy = AddressPolicy(allow_hosts=frozenset({f"other.example:{canary.port}"}))
        with pytest.raises(RefusedAddress):
            fetcher(policy=policy, resolve=resolving("127.0.0.1")).get("http://town.example/")
    assert canary.connections == 0


def test_a_name_that_changes_after_the_first_look_is_refused_the_second_time():
    with serve({"*": answer(b"x")}) as site, serve() as canary:
        answers = iter([[(socket.AF_INET, ("127.0.0.1", site.port))], [(socket.AF_INET, ("127.0.0.2", canary.port))]])
        policy = AddressPolicy(allow_hosts=frozenset({f"127.0.0.1:{site.port}"}))
        with pytest.raises(RefusedAddress):
            # the first name is the excepted one, the redirect's name resolves inside
            site.pages["/"] = answer(status=302, Location="http://rebind.example/")
            fetcher(policy=policy, resolve=lambda host, port: next(answers)).get(f"{site.url}/")
    assert canary.connections == 0


def test_blocked_candidates_are_passed_over_and_the_public_one_is_used():
    seen = []

    class Policy(AddressPolicy):
        """Takes 127.0.0.1 for public, as no public server can stand in a test."""

        def admit(self, target, address):
            seen.append(address)
            if address != "127.0.0.1":
                raise RefusedAddress("no", slug="address-not-public")

    with serve({"/": answer(b"x")}) as site:
        policy = Policy(allow_hosts=frozenset({f"town.example:{site.port}"}))
        fetch = fetcher(policy=policy, resolve=resolving("10.0.0.1", "127.0.0.1"))
        assert fetch.get(f"http://town.example:{site.port}/").body == b"x"
    assert seen == ["10.0.0.1", "127.0.0.1"]


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "//0x7f.1:{port}/", "ftp://x/"]
)
def test_a_redirect_to_an_inside_address_is_refused(place):
    with serve() as canary, serve() as site:
        site.pages["/"] = answer(status=302, Location=place.format(port=canary.port))
        with pytest.raises(RefusedAddress):
            fetcher(site).get(f"{site.url}/")
    assert canary.connections == 0


def test_a_redirect_to_another_port_is_refused_before_the_name_is_looked_up():
    with serve({"/": answer(status=302, Location="http://town.example:25/")}) as site:
        asked = []

        def resolve(host, port):
            asked.append(host)
            return [(socket.AF_INET, (host, port))]

        with pytest.raises(RefusedAddress) as error:
            fetcher(site, resolve=resolve).get(f"{site.url}/")
    assert error.value.slug == "port-refused" and asked == ["127.0.0.1"]


def test_proxies_of_the_environment_take_no_part(monkeypatch):
    with serve({"/": answer(b"x")}) as site, serve() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert fetcher(site).get(f"{site.url}/").body == b"x"
    assert proxy.connections == 0


def test_redirects_are_followed_five_times():
    with serve() as site:
        for step in range(6):
            site.pages[f"/{step}"] = answer(status=301, Location=f"/{step + 1}")
        site.pages["/6"] = answer(b"end")
        got = fetcher(site).get(f"{site.url}/1")
        assert got.body == b"end" and got.url == f"{site.url}/6" and len(got.redirects) == 5
        with pytest.raises(RefusedAddress) as error:
            fetcher(site).get(f"{site.url}/0")
    assert error.value.slug == "too-many-redirects"


@pytest.mark.parametrize("written", ["http://大阪.jp/", "http://%E5%A4%A7%E9%98%AA.jp/", "//xn--pssu33l.JP./"])
def test_a_redirect_to_a_japanese_host_is_looked_up_and_checked_as_one_name(written):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return [(socket.AF_INET, ("127.0.0.1", port if host == "127.0.0.1" else 80))]

    page = answer(status=302, Location=written.encode().decode("latin-1"))
    with serve({"/": page}) as site, pytest.raises(RefusedAddress) as error:
        fetcher(site, resolve=resolve).get(f"{site.url}/")
    assert asked == ["127.0.0.1", "xn--pssu33l.jp"] and error.value.slug == "address-not-public"


def test_a_connection_that_is_lost_is_not_opened_again_beside_the_guard():
    with serve({"/": answer(b"x")}) as site:
        target = AddressPolicy(allow_hosts=frozenset({site.key})).target(f"{site.url}/")
        with pytest.raises(http.client.NotConnected):
            transport._asked(None, target, {}, Meter(SMALL, Clock(), target.url))
    assert site.connections == 0


def test_a_redirect_may_be_written_in_japanese():
    with serve() as site:
        location = "/データ".encode().decode("latin-1")
        site.pages["/"] = answer(status=302, Location=location)
        site.pages["/データ"] = answer(b"x")
        assert fetcher(site).get(f"{site.url}/").body == b"x"


# --- how long it takes ---------------------------------------------------------------------------------------------


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"


def drip(pieces, pause):
    for piece in pieces:
        yield piece
        yield pause


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"


@pytest.mark.parametrize(
    "page, reason",
    [
        pytest.param(lambda request: [3.0], "待ち時間", id="never answers"),
        pytest.param(lambda request: drip([b"H"] * 50, 0.1), "時間", id="drips its head"),
        pytest.param(lambda request: [HEAD, 3.0], "待ち時間", id="stops after its head"),
        pytest.param(lambda request: drip([HEAD] + [b"x"] * 50, 0.05), "毎秒1キロバイト", id="drips its body"),
        pytest.param(lambda request: drip([CHUNKED] + [b"0"] * 50, 0.05), "毎秒1キロバイト", id="drips a chunk size"),
        pytest.param(lambda request: drip([LONG] + [b"x" * 500] * 50, 0.1), "時間", id="exceeds the total"),
    ],
)
def test_a_slow_server_is_given_up(page, reason):
    began = time.monotonic()
    with serve({"/": page}) as site, pytest.raises(FetchError) as error:
        fetcher(site, limits=QUICK).get(f"{site.url}/")
    assert error.value.slug == "too-slow" and error.value.transient and reason in error.value.message
    assert time.monotonic() - began < 2.0
    assert len(site.requests) == 1


def test_a_slow_name_server_is_given_up():
    began = time.monotonic()
    with pytest.raises(FetchError) as error:
        fetcher(limits=QUICK, resolve=lambda host, port: time.sleep(2) or [], attempts=1).get("http://town.example/")
    assert error.value.slug == "name-not-found" and error.value.transient
    assert time.monotonic() - began < 1.5


def test_unknown_hosts_and_closed_ports_are_told_apart():
    def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(FetchError) as error:
        fetcher(resolve=unknown).get("http://town.example/")
    assert error.value.slug == "name-not-found"
    with serve() as site:
        pass
    with pytest.raises(FetchError) as error:
        fetcher(site).get(f"{site.url}/")
    assert error.value.slug == "connection-failed" and error.value.transient


# --- how much it weighs --------------------------------------------------------------------------------------------


def endless():
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1000\r\n" + bytes(0x1000) + b"\r\n"


@pytest.mark.parametrize(
    "page, slug",
    [
        pytest.param(answer(bytes(100_001)), "too-large", id="honest length"),
        pytest.param(lambda request: endless(), "too-large", id="endless chunks"),
        pytest.param(lambda request: [b"HTTP/1.1 200 OK\r\n\r\n" + bytes(200_000)], "too-large", id="no length"),
        pytest.param(answer(gzip.compress(bytes(90_000_000)), Content_Encoding="gzip"), "too-large", id="gzip bomb"),
        pytest.param(answer(b"x", Content_Encoding="br"), "coding-unknown", id="brotli"),
        pytest.param(
            answer(gzip.compress(gzip.compress(bytes(99))), Content_Encoding="gzip, gzip"),
            "coding-unknown",
            id="nested",
        ),
        pytest.param(answer(b"", X="a" * 60_000, Y="b" * 60_000), "head-too-large", id="heavy head"),
        pytest.param(answer(b"", X="a" * 1_000_000), "head-too-large", id="one heavy field"),
        pytest.param(answer(b"", **{f"X{n}": "a" for n in range(201)}), "head-too-large", id="201 fields"),
        pytest.param(lambda request: [b"HTTP/1.1 100 Continue\r\n\r\n" * 9000], "head-too-large", id="endless 100"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "connection-failed", id="not HTTP"),
        pytest.param(b"", "connection-failed", id="hangs up"),
        pytest.param(b"HTTP/1.1 20", "answer-cut", id="cut in the first line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Ty", "answer-cut", id="cut in a field"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n", "answer-cut", id="cut before the empty line"),
    ],
)
def test_an_answer_beyond_the_limits_is_refused(page, slug):
    with serve({"/": page or (lambda request: [])}) as site, pytest.raises(FetchError) as error:
        fetcher(site, attempts=1).get(f"{site.url}/")
    assert error.value.slug == slug and error.value.fix.endswith("。")


def test_a_length_that_promises_too_much_is_a_passing_error_and_tried_again():
    with serve({"/": answer(b"short", Content_Length="500")}) as site, pytest.raises(FetchError) as error:
        fetcher(site).get(f"{site.url}/")
    assert error.value.slug == "answer-cut" and len(site.requests) == 3


def test_a_length_that_promises_too_little_cuts_the_body_there():
    with serve({"/": answer(b"longer than said", Content_Length="6")}) as site:
        assert fetcher(site).get(f"{site.url}/").body == b"longer"


def test_a_caller_may_set_a_tighter_cap():
    with serve({"/": answer(bytes(1000))}) as site, pytest.raises(FetchError) as error:
        fetcher(site).get(f"{site.url}/", cap=999)
    assert error.value.slug == "too-large"


# --- manners -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, slug, transient, tries",
    [
        (404, "not-found", False, 1),
        (410, "not-found", False, 1),
        (403, "forbidden", False, 1),
        (401, "forbidden", False, 1),
        (400, "http-error", False, 1),
        (204, "empty-answer", True, 1),
        (500, "server-busy", True, 3),
        (503, "server-busy", True, 3),
        (429, "server-busy", True, 3),
    ],
)
def test_what_a_status_means(status, slug, transient, tries):
    with serve({"/": answer(b"", status=status)}) as site, pytest.raises(FetchError) as error:
        fetcher(site).get(f"{site.url}/")
    assert (error.value.slug, error.value.transient, len(site.requests)) == (slug, transient, tries)
    assert error.value.status == status
    assert error.value.message.endswith("。") and error.value.fix.endswith("。")


def test_a_passing_failure_is_tried_again_after_a_growing_pause(tmp_path):
    waits = []
    answers = [answer(b"", status=502), answer(b"half", Content_Length="90"), answer(b"whole")]
    with serve({"/": lambda request: answers.pop(0)}) as site:
        fetch = fetcher(site, clock=Clock(sleep=waits.append), chance=lambda: 0.5)
        got = fetch.download(f"{site.url}/", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"whole" and got.size == 5
    assert waits == [1.0, 2.0]


def test_retry_after_is_waited_for():
    waits = []
    answers = [answer(b"", status=429, Retry_After="7"), answer(b"ok")]
    with serve({"/": lambda request: answers.pop(0)}) as site:
        clock = Clock(monotonic=lambda: sum(waits), sleep=waits.append)
        assert fetcher(site, clock=clock, chance=lambda: 0.5).get(f"{site.url}/").body == b"ok"
    assert sum(waits) == pytest.approx(7.0)


def test_an_absurd_retry_after_ends_the_request_and_rests_the_host():
    with serve({"/": answer(b"", status=503, Retry_After="99999999999")}) as site:
        fetch = fetcher(site)
        for _ in range(2):
            with pytest.raises(FetchError) as error:
                fetch.get(f"{site.url}/")
            assert error.value.slug == "host-resting" and error.value.transient
    assert len(site.requests) == 1


def test_after_five_failures_a_host_is_left_alone_and_others_are_not():
    with serve({"/": answer(b"", status=500)}) as bad:
        fetch = fetcher(bad, attempts=1)
        slugs = []
        for _ in range(7):
            with pytest.raises(FetchError) as error:
                fetch.get(f"{bad.url}/")
            slugs.append(error.value.slug)
    assert slugs == ["server-busy"] * 5 + ["host-resting"] * 2
    assert len(bad.requests) == 5


def test_a_missing_page_is_no_failure_of_its_host():
    with serve() as site:
        fetch = fetcher(site)
        for _ in range(8):
            with pytest.raises(FetchError) as error:
                fetch.get(f"{site.url}/missing")
            assert error.value.slug == "not-found"


def test_one_host_is_asked_one_request_at_a_time():
    busy, most = [0], [0]

    def page(request):
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        time.sleep(0.03)
        busy[0] -= 1
        return answer(b"x")

    with serve({"/": page}) as site:
        manners = Manners(Courtesy(gap=0.0))
        threads = [
            threading.Thread(target=fetcher(site, manners=manners).get, args=(f"{site.url}/",)) for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(site.requests) == 5 and most[0] == 1


# --- TLS -----------------------------------------------------------------------------------------------------------


def test_a_certificate_nobody_vouches_for_is_refused_unless_an_operator_excepts_the_host(self_signed):
    with serve({"/": answer(b"x")}, tls=self_signed) as site:
        with pytest.raises(FetchError) as error:
            fetcher(site).get(f"{site.url}/")
        assert error.value.slug == "certificate-self-signed" and not error.value.transient
        assert fetcher(site, unverified=frozenset({site.key})).get(f"{site.url}/").body == b"x"


def test_a_slow_server_is_given_up_over_tls_too(self_signed):
    page = {"/": lambda request: drip([HEAD] + [b"x"] * 50, 0.05)}
    with serve(page, tls=self_signed) as site, pytest.raises(FetchError) as error:
        fetcher(site, limits=QUICK, unverified=frozenset({site.key})).get(f"{site.url}/")
    assert error.value.slug == "too-slow"


def test_https_does_not_step_down_to_http(self_signed):
    with serve({"/": answer(b"x")}) as plain, serve(tls=self_signed) as site:
        site.pages["/"] = answer(status=302, Location=f"{plain.url}/")
        with pytest.raises(RefusedAddress) as error:
            fetcher(site, plain, unverified=frozenset({site.key})).get(f"{site.url}/")
    assert error.value.slug == "downgrade-refused" and plain.connections == 0


def test_https_with_a_server_that_speaks_plain_http_is_a_tls_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        key = f"127.0.0.1:{server.getsockname()[1]}"

        def speak():
            sock = server.accept()[0]
            with sock:
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                sock.recv(1000)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(FetchError) as error:
            fetcher(policy=AddressPolicy(allow_hosts=frozenset({key}))).get(f"https://{key}/")
        thread.join()
    assert error.value.slug == "tls-failed"
