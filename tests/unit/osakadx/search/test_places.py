from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.search import places
from osakadx.text import fold


def codes(text, *, alone=False):
    return [set(found.codes) for found in places.find(fold(text), alone=alone)]


@pytest.mark.parametrize(
    "text, code",
    [
        ("大阪市の避難所", "271004"),
        ("東大阪市の避難所", "272272"),
        ("大阪狭山市_避難所", "272311"),
        ("泉大津市", "272060"),
        ("大津市", "252018"),
        ("摂津市", "272248"),
        ("津市", "242012"),
        ("四條畷市", "272299"),
        ("四条畷市", "272299"),
        ("髙槻市", "272078"),
        ("大阪市北区", "271276"),
        ("堺市北区", "271462"),
        ("大阪府太子町", "273813"),
        ("大阪府南河内郡太子町", "273813"),
        ("東京都府中市", "132063"),
        ("千早赤阪村", "273830"),
    ],
)
def test_the_longest_name_in_its_place_is_the_one_meant(text, code):
    assert codes(text) == [{code}]


@pytest.mark.parametrize(
    "text, names",
    [("太子町", {"273813", "284645"}), ("府中市", {"132063", "342084"}), ("北区", {"271276", "271462", "131172"})],
)
def test_a_name_that_several_places_bear_means_them_all(text, names):
    assert codes(text) == [names]


@pytest.mark.parametrize(
    "text", ["観光市場", "大阪市場", "中央卸売市場", "第三次市総合計画", "南大阪市民", "湖北区域", "大阪湾"]
)
def test_a_name_is_not_found_inside_another_word(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "text, code",
    [
        ("堺 公衆トイレ", "271403"),
        ("豊中の公園", "272035"),
        ("おおさかし AED", "271004"),
        ("とよなか 公園", "272035"),
        ("Osaka City AED", "271004"),
        ("Sakai wifi", "271403"),
        ("271004 避難所", "271004"),
        ("避難所 27100", "271004"),
    ],
)
def test_queries_may_name_places_of_osaka_for_short(text, code):
    assert codes(text, alone=True) == [{code}]
    assert codes(text) == []


def test_osaka_for_short_is_the_prefecture_or_the_city():
    assert codes("大阪 避難所", alone=True) == [{"270008", "271004"}]


def test_two_places_are_two():
    assert codes("大阪市と堺市") == [{"271004"}, {"271403"}]


def test_labels_tell_places_of_one_name_apart():
    assert [places.label(code) for code in ("271004", "271462", "284645", "130001", "x")] == [
        "大阪市", "堺市北区", "太子町 (兵庫県)", "東京都", "x",
    ]  # fmt: skip


def test_every_place_is_found_by_its_full_name():
    lost = {
        place.label
        for place in places.places().values()
        if not any(place.code in found.codes for found in places.find(fold(_full(place))))
    }
    assert lost == set()


def _full(place):
    """City before the ward, prefecture before the municipality."""
    return (places.places()[place.within].label if place.within else "") + place.label


@given(st.text())
def test_any_text_can_be_searched_for_places(text):
    folded = fold(text)
    spans = [(found.start, found.end) for found in places.find(folded, alone=True)]
    assert all(0 <= start < end <= len(folded) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
