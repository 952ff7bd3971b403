from __future__ import annotations

import pytest
from ckanext.osakadx.harvesters.link_words import extension, key, name, says_something, size
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "words, plain",
    [
        ("避難所一覧（CSV形式：48KB）", "避難所一覧"),
        ("避難所一覧（ＣＳＶ形式：４８ＫＢ）", "避難所一覧"),
        ("AED設置箇所一覧 [CSVファイル／12KB]", "AED設置箇所一覧"),
        ("人口(令和6年4月1日現在) (Excelファイル: 31.5KB)", "人口(令和6年4月1日現在)"),
        ("公衆トイレ一覧（別ウィンドウで開く）", "公衆トイレ一覧"),
        ("公衆トイレ一覧 CSV", "公衆トイレ一覧"),
        ("投票所（第1区）（PDF形式：50KB）", "投票所（第1区）"),
        ("施設一覧（エクセル：1.2MB）（別ウィンドウで開きます）", "施設一覧"),
        ("データ一覧（保育所）", "データ一覧（保育所）"),
        ("CSVの作り方", "CSVの作り方"),
    ],
)
def test_a_name_loses_what_the_cms_adds(words, plain):
    assert name(words) == plain


@pytest.mark.parametrize(
    "one, other",
    [
        ("人口（令和6年4月1日現在）", "人口（令和7年4月1日現在）(CSV:10KB)"),
        ("ＡＥＤ設置箇所", "aed 設置箇所"),
        ("給食献立 平成28年3月分", "給食献立 令和6年2月分"),
        ("避難所一覧20240401", "避難所一覧20250401"),
        ("予算 2024年度", "予算 R7年度"),
    ],
)
def test_the_key_of_a_name_outlives_its_date(one, other):
    assert key(one) == key(other) != ""


@pytest.mark.parametrize("one, other", [("第1保育所", "第2保育所"), ("A地区", "B地区"), ("人口", "人口動態")])
def test_the_key_keeps_names_apart(one, other):
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "words",
    ["CSV", "（CSV形式：48KB）", "ＣＳＶ形式", "ダウンロード", "こちら", "平成28年3月（PDF形式：50KB）", "2月度",
     "令和6年度", "CSV（3.1MB）", "Excel", "2024", "", "2023年4月1日現在", "１", "R6.4.1"],
)  # fmt: skip
def test_words_that_name_nothing(words):
    assert not says_something(words)


@pytest.mark.parametrize("words", ["避難所", "AED", "保育所一覧（CSV）", "東灘区", "H&Mの店舗", "国勢調査 令和2年"])
def test_words_that_name_something(words):
    assert says_something(words)


def test_sizes_are_found_as_written():
    assert size("CSV形式、３６２ＫＢ") == "３６２ＫＢ"
    assert size("（Excel：1.2 MB）") == "1.2 MB"
    assert size("避難所一覧") == ""


@given(st.text(max_size=60))
def test_any_words_are_read(words):
    assert len(name(words)) <= len(words)
    assert key(name(words)) == key(words) or name(name(words)) != name(words)
    size(words)


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ("AED設置場所（CSV：12KB）", "csv"), ("避難所［Ｅｘｃｅｌファイル／１２ＫＢ］", "xlsx"), ("人口 CSV", "csv"),
        ("CSV形式", "csv"),
        ("オープンデータ（GeoJSON）", "geojson"), ("計画（PDF）", "pdf"), ("地図（シェープ 1MB）", "shp"),
        ("CSVの使い方", ""), ("避難所", ""), ("オープンデータ", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_format_that_words_note(words, noted):
    assert extension(words) == noted
