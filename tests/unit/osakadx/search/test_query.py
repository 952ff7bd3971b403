import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.search.query import MAX_WORDS, build


def test_place_and_year_become_facts_and_leave_the_words():
    query = build("大阪市　令和６年度　人口")
    assert (query.places, query.years, query.subject, query.words) == (("271004",), (2024,), "人口", ("人口",))


def test_synonyms_stand_beside_the_word():
    assert 'text:"自動体外式除細動器"^2.4' in build("AED").q


def test_fillers_speak_for_a_data_set_but_need_not_be_there():
    assert '(entity_type:package^0 OR text:"設置箇所"^0.9)' in build("AED設置箇所").q


def test_a_place_alone_asks_for_all_of_it():
    assert (build("大阪市").q, build("大阪市").places) == ("entity_type:package^0", ("271004",))


def test_two_subjects_side_by_side_must_both_be_found_in_a_sentence_one_will_do():
    assert re.match(r'^\("図書館".*\) \("駐車場".*\)$', build("図書館 駐車場").q)
    assert re.match(r'^\(\("図書館".*\) OR \("駐車場".*\)\)', build("図書館に駐車場はありますか").q)


def test_words_of_one_subject_stand_for_each_other():
    assert build("入札 落札").q.startswith('("入札" OR')
    assert ") (" not in build("入札 落札").q


def test_kana_are_also_searched_by_reading():
    assert 'title_rd:"つばめ"^0.5' in build("つばめ").q
    assert "title_rd" not in build("燕").q


def test_sorted_by_date_nothing_merely_related_is_found():
    assert '"避難場所"' in build("避難所").q
    assert '"避難場所"' not in build("避難所", ranked=False).q


@pytest.mark.parametrize(
    "text", ["避難所 *:*", "{!lucene}x", "_query_:x", 'a" OR "b', "name:x^9 AND (", "[* TO *]", "\\", "/.*/"]
)
def test_nothing_a_person_types_reaches_the_parser_as_syntax(text):
    ours = re.sub(r"\b(entity_type:package|(?:title_rd|text|text_2g):(?=\"))", "", build(text).q)
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\\.', "", ours)
    assert not re.search(r'[{}\[\]*?~/!:"+\\-]', bare)


def test_a_long_text_is_cut_to_a_query_of_bounded_size():
    query = build("避難所 病院 公園 予算 " * 5000)
    assert len(query.words) <= MAX_WORDS
    assert len(build("*" * 10_000).q) < 2_000


@given(st.text())
def test_any_text_makes_a_query(text):
    query = build(text)
    assert query.q
    assert "{!" not in query.q
    query.q.encode("utf-8", "surrogatepass")


@given(
    st.lists(
        st.sampled_from(
            ["大阪市", "避難所", "R6", "を", "知りたい", "AED", "一覧", "*", '"', " ", "ツバメ", "2020〜2022"]
        )
    )
)
def test_parentheses_are_always_in_pairs(parts):
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\\.', "", build("".join(parts)).q)
    depth = 0
    for char in bare:
        depth += (char == "(") - (char == ")")
        assert depth >= 0
    assert depth == 0
