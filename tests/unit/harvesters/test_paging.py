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
    ids, notes, _ = walked(lambda start, rows: starts.append(start) or whole(start, rows))
    assert ids == [item["id"] for item in ITEMS] and starts == [0, 9, 18]
    assert notes.claimed == 25 and not notes.broken_off


def test_without_a_count_the_server_s_word_that_more_follows_counts():
    ids, notes, _ = walked(lambda start, rows: Page(None, ITEMS[start : start + rows], more=start + rows < 25))
    assert len(ids) == 25 and notes.claimed is None and not notes.broken_off


def without_order(start, rows):
    """Each page has one entry of the page before in place of one of its own, wherever it is cut."""
    page = ITEMS[start : start + rows]
    return Page(25, [*page[:1], *ITEMS[start - 2 : start - 1], *page[2:]] if start else page)


def test_pages_that_overlap_hide_nothing_on_the_second_look():
    """Without a stable order an entry stands on two pages, and another one on none."""
    asked = []

    def ask(start, rows):
        asked.append(start)
        return without_order(start, rows) if len(asked) <= 3 else whole(start, rows)

    ids, notes, _ = walked(ask)
    assert sorted(ids) == [item["id"] for item in ITEMS] and len(asked) == 7 and not notes.broken_off


def test_pages_that_go_on_overlapping_are_partial():
    ids, notes, _ = walked(without_order)
    assert len(set(ids)) == len(ids) and notes.counts == {"count-disagrees": 1}


def test_one_that_goes_while_another_comes_is_seen_where_the_pages_meet():
    now = [ITEMS]

    def ask(start, rows):
        page = Page(25, now[0][start : start + rows])
        now[0] = [*ITEMS[1:], {"id": "99"}]
        return page

    ids, notes, _ = walked(ask)
    assert sorted(ids) == [*(item["id"] for item in ITEMS), "99"] and not notes.broken_off


def test_an_order_that_changes_with_each_page_is_read_whole_when_every_entry_was_met_twice():
    """The pages meet nowhere, but both looks met as many entries as there are, and the same."""

    def ask(start, rows):
        page = ITEMS[start : start + rows]
        return Page(25, [*page[1:], *page[:1]])

    ids, notes, _ = walked(ask)
    assert sorted(ids) == [item["id"] for item in ITEMS] and not notes.broken_off


def test_a_list_that_moves_at_every_look_says_so_and_not_that_entries_are_missing():
    moves = iter(range(100))

    def ask(start, rows):
        return Page(25 + next(moves) % 2, ITEMS[start : start + rows])

    ids, notes, _ = walked(ask)
    assert len(ids) == 25 and notes.counts == {"count-disagrees": 1} and "変わり続け" in notes.notices[0].message


def test_what_a_steady_list_has_twice_comes_twice():
    """The same at the same places wherever the pages are cut: it is no page's overlap."""
    twice = [*ITEMS[:10], ITEMS[9], *ITEMS[10:24]]
    ids, notes, _ = walked(lambda start, rows: Page(25, twice[start : start + rows]))
    assert sorted(ids) == sorted(item["id"] for item in twice) and not notes.broken_off and notes.claimed == 25


@pytest.mark.parametrize("rows", range(2, 12))
@pytest.mark.parametrize("gone", range(0, 25, 4))
@pytest.mark.parametrize("page", range(1, 4))
def test_no_entry_that_stays_is_ever_lost_from_a_list_called_whole(rows, gone, page):
    asked = []

    def ask(start, number):
        asked.append(start)
        held = ITEMS if len(asked) <= page else [*ITEMS[:gone], *ITEMS[gone + 1 :], {"id": "99"}]
        return Page(25, held[start : start + number])

    ids, notes, _ = walked(ask, rows)
    assert {item["id"] for item in ITEMS if item["id"] != f"{gone:02}"} <= set(ids) and not notes.broken_off


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
