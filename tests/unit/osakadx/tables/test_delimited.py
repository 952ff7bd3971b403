import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.tables import encoding
from osakadx.tables.delimited import open_delimited
from osakadx.tables.limits import Limits
from osakadx.tables.source import Source


def rows(text, limits=None):
    """Return the records of a text and the (rule, row) of what was found."""
    source = Source("table.csv", text.encode())
    decoded = encoding.detect(source)
    assert decoded is not None
    found = []
    file = open_delimited(source, decoded, limits or Limits())
    records = list(file.rows(found.append))
    assert list(file.rows()) == records
    return [list(cells) for _, cells in records], [(finding.rule, finding.row) for finding in found]


def test_a_quoted_line_break_stays_in_its_cell():
    assert rows('名称,備考\r\n公園,"1行目\n2行目"\r\n')[0] == [["名称", "備考"], ["公園", "1行目\n2行目"]]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_ends_a_row(end):
    assert rows(end.join(["a,b", "1,2", "3,4"]) + end) == ([["a", "b"], ["1", "2"], ["3", "4"]], [])


def test_line_ends_that_change_are_told_at_the_row():
    assert rows("a,b\r\n1,2\r\n3,4\n5,6\n")[1] == [("newline-mixed", 3)]


def test_line_breaks_inside_cells_are_no_change():
    assert rows('a,b\r\n"1\n1",2\r\n"3\n3",4\r\n')[1] == []


def test_an_unclosed_mark_swallows_no_rows():
    text = '名称,住所\n公園,"北区\n図書館,西区\n市役所,中央区\n'
    assert rows(text) == (
        [["名称", "住所"], ["公園", '"北区'], ["図書館", "西区"], ["市役所", "中央区"]],
        [("quote-unclosed", 2)],
    )


def test_an_unclosed_mark_before_quoted_rows_swallows_none_of_them():
    text = 'a,b\n1,"open\n"2","x"\n"3","y"\n'
    assert rows(text) == ([["a", "b"], ["1", '"open'], ["2", "x"], ["3", "y"]], [("quote-unclosed", 2)])


def test_an_unclosed_mark_is_given_up_at_the_longest_field():
    text = 'a,b\n1,"open\n' + f"22,{'3' * 1000}\n" * 1_200
    found, findings = rows(text)
    assert len(found) == 1_202
    assert findings == [("quote-unclosed", 2)]


def test_a_mark_inside_a_quoted_field_is_told():
    assert rows('a,b\n"x"y,1\nz,2\n') == ([["a", "b"], ["xy", "1"], ["z", "2"]], [("quote-stray", 2)])


def test_a_mark_inside_a_plain_field_is_told():
    assert rows('a,b\n5"管,1\n') == ([["a", "b"], ['5"管', "1"]], [("quote-stray", 2)])


def test_doubled_marks_are_regular():
    assert rows('a,b\n"5""管",1\n') == ([["a", "b"], ['5"管', "1"]], [])


def test_a_stray_mark_in_a_field_of_several_lines_keeps_its_row():
    text = 'a,b,c\n1,"2\n2","x"y\n3,4,5\n'
    assert rows(text) == ([["a", "b", "c"], ["1", "2\n2", "xy"], ["3", "4", "5"]], [("quote-stray", 2)])


def test_formulas_are_told_with_their_cell():
    source = Source("table.csv", b'a,b\n1,=HYPERLINK("http://example.jp")\n')
    decoded = encoding.detect(source)
    assert decoded is not None
    found = []
    list(open_delimited(source, decoded, Limits()).rows(found.append))
    assert ("formula-cell", "B2") in [(finding.rule, finding.cell) for finding in found]


def test_zero_characters_are_taken_out():
    assert rows("a,b\n1\x00,2\n")[0] == [["a", "b"], ["1", "2"]]


def test_a_line_that_never_ends_ends_the_reading():
    found, findings = rows("a,b\n1,2\n" + "x" * 5000, Limits(line_chars=1000))
    assert found == [["a", "b"], ["1", "2"]]
    assert findings == [("line-too-long", 3)]


def test_a_field_without_end_is_cut():
    found, findings = rows("a,b\n1," + "x" * 1_100_000 + "\n2,3\n")
    assert [len(cell) for cell in found[1]] == [1, 1 << 20]
    assert found[2] == ["2", "3"]
    assert findings == [("field-too-long", 2)]


def test_columns_beyond_the_cap_are_left_unread():
    found, findings = rows(",".join("abcd") + "\n" + ",".join("1234") + "\n", Limits(columns=3))
    assert found == [["a", "b", "c"], ["1", "2", "3"]]
    assert findings == [("columns-capped", 1), ("columns-capped", 2)]


cells = st.text(st.sampled_from(list("ab,;\"\n\r'=大阪 ")), max_size=6)


@given(table=st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_what_a_csv_writer_wrote_comes_back(table):
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(table)
    found, findings = rows(written.getvalue())
    assert found == table
    assert not [rule for rule, _ in findings if rule.startswith("quote")]


@given(text=st.text(st.sampled_from(list('a,"\n\r')), max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_character_but_marks_and_separators_is_ever_lost(text):
    found, _ = rows(text)
    assert "".join("".join(row) for row in found).count("a") == text.count("a")
