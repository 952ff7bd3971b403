import pytest
from osakadx.tables.header import locate

SHELTERS = [
    "名称,住所,定員",
    "第一小学校,北区1-1,300",
    "第二小学校,西区2-2,250",
    "中央公園,港区3,1200",
    "体育館,北区4,900",
]
TEXTS = [
    "名称,住所,区分",
    "第一小学校,北区,避難所",
    "中央公園,港区,避難場所",
    "体育館,北区,避難所",
    "公民館,西区,避難所",
]


def grid(*lines):
    return [(number, line.split(",")) for number, line in enumerate(lines, start=1)]


def where(*lines, merged=()):
    layout = locate(grid(*lines), merged)
    assert layout is not None
    return layout.header_rows, layout.first_data_row


@pytest.mark.parametrize("table", [SHELTERS, TEXTS], ids=["numbers", "texts"])
def test_a_plain_table_has_its_header_in_row_one(table):
    assert where(*table) == ((1,), 2)


@pytest.mark.parametrize("table", [SHELTERS, TEXTS], ids=["numbers", "texts"])
@pytest.mark.parametrize(
    "above",
    [
        ["避難所一覧"],
        ["避難所一覧", ""],
        ["避難所一覧", "令和6年4月1日現在", ""],
        ["表1　避難所の定員,,（単位：人）"],
        ["2024-04-01,時点"],
        ["", "", "大阪市の避難所", ""],
    ],
    ids=lambda above: "/".join(above),
)
def test_titles_and_notes_above_are_no_header(table, above):
    first = len(above) + 1
    layout = locate(grid(*above, *table))
    assert layout is not None
    assert (layout.header_rows, layout.first_data_row) == ((first,), first + 1)
    assert [number for number, _ in layout.above] == [number for number, line in enumerate(above, 1) if line]


def test_a_group_row_without_merged_cells_joins_the_header():
    layout = locate(grid("区分,人口,,世帯", ",男,女,", "北区,100,110,90", "西区,200,190,150", "港区,50,40,30"))
    assert layout is not None
    assert (layout.header_rows, layout.first_data_row) == ((1, 2), 3)
    assert layout.header == ("区分", "人口_男", "人口_女", "世帯")


def test_a_group_row_over_columns_of_text_joins_the_header():
    layout = locate(
        grid("名称,所在地,,電話", ",区,町名,", "小学校,北区,中之島,なし", "公園,西区,新町,なし", "会館,港区,築港,あり")
    )
    assert layout is not None
    assert (layout.header_rows, layout.header) == ((1, 2), ("名称", "所在地_区", "所在地_町名", "電話"))


def test_merged_cells_tie_header_rows_together():
    rows = ["年度,ごみ,,合計", ",家庭,事業,", "平成25年度,10,20,30", "平成26年度,11,21,32", "平成27年度,12,22,34"]
    merged = [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4)]
    layout = locate(grid(*rows), merged)
    assert layout is not None
    assert (layout.header_rows, layout.header) == ((1, 2), ("年度", "ごみ_家庭", "ごみ_事業", "合計"))


def test_a_title_merged_over_all_columns_is_a_note():
    assert where("人口の推移,,", *SHELTERS, merged=[(1, 1, 1, 3)]) == ((2,), 3)


def test_a_row_of_units_belongs_to_the_header_and_ends_up_in_the_names():
    layout = locate(grid("区,人口,面積", ",（人）,㎢", "北区,100,10.5", "西区,200,5.2", "港区,50,7.9"))
    assert layout is not None
    assert (layout.header_rows, layout.units_row, layout.first_data_row) == ((1, 2), 2, 3)
    assert layout.header == ("区", "人口（人）", "面積(㎢)")


def test_years_may_be_column_names():
    assert where("区,2019,2020,2021", "北区,100,110,120", "西区,200,210,220", "港区,50,51,52") == ((1,), 2)


NUMBERS = ["北,50,51,40,42,30", "西,61,60,44,40,37", "港,12,10,19,17,20", "南,9,8,7,9,7"]


@pytest.mark.parametrize(
    "header",
    [
        "町名,総数,0-4,5-9,10-14,15-19",
        "町名,0-4,5-9,10-14,15-19,20-24",
        "町名,０-４,５-９,10-14,15-19,20-24",
        "町名,0-10,10-20,20-30,30-40,不詳",
        ",0,1-4,5-9,10-14,15-19",
        "町名,0-4,5-9,計,0-4,5-9",
        "施設名,0,1,2,3,4",
        "学年,1,2,3,4,5",
        "時間帯,9,10,11,12,13",
        "年度,10,11,12,1,2",
        "区分,2020,2021,2022,2023,計",
        "区分,2022,2023,2022,2023,増減",
        ",2022,2023,増減,増減率,順位",
    ],
)
@pytest.mark.parametrize("above", [[], ["人口の推移", ""], [",年齢,,,,"]], ids=["bare", "title", "group"])
def test_numbers_one_after_the_other_name_their_columns(header, above):
    layout = locate(grid(*above, header, *NUMBERS))
    assert layout is not None
    rows = layout.header_rows
    assert (rows[-1], layout.first_data_row) == (len(above) + 1, len(above) + 2)
    assert [name.rpartition("_")[2] for name in layout.header] == header.split(",")


MONTHS = ",".join(map(str, (*range(4, 13), 1, 2, 3)))
HOURS = ",".join(map(str, range(1, 25)))


@pytest.mark.parametrize(
    "lines",
    [
        ["区分,2022,2023", "出生,100,101", "死亡,101,99", "転入,102,101"],
        [f"年度,{MONTHS}", *[f"{year},{','.join(map(str, range(year, year + 12)))}" for year in range(2016, 2022)]],
        [f"日付,{HOURS}", *[f"2026-04-0{day}," + ",".join(["1.5"] * 24) for day in range(1, 9)]],
    ],
    ids=["two years", "months from April", "hours"],
)
def test_years_months_and_hours_name_their_columns(lines):
    assert where(*lines) == ((1,), 2)


@pytest.mark.parametrize(
    "lines",
    [
        ["北区,100,110,120", "西区,200,210,220", "港区,50,51,52"],
        ["北区,1,2,3", "北区,3,1,2", "西区,4,4,0", "港区,7,5,5"],  # the first name comes again
        ["北区,0,1,2", "西区,1,2,3", "港区,4,5,6", "南区,0,1,2"],  # so does the rise
        ["橋,2001,2015", "道,1998,2020", "堤,2003,2004", "坂,1999,2010"],  # from and to
        ["橋,1998,2015", "道,1975,", "堤,1980,", "坂,1990,"],  # built and renewed
        ["1,2,3,4", "5,9,7,1", "9,1,4,0", "2,2,1,8"],
        ["北区,530-0001,06-1234", "西区,550-0002,06-1235", "港区,552-0003,06-1236"],
        ["北区,10-1,12-2", "西区,3-5,1-2", "港区,7-7,8-1", "南区,2-2,3-3"],
        ["2024-04-01,1,2,3", "2024-04-02,4,4,4", "2024-04-03,5,1,4"],
        ["北区,1,2", "西区,4,3", "港区,9,9"],
        ["北区,5,6,7", "西区,4,3,1", "港区,9,9,2"],
    ],
)
def test_numbers_that_name_nothing_are_data(lines):
    assert where(*lines) == ((), 1)


@pytest.mark.parametrize("header", ["町名,乳児,幼児,児童", "町名,開始,終了,点検", "町名,Ａ,Ｂ,"])
def test_a_first_row_of_data_that_rises_stays_below_its_header(header):
    assert where(header, "北区,1,2,3", "西区,5,1,4", "港区,9,0,2", "南区,3,3,1") == ((1,), 2)


def test_data_from_the_first_row_on_have_no_header():
    layout = locate(grid("北区,100,2024-04-01", "西区,200,2024-04-02", "港区,50,2024-04-03"))
    assert layout is not None
    assert (layout.header_rows, layout.header, layout.first_data_row) == ((), ("", "", ""), 1)


def test_a_preamble_of_hashes_is_read_by_its_own_rule():
    assert where("#LINK,,", "#lang,ja,", "#property,name,tel", "#object_type_xsd,string,string", "1,公園,06-1") == (
        (3,),
        5,
    )


def test_a_header_alone_is_a_header():
    assert where("名称,住所,定員") == ((1,), 2)


def test_a_header_and_one_row():
    assert where("名称,住所,定員", "小学校,北区,300") == ((1,), 2)


def test_one_column():
    assert where("名称", "大阪市", "堺市", "池田市") == ((1,), 2)


def test_blank_rows_are_no_table():
    assert locate(grid("", ",,", "　,")) is None


def test_a_blank_row_below_the_header_does_not_hide_it():
    assert where("名称,住所,定員", "", *SHELTERS[1:]) == ((1,), 3)


def test_half_filled_columns_do_not_hide_the_header():
    rows = ["コード,ID,名称,カナ,英語,緯度", "271004,,市役所,,,34.69", "271004,,図書館,,,34.67", "271004,,公園,,,34.65"]
    assert where(*rows) == ((1,), 2)


@pytest.mark.parametrize(
    "lines, header_rows",
    [
        (["名称,定員", "甲,要問合せ", "乙,20", "丙,30"], (1,)),
        (["区,合算", "北,百六", "西,49", "南,35"], (1,)),
        (["名称,区,定員", "甲,北区,調査中", "乙,北区,20", "丙,西区,30"], (1,)),
        (["区,男,女", "北区,集計中,集計中", "北区,20,30", "西区,30,40"], (1,)),
        (["名称,定員", "name,capacity", "甲,20", "乙,30"], (1, 2)),
        (["区,人口,面積", "行政区,総数,全域", "北区,20,3", "西区,30,4"], (1, 2)),
        (["施設,費用", "名称,円", "甲,20", "乙,30"], (1, 2)),
        (["施設,施設,利用", "名称,所在区,人数", "あ館,北区,12", "い館,西区,20"], (1, 2)),
        (["区分,場所,利用", "名称,所在区,人数", "あ館,北区,12", "い館,西区,20"], (1, 2)),
        (["id,name,address", "番号,名称,住所", "1,あ館,北区", "2,い館,西区"], (1, 2)),
    ],
)
def test_words_where_the_first_row_of_data_has_no_number_are_data(lines, header_rows):
    assert where(*lines) == (header_rows, len(header_rows) + 1)
