import pytest
from osakadx.tables.dialect import DELIMITERS, Dialect, detect

ROWS = [["名称", "住所", "電話"], ["市役所", "北区1-1", "06-1"], ["図書館", "西区、2番", "06-2"], ["公園", "港区", ""]]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_separator_that_makes_even_rows_is_found(delimiter):
    text = "".join(delimiter.join(row) + "\r\n" for row in ROWS)
    assert detect(text) == Dialect(delimiter)


def test_commas_inside_values_do_not_hide_tabs():
    assert detect("名称\t人口\t備考\n大阪市\t2,700,000\t\n堺市\t820,000\t中核,政令\n").delimiter == "\t"


def test_semicolons_inside_values_do_not_hide_commas():
    assert detect("名称,曜日\n市役所,月;火;水\n図書館,火;水;木\n").delimiter == ","


def test_one_column_is_a_comma_file():
    assert detect("名称\n大阪市\n堺市\n") == Dialect(",")


def test_titles_above_do_not_disturb():
    assert detect("避難所一覧\n令和6年4月1日現在\n\n名称;住所;電話\n小学校;北区;06\n公園;西区;06\n").delimiter == ";"


def test_apostrophes_around_every_field_are_quotation_marks():
    assert detect("'名称','住所'\n'市役所','北区, 1'\n'図書館','西区'\n").quotechar == "'"


def test_an_apostrophe_in_a_name_is_none():
    assert detect("name,city\nO'Hara,Osaka\nD'Arc,Sakai\n").quotechar == '"'


def test_nothing_is_a_comma_file():
    assert detect("") == Dialect(",", '"')
