import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.tables.columns import _are_alike, are_numbers
from osakadx.tables.profile import column_types, point_columns
from osakadx.tables.read import read

SITES = Path(__file__).parents[3] / "fixtures" / "sites"


@settings(max_examples=200)
@given(
    st.lists(
        st.from_regex(r"[0-9]{1,3}(\.[0-9]{0,3})?|[0-9.\n]{1,4}|0[0-9.]*|[0-9]{27,30}", fullmatch=True),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_a_glance_at_lines_of_one_shape_says_what_the_pattern_says(cells, whole):
    lines = "".join(f"{cell}\n" for cell in cells).encode()
    pattern = rb"(([1-9][0-9]{0,8}|0)\n)+" if whole else rb"(([1-9][0-9]{0,27}|0)(\.[0-9]{1,27})?\n)+"
    assert are_numbers(lines, whole=whole) == bool(re.fullmatch(pattern, lines))


@pytest.mark.parametrize(
    "cells, whole, alike",
    [
        (["34.6073", "34.6912"], False, True), (["27100400000001", "27100400000002"], False, True),
        (["0.5", "0.7"], False, True), (["1", "0"], True, True), (["12", "34"], True, True), (["1", "23"], True, False),
        (["34.60", "345.6"], False, False), (["01", "12"], True, False), (["1.5", "2.5"], True, False),
        ([".5", ".7"], False, False), (["5.", "7."], False, False), (["1" * 28, "2" * 28], False, True),
        (["1" * 29], False, False), (["1" * 10], True, False), (["１２"], True, False),
    ],
)  # fmt: skip
def test_lines_of_one_shape_are_known_at_a_glance(cells, whole, alike):
    assert _are_alike("".join(f"{cell}\n" for cell in cells).encode(), whole=whole) == alike


def table_of(name, *cells):
    text = f"{name},備考欄\n" + "".join(f'"{cell}",文\n' for cell in cells)
    return read(text.encode(), "a.csv").tables[0]


def type_of(name, *cells):
    return column_types(table_of(name, *cells))[0].type


@pytest.mark.parametrize(
    "name, cells, expected",
    [
        ("人口", ["100", "200", "0"], "int"),
        ("増減", ["-5", "12", ""], "int"),
        ("面積", ["1.50", "2", "-0.25"], "numeric"),
        ("緯度", ["34.693700", "34.7"], "numeric"),
        ("日付", ["2024-04-01", "2024-04-30"], "date"),
        ("日時", ["2024-04-01T10:00:00", "2024-04-01T11:30:00"], "timestamp"),
        ("総額", ["1234567890123", "22"], "numeric"),
        ("年", ["2020", "2021", "2022"], "int"),
        # Whatever would come back otherwise than it went in stays text.
        ("人口", ["1,000", "2,000"], "text"),
        ("人口", ["１００", "２００"], "text"),
        ("人口", ["100", "-"], "text"),
        ("人口", ["100", "X"], "text"),
        ("値", ["1E+05", "2E+05"], "text"),
        ("値", ["+5", "+6"], "text"),
        ("値", ["-0", "1"], "text"),
        ("値", [" 1", "2"], "text"),
        ("日付", ["2024-02-30", "2024-04-01"], "text"),
        ("日付", ["2024/4/1", "2024/4/2"], "text"),
        ("日付", ["2024-04-01", "2024-04-01T10:00:00"], "text"),
        ("値", ["1", "2024-04-01"], "text"),
        # Codes, by their zeros, their names or their even length.
        ("区分", ["01", "02"], "text"),
        ("全国地方公共団体コード", ["271004", "272035"], "text"),
        ("電話番号", ["0662088181", "0668582525"], "text"),
        ("ID", ["1", "2"], "text"),
        ("№", ["1", "2"], "text"),
        ("cid", ["1100", "1101"], "text"),
        ("KEY_CODE", ["27102", "271020010"], "text"),
        ("法人", ["7000020270008", "6000020271004"], "text"),
        ("町", ["271020010", "271020020"], "text"),
        ("人口", ["10000", "20000"], "int"),
        ("世帯数", ["10000", "20000"], "int"),
        ("空", ["", ""], "text"),
    ],
)  # fmt: skip
def test_a_column_is_as_narrow_as_it_can_be_without_loss(name, cells, expected):
    assert type_of(name, *cells) == expected


@given(
    st.lists(
        st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{1,4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=50, deadline=None)
def test_no_character_is_lost_in_a_narrow_type(cells):
    back = {"int": lambda cell: str(int(cell)), "numeric": decimal_text, "date": str, "text": str}
    narrow = type_of("値の数", *cells)
    assert [back[narrow](cell) for cell in cells] == cells


def decimal_text(cell):
    """What PostgreSQL gives back for a numeric."""
    from decimal import Decimal

    return format(+Decimal(cell), "f") if Decimal(cell) else format(abs(Decimal(cell)), "f")


def types_of(path):
    return {column.title: column.type for column in column_types(read(SITES / path).tables[0])}


def test_types_of_a_list_of_municipalities():
    assert types_of("otameshi/localgovjp_utf8_20200104.csv") == {
        "pid": "text", "pref": "text", "cid": "text", "city": "text", "citykana": "text", "lat": "numeric",
        "lng": "numeric", "url": "text", "phrase": "text",
    }  # fmt: skip


def test_types_of_a_time_series():
    types = types_of("270008/270008_covid19_mild_bed_usage.csv")
    assert list(types.values()) == ["date", "int", "int", "numeric"]


def test_types_of_a_standard_data_set():
    types = types_of("222127/222127_public_toilet.csv")
    assert types["全国地方公共団体コード"] == types["ID"] == types["所在地_番地以下"] == "text"
    assert types["緯度"] == types["経度"] == "numeric"


def test_field_names_stand_beside_the_titles():
    columns = column_types(read(SITES / "271004/271004_preschool_202011.csv").tables[0])
    assert [column.name for column in columns if column.title == "available_from"] == [
        "available_from",
        "available_from_2",
    ]


@pytest.mark.parametrize(
    "path, places",
    [
        ("222127/222127_public_toilet.csv", ("緯度", "経度")),
        ("271004/271004_evacuation_2015.csv", ("緯度", "経度")),
        ("271004/271004_mapnavi_facilities_2015.csv", ("Y", "X")),
        ("271004/271004_preschool_202011.csv", ("lat", "lng")),
        ("271004/271004_tsunami_buildings.geojson", ("緯度", "経度")),
        ("372013/372013_public_toilet.csv", ("latitude", "longitude")),
        ("270008/270008_covid19_summary.csv", None),
        ("bodik/271403_company_image_list.csv", None),
    ],
)
def test_the_two_columns_of_a_point(path, places):
    table = read(SITES / path).tables[0]
    found = point_columns(table)
    assert (tuple(table.header[place] for place in found) if found else None) == places


@pytest.mark.parametrize(
    "rows",
    [
        ["135.5,34.7", "135.6,34.8"],
        ["34度41分,135度30分", "34度42分,135度31分"],
        ["-145000.5,-45000.2", "-145001.5,-45001.2"],
        [",", ","],
    ],
    ids=["swapped", "degrees and minutes", "metres", "blank"],
)
def test_what_is_no_point_in_japan_is_none(rows):
    text = "緯度,経度,名\n" + "".join(f"{row},あ\n" for row in rows)
    assert point_columns(read(text.encode(), "a.csv").tables[0]) is None
