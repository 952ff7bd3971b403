import pytest
from osakadx.tables.kinds import kind, prevailing


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("", "blank"),
        ("　", "blank"),
        ("123", "number"),
        ("１２３", "number"),
        ("1,234,567", "number"),
        ("-0.5", "number"),
        ("△1,200", "number"),
        ("45.7%", "number"),
        ("1E+05", "number"),
        ("2024-04-01", "date"),
        ("2024/4/1", "date"),
        ("令和6年4月1日", "date"),
        ("R6.4.1", "date"),
        ("平成元年度", "date"),
        ("昭和55年度", "date"),
        ("3/1/2024", "date"),
        ("9:30", "date"),
        ("06-6208-8181", "code"),
        ("530-0005", "code"),
        ("0011", "code"),
        ("－", "mark"),
        ("…", "mark"),
        ("X", "mark"),
        ("***", "mark"),
        ("大阪市", "text"),
        ("1丁目2番", "text"),
        ("12人", "text"),
    ],
)
def test_a_cell_looks_like(cell, expected):
    assert kind(cell) == expected


def test_a_column_is_what_four_fifths_of_its_cells_are():
    assert prevailing(["1", "2", "3", "4", "不詳です"]) == "number"
    assert prevailing(["1", "2", "3", "多い", "不詳です"]) == "text"


def test_marks_do_not_count_against_numbers():
    assert prevailing(["1", "-", "X", "…", "2"]) == "number"


def test_one_cell_is_no_evidence():
    assert prevailing(["2024", "", ""]) == "text"
