"""Reports as CSV for a spreadsheet program."""

import csv
import io

import pytest
from osakadx.spreadsheets import harmless, report


def test_a_report_opens_in_a_spreadsheet_program():
    written = report(["日時", "宛先"], [["2026-11-26", "山田, 花子"], [3, None]])
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [["日時", "宛先"], ["2026-11-26", "山田, 花子"], ["3", ""]]


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-2", "@x", "\tx", "\rx"])
def test_text_that_begins_like_a_formula_is_no_formula(cell):
    assert harmless(cell) == f"'{cell}"


def test_a_number_stays_a_number():
    assert harmless(-2) == -2
