from osakadx.tables.html import grid
from osakadx.tables.read import read

PAGE = """<html><head><title>一覧</title></head><body><table><tr><td>menu</td></tr></table>
<table><tr><th rowspan=2>区</th><th colspan="2">人口</th></tr><tr><th>男</th><th>女</th></tr>
<tr><td>北区</td><td>100</td><td>110</td></tr><tr><td>西区</td><td>200</td><td>190</td></tr>
<tr><td>港区</td><td>50</td><td>40</td></tr></table></body></html>"""


def test_a_page_named_xls_is_read_as_its_largest_table():
    reading = read(PAGE.encode("cp932"), "人口.xls")
    (table,) = reading.tables
    assert (reading.format, reading.declared_format, reading.encoding) == ("HTML", "XLS", "cp932")
    assert "format-differs" in [finding.rule for finding in reading.findings]
    assert (table.header, table.header_rows) == (("区", "人口_男", "人口_女"), (1, 2))
    assert next(table.records()) == ("北区", "100", "110")


def test_a_page_named_csv_is_a_page():
    reading = read(PAGE.encode(), "人口.csv")
    assert not reading.readable
    assert [finding.rule for finding in reading.findings] == ["format-differs", "is-web-page"]


def test_a_page_without_a_table_of_data_is_none():
    assert grid("<html><body><table><tr><td>login</td></tr></table></body></html>", "x") is None
    assert not read(b"<html><body>moved</body></html>", "a.xls").readable


def test_wild_spans_are_bounded():
    found = grid('<table><tr><td colspan="99999999">a</td><td rowspan=-1>b</td></tr><tr><td>c</td></tr></table>', "x")
    assert found is not None
    assert {len(cells) for _, cells in found.again()} == {2}
    found = grid('<table><tr><td colspan="5000">a</td><td>b</td></tr><tr><td>c</td></tr></table>', "x")
    assert found is not None
    assert {len(cells) for _, cells in found.again()} == {101}
