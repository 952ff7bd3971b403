import pytest
from osakadx.search import words
from osakadx.text import fold


def cut(text):
    return [(piece.text, piece.kind) for piece in words.pieces(fold(text))]


def test_known_words_are_cut_out_of_a_run():
    assert cut("AED設置箇所一覧") == [("aed", "subject"), ("設置箇所", "generic"), ("一覧", "generic")]


def test_what_is_not_known_stays_whole():
    assert cut("ツバメの巣 土壌汚染") == [("ツバメの巣", "other"), ("土壌汚染", "other")]


@pytest.mark.parametrize(
    "text, inner", [("湖水道標", "水道"), ("バスケット", "バス"), ("event", "ev"), ("インターネッツ", "ネット")]
)
def test_a_known_word_does_not_tear_another(text, inner):
    assert inner not in [piece for piece, _ in cut(text)]


@pytest.mark.parametrize("text", ["ひなんじょ", "ヒナンジョ", "ﾋﾅﾝｼﾞｮ"])
def test_kana_names_the_same_subject(text):
    (piece,) = words.pieces(fold(text))
    assert [subject.concept for subject in words.subjects_of(piece.text)] == ["避難所"]


def test_a_question_leaves_its_subject():
    assert [piece for piece, kind in cut("近くの避難所はどこですか？") if kind == "subject"] == ["避難所"]


def test_what_a_subject_refers_to_exists():
    known = words.subjects()
    assert [beside for subject in known.values() for beside in subject.related if beside not in known] == []


def test_every_subject_is_named_by_its_own_terms():
    assert [name for name, subject in words.subjects().items() if name not in subject.terms] == []


def test_no_filler_is_a_name_of_a_subject():
    fillers = {piece for piece, kind in words._lexicon().items() if kind != "subject"}
    assert not fillers & {words.key(term) for subject in words.subjects().values() for term in subject.terms}
