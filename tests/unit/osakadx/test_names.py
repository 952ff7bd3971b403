import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import data, names, vocab

LEGAL = re.compile("[a-z0-9_-]{2,100}")  # CKAN's rule for names (name_validator)


def japanese_titles():
    """1,500 titles without a single ASCII letter: what × where × which year."""
    topics = [
        "避難所",
        "公園",
        "図書館の蔵書",
        "給食の献立",
        "人口",
        "橋梁",
        "保育所",
        "文化財",
        "職員数",
        "下水道",
        "選挙",
        "雨量",
    ]
    places = [entry.name_ja for entry in vocab.municipalities()] + [ward.name_ja for ward in vocab.wards()]
    years = ["令和四年度", "令和五年度", "平成三十年"]
    titles = (f"{place}{topic}一覧（{year}）" for topic, place, year in itertools.product(topics, places, years))
    return list(dict.fromkeys(titles))[:1500]


def test_1500_japanese_only_titles_give_1500_distinct_names_in_any_order():
    titles = japanese_titles()
    assert len(titles) == 1500
    assert not any(re.search("[A-Za-z0-9]", title) for title in titles)
    forward = {title: names.dataset_name("270008", "", title) for title in titles}
    backward = {title: names.dataset_name("270008", "", title) for title in reversed(titles)}
    assert forward == backward
    assert len(set(forward.values())) == 1500


def test_names_of_japanese_titles_are_legal_and_readable():
    for title in japanese_titles():
        name = names.dataset_name("270008", "", title)
        assert LEGAL.fullmatch(name)
        assert "__" not in name
        words = re.findall("[a-z]{4,}", name)
        assert words, f"{title} → {name}"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("270008", "270008_barrier_free_toilet", "バリアフリートイレ"), "270008_barrier_free_toilet"),
        (("271004", "shelters", "避難所一覧"), "271004-shelters"),
        (("272272", "272272_13", "公衆トイレ一覧", "public_toilet"), "272272-public-toilet-13"),
        (("271004", "12", "避難所一覧（令和6年度）"), "271004-shelters-list-2024-12"),
        (("271403", "0001", "施設", "public_facility"), "271403-public-facility-0001"),
        (("270008-smart-city", "plan", "計画"), "270008-plan"),
        (("131032", "t131032d0000000004", "ＡＥＤ設置箇所", "aed"), "131032-aed-t131032d0000000004"),
    ],
)
def test_a_readable_key_stays_and_a_number_gets_words(arguments, name):
    assert names.dataset_name(*arguments) == name


@pytest.mark.parametrize(
    "identifier", ["185a64f3-cba4-46d5-bfed-04b15414fcc1", "https://example.jp/a.csv", "避難所", ""]
)
def test_an_opaque_key_becomes_a_short_hash_behind_words(identifier):
    name = names.dataset_name("271004", identifier, "髙津の避難所 R6")
    assert re.fullmatch("271004-shelters-2024-[0-9a-z]{6}", name)


def test_a_title_without_any_known_word_still_has_a_name():
    assert re.fullmatch("271004-dataset-[0-9a-z]{6}", names.dataset_name("271004", "", "髙﨑々"))


def test_katakana_is_romanised():
    assert names.dataset_name("271004", "", "キッチンカー").startswith("271004-kicchinka-")


def test_the_name_follows_the_key_and_not_the_title_when_a_title_is_corrected():
    one = names.dataset_name("271403", "271403_aed", "AED設置箇所")
    assert one == names.dataset_name("271403", "271403_aed", "AED設置箇所一覧（改訂）")


def test_the_same_key_of_two_publishers_gives_two_names():
    assert names.dataset_name("271403", "aed", "AED") != names.dataset_name("271004", "aed", "AED")


def test_a_taken_name_is_left_and_the_way_out_is_stable():
    plain = names.dataset_name("271403", "aed", "AED")
    second = names.dataset_name("271403", "aed", "AED", taken={plain})
    third = names.dataset_name("271403", "aed", "AED", taken={plain, second})
    assert len({plain, second, third}) == 3
    assert second == names.dataset_name("271403", "aed", "AED", taken={plain})
    assert second.startswith("271403-aed-")


@given(st.text(), st.text(), st.text(), st.text())
def test_every_name_is_legal(code, identifier, title, standard):
    name = names.dataset_name(code, identifier, title, standard)
    assert LEGAL.fullmatch(name)
    assert "__" not in name
    assert name == names.dataset_name(code, identifier, title, standard)


@given(st.sets(st.text(alphabet="ab_-AB 1あ", min_size=1), min_size=2, max_size=8))
def test_different_keys_of_one_source_never_share_a_name(identifiers):
    found = {names.dataset_name("271004", identifier, "一覧") for identifier in identifiers}
    assert len(found) == len({identifier.strip() for identifier in identifiers})


def test_the_dictionary_gives_legal_pieces_and_every_word_is_reachable():
    for row in data.rows("vocabularies/name_words.csv"):
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", row["slug"])
        assert names.dataset_name("271004", "", row["word"]).startswith(f"271004-{row['slug']}-")
