from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.listing import Notes
from ckanext.osakadx.harvesters.paging import Page, Pages
from osakadx.errors import FetchError, ListingError

ITEMS = [{"id": f"{number:02}"} for number in range(25)]


def walked(ask, rows=10):
    notes = Notes()
    pages = Pages(ask, lambda item: item["id"], notes, "http://a.jp/", rows)
    return [item["id"] for item in pages.items()], notes, pages


def whole(start, rows):
    return Page(25, ITEMS[start : start + rows])


def test_every_page_is_asked_for_once():
    starts = []
    ids, notes, pages = walked(lambda start, rows: starts.append(start) or whole(start, rows))
    assert ids == [item["id"] for item in ITEMS] and starts == [0, 10, 20]
    assert pages.count == 25 and not notes.broken_off


def test_without_a_count_the_server_s_word_that_more_follows_counts():
    ids, notes, pages = walked(lambda start, rows: Page(None, ITEMS[start : start + rows], more=start + rows < 25))
    assert len(ids) == 25 and pages.count is None and not notes.broken_off


def test_pages_that_overlap_hide_nothing_on_the_second_look():
    """Without a stable order an entry stands on two pages, and another one on none."""
    asked = []

    def ask(start, rows):
        asked.append(start)
        shuffled = [*ITEMS[:10], ITEMS[9], *ITEMS[10:19], *ITEMS[20:]]
        return Page(25, (shuffled if len(asked) <= 3 else ITEMS)[start : start + rows])

    ids, notes, _ = walked(ask)
    assert sorted(ids) == [item["id"] for item in ITEMS] and len(asked) == 6 and not notes.broken_off


def test_pages_that_go_on_overlapping_are_partial():
    shuffled = [*ITEMS[:10], ITEMS[9], *ITEMS[10:19], *ITEMS[20:]]
    ids, notes, _ = walked(lambda start, rows: Page(25, shuffled[start : start + rows]))
    assert len(set(ids)) == len(ids) == 24 and notes.counts == {"count-disagrees": 1}


@pytest.mark.parametrize("error", [FetchError, ListingError])
def test_a_page_too_large_is_asked_for_in_parts_until_one_entry_is_too_large_alone(error):
    asked = []

    def ask(start, rows):
        asked.append(rows)
        raise error("大きすぎます。", slug="too-large" if error is FetchError else "xml-too-large")

    with pytest.raises(error):
        walked(ask, rows=1000)
    assert asked == [1000, 100, 10, 1]


def test_broken_json_is_asked_for_three_times_and_other_errors_once():
    tried = []

    def ask(slug):
        def said(start, rows):
            tried.append(slug)
            raise ListingError("読めません。", slug=slug)

        return said

    for slug in ("json-broken", "html-instead"):
        with pytest.raises(ListingError):
            walked(ask(slug))
    assert tried == ["json-broken"] * 3 + ["html-instead"]
