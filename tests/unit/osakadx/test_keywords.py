import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import keywords


@pytest.mark.parametrize(
    "written, words",
    [
        ("防災;避難所；AED", ["防災", "避難所", "AED"]),
        ("防災、避難所，AED, トイレ", ["防災", "避難所", "AED", "トイレ"]),
        ("防災\n避難所\n", ["防災", "避難所"]),
        ("防災　避難所", ["防災", "避難所"]),
        ("#防災 #避難所", ["防災", "避難所"]),
        ("Wi-Fi スポット", ["Wi-Fi スポット"]),
        ("保育施設（保育所、幼稚園）、子育て", ["保育施設（保育所、幼稚園）", "子育て"]),
        ("未完（保育所、幼稚園", ["未完（保育所", "幼稚園"]),
        ("地域・年齢別人口", ["地域・年齢別人口"]),
        ("防災;防災; ", ["防災"]),
        ("", []),
    ],
)
def test_keywords_are_divided_as_publishers_divide_them(written, words):
    assert keywords.split(written) == words


@pytest.mark.parametrize(
    "keyword, tag",
    [
        ("避難所", "避難所"),
        ("地域・年齢別人口", "地域_年齢別人口"),
        ("子育て（乳幼児）", "子育て_乳幼児"),
        ("予算・決算・調達", "予算_決算_調達"),
        ("Wi-Fi スポット", "Wi-Fi スポット"),
        ("水", "水_"),
        ("コミュニティー", "コミュニティー"),
        ("人々", "人々"),
        ("★", ""),
        ("・", ""),
        ("長" * 200, "長" * 100),
    ],
)
def test_a_keyword_becomes_a_tag_that_ckan_takes(keyword, tag):
    assert keywords.tag(keyword) == tag


@given(st.text())
def test_every_tag_passes_the_rules_of_ckan_and_is_a_tag_already(written):
    for name in keywords.tags(keywords.split(written)):
        assert re.fullmatch(r"[\w \-.]{2,100}", name)
        assert keywords.tag(name) == name
        assert keywords.split(name) == [name]
