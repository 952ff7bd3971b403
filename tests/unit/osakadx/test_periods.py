import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import periods

PIECES = st.sampled_from(
    ("令和", "平成", "R", "2024", "6", "元", "年", "年度", "月", "日", "4", "31", "十", "~", "-", "/")
)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("2024-04-01/2025-03-31", ("2024-04-01", "2025-03-31")),
        ("令和6年4月1日～令和7年3月31日", ("2024-04-01", "2025-03-31")),
        ("令和2年4月1日-令和3年3月31日", ("2020-04-01", "2021-03-31")),
        ("令和6年4月1日から5月31日まで", ("2024-04-01", "2024-05-31")),
        ("令和6年4月1日〜30日", ("2024-04-01", "2024-04-30")),
        ("令和6年1月～2月", ("2024-01-01", "2024-02-29")),
        ("平成28～30年度", ("2016-04-01", "2019-03-31")),
        ("2019～2021年度", ("2019-04-01", "2022-03-31")),
        ("平成30年度～令和4年度", ("2018-04-01", "2023-03-31")),
        ("2024年度", ("2024-04-01", "2025-03-31")),
        ("2024年", ("2024-01-01", "2024-12-31")),
        ("2024-04-01", ("2024-04-01", "2024-04-01")),
        ("2024-04-01/", ("2024-04-01", "")),
        ("/2024-03-31", ("", "2024-03-31")),
        ("令和6年4月1日～", ("2024-04-01", "")),
        ("2025-01-01/2024-01-01", None),
        ("～", None),
        ("不明", None),
    ],
)
def test_periods_become_first_and_last_day(written, span):
    assert periods.period(written) == span


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_reading_never_fails_and_a_period_runs_forward(written):
    span = periods.period(written)
    if span is not None:
        days = [datetime.date.fromisoformat(day) for day in span if day]
        assert days
        assert days == sorted(days)
