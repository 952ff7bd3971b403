import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import dates

DAYS = st.dates(min_value=datetime.date(1873, 1, 1), max_value=datetime.date(2099, 12, 31))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("令和6年4月1日", "2024-04-01"),
        ("R6.4.1", "2024-04-01"),
        ("R06/04/01", "2024-04-01"),
        ("令和六年四月一日", "2024-04-01"),
        ("令和元年五月三十一日", "2019-05-31"),
        ("㋿6年4月1日", "2024-04-01"),
        ("Ｈ３１．４．３０", "2019-04-30"),
        ("昭63.12.25", "1988-12-25"),
        ("平成32年3月31日", "2020-03-31"),
        ("２０２４年４月１日", "2024-04-01"),
        ("二〇二四年四月一日", "2024-04-01"),
        ("2024/4/1", "2024-04-01"),
        ("2024.4.1", "2024-04-01"),
        ("20240401", "2024-04-01"),
        ("2024年4月1日(月)", "2024-04-01"),
        ("2024年（令和6年）4月1日現在", "2024-04-01"),
        ("令和 6年 4月 1日", "2024-04-01"),
        ("2024/4/1 0:00", "2024-04-01"),
        ("2024-04-01T10:00:00.123456", "2024-04-01"),
        ("2024-04-01T10:00:00+09:00", "2024-04-01"),
        ("2024-03-31T23:00:00Z", "2024-04-01"),
        ("未定", None),
        ("", None),
        ("4月頃", None),
        ("1982-04-99", None),
        ("2023-02-29", None),
        ("24/4/1", None),
        ("R0.4.1", None),
        ("令和6年4月", None),
        ("45383", None),
        ("十十年一月一日", None),
        ("令和二三十年一月一日", None),
    ],
)
def test_dates_of_either_calendar_become_iso(written, read):
    assert dates.date(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("平成31年", "2019"),
        ("R6年度", "2024"),
        ("FY2024", "2024"),
        ("令和6年4月", "2024-04"),
        ("2024/04", "2024-04"),
        ("2024/13", None),
        ("令和6年4月1日", "2024-04-01"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(written, read):
    assert dates.partial_date(written) == read


def test_month_and_year_are_read_from_finer_dates():
    assert dates.year_month("R6.4.1") == "2024-04"
    assert dates.year_month("R6") is None
    assert dates.year("平成31年4月") == "2019"


@given(DAYS)
def test_every_day_is_read_in_every_spelling(day):
    behind = f"年{day.month}月{day.day}日"
    spellings = [day.isoformat(), f"{day:%Y%m%d}", f"{day.year}{behind}", f"{day.year}/{day.month}/{day.day}"]
    for era in dates.eras():
        if era.start <= day and day.year - era.offset < 100:
            nth = day.year - era.offset
            spellings += [f"{era.name}{nth}{behind}", f"{era.letter}{nth}.{day.month}.{day.day}"]
    assert {dates.date(spelling) for spelling in spellings} == {day.isoformat()}


@given(st.text())
def test_reading_never_fails_and_answers_iso_or_nothing(written):
    read = dates.date(written)
    assert read is None or datetime.date.fromisoformat(read)
    dates.years_in(written)


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("R6年度人口(町丁目別)", (2024,)),
        ("避難所一覧_2024", (2024,)),
        ("平成30年・令和元年", (2018, 2019)),
        ("（R5）", (2023,)),
        ("WAR6", ()),
        ("20240401", ()),
        ("公園一覧", ()),
    ],
)
def test_years_are_found_inside_titles(written, years):
    assert dates.years_in(written) == years


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("45383", "2024-04-01"),
        ("45383.75", "2024-04-01"),
        ("10000", "1927-05-18"),
        ("73050", "2099-12-31"),
        ("73051", None),
        ("2024", None),
        ("20240401", None),
        ("４５３８３", None),
        ("", None),
    ],
)
def test_a_day_that_a_spreadsheet_counts_is_read(written, day):
    assert dates.of_serial(written) == (day and datetime.date.fromisoformat(day))


def test_a_year_in_which_the_era_changed_is_spelled_in_both():
    assert dates.year_spellings(2019) == ("2019年", "平成31年", "H31", "令和元年", "令和1年", "R1")
    assert dates.year_spellings(2024) == ("2024年", "令和6年", "R6")


@given(st.integers(min_value=1900, max_value=2099))
def test_every_spelling_of_a_year_is_read_as_that_year(number):
    assert {dates.year(spelling) for spelling in dates.year_spellings(number)} == {str(number)}
