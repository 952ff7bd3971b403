from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.diff import moves
from ckanext.osakadx.harvesters.guard import Limits, Numbers, check
from ckanext.osakadx.harvesters.listing import Facts
from hypothesis import given
from hypothesis import strategies as st


def source(count, start=0, digest="1"):
    return {f"guid-{number:04}": digest for number in range(start, start + count)}


def ended(now, **facts):
    return Facts(**{"complete": True, "listed": len(now), "host": "data.example.jp", **facts})


def numbers(before, now):
    return Numbers(len(before), len(before.keys() - now.keys()))


def moved_between(before, now, titles):
    gone, added = before.keys() - now.keys(), now.keys() - before.keys()
    return moves({guid: titles.get(guid, []) for guid in gone}, {guid: titles.get(guid, []) for guid in added})


def judged(before, now, *, absent=0, moved=(), last_host="data.example.jp", **facts):
    return check(numbers(before, now), ended(now, **facts), moved=moved, last_host=last_host, absent=absent)


@pytest.mark.parametrize("before", [0, 1, 27, 500])
def test_f01_an_empty_listing_holds_the_run(before):
    verdict = judged(source(before), {})
    assert (verdict.action, verdict.slug, verdict.remove) == ("hold-run", "listing-empty", 0)
    assert f"前回 {before} 件" in verdict.message


def test_records_that_keep_their_data_sets_under_a_new_guid_are_told():
    facts = Facts(complete=True, listed=12, host="data.example.jp")
    verdict = check(Numbers(12, 0, renamed=2), facts, last_host="data.example.jp")
    assert (verdict.slug, verdict.remove) == ("routine", 0)
    same = "題名とファイルから同じものと見て、同じデータセットのまま更新します。"
    assert verdict.message == f"一覧のとおりに反映します。2 件はIDが変わりましたが、{same}"


def test_f02_forty_percent_of_the_records_hold_the_removals_and_nothing_else():
    verdict = judged(source(100), source(40, digest="2") | source(5, start=200))
    assert (verdict.action, verdict.slug, verdict.remove, verdict.held) == ("hold-removals", "too-many-gone", 0, 60)
    assert "100 件のうち 60 件" in verdict.message and "10 件まで" in verdict.message


@pytest.mark.parametrize(
    "before, left, action, removed",
    [
        (1, 0, "hold-run", 0),
        (2, 1, "hold-removals", 0),
        (3, 2, "apply", 1),
        (9, 8, "apply", 1),
        (9, 7, "hold-removals", 0),
        (10, 9, "apply", 1),
        (19, 17, "hold-removals", 0),
        (20, 18, "apply", 2),
        (27, 1, "hold-removals", 0),
        (100, 90, "apply", 10),
        (100, 89, "hold-removals", 0),
    ],
)
def test_f03_small_sources_lose_one_record_at_most(before, left, action, removed):
    verdict = judged(source(before), source(left))
    assert (verdict.action, verdict.remove) == (action, removed)


def test_a_source_cannot_dwindle_by_one_removal_a_day():
    verdict = judged(source(8), source(7), absent=1)
    assert (verdict.action, verdict.slug) == ("hold-removals", "too-many-gone")
    assert "1 件が猶予中" in verdict.message


@pytest.mark.parametrize("reached", [1, 30, 99, 100])
def test_f04_a_partial_listing_removes_nothing(reached):
    verdict = judged(source(100), source(reached), complete=False)
    assert verdict.action == "hold-removals" and verdict.slug == "listing-partial" and verdict.remove == 0


def test_f06_other_identifiers_for_the_same_titles_hold_the_run():
    before, now = source(50), source(50, start=1000)
    titles = {guid: [f"データ{int(guid[-4:]) % 1000}"] for guid in before | now}
    moved = moved_between(before, now, titles)
    verdict = judged(before, now, moved=moved)
    assert (verdict.action, verdict.slug) == ("hold-run", "identity-changed")
    assert len(moved) == 50 and "50 件" in verdict.message


def test_f06_holds_partial_listings_too_as_they_would_double_the_catalog():
    before, now = source(50), source(20, start=1000)
    titles = {guid: [f"データ{int(guid[-4:]) % 1000}"] for guid in before | now}
    verdict = judged(before, now, moved=moved_between(before, now, titles), complete=False)
    assert verdict.action == "hold-run"


def test_one_record_under_a_new_identifier_is_routine():
    before, now = source(20), source(19) | {"new": "1"}
    moved = moved_between(before, now, {"guid-0019": ["人口"], "new": ["人口"]})
    assert len(moved) == 1 and judged(before, now, moved=moved).action == "apply"


def test_f09_a_record_that_comes_back_is_no_removal():
    verdict = judged(source(29), source(30))
    assert (verdict.action, verdict.remove, verdict.held) == ("apply", 0, 0)


def test_another_host_holds_the_run():
    verdict = judged(source(10), source(10), host="www.elsewhere.jp")
    assert (verdict.action, verdict.slug) == ("hold-run", "host-changed")
    assert "data.example.jp" in verdict.message and "www.elsewhere.jp" in verdict.message


def test_a_first_run_has_no_host_to_compare():
    assert judged({}, source(10), last_host="").action == "apply"


def test_an_unchanged_source_loses_nothing():
    verdict = judged(source(10), {}, complete=False, unchanged=True)
    assert (verdict.action, verdict.slug, verdict.remove) == ("apply", "unchanged", 0)


SIZES = st.integers(0, 300)


@given(SIZES, SIZES, SIZES, st.booleans(), st.integers(0, 20))
def test_removals_are_routine_or_held_whatever_happens(before, kept, added, complete, absent):
    old = source(before)
    now = source(min(kept, before)) | source(added, start=5000)
    work = numbers(old, now)
    verdict = check(work, ended(now, complete=complete), absent=absent)
    assert verdict.remove + (absent if verdict.remove else 0) <= max(1, (before + absent) // 10)
    assert not (verdict.remove and verdict.held)
    assert verdict.remove + verdict.held <= work.gone
    if verdict.remove:
        assert complete and now and verdict.remove * 2 < before
    assert verdict.message.endswith("。")


@given(SIZES, st.floats(0, 1))
def test_an_operator_may_set_the_share(before, fraction):
    assert Limits(fraction=fraction).removals(before) <= max(1, before)
