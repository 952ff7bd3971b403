from __future__ import annotations

from ckanext.osakadx.harvesters.diff import moves
from hypothesis import given
from hypothesis import strategies as st

GUIDS = st.text("abcdef", min_size=1, max_size=3)


def test_the_same_title_or_address_under_another_guid_is_a_move():
    gone = {"1": ["ＡＥＤ設置箇所"], "2": ["人口", "https://a.jp/p.csv"]}
    added = {"a": ["AED 設置箇所"], "b": ["人口(令和6年)", "http://a.jp/p.csv"]}
    assert moves(gone, added) == (("1", "a"), ("2", "b"))


def test_a_title_that_several_records_share_proves_nothing():
    assert moves({"1": ["議事録"], "2": ["議事録"]}, {"a": ["議事録"], "b": ["予算"]}) == ()


@given(st.lists(st.tuples(GUIDS, st.sampled_from(["い", "ろ", "は", ""])), max_size=20, unique_by=lambda pair: pair[0]))
def test_no_record_moves_twice(pairs):
    before = {f"old-{guid}": [title] for guid, title in pairs}
    now = {f"new-{guid}": [title] for guid, title in reversed(pairs)}
    found = moves(before, now)
    assert len({old for old, _ in found}) == len({new for _, new in found}) == len(found)
    assert all(before[old] == now[new] != [""] for old, new in found)
