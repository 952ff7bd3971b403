from __future__ import annotations

from ckanext.osakadx.harvesters.diff import Plan, moves, plan
from hypothesis import given
from hypothesis import strategies as st

GUIDS = st.text("abcdef", min_size=1, max_size=3)
MANIFESTS = st.dictionaries(GUIDS, st.sampled_from("123"), max_size=30)


def test_a_plan_says_what_came_changed_stayed_and_went():
    assert plan({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "2", "d": "1"}) == Plan(("d",), ("c",), ("b",), ("a",))


@given(MANIFESTS, MANIFESTS)
def test_every_record_is_in_exactly_one_part(before, now):
    work = plan(before, now)
    parts = [*work.added, *work.changed, *work.same, *work.gone]
    assert sorted(parts) == sorted(before.keys() | now.keys())
    assert work.before == len(before)


@given(MANIFESTS, MANIFESTS)
def test_applying_a_plan_leaves_nothing_to_do(before, now):
    work = plan(before, now)
    applied = {guid: digest for guid, digest in before.items() if guid not in work.gone}
    applied |= {guid: now[guid] for guid in (*work.added, *work.changed)}
    again = plan(applied, now)
    assert (again.added, again.changed, again.gone) == ((), (), ())


@given(MANIFESTS, MANIFESTS)
def test_the_way_back_swaps_what_came_and_what_went(before, now):
    there, back = plan(before, now), plan(now, before)
    assert (there.added, there.gone, there.changed) == (back.gone, back.added, back.changed)


def test_the_same_title_or_address_under_another_guid_is_a_move():
    work = plan({"1": "x", "2": "x", "3": "x"}, {"a": "x", "b": "x", "3": "x"})
    before = {"1": ["ＡＥＤ設置箇所"], "2": ["人口", "https://a.jp/p.csv"], "3": ["投票所"]}
    now = {"a": ["AED 設置箇所"], "b": ["人口(令和6年)", "http://a.jp/p.csv"], "3": ["投票所"]}
    assert moves(work, before, now) == (("1", "a"), ("2", "b"))


def test_a_title_that_several_records_share_proves_nothing():
    work = plan({"1": "x", "2": "x"}, {"a": "x", "b": "x"})
    titles = {"1": ["議事録"], "2": ["議事録"], "a": ["議事録"], "b": ["予算"]}
    assert moves(work, titles, titles) == ()


@given(st.lists(st.tuples(GUIDS, st.sampled_from(["い", "ろ", "は", ""])), max_size=20, unique_by=lambda pair: pair[0]))
def test_no_record_moves_twice(pairs):
    before = {f"old-{guid}": [title] for guid, title in pairs}
    now = {f"new-{guid}": [title] for guid, title in reversed(pairs)}
    found = moves(plan(dict.fromkeys(before, ""), dict.fromkeys(now, "")), before, now)
    assert len({old for old, _ in found}) == len({new for _, new in found}) == len(found)
    assert all(before[old] == now[new] != [""] for old, new in found)
