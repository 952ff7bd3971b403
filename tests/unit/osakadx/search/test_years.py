import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.search import years


@pytest.mark.parametrize(
    "text, found, rest",
    [
        ("令和6年度 人口", (2024,), "人口"),
        ("R5年度予算", (2023,), "予算"),
        ("R03 市税", (2021,), "市税"),
        ("Ｒ６年度 水道", (2024,), "水道"),
        ("H31 選挙結果", (2019,), "選挙結果"),
        ("令和元年度決算", (2019,), "決算"),
        ("令和六年度 予算", (2024,), "予算"),
        ("二〇二四年 統計書", (2024,), "統計書"),
        ("2020 決算", (2020,), "決算"),
        ("FY2023 budget", (2023,), "budget"),
        ("2023/4 人口", (2023,), "人口"),
        ("20240401 人口", (2024,), "人口"),
        ("令和2年から令和4年 出生数", (2020, 2021, 2022), "出生数"),
        ("2020〜2022 児童数", (2020, 2021, 2022), "児童数"),
        ("平成28～30年度 決算", (2016, 2017, 2018), "決算"),
        ("2024年4月 献立", (2024,), "4月 献立"),
    ],
)
def test_years_are_taken_out_in_either_calendar(text, found, rest):
    assert years.find(text) == years.Years(found, rest)


@pytest.mark.parametrize("text", ["271004 避難所", "PM2.5", "COVID-19", "H1N1", "第82号", "電話 06-6941-0351"])
def test_other_numbers_are_no_years(text):
    assert years.find(text).years == ()


@given(st.text())
def test_any_text_can_be_searched_for_years(text):
    assert all(1600 <= year <= 2100 for year in years.find(text).years)
