from __future__ import annotations

import csv
import io
import resource
import zipfile

import openpyxl
import pytest
from ckanext.osakadx.harvesters import list_file, list_rows
from ckanext.osakadx.harvesters.listing import Source
from osakadx.errors import ListingError
from osakadx.tables.limits import Limits

from ..loopback import answer, serve
from .contract import SourceContract, UnchangedContract, listed
from .fixtures import SITES


class ListContract(SourceContract, UnchangedContract):
    type = "csv_listing"
    path = "/list.csv"
    file: str

    def pages(self):
        return {self.path: answer((SITES / self.file).read_bytes())}

    def shortened(self, body, length):
        """In the middle of a row: a file cut in its last cell looks like one that ends there."""
        start, end = body.rfind(b"\r\n", 0, length) + 2, body.find(b"\r\n", length)
        return body[:length] if body.startswith(b"PK") else body[: (start + end) // 2]


class TestNewListInCP932(ListContract):
    file = "270008/270008_open_data_list.csv"
    count = 7
    japanese = "府民向け相談窓口への相談件数"

    def test_rows_of_one_data_set_become_its_files(self, site):
        records, facts = listed(site, self.source(site))
        record = next(record for record in records if record.title == self.japanese)
        assert record.guid == "270008/covid19_contacts1"
        assert [file["file_format"] for file in record.files] == ["CSV", "XLSX"]
        assert record.concepts["keyword"] == ["新型コロナウイルス", "相談窓口", "相談件数"]
        assert record.concepts["temporal"] == "2020-01-29/2021-02-01" and record.modified == "2021-02-01"
        assert facts.counts == {"encoding-not-utf8": 1}


class TestOldList(ListContract):
    file = "222127/222127_open_data_list.csv"
    count = 4
    japanese = "公衆トイレ一覧"

    def test_the_one_address_of_a_row_is_its_file(self, site):
        records, _ = listed(site, self.source(site))
        assert [record.files[0]["file_download_url"][-4:] for record in records] == [".csv"] * 4
        assert [record.concepts["publisher_name"] for record in records] == ["焼津市"] * 4
        assert "identifier" not in records[0].concepts and records[0].raw[0]["NO"] == "0000000001"


class TestWorkbook(ListContract):
    path = "/list.xlsx"
    file = "372013/372013_open_data_list.xlsx"
    count = 3
    japanese = "学校給食献立情報"


class TestShirasagi(ListContract):
    file = "281000/281000_open_data_list.csv"
    count = 3
    japanese = "神戸市立学校園 学級数・児童生徒数等"

    def test_the_three_further_columns_are_read(self, site):
        record = listed(site, self.source(site))[0][0]
        assert record.concepts["creator"] == "神戸市"
        assert record.files[0]["file_id"] == "1" and record.files[0]["file_copyright"] == "神戸市"


HEADER = [
    "全国地方公共団体コード",
    "データセット_ID",
    "データセット_タイトル",
    "データセット_概要",
    "ファイル_ダウンロードURL",
]


def table(*rows, header=HEADER, encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue().encode(encoding)


def row(number, title=None, identifier=None, url=None):
    return ["270008", identifier or f"d{number}", title or f"データ{number}", "", url or f"http://a.jp/{number}.csv"]


def read(body, path="/list.csv"):
    with serve({path: answer(body)}) as site:
        return listed(site, Source("x", f"{site.url}{path}", "csv_listing"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc-jp", "utf-16"])
def test_every_encoding_gives_the_same_records(encoding):
    records, facts = read(table(row(1, "避難所一覧"), row(2, "投票所"), encoding=encoding))
    assert [record.title for record in records] == ["避難所一覧", "投票所"] and facts.complete


def test_columns_are_known_by_name_wherever_they_stand_and_however_they_are_spelt():
    header = ["ファイル＿ダウンロードＵＲＬ", "独自の列", "データセット タイトル", "データセット_ID", "ファイル形式"]
    records, _ = read(table(["http://a.jp/x.csv", "メモ", "避難所", "d1", "CSV"], header=header))
    assert records[0].title == "避難所" and records[0].guid == "d1"
    assert records[0].files == ({"file_download_url": "http://a.jp/x.csv", "file_format": "CSV"},)
    assert records[0].raw[0]["独自の列"] == "メモ"


def test_titles_above_the_header_and_notes_below_the_table_are_no_data_sets():
    body = (
        "大阪府オープンデータ一覧\r\n令和6年4月1日現在\r\n\r\n".encode()
        + table(row(1), row(2))
        + "※随時更新\r\n".encode()
    )
    records, facts = read(body)
    assert len(records) == 2 and facts.complete and facts.counts["row-without-title"] == 1


def test_a_valid_list_without_a_row_is_complete_and_empty():
    records, facts = read(table())
    assert records == [] and facts.complete and facts.listed == 0


def test_another_table_is_no_list():
    with pytest.raises(ListingError) as error:
        read(table(["1", "避難所", "北区", "34.7", "135.5"], header=["NO", "名称", "住所", "緯度", "経度"]))
    assert error.value.slug == "list-header-missing" and "見出し" in error.value.fix


def test_rows_are_grouped_though_others_stand_between_them():
    records, _ = read(table(row(1), row(2), row(1, url="http://a.jp/1b.csv")))
    assert [len(record.files) for record in records] == [2, 1]


def test_an_inserted_row_of_an_old_list_turns_no_data_set_into_another():
    names = ["AED設置箇所一覧", "公衆トイレ一覧"]

    def old(names):
        rows = [["270008", f"{number:010}", name, "", f"http://a.jp/{name}"] for number, name in enumerate(names, 1)]
        return {record.guid: record.title for record in read(table(*rows, header=OLD))[0]}

    assert old(names).items() <= old(["新しいデータ", *names]).items()


OLD = ["都道府県コード又は市区町村コード", "NO", "データ名称", "データ概要", "URL"]


@pytest.mark.parametrize("url", ["https://ex.jp／x.csv", "https://[host]/x.csv", "//[x", "http://℀.jp/x.csv"])
def test_an_old_list_with_a_malformed_address_is_listed_all_the_same(url):
    rows = [["270008", "1", "避難所", "", url], ["270008", "2", "投票所", "", "http://a.jp/2.csv"]]
    records, facts = read(table(*rows, header=OLD))
    assert [record.title for record in records] == ["避難所", "投票所"] and facts.complete
    (file,) = records[0].files
    assert url in file.values()


def test_one_id_for_several_titles_merges_nothing_and_is_told():
    records, facts = read(table(row(1, "避難所", "1"), row(2, "投票所", "1"), row(3, "AED", "3")))
    assert len({record.guid for record in records}) == 3 and facts.counts["dataset-id-shared"] == 2
    assert records[2].guid == "270008/3"


def test_without_an_id_the_title_identifies_whatever_its_width():
    first, _ = read(table(["270008", "", "ＡＥＤ設置箇所", "", "http://a.jp/1.csv"]))
    second, _ = read(table(["270008", "", "AED設置箇所", "", "http://a.jp/2.csv"]))
    assert first[0].guid == second[0].guid


def test_rows_that_do_not_fit_are_told_with_their_number():
    long = [*row(2), "はみ出し"]
    records, facts = read(table(row(1), long, ["270008", "d3", "", "", ""], row(4)))
    assert [record.title for record in records] == ["データ1", "データ2", "データ4"]
    told = {notice.slug: notice.where for notice in facts.notices}
    assert told["row-too-long"] == "3行目" and told["row-without-title"] == "4行目"
    assert facts.complete


@pytest.mark.parametrize("end", ["270008,d9,データ9", '270008,d9,"閉じない引用符'])
def test_a_file_that_ends_in_the_middle_of_a_row_is_partial(end):
    _, facts = read(table(row(1), row(2)) + end.encode())
    assert not facts.complete


def test_the_first_sheet_with_a_list_is_read():
    book = openpyxl.Workbook()
    book.active.append(["表紙"])
    sheet = book.create_sheet("一覧")
    for cells in (HEADER, row(1), row(2)):
        sheet.append(cells)
    body = io.BytesIO()
    book.save(body)
    records, facts = read(body.getvalue(), "/list.xlsx")
    assert len(records) == 2 and facts.complete


def workbook(*cells):
    """A workbook whose only sheet holds these values at these places."""
    book = openpyxl.Workbook()
    for place, value in cells:
        book.active[place] = value
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # MiB


def test_a_workbook_that_bombs_the_parser_ends_the_listing_and_nothing_else(monkeypatch):
    """5 KB whose one stray cell makes the parser ask for 512 GB, were it not refused before."""
    monkeypatch.setattr(list_file, "_LIMITS", Limits(sheet_cells=1 << 40))
    before = peak()
    with pytest.raises(ListingError) as error:
        read(workbook(("A1", "x"), ("XFD1048576", "x")), "/list.xlsx")
    assert error.value.slug == "reading-stopped" and "512 MB のメモリ" in error.value.message
    assert error.value.where.endswith("/list.xlsx") and error.value.fix
    assert peak() - before < 64


def test_a_workbook_that_says_one_text_a_thousand_times_fills_no_memory_here():
    """A title of 32,000 letters, written once and pointed at from each row: 20 KB that come to 600 MB."""
    rows = "".join(f'<row r="{row}"><c r="C{row}" t="s"><v>0</v></c></row>' for row in range(2, 10_002))
    texts = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"避" * 32_000}</t></si></sst>'
    )
    header = zip(("A1", "B1", "C1", "D1", "E1"), HEADER, strict=True)
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(*header))) as old, zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", f"{rows}</sheetData>".encode()))
        new.writestr("xl/sharedStrings.xml", texts)
    before = peak()
    with pytest.raises(ListingError) as error:
        read(body.getvalue(), "/list.xlsx")
    assert error.value.slug == "reading-stopped"
    assert peak() - before < 64


@pytest.mark.parametrize(
    "file, slug",
    [
        ("otameshi/school_lunch_protected.xlsx", "file-encrypted"),
        ("otameshi/evacuation_moved.csv", "html-instead"),
        ("271004/271004_tsunami_buildings.geojson", "list-header-missing"),
    ],
)
def test_other_files_say_what_they_are(file, slug):
    with pytest.raises(ListingError) as error:
        read((SITES / file).read_bytes())
    assert error.value.slug == slug


@pytest.mark.parametrize(("limit", "value"), [("RECORDS", 2), ("CHARACTERS", 150)])
def test_a_list_beyond_what_can_be_held_is_read_as_far_as_it_can_and_told(monkeypatch, limit, value):
    monkeypatch.setattr(list_rows, limit, value)
    body = "全国地方公共団体コード,データセット_ID,データセット_タイトル,データセット_概要\r\n"
    body += "".join(f"272094,{n},一覧{n},{'あ' * 50}\r\n" for n in range(9))
    with serve({"/list.csv": answer(body.encode())}) as site:
        records, facts = listed(site, Source("x", f"{site.url}/list.csv", "csv_listing"))
    assert [record.title for record in records] == ["一覧0", "一覧1"] and not facts.complete
    (notice,) = [notice for notice in facts.notices if notice.slug == "list-too-large"]
    assert notice.where == "4行目" and "分けてください" in notice.message


def sheets(**rows):
    """A workbook with sheets of these names; rows of cells each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, each in rows.items():
        sheet = book.create_sheet(name)
        for cells in each:
            sheet.append(cells)
    return book


def saved(book):
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_every_sheet_with_a_list_is_read():
    book = sheets(
        危機管理課=[HEADER, row(1, "避難所"), row(2, "AED")], 表紙=[["一覧"]], 福祉課=[HEADER, row(3, "保育所"), row(4)]
    )
    records, facts = read(saved(book), "/list.xlsx")
    assert [record.title for record in records] == ["避難所", "AED", "保育所", "データ4"] and facts.complete


def test_a_further_sheet_changes_no_identity_of_the_first():
    """A department numbers its own data sets, and keeps last year's list behind this year's."""
    first = [HEADER, row(1, "避難所", "1"), row(2, "AED", "2")]
    alone, _ = read(saved(sheets(一=first)), "/list.xlsx")
    others = [HEADER, row(1, "避難所", "1"), row(5, "避難所", "1"), row(9, "保育所", "2")]
    records, facts = read(saved(sheets(一=first, 二=others)), "/list.xlsx")
    assert [record.guid for record in records[:2]] == [record.guid for record in alone]
    assert [record.title for record in records] == ["避難所", "AED", "保育所"]
    assert [file["file_download_url"] for file in records[0].files] == ["http://a.jp/1.csv", "http://a.jp/5.csv"]
    assert [notice.where for notice in facts.notices] == ["シート「二」4行目"]  # its ID is another's


def test_a_sheet_of_examples_beside_the_list_is_none():
    book = sheets(一覧=[HEADER, row(1)], 記入例=[HEADER, row(2, "○○一覧")])
    records, facts = read(saved(book), "/list.xlsx")
    assert len(records) == 1 and facts.skipped == {"sheet-of-examples": 1} and facts.complete


WORDS = ["準備中", "なし", "-", "ダウンロード", "別紙のとおり", "準備中（R6.4公開予定）", "/"]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("old", [False, True])
def test_words_in_place_of_an_address_are_told_and_published_as_none(words, old):
    cells = ["270008", "1", "避難所", "", words]
    records, facts = read(table(cells, row(2), header=OLD if old else HEADER))
    assert not any(words in file.values() for file in records[0].files) and words not in records[0].concepts.values()
    assert [(notice.slug, notice.where) for notice in facts.notices] == [("address-is-words", "2行目")]
    assert words in records[0].raw[0].values() and len(records) == 2


@pytest.mark.parametrize(
    "url", ["data/list.csv", "/opendata/", "../a.html", "?id=3", "www.a.jp/x", "a.lg.jp/x", "ftp://a"]
)
def test_relative_and_wrong_addresses_are_addresses(url):
    records, facts = read(table(["270008", "1", "避難所", "", url]))
    assert records[0].files[0]["file_download_url"] == url and facts.counts == {}


def test_a_link_behind_words_is_the_address():
    book = sheets(一覧=[HEADER, row(1, url="ダウンロード"), row(2, url="問い合わせ")])
    book.active["E2"].hyperlink = "http://a.jp/1.csv"
    book.active["E3"].hyperlink = "mailto:x@a.jp"
    records, facts = read(saved(book), "/list.xlsx")
    assert records[0].files[0]["file_download_url"] == "http://a.jp/1.csv"
    assert [notice.where for notice in facts.notices] == ["3行目"]


@pytest.mark.parametrize("header", [HEADER, OLD])
def test_a_header_that_comes_again_is_no_data_set(header):
    first, second = (["270008", str(n), f"データ{n}", "", f"http://a.jp/{n}.csv"] for n in (1, 2))
    records, facts = read(table(first, header, second, header=header))
    assert [record.title for record in records] == ["データ1", "データ2"]
    assert facts.counts == {"header-repeated": 1}


def test_a_row_with_the_id_alone_is_a_further_file_of_its_data_set():
    further = ["270008", "d1", "", "", "http://a.jp/1.xlsx"]
    records, facts = read(table(row(1), row(2), further, ["270008", "d9", "", "", "http://a.jp/9.csv"]))
    assert [file["file_download_url"] for file in records[0].files] == ["http://a.jp/1.csv", "http://a.jp/1.xlsx"]
    told = [(notice.slug, notice.where) for notice in facts.notices]
    assert told == [("title-left-out", "4行目"), ("row-without-title", "5行目")] and len(records) == 2


@pytest.mark.parametrize("header", [HEADER, OLD])
def test_merged_cells_of_a_data_set_hold_for_all_its_files(header):
    book = sheets(
        一覧=[header, row(1), [None, None, None, None, "http://a.jp/1.xlsx"], row(2, url="http://a.jp/2.csv")]
    )
    for column in "ABCD":
        book.active.merge_cells(f"{column}2:{column}3")
    records, facts = read(saved(book), "/list.xlsx")
    files = [[file["file_download_url"] for file in record.files] for record in records]
    assert files == [["http://a.jp/1.csv", "http://a.jp/1.xlsx"], ["http://a.jp/2.csv"]]
    assert not facts.counts.keys() & {"row-without-title", "title-repeated"} and facts.complete


def test_a_title_that_comes_again_in_an_old_list_is_told():
    names = ["避難所", "AED", "避難所"]
    rows = [["270008", "", name, f"概要{n}", f"http://a.jp/{n}.csv"] for n, name in enumerate(names)]
    records, facts = read(table(*rows, header=OLD))
    assert [len(record.files) for record in records] == [2, 1] and facts.complete
    assert [(notice.slug, notice.where) for notice in facts.notices] == [("title-repeated", "4行目")]


def test_the_files_of_a_data_set_without_id_in_a_new_list_repeat_nothing():
    rows = [["270008", "", "避難所", "", f"http://a.jp/{n}.csv"] for n in (1, 2)]
    records, facts = read(table(*rows))
    assert len(records[0].files) == 2 and facts.counts == {}
