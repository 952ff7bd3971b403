from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from ckanext.osakadx.harvesters import list_file, list_rows
from ckanext.osakadx.harvesters.listing import Source
from osakadx.errors import ListingError
from osakadx.normalise import SourceContext, normalise
from osakadx.tables.limits import Limits

from ..loopback import answer, serve
from .contract import SourceContract, UnchangedContract, listed
from .fixtures import SITES

HEADER = ["番号", "分野", "資料名", "概要", "リンク", "更新日", "担当課"]


def workbook(fill):
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def department(book):
    """As departments make them: a title above, merged groups, links behind words, a note below, a second sheet."""
    sheet = book.active
    sheet.title = "危機管理室"
    rows = [
        ["危機管理室 公開データ一覧"], [], HEADER,
        [1, "防災", "避難所一覧", "指定避難所です", "ダウンロード", date(2025, 4, 1), "災害対策課"],
        [2, None, "津波避難ビル", "", "data/tsunami.geojson", None, "災害対策課"],
        [3, None, "防災計画", "計画の全文", "計画のページ", None, "計画課"],
        [], ["※ 随時更新します"],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("B4:B6")
    sheet.merge_cells("A1:G1")
    sheet["E4"].hyperlink = "https://www.example.lg.jp/files/hinanjo.csv"
    sheet["E6"].hyperlink = "https://www.example.lg.jp/bosai/keikaku.html"
    other = book.create_sheet("健康医療部")
    other.append(["資料名", "CSV", "Excel", "問い合わせ先"])
    other.append(["医療機関一覧", "ダウンロード", "ダウンロード", "医療課"])
    other["B2"].hyperlink = "https://www.example.lg.jp/files/iryo.csv"
    other["C2"].value = '=HYPERLINK("https://www.example.lg.jp/files/iryo.xlsx","ダウンロード")'
    other["D2"].hyperlink = "mailto:iryo@example.lg.jp"
    book.create_sheet("表紙").append(["この一覧について"])


class TestDepartment(SourceContract, UnchangedContract):
    type = "workbook"
    path = "/lists/kiki.xlsx"
    count = 4
    japanese = "避難所一覧"
    options = {"columns": {"title": "資料名", "url": "リンク"}}

    def pages(self):
        return {self.path: answer(workbook(department))}

    def test_columns_told_and_guessed_links_and_merged_groups_are_read(self, site):
        records, facts = listed(site, self.source(site))
        shelters, tsunami, plan, medical = records
        assert shelters.concepts == {
            "theme": ["防災"], "title": "避難所一覧", "description": "指定避難所です", "modified": "2025-04-01",
            "creator": "災害対策課", "keyword": ["危機管理室"],
        }  # fmt: skip
        assert shelters.files == (
            {"file_title": "避難所一覧", "file_download_url": "https://www.example.lg.jp/files/hinanjo.csv"},
        )
        assert [record.concepts["theme"] for record in (shelters, tsunami, plan)] == [["防災"]] * 3
        assert tsunami.files[0]["file_download_url"] == "data/tsunami.geojson"
        assert plan.concepts["landing_page"] == "https://www.example.lg.jp/bosai/keikaku.html" and plan.files == ()
        assert [(file["file_title"], file["file_download_url"][-4:]) for file in medical.files] == [
            ("医療機関一覧", ".csv"), ("医療機関一覧", "xlsx"),
        ]  # fmt: skip
        assert medical.concepts["keyword"] == ["健康医療部"] and medical.concepts["contact_name"] == "医療課"
        assert facts.skipped == {"sheet-without-list": 1}

    def test_raw_shows_the_row_as_a_person_finds_it(self, site):
        shelters = listed(site, self.source(site))[0][0]
        assert shelters.raw[0]["sheet"] == "危機管理室" and shelters.raw[0]["row"] == 4
        assert shelters.raw[0]["リンク"] == "ダウンロード <https://www.example.lg.jp/files/hinanjo.csv>"

    def test_the_catalog_completes_relative_addresses(self, site):
        record = listed(site, self.source(site))[0][1]
        dataset = normalise(record, SourceContext("270008", base_url=f"https://a.lg.jp{self.path}"))
        assert dataset.resources[0].url == "https://a.lg.jp/lists/data/tsunami.geojson"

    def test_one_sheet_may_be_told(self, site):
        records, facts = listed(site, self.source(site, options={"sheet": "健康医療部"}))
        assert [record.title for record in records] == ["医療機関一覧"]
        assert "keyword" not in records[0].concepts and facts.complete


def read(fill, path="/list.xlsx", **options):
    body = fill if isinstance(fill, bytes) else workbook(fill)
    with serve({path: answer(body)}) as site:
        return listed(site, Source("x", f"{site.url}{path}", "workbook", options=options))


def simple(*rows, header=("データ名", "URL"), name="一覧", merges=(), links=None):
    def fill(book):
        book.active.title = name
        for row in (header, *rows):
            book.active.append(row)
        for area in merges:
            book.active.merge_cells(area)
        for cell, url in (links or {}).items():
            book.active[cell].hyperlink = url

    return fill


def test_without_options_the_headers_are_understood():
    records, facts = read(simple(["避難所", "https://a.jp/1.csv"], ["投票所", "https://a.jp/about/"]))
    assert records[0].files[0]["file_download_url"] == "https://a.jp/1.csv"
    assert records[1].concepts["landing_page"] == "https://a.jp/about/" and facts.complete and facts.counts == {}


def test_a_csv_is_read_as_well():
    records, facts = read("データ名,リンク\r\n避難所,https://a.jp/1.csv\r\n".encode("cp932"), "/list.csv")
    assert records[0].title == "避難所" and facts.complete


def test_a_table_of_places_is_no_list_of_data_sets():
    places = simple(["北区役所", "06-0000-0000", "本館"], header=("名称", "電話番号", "備考"))
    with pytest.raises(ListingError) as error:
        read(places)
    assert error.value.slug == "list-header-missing" and "columns" in error.value.fix


def test_an_id_column_identifies_and_a_running_number_does_not():
    header = ("管理ID", "データ名", "URL")
    (first, second), _ = read(simple(["b-1", "避難所", "/1.csv"], ["b-2", "投票所", "/2.csv"], header=header))
    assert (first.guid, second.guid) == ("b-1", "b-2")
    (numbered,), _ = read(simple([1, "避難所", "/1.csv"], header=("No.", "データ名", "URL")))
    assert len(numbered.guid) == 16
    told, _ = read(simple([7, "避難所", "/1.csv"], header=("No.", "データ名", "URL")), columns={"identifier": "No."})
    assert told[0].guid == "7"


def test_one_id_for_several_titles_merges_nothing_and_is_told():
    header = ("管理ID", "データ名", "URL")
    records, facts = read(simple(["1", "避難所", "/1.csv"], ["1", "投票所", "/2.csv"], header=header))
    assert len({record.guid for record in records}) == 2 and facts.counts == {"dataset-id-shared": 2}


def test_a_title_that_stands_twice_is_one_data_set_and_told():
    records, facts = read(simple(["避難所", "/1.csv"], ["投票所", "/2.csv"], ["避難所", "/3.csv"]))
    assert [len(record.files) for record in records] == [2, 1] and facts.counts == {"title-repeated": 1}
    assert facts.notices[0].where == "シート「一覧」4行目"


def test_a_merged_title_names_all_its_rows_without_a_word():
    records, facts = read(simple(["避難所", "/1.csv"], [None, "/2.csv"], ["投票所", "/3.csv"], merges=["A2:A3"]))
    assert [len(record.files) for record in records] == [2, 1] and facts.counts == {}


def test_a_row_inserted_above_turns_no_data_set_into_another():
    rows = [["避難所", "/1.csv"], ["投票所", "/2.csv"]]
    before = {record.guid: record.title for record in read(simple(*rows))[0]}
    after = {record.guid: record.title for record in read(simple(["新しい", "/0.csv"], *rows))[0]}
    assert before.items() <= after.items()


def test_a_sheet_named_by_the_year_keeps_its_data_sets_when_the_year_turns():
    guids = [read(simple(["避難所", "/1.csv"], name=name))[0][0].guid for name in ("令和6年度", "令和7年度")]
    assert guids[0] == guids[1]


def test_the_same_title_in_two_sheets_is_two_data_sets():
    def fill(book):
        for name in ("都市整備部", "教育庁"):
            sheet = book.create_sheet(name)
            sheet.append(["データ名", "URL"])
            sheet.append(["予算", f"/{name}.csv"])

    records, facts = read(fill)
    assert len({record.guid for record in records}) == 2 and not facts.counts.keys() & {"title-repeated"}


def test_a_row_merged_across_is_the_heading_of_a_section():
    records, facts = read(
        simple(["防災", None], ["避難所", "/1.csv"], ["統計", None], ["人口", "/2.csv"], merges=["A2:B2", "A4:B4"])
    )
    assert [record.concepts["keyword"] for record in records] == [["防災"], ["統計"]] and facts.counts == {}


def test_a_link_on_the_title_is_its_address():
    records, _ = read(
        simple(["避難所", "災害対策課"], header=("データ名", "担当課"), links={"A2": "https://a.jp/1.csv"})
    )
    assert records[0].files[0]["file_download_url"] == "https://a.jp/1.csv"


def test_an_address_shown_shortened_is_read_from_its_link():
    records, _ = read(simple(["避難所", "https://a.jp/…/1.csv"], links={"B2": "https://a.jp/long/1.csv"}))
    assert records[0].files[0]["file_download_url"] == "https://a.jp/long/1.csv"


def test_words_where_an_address_should_be_are_told_and_no_address():
    records, facts = read(simple(["避難所", "準備中"], ["投票所", "https://a.jp/1.csv"]))
    assert records[0].files == () and "landing_page" not in records[0].concepts
    assert facts.counts == {"row-without-address": 1} and facts.complete


def test_rows_without_a_name_are_told_and_repeated_headers_are_not():
    records, facts = read(simple(["避難所", "/1.csv"], ["データ名", "URL"], [None, "/2.csv"]))
    assert len(records) == 1 and facts.counts == {"row-without-title": 1}


def test_a_told_column_that_is_gone_is_told():
    _, facts = read(simple(["避難所", "/1.csv"]), columns={"frequency": "更新の頻度"})
    assert facts.counts == {"column-missing": 1} and "更新の頻度" in facts.notices[0].message


def test_a_told_title_that_is_gone_is_an_error_that_names_it():
    with pytest.raises(ListingError) as error:
        read(simple(["避難所", "/1.csv"]), columns={"title": "資料名"})
    assert error.value.slug == "list-header-missing" and "資料名" in error.value.fix


def test_a_told_sheet_that_is_gone_is_an_error_that_names_those_there():
    with pytest.raises(ListingError) as error:
        read(simple(["避難所", "/1.csv"]), sheet=["一覧", "別紙"])
    assert error.value.slug == "sheet-missing" and "別紙" in error.value.message and "一覧" in error.value.fix


@pytest.mark.parametrize(
    "options",
    [
        {"columns": "資料名"},
        {"columns": {"name": "資料名"}},
        {"columns": {"title": ""}},
        {"columns": {"title": "資料名", "url": "資料 名"}},
        {"sheet": ""},
        {"sheet": [1]},
        {"sheet": {"a": 1}},
    ],
)
def test_options_that_are_none_are_refused_before_anything_is_asked(options):
    with serve() as site:
        with pytest.raises(ListingError) as error:
            listed(site, Source("x", f"{site.url}/list.xlsx", "workbook", options=options))
        assert error.value.slug == "option-refused" and not site.requests


def test_a_workbook_that_bombs_the_parser_ends_the_listing_and_nothing_else(monkeypatch):
    """One stray cell makes the parser ask for 512 GB, were it not refused before."""
    monkeypatch.setattr(list_file, "_LIMITS", Limits(sheet_cells=1 << 40))

    def bomb(book):
        book.active["A1"] = book.active["XFD1048576"] = "x"

    with pytest.raises(ListingError) as error:
        read(bomb)
    assert error.value.slug == "reading-stopped" and "512 MB のメモリ" in error.value.message


def test_links_that_cannot_be_read_make_the_listing_partial():
    """Two hundred links over a thousand cells each."""

    def fill(book):
        simple(*([f"データ{number}", f"https://a.jp/{number}.csv"] for number in range(201)))(book)
        for row in range(2, 203):
            book.active.cell(row, 2).hyperlink = "https://a.jp/x.csv"
            book.active.cell(row, 2).hyperlink.ref = f"C{row * 1000}:C{row * 1000 + 999}"

    records, facts = read(fill)
    assert len(records) == 201 and not facts.complete and facts.counts == {"links-unread": 1}


def test_more_rows_than_can_be_held_end_the_listing_as_partial(monkeypatch):
    monkeypatch.setattr(list_rows, "RECORDS", 2)
    records, facts = read(simple(*([f"データ{number}", f"/{number}.csv"] for number in range(4))))
    assert len(records) == 2 and not facts.complete and facts.counts == {"list-too-large": 1}
    assert facts.notices[0].where == "シート「一覧」4行目"


def test_a_long_text_merged_over_many_rows_fills_no_memory(monkeypatch):
    monkeypatch.setattr(list_rows, "CHARACTERS", 100_000)
    rows = [["避" * 30_000, "/0.csv"], *([None, f"/{number}.csv"] for number in range(1, 9))]
    records, facts = read(simple(*rows, merges=["A2:A10"]))
    assert [len(record.files) for record in records] == [3] and not facts.complete


def test_a_list_without_a_row_is_complete_and_empty():
    records, facts = read(simple())
    assert records == [] and facts.complete and facts.listed == 0


@pytest.mark.parametrize(
    "file, slug",
    [
        ("otameshi/school_lunch_protected.xlsx", "file-encrypted"),
        ("otameshi/evacuation_moved.csv", "html-instead"),
        ("281000/281000_garbage_by_year.xls", "list-header-missing"),
    ],
)
def test_other_files_say_what_they_are(file, slug):
    with pytest.raises(ListingError) as error:
        read((SITES / file).read_bytes(), f"/{file}")
    assert error.value.slug == slug
