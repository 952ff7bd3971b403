import json
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.quality.check import Asked, check
from osakadx.quality.checked import checked
from osakadx.quality.evidence import Check
from osakadx.tables.read import read
from osakadx.tables.sandbox import Caps
from osakadx.vocab import municipality_of

SITES = Path(__file__).parents[3] / "fixtures" / "sites"


def found(text, **asked):
    return check(read(text.encode(), "a.csv"), Asked(**asked))


def test_a_check_comes_back_from_storage():
    once = check(read(SITES / "271004/271004_preschool_202011.csv"))
    assert once.standard is not None and once.counts and once.findings
    assert Check.from_dict(once.as_dict()) == once


def test_rows_that_conform_are_counted_once_however_much_is_wrong_with_them():
    rows = "ID,名称,開設日,電話番号\n1,甲,2024/4/1,０６\n2,乙,2024-04-02,06-6941-0351\n3,丙,2024-04-03,06-6941-0352\n"
    assert found(rows).rows_conforming == 2


def test_places_beyond_twenty_are_told_as_a_number():
    once = found("ID,名称,開設日\n" + "".join(f"{n},館{n},2024/4/{n % 28 + 1}\n" for n in range(50)))
    told = [finding for finding in once.findings if finding.rule == "dates-are-iso"]
    assert len(told) == 21 and told[-1].value == "50" and "50 か所" in told[-1].message
    assert once.counts["dates-are-iso"].places == 50


def test_wide_sheets_of_a_workbook_are_told_with_their_sheet():
    once = check(read(SITES / "281000/281000_school_survey_20130501.xls"))
    assert {finding.sheet for finding in once.findings} > {"小児童"}


def test_coordinates_are_judged_by_who_publishes():
    rows = "名称,住所,緯度,経度\n" + "".join(f"館{n},堺区{n},34.5733{n},135.4829{n}\n" for n in range(9))
    assert "coordinates-in-the-area" not in found(rows, municipality=municipality_of("堺市")).counts
    assert found(rows, municipality=municipality_of("能勢町")).counts["coordinates-in-the-area"].places == 9
    assert "coordinates-in-the-area" not in found(rows).counts


def on_a_map(*positions):
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": {"名称": f"館{n}"}}
        for n, at in enumerate(positions)
    ]
    return checked(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "a.geojson")


def test_swapped_coordinates_of_a_map_are_told_once_and_as_what_they_are():
    told = [one for one in on_a_map([34.6201, 135.6001], [135.6002, 34.6202]).findings if one.severity == "error"]
    assert [(one.rule, one.row) for one in told] == [("coordinates-not-swapped", 1)] and "経度、緯度の順" in told[0].fix


def test_metres_on_a_map_are_told_as_metres():
    told = [one for one in on_a_map([-36000.5, -151000.5], [-36001, -151001]).findings if one.severity == "error"]
    assert {one.rule for one in told} == {"coordinates-in-the-area"} and len(told) == 4
    assert all("メートル" in one.message and "EPSG:6668" in one.fix for one in told)


@pytest.mark.parametrize(
    ("day", "newest"), [("2026-11-01", "2026-10-02"), ("2026-01-01", "2025-04-01"), ("", "2031-12-31")]
)
def test_the_newest_day_is_not_of_the_future(day, newest):
    rows = "名称,開設日\n甲,2025-04-01\n乙,令和8年10月2日\n丙,2031-12-31\n"
    assert found(rows, day=day).newest == newest


cells = st.text(st.sampled_from("0123456789.,-:年月日令和有無ｱァ館 　\n不明E+①#"), max_size=9)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["ID", "緯度", "経度", "人数", "開設日", "電話番号", "名称_カナ", "備考"]), min_size=1,
                max_size=6), st.lists(st.lists(cells, min_size=1, max_size=7), max_size=8))  # fmt: skip
def test_any_cells_are_checked_and_the_findings_point_at_them(header, rows):
    quoted = [[f'"{cell}"' for cell in row] for row in [header, *rows]]
    reading = read("\n".join(map(",".join, quoted)).encode(), "a.csv")
    once = check(reading)
    for finding in once.findings:
        assert finding.message and finding.fix and "{" not in finding.message + finding.fix
        assert finding.row is None or finding.row >= 1
    assert 0 <= once.rows_conforming <= sum(table.rows for table in reading.tables)
    assert all(0 < count.places <= count.of for count in once.counts.values())


def test_a_long_table_is_walked_in_little_memory(tmp_path):
    chance = random.Random(1)
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("ID,名称,緯度,経度,人数,開設日\n")
        for n in range(30_000):
            file.write(
                f"{n},会館{n},34.{chance.randrange(10**6):06},135.{chance.randrange(10**6):06},{n % 97},2024-04-01\n"
            )
    reading = read(path)
    tracemalloc.start()
    once = check(reading)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert once.rows_conforming == 30_000
    assert peak < 40 << 20  # the rows alone would be more than twice of it


def test_a_file_is_checked_in_a_child_process_with_points():
    one = checked(SITES / "222127/222127_public_toilet.csv")
    said = one.as_dict()
    assert said["version"] == 1 and said["standard"]["id"] == "13" and said["standard"]["edition"] == "new"
    assert said["points"]["readable"] == {"points": 15.0, "max": 15.0}
    assert said["rows_conforming"] == 107 and said["points"]["conformance"]["points"] < 25


def test_a_file_that_takes_too_long_to_check_is_read_all_the_same(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"{n},会館{n},大阪市北区{n},34.{n:06},135.{n:06},2024/4/{n % 28 + 1}\n" for n in range(250_000))
    path.write_text("ID,名称,住所,緯度,経度,開設日\n" + rows, encoding="utf-8")
    one = checked(path, caps=Caps(cpu_seconds=3, wall_seconds=120.0))
    assert one.check is None and one.reading.tables[0].rows == 250_000
    assert [finding.rule for finding in one.findings] == ["checking-stopped"] and "3 秒" in one.findings[0].message


def test_a_file_without_a_table_has_no_standard_and_no_rows():
    said = checked(b"%PDF-1.7\n1234", "a.pdf").as_dict()
    assert said["standard"] is None and said["rows_conforming"] == 0
    assert said["points"]["structure"] == {"points": 0.0, "max": 20.0}
