"""Moves that must not lift a score (design: quality, section 4), as far as the examined dimensions reach."""

from dataclasses import replace

import pytest
from hypothesis import given
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from .evidences import HEADER, csv, data_sets, evidence, file

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
