from __future__ import annotations

from dataclasses import replace

import pytest
from ckanext.osakadx.harvesters.page_identity import Entry, identify, likeness, places
from hypothesis import given
from hypothesis import strategies as st

PAGE = [
    Entry("防災", "避難所一覧（令和6年4月1日現在）", ("/001.csv",)),
    Entry("防災", "津波避難ビル", ("/002.geojson",)),
    Entry("子育て", "保育所一覧", ("/003.xlsx",)),
]


def first(entries):
    return identify(entries, {}, lambda entry: None, {})


def again(now, before, contents=None):
    """Guids of a page, given the entries and guids of last time and url → content of the files."""
    contents = contents or {}
    guids = first(before)
    old = {guid: contents.get(entry.urls) for guid, entry in zip(guids, before, strict=True)}
    known = {guid: digest for guid, digest in old.items() if digest}
    return guids, identify(now, dict(zip(guids, before, strict=True)), lambda entry: contents.get(entry.urls), known)


def test_the_first_reading_needs_no_memory():
    assert first(PAGE) == first(PAGE) and len(set(first(PAGE))) == 3


def test_a_new_date_in_the_words_keeps_the_guid():
    dated = [replace(PAGE[0], title="避難所一覧（令和7年4月1日現在）"), *PAGE[1:]]
    assert first(dated) == first(PAGE)


def test_renumbered_files_keep_their_guids():
    before, after = again([replace(entry, urls=(f"/9{entry.urls[0][1:]}",)) for entry in PAGE], PAGE)
    assert after == before


def test_files_that_take_over_each_other_s_numbers_keep_their_guids():
    now = [Entry("防災", "防災倉庫", ("/001.csv",)), replace(PAGE[0], urls=("/002.geojson",)), *PAGE[2:]]
    before, after = again(now, PAGE, {("/001.csv",): "倉庫", ("/002.geojson",): "避難所", ("/003.xlsx",): "保育所"})
    assert after[1:] == [before[0], before[2]] and after[0] not in before


def test_another_order_or_another_heading_keeps_the_guids():
    now = [PAGE[2], replace(PAGE[1], section="災害"), PAGE[0]]
    before, after = again(now, PAGE)
    assert after == [before[2], before[1], before[0]]


def test_a_renamed_and_moved_file_is_known_by_its_content():
    now = [Entry("くらしの安全", "災害時の逃げ場", ("/777.csv",)), *PAGE[1:]]
    before, after = again(now, PAGE, {("/001.csv",): "同じ中身", ("/777.csv",): "同じ中身"})
    assert after == before


def test_a_file_in_the_old_place_is_the_same_only_if_its_words_are_alike():
    alike = [replace(PAGE[0], title="避難所の一覧（全市）"), *PAGE[1:]]
    before, after = again(alike, PAGE)
    assert after == before
    other = [replace(PAGE[0], title="ごみ収集カレンダー"), *PAGE[1:]]
    before, after = again(other, PAGE)
    assert after[0] not in before and after[1:] == before[1:]


def test_monthly_lists_of_one_name_stay_apart_as_months_come_and_go():
    def months(*numbers):
        return [Entry(f"{number}月度", "東灘区", (f"/{number}.pdf",)) for number in numbers]

    def ranked(entries):
        names = places((entry.section, entry.title) for entry in entries)
        return [replace(entry, place=place) for entry, place in zip(entries, names, strict=True)]

    before, after = again(ranked(months(2, 1, 12)), ranked(months(1, 12)))
    assert after[1:] == before and after[0] not in before


def test_contents_are_asked_only_where_words_leave_both_sides_open():
    guids = dict(zip(first(PAGE), PAGE, strict=True))

    def never(entry):
        raise AssertionError("asked for a file")

    identify([*PAGE, Entry("新着", "人口", ("/4.csv",))], guids, never, {})
    identify(PAGE[1:], guids, never, {})


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("避難所一覧", "避難所の一覧", True),
        ("避難所一覧", "保育所一覧", True),
        ("避難所", "ごみ収集", False),
        ("", "", True),
    ],
)
def test_likeness_of_names(one, other, alike):
    assert (likeness(one, other) >= 0.5) is alike


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["防災", "2月度", "1月度", ""]),
        st.sampled_from(["避難所", "避難所（令和6年）", "東灘区", "CSV", "2024年度"]),
        st.tuples(st.sampled_from(["/1.csv", "/2.csv", "/3.csv", "/4.csv"])),
        st.integers(0, 2),
    ),
    max_size=8,
)


@given(ENTRIES, ENTRIES)
def test_every_data_set_has_its_own_guid_whatever_the_page_does(before, now):
    old = dict(zip(first(before), before, strict=True))
    assert len(old) == len(before)
    guids = identify(now, old, lambda entry: None, {})
    assert len(set(guids)) == len(now)


@given(ENTRIES)
def test_an_unchanged_page_keeps_every_guid(entries):
    distinct = list({(entry.section, entry.title): entry for entry in entries}.values())
    before, after = again(distinct, distinct)
    assert after == before
