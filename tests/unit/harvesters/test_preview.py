"""A look at a source: cut when the time is up, with what was read so far."""

from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.listing import Listing, Source
from ckanext.osakadx.harvesters.preview import Hurried, Look, described, expected
from osakadx.dataset import Record
from osakadx.errors import FetchError
from osakadx.fetch import Fetcher
from osakadx.manners import Clock


class Hands:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.clock = Clock(monotonic=lambda: self.now)


def listing(number: int, clock: Hands, each: float = 0.0) -> Listing:
    def walk(_notes):
        for place in range(number):
            clock.now += each
            yield Record(f"g{place}", {"title": f"一覧{place}"}, ({"file_title": "x"},))

    return Listing(walk)


def test_all_is_read_and_the_first_records_are_kept():
    clock = Hands()
    look = Look(3)
    found = listing(10, clock)
    assert len(list(look.over(found, Hurried(Fetcher(), 30, clock.clock)))) == 10
    assert (len(look.records), look.files, look.cut, found.facts.complete) == (3, 10, False, True)


def test_reading_ends_when_the_time_is_up():
    clock = Hands()
    look = Look(3)
    found = listing(10, clock, each=10)
    assert len(list(look.over(found, Hurried(Fetcher(), 30, clock.clock)))) == 3
    assert look.cut and not found.facts.complete


def test_nothing_is_asked_when_the_time_is_up(tmp_path):
    clock = Hands()
    fetch = Hurried(Fetcher(), 30, clock.clock)
    clock.now = 30
    with pytest.raises(FetchError, match="30 秒") as refused:
        fetch.get("https://example.jp/")
    assert refused.value.slug == "preview-time"
    with pytest.raises(FetchError):
        fetch.download("https://example.jp/", tmp_path / "x")


@pytest.mark.parametrize(
    ("seconds", "listed", "claimed", "writes", "cut", "said"),
    [
        (2.0, 100, 100, 100, False, 5),
        (0.1, 3, None, 0, False, 1),
        (30.0, 100, 1000, 100, True, 330),
        (30.0, 100, None, 100, True, None),
        (30.0, 0, 1000, 0, True, None),
    ],
)
def test_the_time_a_run_will_take_is_told_where_it_can_be(seconds, listed, claimed, writes, cut, said):
    assert expected(seconds, listed, claimed, writes, cut=cut) == said


def test_a_record_is_described_as_the_catalog_would_have_it():
    source = Source(name="x", url="https://example.jp/", type="csv_listing", organization="272272", license="CC BY 4.0")
    told = described(Record("g", {"title": "AED設置箇所一覧"}, ()), source)
    assert (told["guid"], told["dataset"]["title"], told["dataset"]["license_id"]) == (
        "g",
        "AED設置箇所一覧",
        "cc-by-4.0",
    )
