from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.listing import NOTICES_PER_SLUG, Listing, Source
from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError


def records(*guids):
    return [Record(guid, {"title": f"データ{guid}"}) for guid in guids]


def listing(*guids, then=None, **notes):
    def walk(book):
        for name, value in notes.items():
            setattr(book, name, value)
        yield from records(*guids)
        if then:
            raise then

    return Listing(walk)


def test_a_listing_read_to_its_end_is_complete():
    given = listing("a", "b", host="data.example.jp", claimed=2)
    assert [record.guid for record in given] == ["a", "b"]
    facts = given.facts
    assert facts.complete and (facts.listed, facts.claimed, facts.host) == (2, 2, "data.example.jp")


def test_a_listing_left_in_the_middle_is_not_complete():
    given = listing("a", "b")
    next(given)
    assert not given.facts.complete and given.facts.listed == 1


def test_a_listing_shorter_than_claimed_says_so():
    given = listing("a", "b", claimed=3)
    list(given)
    (notice,) = given.facts.notices
    assert not given.facts.complete and notice.slug == "count-disagrees" and "3 件" in notice.message


def test_an_error_after_the_first_record_ends_a_partial_listing():
    given = listing("a", "b", then=FetchError("切れました。", slug="answer-cut", transient=True))
    assert len(list(given)) == 2
    assert not given.facts.complete and given.facts.counts == {"answer-cut": 1}


def test_an_error_before_the_first_record_is_raised():
    with pytest.raises(ListingError):
        list(listing(then=ListingError("HTMLです。", slug="html-instead")))


def test_errors_of_the_program_are_never_taken_for_the_source_s():
    with pytest.raises(ZeroDivisionError):
        list(listing("a", then=ZeroDivisionError()))


def test_fewer_records_than_claimed_are_partial_unless_the_rest_was_skipped_knowingly():
    def walk(book):
        book.claimed = 3
        book.skip("private")
        yield from records("a", "b")

    given = Listing(walk)
    assert len(list(given)) == 2 and given.facts.complete and given.facts.skipped == {"private": 1}
    short = listing("a", "b", claimed=3)
    assert len(list(short)) == 2 and not short.facts.complete


def test_f07_of_two_records_with_one_guid_the_first_is_kept_and_the_other_reported():
    given = listing("a", "b", "a")
    assert [record.guid for record in given] == ["a", "b"]
    assert given.facts.complete and given.facts.notices[0].slug == "guid-repeated"


def test_many_notices_of_a_kind_are_counted_and_the_first_are_kept():
    def walk(book):
        for number in range(1000):
            book.warn("row-too-long", "列が多すぎます。", f"{number}行目")
        yield from records("a")

    given = Listing(walk)
    list(given)
    assert len(given.facts.notices) == NOTICES_PER_SLUG and given.facts.counts == {"row-too-long": 1000}


def test_an_unchanged_source_is_neither_complete_nor_empty():
    given = listing(unchanged=True)
    assert list(given) == [] and given.facts.unchanged and not given.facts.complete


def test_misspelt_options_are_named():
    source = Source("x", "https://a.jp/", "ckan_api", options={"organisation": "271403"})
    with pytest.raises(ListingError) as error:
        source.check_options(frozenset({"organization", "rows"}))
    assert "organisation" in error.value.message and "organization、rows" in error.value.fix
