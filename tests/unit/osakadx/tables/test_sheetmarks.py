from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from osakadx.tables.findings import RefusedFile
from osakadx.tables.limits import Limits
from osakadx.tables.sheetmarks import marks
from osakadx.tables.source import Source


def book(fill):
    made = openpyxl.Workbook()
    fill(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(body):
    return marks(Source("a.xlsx", body), Limits())["Sheet"]


def changed(body, part, edit):
    """The same workbook with one part edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, edit(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def linked(sheet):
    sheet["A1"] = "避難所"
    sheet["A1"].hyperlink = "https://a.lg.jp/避難所.csv?a=1&b=2"
    sheet["B2"] = '=HYPERLINK("https://a.lg.jp/x.csv","開く")'
    sheet["C3"] = "下へ"
    sheet["C3"].hyperlink = "#Sheet!A9"
    sheet.merge_cells("A4:B6")


def test_links_formulas_and_merged_ranges_are_found():
    seen = read(book(linked))
    assert seen.links == {(1, 1): "https://a.lg.jp/避難所.csv?a=1&b=2", (2, 2): "https://a.lg.jp/x.csv"}
    assert seen.merged == ((4, 1, 6, 2),)


def test_a_sheet_without_marks_has_none():
    seen = read(book(lambda sheet: sheet.append(["a"])))
    assert seen.links == {} and seen.merged == ()


def test_a_link_over_a_range_leads_from_each_of_its_cells_and_over_a_whole_sheet_from_the_first():
    body = book(linked)
    small = read(changed(body, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1"', b'ref="A1:B2"')))
    assert set(small.links) == {(1, 1), (1, 2), (2, 1), (2, 2)} and small.links[2, 2] == "https://a.lg.jp/x.csv"
    whole = read(
        changed(body, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1"', b'ref="A1:XFD1048576"'))
    )
    assert set(whole.links) == {(1, 1), (2, 2)}


def over_ranges(count):
    """A workbook with so many links, each from a range of a thousand cells."""

    def fill(sheet):
        for row in range(1, count + 1):
            sheet.cell(row, 1, "開く").hyperlink = f"https://a.lg.jp/{row}.csv"
            sheet.cell(row, 1).hyperlink.ref = f"B{row * 1000}:B{row * 1000 + 999}"

    return book(fill)


def test_more_marks_than_anybody_sets_are_refused():
    assert len(read(over_ranges(200)).links) == 200_000
    with pytest.raises(RefusedFile) as refused:
        read(over_ranges(201))
    assert refused.value.slug == "archive-many-entries"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_b096_a_document_type_is_refused(part):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    body = changed(book(linked), part, lambda xml: bomb + xml[xml.find(b"?>") + 2 if xml.startswith(b"<?") else 0 :])
    with pytest.raises(RefusedFile) as refused:
        read(body)
    assert refused.value.slug == "xml-doctype"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_a_part_that_is_no_xml_is_refused(part):
    with pytest.raises(RefusedFile) as refused:
        read(changed(book(linked), part, lambda xml: xml[: len(xml) // 2]))
    assert refused.value.slug == "file-broken"
