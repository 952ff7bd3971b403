import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from osakadx import data, text

JAPANESE = st.text(
    alphabet=st.sampled_from("ーｰ-‐−－―アイガヶヵ﨑髙々龍 \u3000\u200b\u202e\ufe0fＡａ1①一〜～（）_・･゛é")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＥＤ設置箇所", "aed設置箇所"),
        ("ﾄｲﾚ", "トイレ"),
        ("髙島屋", "高島屋"),
        ("四條畷市", "四条畷市"),
        ("センタ－", "センター"),
        ("ｺﾐｭﾆﾃｨｾﾝﾀｰ", "コミュニティセンター"),
        ("Wi‐Fi", "wi-fi"),
        ("06ー6941ー0351", "06-6941-0351"),
        ("3ヶ月", "3ケ月"),
        ("大阪府\u3000オープンデータ", " 大阪府 オープンデータ"),
        ("大\u200b阪市", "大阪市"),
        ("葛\U000e0100城", "葛城"),
        ("⻄区⺠", "西区民"),
    ],
)
def test_spellings_that_mean_the_same_fold_alike(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("大阪市", "東大阪市"), ("ごみ", "ゴミ"), ("トイレ-2024", "トイレー2024"), ("1-2", "12")]
)
def test_spellings_that_differ_stay_apart(one, other):
    assert text.fold(one) != text.fold(other)


@given(st.one_of(st.text(), JAPANESE))
@example("0\u07ebー0")
@example("A´")
@example("ア- ")
def test_folding_twice_changes_nothing(written):
    assert text.fold(text.fold(written)) == text.fold(written)
    assert text.squeeze(text.squeeze(written)) == text.squeeze(written)
    assert text.clean(text.clean(written)) == text.clean(written)


@given(st.text())
def test_what_is_stored_can_be_written_as_utf8_and_holds_no_hidden_control(written):
    stored = text.clean_lines(written)
    stored.encode()
    assert not set(stored) & set("\x00\x1b\u200b\u200e\u202e\u2066\ufeff")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("データセット＿タイトル", "データセット_タイトル"),
        ("データセット タイトル", "データセット_タイトル"),
        ("料金（基本）", "料金(基本)"),
        ("№", "NO."),
    ],
)
def test_column_names_compare_without_width_brackets_and_underscores(one, other):
    assert text.squeeze(one) == text.squeeze(other)


def test_a_title_is_one_line_and_a_description_keeps_its_lines():
    assert text.clean("避難所\u200b\r\n\u3000一覧 ") == "避難所 一覧"
    assert text.clean_lines("一行目 \r\n二行目\r三行目\n") == "一行目\n二行目\n三行目"


def test_right_to_left_override_cannot_turn_a_title_around():
    assert text.clean("一覧\u202efdp.csv") == "一覧fdp.csv"


def test_half_width_voiced_kana_become_one_character():
    assert text.fold("ｶﾞｲﾄﾞ") == "ガイド"


@given(st.text(alphabet=st.characters(min_codepoint=0x3041, max_codepoint=0x3096)))
def test_hiragana_survives_the_way_through_katakana(written):
    assert text.hiragana(text.katakana(written)) == written


def test_kana_turn_into_each_other_and_kanji_stay():
    assert text.katakana("ひなん所") == "ヒナン所"
    assert text.hiragana("センター市") == "せんたー市"


def test_no_variant_leads_to_another_variant_or_is_folded_before_the_table_is_asked():
    rows = data.rows("vocabularies/variant_kanji.csv")
    variants = [row["variant"] for row in rows]
    assert len(set(variants)) == len(variants)
    assert not {row["standard"] for row in rows} & set(variants)
    assert all(len(row["variant"]) == len(row["standard"]) == 1 for row in rows)
    assert all(text.fold(row["variant"]) == row["standard"] for row in rows)


def jis_level(char):
    """1 or 2 for the two levels of JIS X 0208, 9 for a character it does not have."""
    try:
        row = char.encode("euc_jp")[0] - 0xA0 if len(char.encode("euc_jp")) == 2 else 99
    except UnicodeEncodeError:
        return 9
    return 1 if row <= 47 else 2 if row <= 84 else 9


def test_variants_lead_to_the_character_that_dictionaries_know():
    wrong = [
        row["variant"] + row["standard"]
        for row in data.rows("vocabularies/variant_kanji.csv")
        if jis_level(row["standard"]) == 9 or jis_level(row["variant"]) < jis_level(row["standard"])
    ]
    assert wrong == []


@pytest.mark.parametrize("word", ["年齢別人口", "兎", "亘理町", "公衆無線LAN", "投票所一覧", "介護サービス事業所"])
def test_everyday_words_stay_as_they_are(word):
    assert text.fold(word) == word.lower()
