"""Moves that must not lift a score (design: quality, section 4): first on files alone, then on everything."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.badges import award
from osakadx.quality.check import check
from osakadx.quality.evidence import Answers, Change, Pace
from osakadx.quality.organization import Standing, index
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score
from osakadx.questions import Question, answers
from osakadx.standards.recognise import recognise
from osakadx.tables.read import read

from .evidences import HEADER, TOILET, TOILETS, WORDS, checked, csv, data_sets, evidence, file, full, toilets

BOOK = rulebook()


def points(*found):
    return score(evidence(*found), BOOK).points


BAD = file("a", "一覧\r\n".encode("euc-jp") + csv(100, encoding="euc-jp"), name="bad.csv")


def test_saving_or_uploading_the_same_again_lifts_nothing():
    again = replace(BAD, link=replace(BAD.link, checked="2026-11-01T00:00:00+09:00"))
    assert points(again) == points(BAD)


@pytest.mark.parametrize("blank", ["\r\n", "   \r\n", ",,,\r\n", " , , , \r\n" * 500])
def test_blanks_at_the_end_lift_nothing(blank):
    bad = csv(10) + "余り,,,,\r\n".encode()
    assert points(file(data=bad + blank.encode())) <= points(file(data=bad))


def test_splitting_a_file_lifts_nothing():
    halves = [file(name, csv(50, encoding="euc-jp"), name=f"{name}.csv") for name in ("b", "c")]
    assert points(*halves) <= points(file("a", csv(100, encoding="euc-jp")))


def test_a_tiny_perfect_file_lifts_nothing():
    assert points(BAD, file("b", csv(1), name="tiny.csv")) <= points(BAD)
    assert points(BAD, *(file(str(n), csv(1), name=f"{n}.csv", url=f"https://e.jp/{n}") for n in range(5))) <= points(
        BAD
    )


@pytest.mark.parametrize("declared", ["XLSX", "PDF", "GeoJSON", "JSON"])
def test_declaring_what_the_bytes_are_not_lifts_nothing(declared):
    assert points(file(data=csv(), format=declared)) < points(file(data=csv(), format="CSV"))
    assert points(file(data=b"%PDF-1.7\n", name="a.pdf", format="CSV")) <= points(
        file(data=b"%PDF-1.7\n", name="a.pdf", format="PDF")
    )


def test_the_same_address_as_several_resources_lifts_nothing():
    twins = [replace(BAD, id=str(number)) for number in range(5)]
    other = file("z", csv(100), name="good.csv")
    assert points(*twins) == points(BAD)
    assert points(*twins, other) == points(BAD, other)


def test_a_page_with_status_200_lifts_nothing():
    page = b"<html><body>login</body></html>"
    gone, login = file(verdict="gone"), file(data=page, verdict="html")
    assert points(login) <= points(gone) == 0


def test_a_page_declared_as_a_page_stays_below_any_table():
    page = file(data=b"<html><body>login</body></html>", name="index.html", format="HTML")
    assert score(evidence(page), BOOK).grade == "D"


PDF = b"%PDF-1.7\n" + b"0" * 9000
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 9000


@pytest.mark.parametrize("data", [PDF, ENCRYPTED], ids=["pdf", "encrypted"])
def test_making_the_bad_file_unreadable_lifts_nothing(data):
    tiny = file("b", csv(5), name="tiny.csv")
    assert points(file("a", data, name="bad.csv"), tiny) <= points(BAD, tiny)


def test_a_header_without_rows_is_no_perfect_file():
    assert points(file(data=HEADER.encode())) <= 12.0


@given(data_sets)
def test_giving_every_file_twice_lifts_nothing(found):
    twins = [replace(one, id=f"{one.id}'") for one in found.files]
    assert points(*found.files, *twins) == points(*found.files)


# -- the fifteen moves over all hundred points, with everything known

FLAWED = toilets(c8="1基", c5="")


def total(*files, **values):
    return score(full(*files, **values), BOOK).points


def test_the_best_data_set_has_all_points_and_gold():
    result = score(full(), BOOK)
    assert (result.grade, result.points, result.maximum, result.held) == ("A", 100.0, 100.0, False)
    assert award(full(), BOOK).badge.key == "gold"
    assert score(full(answers=Answers()), BOOK).points == 97.5


def test_move_1_touching_dates_lifts_nothing():
    """A stamp of today on every row is no change of the content, nor a newest day."""
    rows = [f"館{n},{n},{{stamp}}" for n in range(20)]
    old, new = (
        check(read(("名称,人数,更新日\r\n" + "\r\n".join(rows).format(stamp=stamp)).encode(), "a.csv"))
        for stamp in ("2020-04-01", "2026-10-31")
    )
    assert old.content == new.content and old.newest == new.newest == ""
    saved = replace(FLAWED, link=replace(FLAWED.link, checked="2026-10-31T00:00:00+09:00"))
    assert total(saved) == total(FLAWED)


def test_move_2_uploading_the_same_again_lifts_nothing():
    stale = replace(FLAWED, change=Change("2020-04-01", "2020-01-01", ("2020-04-01",)))
    again = replace(stale, id="new", change=Change("2020-04-01", "2026-10-31", ("2026-10-31",)))
    assert total(again) <= total(stale)
    assert total(stale, again) <= total(stale)


@pytest.mark.parametrize("blank", [b"\r\n", b"\r\n,,,,\r\n", "\r\n　, ,\r\n".encode()])
def test_move_3_blanks_change_neither_content_nor_score(blank):
    data = "ID,名称,人数\r\n1,甲,1\r\n2,乙,2人\r\n3,丙,3\r\n4,丁,4\r\n5,戊,5".encode()
    plain, padded = checked("a", data), checked("a", data + blank)
    assert plain.check.content == padded.check.content
    assert total(padded) <= total(plain)


def halves(**flaw):
    whole = toilets(rows=20, **flaw)
    lines = [TOILETS, *(TOILET.format(n=n) for n in range(1, 21))]
    if flaw:
        lines[5] = ",".join(flaw.get(f"c{place}", cell) for place, cell in enumerate(lines[5].split(",")))
    parts = ([lines[0], lines[5]], [line for number, line in enumerate(lines) if number != 5])
    return whole, [checked(str(n), "\r\n".join(part).encode()) for n, part in enumerate(parts)]


@pytest.mark.parametrize("flaw", [{"c8": "1基"}, {"c5": ""}, {"c6": "135.48", "c7": "34.57"}, {"c13": "072"}])
def test_move_4_setting_the_bad_row_apart_lifts_nothing(flaw):
    whole, parts = halves(**flaw)
    assert total(*parts) <= total(whole)


def test_move_4_dividing_a_data_set_lifts_no_organisation():
    one = [Standing("a", 60.0, "13", rows=100, peak=100)]
    many = [Standing(str(n), 60.0, "13", rows=10, peak=10) for n in range(10)]
    assert index(many, ["13", "08"]).points <= index(one, ["13", "08"]).points
    half = [Standing("a", 70.0, "13", rows=50, peak=100)]
    assert index(half, ["13", "08"]).points <= index(one, ["13", "08"]).points


def test_move_5_a_tiny_perfect_file_lifts_nothing():
    bad = toilets("bad", rows=60, encoding="cp932", c8="1基")
    assert total(bad, toilets("tiny", rows=2)) <= total(bad)


def test_move_6_padding_the_description_lifts_nothing():
    poor = replace(WORDS, description="トイレのデータ")
    padded = replace(WORDS, description="トイレのデータ " + "公衆トイレ オープンデータ 堺市 " * 40)
    assert total(metadata=padded) <= total(metadata=poor)
    assert total(metadata=replace(WORDS, description=WORDS.title * 9)) <= total(metadata=poor)


def test_move_7_declaring_what_the_bytes_are_not_lifts_nothing():
    plain = checked("a", b"x,y\r\n" + b"1,2\r\n" * 9)
    named = replace(plain, name="272272_public_toilet.csv")
    assert total(named, metadata=replace(WORDS, title="AED設置箇所一覧")) <= total(plain)
    assert plain.check.standard is None
    assert recognise(("x", "y"), [("1", "2")] * 9, name="272272_public_toilet.csv") is None


def test_move_8_a_longer_frequency_when_overdue_lifts_nothing():
    stale = replace(FLAWED, change=Change("2024-01-10", "2023-01-01", ("2024-01-10",)))
    overdue = total(stale, pace=Pace(declared=366))
    for days in (None, 5 * 366):
        declared = Pace(declared=days, declared_since="2026-10-31", before=366)
        assert total(stale, pace=declared) <= overdue
    never = Pace(declared=None, declared_since="2026-10-31", before=366, never=True)
    assert (
        total(replace(stale, reading=replace(stale.reading, check=replace(stale.check, newest=""))), pace=never)
        <= overdue
    )


@pytest.mark.parametrize("filler", ["－", "不明", "0", "なし"])
def test_move_9_fillers_in_required_cells_lift_nothing(filler):
    assert total(toilets(c5=filler)) <= total(toilets(c5=""))


def test_move_9_one_coordinate_for_all_rows_lifts_nothing():
    blank = [TOILETS, *(TOILET.format(n=n) for n in range(1, 21))]
    same = [line if n == 0 else replaced(line, "34.573300", "135.482900") for n, line in enumerate(blank)]
    none = [line if n == 0 else replaced(line, "", "") for n, line in enumerate(blank)]
    assert total(checked("a", "\r\n".join(same).encode())) <= total(checked("a", "\r\n".join(none).encode()))


def replaced(line, north, east):
    cells = line.split(",")
    return ",".join([*cells[:6], north, east, *cells[8:]])


def test_move_10_one_address_as_several_resources_lifts_nothing():
    twins = [replace(FLAWED, id=str(number)) for number in range(4)]
    assert total(*twins) <= total(FLAWED)


standings = st.lists(
    st.builds(
        Standing, st.uuids().map(str), st.floats(0, 100), st.sampled_from(["", "08", "13", "18"]),
        st.sampled_from(["", "population-households", "land-weather"]), st.integers(0, 500), st.integers(0, 500),
    ),
    max_size=8,
)  # fmt: skip


@given(standings, st.data())
def test_move_11_taking_away_lifts_no_index_and_publishing_sinks_none(found, chance):
    fewer = [one for one in found if chance.draw(st.booleans())]
    assert index(fewer, ["08", "13"]).points <= index(found, ["08", "13"]).points


def test_move_12_a_page_in_place_of_the_file_lifts_nothing():
    login = replace(FLAWED, link=replace(FLAWED.link, verdict="html"))
    assert total(login) < total(replace(FLAWED, link=replace(FLAWED.link, verdict="gone"))) + 0.1 <= total(FLAWED)


def test_move_13_another_towns_file_with_the_code_changed_lifts_nothing():
    theirs = [TOILETS, *(TOILET.format(n=n).replace("大阪府堺市", "静岡県焼津市") for n in range(1, 21))]
    copied = checked("a", "\r\n".join(theirs).encode())
    assert copied.check.counts["code-fits-the-name"].places >= 20
    assert total(copied) < total(toilets())
    empty = checked("a", TOILETS.encode())
    assert score(full(copied), BOOK).grade != "A" and total(empty) < total(copied)


def test_move_14_a_contact_that_bounces_lifts_nothing():
    bounced = replace(WORDS, contact_state="bounced")
    nobody = replace(WORDS, contact="", contact_state="none")
    assert total(metadata=bounced) <= total(metadata=nobody) < total()
    assert score(full(metadata=bounced), BOOK).grade == "B"


@pytest.mark.parametrize("columns", [(6, 7), (3, 4), (1, 0), (8, 13), (12, 14), (4, 5)])
def test_move_15_two_columns_swapped_under_right_headers_lift_nothing(columns):
    lines = [TOILETS]
    for n in range(1, 21):
        cells = TOILET.format(n=n).split(",")
        cells[columns[0]], cells[columns[1]] = cells[columns[1]], cells[columns[0]]
        lines.append(",".join(cells))
    assert total(checked("a", "\r\n".join(lines).encode())) <= total(toilets())


# -- asking oneself

ASKED = datetime(2026, 10, 1, 9, 0, tzinfo=timezone.utc)


def asking(*questions):
    return total(answers=answers(questions, ASKED + timedelta(days=30), 14))


def test_asking_oneself_from_inside_lifts_nothing():
    own = [Question(ASKED + timedelta(days=n), ASKED + timedelta(days=n), counts=False) for n in range(9)]
    assert asking(*own) == asking()
    overdue = Question(ASKED)
    assert asking(*own, overdue) == asking(overdue)


def test_asking_many_times_on_one_day_lifts_no_more_than_asking_once():
    many = [Question(ASKED + timedelta(minutes=n), ASKED + timedelta(hours=1)) for n in range(50)]
    assert asking(*many) == asking(many[0]) <= asking() + 1


def test_three_answers_on_three_days_are_needed_for_all_the_points():
    days = [Question(ASKED + timedelta(days=n), ASKED + timedelta(days=n + 1)) for n in range(3)]
    points = [asking(*days[:n]) for n in range(4)]
    assert points == sorted(points) and points[0] == 97.5 and points[3] == 100.0
    assert max(after - before for before, after in pairwise(points)) < 1


@given(st.integers(0, 9), st.integers(0, 9))
def test_an_answer_in_time_never_costs_and_a_late_one_never_lifts(in_time, late):
    def scored(in_time, late):
        return total(answers=Answers(in_time + late, in_time, late, late))

    assert scored(in_time + 1, late) >= scored(in_time, late) >= scored(in_time, late + 1)
