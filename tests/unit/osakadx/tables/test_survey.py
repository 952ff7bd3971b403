import pytest
from osakadx.tables.limits import Limits
from osakadx.tables.read import read

# Caps below which a file is read line by line.
LINES = Limits(line_chars=1 << 15, field_chars=1 << 15, places=10_000)
BLOCKS = Limits(places=10_000)

HEADER = "区,人口,世帯\n"
BODY = "北区,100,50\n西区,200,90\n港区,50,20\n"


def a_file(text):
    reading = read(text.encode(), "人口.csv")
    return reading, [(finding.rule, finding.row) for finding in reading.findings]


def test_a_clean_table_has_no_findings():
    reading, found = a_file(HEADER + BODY)
    (table,) = reading.tables
    assert found == []
    assert (table.name, table.rows, table.columns, table.first_data_row) == ("人口", 3, 3, 2)
    assert next(table.records()) == ("北区", "100", "50")


def test_a_total_is_told_and_stays():
    reading, found = a_file(HEADER + BODY + "合　計,350,160\n")
    assert found == [("total-row", 5)]
    assert reading.tables[0].rows == 4


@pytest.mark.parametrize(
    "rows, totals",
    [
        ("272124,八尾市,東,10\n272124,八尾市,西,20\n272124,八尾市,合計,30\n", [4]),
        ("2023,市立,小学校,1\n2023,市立,計,1\n2024,市立,小学校,2\n2024,市立,計,2\n", [3, 5]),
        ("1,八尾市,東,10\n,八尾市,合　計,10\n", [3]),
        ("1,八尾市,総数,10\n1,八尾市,男,4\n1,八尾市,女,6\n1,堺市,総数,2\n1,堺市,男,2\n", [2, 5]),
        ("1,大阪府,北,1\n1,大阪府,小計,1\n1,総数,,2\n", [3, 4]),
        # no parts beside it: the only value there is, or the way a figure was made
        ("1,八尾市,総数,10\n2,八尾市,総数,11\n3,八尾市,総数,12\n", []),
        ("1,人口,合計,10\n2,気温,平均,11\n3,雨量,合計,12\n", []),
        ("1,八尾市,東,無\n2,八尾市,計,無\n", []),
        ("1,八尾市,会計課,1\n2,八尾市,計量検査所,2\n3,八尾市,設計,3\n4,八尾市,家計,4\n", []),
    ],
)
def test_a_total_in_a_further_label_column_is_told_beside_its_parts(rows, totals):
    _, found = a_file("番号,市,区分,数\n" + rows)
    assert [row for rule, row in found if rule == "total-row"] == totals


TOTALS = "番号,市,区分,数\n" + "".join(
    f"{n},市{n // 50},{'計' if n % 7 == 0 else '総　数' if n % 11 == 0 else f'町{n}'},{n}\n" for n in range(1, 2000)
)


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "utf-16"])
@pytest.mark.parametrize("odd", ["", "9,市1\n", '9,市1,"a\nb",3\n'], ids=["even", "ragged", "quoted"])
def test_totals_are_the_same_in_blocks_and_in_lines(codec, odd, monkeypatch):
    text = (TOTALS + odd) * 2
    expected = total_rows(text.encode(), LINES)
    assert len(expected) > 100
    for size in (1, 7, 300, 1 << 16):
        monkeypatch.setattr("osakadx.tables.delimited.BLOCK", size)
        assert total_rows(text.encode(codec), BLOCKS) == expected


def total_rows(content, limits):
    findings = read(content, "a.csv", limits=limits).findings
    return [finding.row for finding in findings if finding.rule == "total-row"]


def test_a_facility_whose_name_ends_like_a_total_is_none():
    assert a_file("名称,住所\n大時計,北区\n設計事務所,西区\n")[1] == []


@pytest.mark.parametrize("note", ["※速報値です。", "（注）世帯は概数", "資料：住民基本台帳", "*推計"])
def test_footnotes_are_no_data(note):
    reading, found = a_file(HEADER + BODY + f"{note},,\n")
    (table,) = reading.tables
    assert found == [("footnote", 5)]
    assert (table.rows, [footnote.text for footnote in table.footnotes]) == (3, [note])
    assert len(list(table.records())) == 3


def test_lines_after_a_blank_row_are_footnotes():
    reading, found = a_file(HEADER + BODY + "\nこの表は総務課がまとめました\n問い合わせは総務課まで\n")
    assert found == [("footnote", 6), ("footnote", 7)]
    assert reading.tables[0].ragged_rows == ()


def test_a_last_row_with_one_filled_cell_is_data():
    reading, found = a_file(HEADER + BODY + "此花区,,\n")
    assert (found, reading.tables[0].rows) == ([], 4)


def test_ragged_rows_are_numbered_as_a_spreadsheet_does():
    reading, found = a_file('区,備考\n北区,"2行\nのセル"\n西区\n港区,あり,余り\n')
    (table,) = reading.tables
    assert found == [("ragged-row", 3), ("ragged-row", 4)]
    assert table.ragged_rows == (3, 4)
    assert list(table.records())[1:] == [("西区", ""), ("港区", "あり")]


def test_blank_rows_are_skipped_but_counted():
    reading, _ = a_file(HEADER + "\n北区,100,50\n,,\n西区,200,90\n\n\n")
    (table,) = reading.tables
    assert [number for number, _ in table.numbered()] == [3, 5]
    assert table.rows == 2


@pytest.mark.parametrize("space", [" ", "\u3000", "\x0b", "\x1f", "\x85", "\xa0", "\u2003", "\u2028", "\u3000\xa0"])
def test_a_row_of_any_kind_of_space_is_blank(space):
    reading, _ = a_file(f"区,人口\n北区,1\n{space},{space}\n西区,2\n")
    (table,) = reading.tables
    assert [number for number, _ in table.numbered()] == [2, 4]
    assert table.rows == 2


def test_many_places_of_one_kind_are_counted_not_listed():
    reading, _ = a_file(HEADER + "北区,1\n" * 50)
    ragged = [finding for finding in reading.findings if finding.rule == "ragged-row"]
    assert len(ragged) == 21
    assert (ragged[-1].row, ragged[-1].value, ragged[-1].severity) == (None, "50", "error")
    assert len(reading.tables[0].ragged_rows) == 50


@pytest.mark.parametrize(
    "header, expected",
    [("区,人口,人口", ("header-duplicate", "C1")), ("区,,世帯", ("header-empty", "B1"))],
)
def test_a_bad_column_name_is_told_with_its_cell(header, expected):
    reading = read(f"{header}\n{BODY}".encode(), "a.csv")
    assert [(finding.rule, finding.cell) for finding in reading.findings] == [expected]


def test_a_header_without_data_is_told():
    reading, found = a_file(HEADER)
    (table,) = reading.tables
    assert found == [("no-data", 1)]
    assert (table.rows, table.first_data_row, list(table.records())) == (0, None, [])


def test_a_unit_row_is_told():
    assert a_file("区,人口,世帯\n,（人）,（世帯）\n" + BODY)[1] == [("unit-row", 2)]


def test_very_wide_tables_are_told():
    names = ",".join(f"列{place}の値" for place in range(1200))
    assert ("many-columns", 1) in a_file(names + "\n" + ",".join("あ" * 1200) + "\n")[1]


def test_a_table_far_below_blank_rows_is_found():
    reading, _ = a_file(",,\n" * 300 + HEADER + BODY)
    assert reading.tables[0].header_rows == (301,)


SECOND = "品目,金額\nりんご,300\nみかん,200\n"


@pytest.mark.parametrize(
    "between, start", [("\n", 6), ("\n\n", 7), (",,\n", 6), ("\n支出の表\n", 6), ("\n" + "支出の表\n\n", 6)]
)
def test_a_second_table_below_is_a_table_of_its_own(between, start):
    reading, found = a_file(HEADER + BODY + between + SECOND)
    first, second = reading.tables
    assert ("several-tables", start) in found
    assert [rule for rule, _ in found if rule not in ("several-tables", "notes-above")] == []
    assert (first.rows, second.header, second.rows) == (3, ("品目", "金額"), 2)
    assert [next(table.records())[:2] for table in reading.tables] == [("北区", "100"), ("りんご", "300")]


def test_a_second_table_far_below_is_found_too():
    reading, found = a_file(HEADER + BODY * 100 + "\n" + SECOND * 2)
    assert [(table.rows, table.columns) for table in reading.tables] == [(300, 3), (5, 2)]
    assert found == [("several-tables", 303), ("header-repeated", 306)]


def test_a_blank_row_inside_a_table_is_told_and_divides_nothing():
    reading, found = a_file(HEADER + BODY + "\n\n" + BODY + "\n※注\n")
    assert found == [("footnote", 11), ("blank-row", 5)]
    assert reading.tables[0].rows == 6
    reading, found = a_file(HEADER + BODY * 100 + ("\n" + BODY) * 300)
    assert reading.tables[0].rows == 1200
    assert {rule for rule, _ in found} == {"blank-row"}


def test_a_header_that_comes_again_is_told():
    assert a_file(HEADER + BODY + HEADER + BODY)[1] == [("header-repeated", 5)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("番号,名称,,番号,名称\n1,北,,3,西\n2,東,,4,南\n", ("tables-side-by-side", "D1")),
        ("番号,名称,,品目,金額\n1,北,,りんご,3\n2,東,,,\n", ("tables-side-by-side", "D1")),
        ("番号,名称,,品目,金額\n1,北,,りんご,3\n2,東,,みかん,4\n", ("header-empty", "C1")),
        ("区,町,人口\n北区,曽根崎,1\n,梅田,2\n,堂島,3\n西区,靱,4\n,阿波座,5\n", ("labels-left-out", "A3")),
    ],
)
def test_tables_beside_each_other_and_labels_left_out(text, expected):
    reading = read(text.encode(), "a.csv")
    assert [(finding.rule, finding.cell) for finding in reading.findings] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "ID,名称,住所\n,北,x\n,西,y\n",
        "班,名称,住所\nA,北,x\n,西,y\nA,東,z\n",
        "備考,名称,住所\n,北,x\nあり,西,y\nなし,東,y\n",
    ],
)
def test_a_column_that_is_sometimes_empty_is_no_label_left_out(text):
    assert read(text.encode(), "a.csv").findings == ()
