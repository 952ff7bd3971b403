import pytest
from osakadx import standards


@pytest.mark.parametrize("entry", standards.all_standards(), ids=lambda entry: entry.slug)
@pytest.mark.parametrize("title", ["{}", "大阪市{}（令和6年度）", "271004_{}_20240401", "【堺市】{}"])
def test_the_full_name_in_a_title_is_found(entry, title):
    assert standards.by_title(title.format(entry.name)) == entry


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("公共施設のＡＥＤ設置箇所", "08"),
        ("どこでも誰でもおでかけマップオープンデータ（救急医療機関）", "10"),
        ("観光施設一覧（駐車場）", "11"),
        ("市営駐車場", "25"),
        ("自転車駐車場一覧", "26"),
        ("Wi-Fiスポット", "07"),
        ("公園トイレ一覧", "13"),
        ("市立小学校一覧", "24"),
        ("４月の給食献立表", "16"),
        ("ごみ分別辞典", "28"),
        ("ごみ集積所", "30"),
        ("一時避難場所・災害時避難所", "03"),
        ("町丁目別年齢別人口", "04"),
        ("東京ビッグサイトのイベント情報", "12"),
        ("入札結果", "20"),
    ],
)
def test_search_words_find_the_standard_that_a_title_is_about(title, number):
    found = standards.by_title(title)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "title",
    [
        "図書館利用者数",
        "保育所待機児童数",
        "公共施設等総合管理計画",
        "学区別人口",
        "投票所別投票率",
        "入札参加資格者名簿",
        "文化財保護審議会会議録",
        "観光施設入込客数",
        "haedong",
        "指定避難所",
        "統計年鑑",
        "",
    ],
)
def test_titles_about_something_else_are_no_standard(title):
    assert standards.by_title(title) is None
