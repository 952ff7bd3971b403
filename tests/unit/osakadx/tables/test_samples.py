"""Every real file that the project carries, with what was measured in it by hand."""

from pathlib import Path
from typing import NamedTuple

import pytest
from osakadx.tables.read import read

SITES = Path(__file__).parents[3] / "fixtures" / "sites"


class Measured(NamedTuple):
    path: str
    encoding: str
    newline: str
    bom: bool
    rows: int
    columns: int
    header_rows: tuple[int, ...] = (1,)
    first_data_row: int = 2


CSV = [
    Measured("122033/122033_public_wireless_lan.csv", "cp932", "CRLF", False, 45, 28),
    Measured("122033/122033_care_service.csv", "cp932", "CRLF", False, 53, 36),
    Measured("122033/122033_polling_place.csv", "cp932", "CRLF", False, 78, 31),
    Measured("222127/222127_public_toilet.csv", "utf-8", "CRLF", False, 112, 39),
    Measured("222127/222127_public_wireless_lan.csv", "utf-8", "LF", False, 17, 18),
    Measured("222127/222127_child_rearing_support_center.csv", "utf-8", "CRLF", True, 9, 24),
    Measured("222127/222127_yohairyosya.csv", "cp932", "CRLF+LF", False, 277, 16),
    Measured("270008/270008_covid19_contacts1.csv", "cp932", "LF", False, 367, 2),
    Measured("270008/270008_covid19_mild_bed_usage.csv", "cp932", "LF", False, 299, 4),
    Measured("270008/270008_covid19_positives_per_100k.csv", "cp932", "LF", False, 346, 2),
    Measured("270008/270008_covid19_severe_bed_usage.csv", "cp932", "LF", False, 299, 4),
    Measured("270008/270008_covid19_summary.csv", "cp932", "LF", False, 373, 11),
    Measured("270008/270008_small_area_population_2020.csv", "cp932", "CRLF", False, 10617, 67, (1, 2), 3),
    Measured("271004/271004_evacuation_2015.csv", "utf-8", "CRLF", True, 1520, 11),
    Measured("271004/271004_mapnavi_facilities_2015.csv", "utf-8", "LF", False, 9475, 20),
    Measured("271004/271004_preschool_202011.csv", "utf-8", "CRLF", False, 91, 28),
    Measured("281000/281000_indoor_shelter_2016.csv", "cp932", "CRLF", False, 335, 14),
    Measured("372013/372013_evacuation_space.csv", "utf-8", "LF", True, 193, 18, (7,), 10),
    Measured("372013/372013_public_toilet.csv", "utf-8", "CRLF", False, 169, 33),
    Measured("bodik/271403_company_image_list.csv", "utf-8", "LF", True, 746, 3),
    Measured("bodik/300004_evacuation_hashimoto.csv", "utf-8", "CRLF", True, 57, 28),
    Measured("bodik/300004_evacuation_kitayama.csv", "utf-8", "CRLF", True, 7, 28),
    Measured("otameshi/localgovjp_cp932_20200104.csv", "cp932", "CRLF", False, 1916, 9),
    Measured("otameshi/localgovjp_utf8_20200104.csv", "utf-8", "CRLF", False, 1916, 9),
]


@pytest.mark.parametrize("measured", CSV, ids=lambda measured: measured.path)
def test_a_csv_of_a_municipality_is_read_as_measured(measured):
    reading = read(SITES / measured.path)
    assert (reading.format, reading.delimiter, reading.readable) == ("CSV", ",", True)
    assert (reading.encoding, reading.newline, reading.bom) == (measured.encoding, measured.newline, measured.bom)
    (table,) = reading.tables
    assert (table.rows, table.columns) == (measured.rows, measured.columns)
    assert (table.header_rows, table.first_data_row) == (measured.header_rows, measured.first_data_row)
    records = list(table.records())
    assert len(records) == measured.rows
    assert {len(record) for record in records} == {measured.columns}


def test_two_encodings_of_one_list_are_the_same_rows():
    utf8, cp932 = (read(SITES / f"otameshi/localgovjp_{name}_20200104.csv") for name in ("utf8", "cp932"))
    assert utf8.tables[0].header == cp932.tables[0].header
    assert list(utf8.tables[0].records()) == list(cp932.tables[0].records())


def test_every_row_of_kitayama_is_one_field_short():
    (table,) = read(SITES / "bodik/300004_evacuation_kitayama.csv").tables
    assert table.ragged_rows == (2, 3, 4, 5, 6, 7, 8)


def test_a_repeated_column_name_is_found_in_its_cell():
    (finding,) = read(SITES / "271004/271004_preschool_202011.csv").findings
    assert (finding.rule, finding.cell, finding.value) == ("header-duplicate", "X1", "available_from")


def test_two_header_rows_of_the_census_become_one_name_each():
    (table,) = read(SITES / "270008/270008_small_area_population_2020.csv").tables
    assert table.header[0] == "KEY_CODE"
    assert table.header[7] == "T001082001_総数、年齢「不詳」含む"


def test_the_preamble_for_imi_is_no_header_and_no_data():
    (table,) = read(SITES / "372013/372013_evacuation_space.csv").tables
    assert table.header[:2] == ("#property", "name")
    assert [note.row for note in table.notes_above] == [1, 2, 3, 4, 5, 6, 8, 9]
    assert next(table.records())[:2] == ("1", "日新小学校跡施設")


def test_cells_of_several_lines_stay_in_one_row():
    (table,) = read(SITES / "222127/222127_yohairyosya.csv").tables
    assert sum("\n" in cell for record in table.records() for cell in record) == 38


def test_an_as_of_row_above_a_header_is_a_note():
    (table,) = read(SITES / "270008/270008_covid19_contacts1.xlsx").tables
    assert (table.sheet, table.header_rows, table.header) == ("Sheet1", (2,), ("", "相談件数"))
    assert [(note.row, note.text) for note in table.notes_above] == [(1, "2020-08-19 時点")]
    assert next(table.records()) == ("2020-01-29", "194")
    assert (table.first_data_row, table.rows) == (3, 204)


def test_two_header_rows_below_an_as_of_row():
    (table,) = read(SITES / "270008/270008_covid19_contacts2.xlsx").tables
    assert (table.header_rows, table.first_data_row, table.rows) == ((2, 3), 4, 197)
    assert table.header == ("", "相談件数_府管轄保健所", "相談件数_政令中核市")


def test_a_workbook_of_school_lunches():
    reading = read(SITES / "372013/372013_school_lunch_202403.xlsx")
    (table,) = reading.tables
    assert (reading.format, table.rows, table.columns, reading.findings) == ("XLSX", 437, 5, ())
    assert next(table.records()) == ("1", "3/1/2024", "ばらずし（えび入り）", "精白米（自校）", "65")


def test_merged_headers_of_a_legacy_workbook():
    reading = read(SITES / "281000/281000_garbage_by_year.xls")
    (table,) = reading.tables
    assert (reading.format, table.sheet) == ("XLS", "Ｓ55～（収集量）")
    assert (table.header_rows, table.first_data_row, table.rows, table.columns) == ((2, 3), 4, 36, 10)
    assert table.header[:4] == ("年度", "総収集量", "家庭系ごみ", "家庭系ごみ_燃えるごみ（可燃系）")
    assert next(table.records())[:3] == ("昭和55年度", "482103", "343373")
    merged = [finding.value for finding in reading.findings if finding.rule == "merged-cells"]
    assert merged == ["A2:A3", "B2:B3", "C2:H2", "J2:J3"]


def test_seven_sheets_of_a_school_survey():
    reading = read(SITES / "281000/281000_school_survey_20130501.xls")
    layout = {table.sheet: (table.header_rows, table.first_data_row) for table in reading.tables}
    assert layout == {
        "総括表": ((13, 14, 15), 16),
        "幼園児": ((3, 4), 5),
        "小児童": ((3, 4), 5),
        "中生徒": ((3, 4), 5),
        "高校生": ((3, 4, 5), 6),
        "特別支援学校生": ((3, 4, 5), 6),
        "高専生": ((3, 4), 5),
    }
    pupils = reading.tables[2]
    assert pupils.header[:5] == ("学校調査番号", "整理番号", "校名", "学級数_計", "学級数_１年")
    assert list(pupils.records())[3][:4] == ("0011", "1", "東灘", "35")
    assert [note.text for note in reading.tables[0].footnotes] == ["（注）分：分校\u3000\u3000休：休園"]


def test_points_of_tsunami_buildings():
    reading = read(SITES / "271004/271004_tsunami_buildings.geojson")
    (table,) = reading.tables
    assert (reading.format, table.rows, table.header) == ("GeoJSON", 1474, ("tags.name", "緯度", "経度"))
    assert next(table.records()) == ("学校法人大阪中華學校", "34.658134", "135.498651")


@pytest.mark.parametrize(
    "path, rule",
    [
        ("otameshi/event_calendar_empty.csv", "file-empty"),
        ("otameshi/evacuation_moved.csv", "is-web-page"),
        ("otameshi/school_lunch_protected.xlsx", "file-encrypted"),
    ],
)
def test_what_is_no_table_is_said_so(path, rule):
    reading = read(SITES / path)
    assert not reading.readable
    assert rule in [finding.rule for finding in reading.findings]


def test_a_workbook_named_csv_is_read_as_a_workbook():
    reading = read(SITES / "otameshi/school_lunch.csv")
    assert (reading.declared_format, reading.format, reading.tables[0].rows) == ("CSV", "XLSX", 437)
    assert [finding.rule for finding in reading.findings] == ["format-differs"]


def test_two_encodings_in_one_file_are_told_with_the_byte():
    path = SITES / "otameshi/public_wireless_lan_mixed.csv"
    reading = read(path)
    (finding,) = [finding for finding in reading.findings if finding.rule == "encoding-mixed"]
    offset = int(finding.value or "")
    content = path.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content[offset:].decode("utf-8")
    assert "\ufffd" not in "".join("".join(record) for record in reading.tables[0].records())


def test_uneven_rows_are_listed():
    (table,) = read(SITES / "otameshi/public_toilet_ragged.csv").tables
    assert table.ragged_rows == (3, 5, 7, 10, 11, 15, 19, 20)
