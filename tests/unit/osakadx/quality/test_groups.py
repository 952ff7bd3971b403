import time
from dataclasses import replace

import pytest
from osakadx.quality.groups import balance, groups

from .evidences import csv, file

PDF = b"%PDF-1.7\n" + b"0" * 990


def ids(*files):
    return [[one.id for one in group] for group in groups(files)]


def test_files_of_one_address_one_digest_or_one_content_are_one():
    one, other = file("a", csv(5)), file("b", csv(6), url="https://data.example.jp/a/shisetsu.csv")
    assert ids(one, other) == [["a", "b"]]
    assert ids(file("a", csv(5)), file("b", csv(5), name="other.csv")) == [["a", "b"]]
    sheets = [file(name, csv(rows), name=f"{name}.csv") for name, rows in (("a", 5), ("b", 6))]
    assert ids(*sheets) == [["a"], ["b"]]
    assert ids(*(replace(one, reading=replace(one.reading, content="same rows")) for one in sheets)) == [["a", "b"]]


def test_sameness_reaches_through_a_third_file():
    a, b = file("a", csv(5), name="x.csv"), file("b", csv(6), name="y.csv")
    c = replace(file("c", csv(5), name="z.csv"), link=replace(b.link, sha256=a.link.sha256))
    assert ids(a, b, c) == ids(c, b, a) == [["a", "b", "c"]]


@pytest.mark.parametrize(
    ("name", "together"),
    [("AED設置箇所.pdf", True), ("AED設置箇所（PDF）", True), ("AED設置箇所 [PDF形式]", True), ("使い方.pdf", False)],
)
def test_a_document_joins_the_table_of_its_name(name, together):
    table = file("b", csv(5), name="AED設置箇所(CSV)", url="https://data.example.jp/1")
    document = file("a", PDF, name=name, url="https://data.example.jp/2", format="PDF")
    assert (len(ids(table, document)) == 1) is together


def test_thousands_of_files_are_sorted_without_comparing_each_with_each():
    one = file("a", csv(5), verdict="gone")
    many = [
        replace(one, id=f"{number}", name=f"{number}年度.csv", url=f"https://data.example.jp/{number}.csv", link=None)
        for number in range(8000)
    ]
    began = time.process_time()
    assert len(groups(many)) == 8000
    assert time.process_time() - began < 10  # minutes before


def test_yearly_files_of_one_name_are_different_contents():
    years = [file(str(year), csv(43), name="人口", url=f"https://data.example.jp/{year}.csv") for year in (2024, 2025)]
    years[1] = replace(years[1], link=replace(years[1].link, sha256="other"))
    assert ids(*years) == [["2024"], ["2025"]]


def test_an_unreadable_table_cannot_hide_behind_the_name_of_a_good_one():
    broken = file("b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, name="shisetsu.xls", url="https://e.jp/2")
    assert ids(file("a"), broken) == [["a"], ["b"]]


def test_groups_weigh_their_rows_and_the_unreadable_at_least_as_much_as_any():
    table, small, pdf = file("a", csv(30)), file("b", csv(3), name="b.csv"), file("c", PDF, name="c.pdf")
    assert [weight for _, weight in balance([table, small, pdf])] == [30.0, 3.0, 30.0]
    large = file("c", PDF + b"0" * 99_000, name="c.pdf")
    assert [weight for _, weight in balance([small, large])] == [3.0, 1999.0]
