import csv
from pathlib import Path

import pytest
from osakadx import data, vocab

OLD = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,データ名称,データ概要,データ形式,分類,更新頻度,"
    "URL,API対応有無,ライセンス,登録日,最終更新日,備考"
)
OLD_CONCEPTS = (
    "publisher_code identifier prefecture_name publisher_name title description file_format theme frequency "
    "landing_page file_api license issued modified remarks"
)
# The 42 columns in the order of 自治体標準オープンデータセット No.06.
NEW = (
    "全国地方公共団体コード,データセット_ID,地方公共団体名,データセット_タイトル,データセット_サブタイトル,データセット_概要,"
    "データセット_キーワード,データセット_分類,データセット_ユニバーサルメニュー,データセット_公開日,データセット_最終更新日,"
    "データセット_バージョン,データセット_言語,データセット_URL,データセット_更新頻度,データセット_準拠する標準,"
    "データセット_関連ドキュメント,データセット_来歴情報,データセット_対象地域,データセット_対象期間,データセット_連絡先名称,"
    "データセット_連絡先メールアドレス,データセット_連絡先電話番号,データセット_連絡先内線番号,データセット_連絡先FormURL,"
    "データセット_連絡先備考（その他、SNSなど）,データセット_備考,ファイル_タイトル,ファイル_アクセスURL,ファイル_ダウンロードURL,"
    "ファイル_説明,ファイル_形式,ファイル_ライセンス,ファイル_ステータス,ファイル_サイズ,ファイル_公開日,ファイル_最終更新日,"
    "ファイル_利用規約,ファイル_関連ドキュメント,ファイル_言語,ファイル_準拠する標準,ファイル_API対応有無"
)
SHIRASAGI_ONLY = {"データセット_作成者": "creator", "ファイル_ID": "file_id", "ファイル_著作権表記": "file_copyright"}


def test_the_15_columns_of_the_old_list_are_known_by_meaning():
    assert [vocab.concept_of_header(header) for header in OLD.split(",")] == OLD_CONCEPTS.split()


def test_the_42_columns_of_the_new_list_are_42_different_concepts():
    found = [vocab.concept_of_header(header) for header in NEW.split(",")]
    assert None not in found
    assert len(set(found)) == 42
    assert [vocab.concepts()[key].label_ja for key in found] == NEW.split(",")


def test_the_three_columns_that_shirasagi_adds_are_known():
    assert {header: vocab.concept_of_header(header) for header in SHIRASAGI_ONLY} == SHIRASAGI_ONLY


@pytest.mark.parametrize("header", ["ファイル形式", "ファイル＿形式", "ﾌｧｲﾙ 形式", "【ファイル】形式"])
def test_drifting_spellings_of_a_column_mean_the_same(header):
    assert vocab.concept_of_header(header) == "file_format"


def test_a_column_of_another_table_means_nothing():
    assert vocab.concept_of_header("緯度") is None
    assert vocab.concept_of_header("") is None


@pytest.mark.parametrize("row", data.rows("vocabularies/catalog_headers.csv"), ids=lambda row: row["header"])
def test_the_table_of_headers_is_obeyed_and_names_only_concepts(row):
    assert vocab.concept_of_header(row["header"]) == row["concept"]
    assert row["concept"] in vocab.concepts()


def test_concepts_of_files_start_with_file():
    for key, concept in vocab.concepts().items():
        assert key.startswith("file_") == concept.of_file


def test_levels_are_those_of_dcat_goj_and_dcat_ap():
    assert {concept.dcat_goj_level for concept in vocab.concepts().values()} == {"◎", "○", ""}
    assert {concept.dcat_ap_level for concept in vocab.concepts().values()} == {
        "mandatory",
        "recommended",
        "optional",
        "",
    }
    assert vocab.concepts()["title"].dcat_goj_level == "◎"


def test_the_readme_lists_every_concept():
    readme = (Path(__file__).parents[4] / "schemas" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in readme for key in vocab.concepts())


def test_the_headers_survive_a_round_through_csv():
    (line,) = csv.reader([NEW])
    assert len(line) == 42
