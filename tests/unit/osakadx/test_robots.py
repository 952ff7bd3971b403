from __future__ import annotations

import time

import pytest
from osakadx.addresses import AddressPolicy
from osakadx.errors import FetchError
from osakadx.fetch import Fetcher
from osakadx.manners import Clock, Courtesy, Manners
from osakadx.robots import Robots, read

from ..loopback import answer, serve

CKAN = "User-agent: *\nDisallow: /dataset/rate/\nDisallow: /api/\nCrawl-Delay: 10\n"


@pytest.mark.parametrize(
    "said, path, allowed",
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/open", "/a/open/x.csv", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.csv$", "/data/x.csv", False),
        ("User-agent: *\nDisallow: /*.csv$", "/data/x.csv?v=1", True),
        ("User-agent: *\nDisallow: /*?print=", "/page?print=1", False),
        ("User-agent: *\nDisallow: /a*b*c", "/a-b-b", True),
        ("User-agent: *\nDisallow: /避難所/", "/%E9%81%BF%E9%9B%A3%E6%89%80/a.csv", False),
        ("User-agent: *\nDisallow: /%e9%81%bf", "/%E9%81%BF%E9%9B%A3", False),
        ("User-agent: OtherBot\nDisallow: /", "/a", True),
        ("User-agent: osakadx-catalog\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: A\nUser-agent: OsakaDX-Catalog\nDisallow: /a", "/a", False),
        ("# all\r\nuser-agent : *\r\nDISALLOW: /a # not this", "/a", False),
        ("<html><body>Disallow: /</body></html>", "/a", True),
        ("Disallow: /", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        (CKAN, "/api/3/action/package_list", False),
    ],
)
def test_the_longest_rule_for_our_program_decides(said, path, allowed):
    assert read(said, "OsakaDX-Catalog").allow(f"https://example.jp{path}") is allowed


@pytest.mark.parametrize("said, delay", [(CKAN, 10.0), ("User-agent: *\nCrawl-delay: 0.5", 0.5), ("Crawl-delay: 9", 0)])
def test_a_crawl_delay_is_read(said, delay):
    assert read(said, "OsakaDX-Catalog").delay == delay


def test_a_pattern_of_many_stars_costs_no_time():
    rules = read("User-agent: *\nDisallow: /" + "a*" * 200 + "b", "x")
    began = time.monotonic()
    assert rules.allow("https://example.jp/" + "a" * 5000)
    assert time.monotonic() - began < 1


class Patience:
    """A clock that only writes down how long it would have slept."""

    def __init__(self) -> None:
        self.slept, self.now = [], 1000.0
        self.clock = Clock(monotonic=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def fetcher(site, clock, **courtesy):
    return Fetcher(
        AddressPolicy(allow_hosts=frozenset({site.key})),
        manners=Manners(Courtesy(**{"gap": 1.0, **courtesy}), clock),
        robots=Robots("OsakaDX-Catalog", clock),
        clock=clock,
    )


def robots(text, status=200):
    return answer(text, status=status)


def test_what_robots_txt_forbids_is_not_asked(tmp_path):
    clock = Patience().clock
    with serve({"/robots.txt": robots("User-agent: *\nDisallow: /private/"), "*": answer(b"x")}) as site:
        fetch = fetcher(site, clock)
        assert fetch.get(f"{site.url}/list.csv").body == b"x"
        with pytest.raises(FetchError) as error:
            fetch.download(f"{site.url}/private/a.csv", tmp_path / "a")
        assert (error.value.slug, error.value.transient) == ("robots-disallowed", False)
        assert "robots.txt" in error.value.message and "respect_robots" in error.value.fix
        assert [request.path for request in site.requests] == ["/robots.txt", "/list.csv"]
        assert fetch.requests == 2


def test_a_redirect_to_what_is_forbidden_is_not_followed():
    pages = {"/robots.txt": robots("User-agent: *\nDisallow: /b"), "/a": answer(status=302, Location="/b")}
    with serve(pages) as site, pytest.raises(FetchError) as error:
        fetcher(site, Patience().clock).get(f"{site.url}/a")
    assert error.value.slug == "robots-disallowed"


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_site_without_robots_txt_forbids_nothing(status):
    with serve({"/robots.txt": robots("", status), "*": answer(b"x")}) as site:
        assert fetcher(site, Patience().clock).get(f"{site.url}/a").status == 200


def test_a_robots_txt_that_should_be_there_and_does_not_come_lets_nothing_be_asked():
    with serve({"/robots.txt": robots("", 503), "*": answer(b"x")}) as site, pytest.raises(FetchError) as error:
        fetcher(site, Patience().clock).get(f"{site.url}/a")
    assert error.value.transient
    assert {request.path for request in site.requests} == {"/robots.txt"}


def test_a_crawl_delay_is_a_gap_up_to_five_seconds():
    time = Patience()
    with serve({"/robots.txt": robots("User-agent: *\nCrawl-delay: 60"), "*": answer(b"x")}) as site:
        fetch = fetcher(site, time.clock)
        for _ in range(3):
            fetch.get(f"{site.url}/a")
    assert [round(seconds) for seconds in time.slept] == [1, 5, 5]


def test_it_is_read_once_a_day_and_not_at_all_from_our_own_machine():
    time = Patience()
    with serve({"*": answer(b"User-agent: *\nDisallow: /b")}) as site:
        fetch = fetcher(site, time.clock)
        fetch.get(f"{site.url}/a")
        fetch.get(f"{site.url}/a")
        time.now += 25 * 3600
        fetch.get(f"{site.url}/a")
        assert [request.path for request in site.requests] == ["/robots.txt", "/a", "/a", "/robots.txt", "/a"]
        site.requests.clear()
        fetcher(site, time.clock, gaps={"127.0.0.1": 0.0}).get(f"{site.url}/b")
        assert [request.path for request in site.requests] == ["/b"]
