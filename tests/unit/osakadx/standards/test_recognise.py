"""Which standard data set a table is: real files, and a known list renamed, prefixed and swapped."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx import standards, text
from osakadx.standards.recognise import recognise
from osakadx.tables.read import read

SITES = Path(__file__).parents[3] / "fixtures" / "sites"
# Every file with rows among the fixtures; None is none of the standards.
KNOWN = {
    "122033/122033_care_service.csv": ("09", "new"),
    "122033/122033_polling_place.csv": ("27", None),  # in the columns that all lists of places share
    "122033/122033_public_wireless_lan.csv": ("07", "new"),
    "222127/222127_child_rearing_support_center.csv": ("01", "old"),  # in the form of 公共施設一覧, whatever its name
    "222127/222127_open_data_list.csv": ("06", "old"),
    "222127/222127_public_toilet.csv": ("13", "new"),
    "222127/222127_public_wireless_lan.csv": ("07", "old"),
    "270008/270008_open_data_list.csv": ("06", "new"),
    "271004/271004_evacuation_2015.csv": ("03", None),  # the city's own columns
    "271004/271004_preschool_202011.csv": ("05", "old"),  # names in English
    "281000/281000_open_data_list.csv": ("06", "new"),
    "372013/372013_evacuation_space.csv": ("03", "old"),  # names in English
    "372013/372013_open_data_list.xlsx": ("06", "new"),
    "372013/372013_public_toilet.csv": ("13", "old"),  # names in English, degrees moved to the front
    "otameshi/otameshi_open_data_list.csv": ("06", "new"),
    "otameshi/public_toilet_ragged.csv": ("13", "new"),
    "otameshi/public_wireless_lan_mixed.csv": ("07", "old"),
}
READABLE = sorted(
    str(path.relative_to(SITES))
    for path in SITES.glob("*/*")
    if path.suffix in (".csv", ".xlsx", ".xls", ".geojson") and read(path).tables
)


def found(table, **asked):
    known = recognise(table.header, list(table.records())[:500], **asked)
    return known and (known.match.id, known.match.edition)


@pytest.mark.parametrize("path", READABLE)
def test_every_real_file_is_what_it_is_and_no_standard_is_made_up(path):
    table = max(read(SITES / path).tables, key=lambda table: table.rows)
    assert found(table, name=path) == KNOWN.get(path)


TOILETS = read(SITES / "222127/222127_public_toilet.csv").tables[0]
ROWS = [list(cells) for _, cells in TOILETS.numbered()]


def named(header, rows=ROWS):
    known = recognise(header, rows)
    return known and (known.match.id, known.match.edition)


def test_all_columns_of_the_standard_are_told():
    match = recognise(TOILETS.header, ROWS).match
    assert (match.confidence, len(match.columns_matched)) == (1.0, 39)
    assert match.columns_missing == match.columns_unknown == ()
    short = recognise((*TOILETS.header[:30], "管理者"), [row[:31] for row in ROWS]).match
    assert short.columns_unknown == ("管理者",) and "備考" in short.columns_missing and short.confidence < 1


@pytest.mark.parametrize(
    "change",
    [
        lambda name: name.replace("_", "＿"),
        lambda name: name.replace("（", "(").replace("）", ")"),
        lambda name: f"トイレ_{name}",
        lambda name: f" {name} ",
        lambda name: "設置の位置" if name == "設置位置" else name,
        lambda name: "名前" if name == "名称" else name,
        str.lower,
    ],
)
def test_names_may_be_written_otherwise(change):
    assert named(tuple(map(change, TOILETS.header))) == ("13", "new")


def test_a_column_of_another_name_is_known_by_its_place_and_values():
    header = tuple("よみがな" if name == "名称_カナ" else name for name in TOILETS.header)
    known = recognise(header, ROWS)
    assert known.specs[4].name == "名称_カナ" and 4 in known.renamed


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(39)))
def test_the_order_of_the_columns_does_not_matter(order):
    assert named(
        tuple(TOILETS.header[place] for place in order), [[row[place] for place in order] for row in ROWS]
    ) == (
        "13",
        "new",
    )


def test_right_headers_over_swapped_columns_are_still_the_standard():
    swapped = [[*row[:15], row[16], row[15], *row[17:]] for row in ROWS]
    assert named(TOILETS.header, swapped) == ("13", "new")


@pytest.mark.parametrize("entry", [one for one in standards.all_standards() if one.columns_known == "full"], ids=str)
def test_the_names_of_each_full_edition_are_recognised(entry):
    for edition in entry.editions:
        columns = [column.name for column in edition.columns]
        if edition.key != "gif" and len(columns) >= 10:
            assert named(columns, [["値"] * len(columns)] * 5) == (entry.number, edition.key)


# Of each edition the columns that a town with little time fills: the head, the place, and what the list is about.
SHORT = {
    "02": "文化財分類,種類,所有者等,文化財指定日",
    "03": "災害種別_洪水,災害種別_地震,災害種別_津波,指定避難所との重複,想定収容人数",
    "05": "種別,収容定員,受入年齢,開始時間,終了時間",
    "07": "設置者,SSID,提供エリア",
    "08": "設置位置,利用可能曜日,小児対応設備の有無",
    "09": "介護サービス事業所名称,実施サービス,事業所番号,定員,法人の名称",
    "10": "医療機関の種類,診療曜日,診療科目,病床数",
    "12": "イベント名,開始日,終了日,開始時間,終了時間,場所名称,主催者",
    "13": "設置位置,男性トイレ総数,女性トイレ総数,車椅子使用者用トイレ有無",
    "14": "種別,口径,備考",
}
NEW_HEAD = "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,所在地_連結表記,緯度,経度,電話番号"
OLD_HEAD = "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,緯度,経度,電話番号"


def of_edition(number, key, columns):
    edition = standards.standard(number).edition(key)
    known = {text.squeeze(column.name) for column in edition.columns}
    return [column for column in columns.split(",") if text.squeeze(column) in known]


@pytest.mark.parametrize("number", SHORT)
@pytest.mark.parametrize(("key", "head"), [("new", NEW_HEAD), ("old", OLD_HEAD)])
def test_a_short_table_is_of_the_edition_whose_names_it_has(number, key, head):
    columns = of_edition(number, key, f"{head},{SHORT[number]}")
    assert named(columns, [["値"] * len(columns)] * 5) == (number, key)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_columns_of_one_edition_alone_never_make_another(data):
    entry = data.draw(st.sampled_from([one for one in standards.all_standards() if one.edition("old")]))
    edition = entry.edition(data.draw(st.sampled_from(("new", "old"))))
    other = entry.edition("old" if edition.key == "new" else "new")
    elsewhere = {text.squeeze(name) for column in other.columns for name in (column.name, *column.aliases)}
    names = [column.name for column in edition.columns]
    columns = data.draw(st.lists(st.sampled_from(names), min_size=5, unique=True))
    known = recognise(columns, [["値"] * len(columns)] * 5)
    if known and known.standard is entry and any(text.squeeze(name) not in elsewhere for name in columns):
        assert known.edition.key == edition.key


def test_columns_that_a_publisher_adds_do_not_make_an_old_table_new():
    columns = [
        *of_edition("08", "old", f"NO,名称,住所,緯度,経度,{SHORT['08']}"),
        "郵便番号",
        "画像1",
        "連絡先メールアドレス",
    ]
    assert named(columns, [["値"] * len(columns)] * 5) == ("08", "old")


def test_a_table_whose_names_are_of_both_editions_is_measured_by_the_one_in_force():
    columns = ["名称", "名称_カナ", "緯度", "経度", "電話番号", *SHORT["08"].split(",")]
    assert named(columns, [["値"] * len(columns)] * 5) == ("08", "new")


def test_old_names_in_a_new_table_are_renamed_columns_and_not_missing_ones():
    old = {
        "全国地方公共団体コード": "都道府県コード又は市区町村コード",
        "ID": "NO",
        "所在地_連結表記": "住所",
        "建物名等(方書)": "方書",
        "バリアフリートイレ数": "多機能トイレ数",
    }
    header = [old.get(name, name) for name in TOILETS.header]
    known = recognise(header, ROWS)
    assert (known.match.id, known.match.edition) == ("13", "new")
    assert known.match.columns_missing == known.match.columns_unknown == ()
    assert {header[place] for place in known.renamed} == set(old.values())


def test_a_new_name_in_an_old_table_is_its_column_and_no_fault():
    columns = [column.name for column in standards.standard("08").edition("old").columns]
    columns[columns.index("住所")] = "所在地_連結表記"
    known = recognise(columns, [["値"] * len(columns)] * 5)
    assert known.match.edition == "old" and known.match.columns_missing == () and not known.renamed


def test_a_column_of_the_standard_beside_its_old_name_keeps_its_place():
    header = [*TOILETS.header, "NO"]
    known = recognise(header, [[*row, "1"] for row in ROWS])
    assert known.match.columns_unknown == ("NO",) and known.specs[1].name == "ID" and known.specs[-1] is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=15), st.lists(st.lists(st.text(max_size=6)), max_size=5))
def test_any_table_gets_an_answer(header, rows):
    even = [(row + [""] * len(header))[: len(header)] for row in rows]
    known = recognise(header, even)
    assert known is None or len(known.specs) == len(header)


@pytest.mark.parametrize(
    "header",
    [
        "名称,住所,電話番号,緯度,経度,備考",
        "ID,名称,名称_カナ,所在地,緯度,経度,電話番号,種別,人数,開始日,URL,備考",
        "日付,相談件数",
        "年度,人口,世帯数,男,女",
        "施設名,ふりがな,郵便番号,所在地,電話番号,FAX番号,定員,設置主体,開設年月日,URL,緯度,経度",
    ],
)
def test_columns_that_many_tables_have_make_no_standard(header):
    columns = header.split(",")
    assert named(columns, [["値"] * len(columns)] * 5) is None


SHARED = read(SITES / "122033/122033_polling_place.csv").tables[0]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("122033_205_polling_place.csv", "27"),
        ("投票所一覧（令和8年）.csv", "27"),
        ("271403_tourism_point.csv", "31"),
        ("271403_bicycle_parking.csv", "26"),
    ],
)
def test_a_file_in_the_columns_that_all_share_is_what_its_name_says(name, number):
    assert found(SHARED, name=name) == (number, None)


@pytest.mark.parametrize("name", ["122033_places.csv", "271403_prevention.csv", "271403_polling_place_event.csv", ""])
def test_a_name_that_says_none_or_several_standards_makes_none(name):
    assert found(SHARED, name=name) is None


def test_a_name_makes_no_standard_of_columns_of_ones_own():
    header = ["施設名", "電話", *SHARED.header[:10], "受付", "開始", "担当"]
    assert recognise(header, [["値"] * len(header)] * 5, name="122033_205_polling_place.csv") is None


def test_a_standard_that_is_asked_for_is_taken():
    own = recognise(("トイレ名", "住所", "緯度"), [("甲", "乙", "34.5")] * 5, asked=standards.standard("13"))
    assert own is not None and own.match.id == "13"
