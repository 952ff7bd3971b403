from __future__ import annotations

import re

import pytest
from ckanext.osakadx.harvesters.listing import Last, Source
from osakadx.errors import ListingError

from ..loopback import answer, serve
from .contract import SourceContract, UnchangedContract, listed
from .fixtures import FIXTURES, SITES


class PageContract(SourceContract, UnchangedContract):
    type = "html_page"
    path = "/opendata.html"
    page: str
    folder: str = ""

    def pages(self):
        files = (SITES / self.folder).glob("*") if self.folder else []
        prefix = self.path.rsplit("/", 1)[0]
        return {
            **{f"{prefix}/{file.name}": answer(file.name.encode()) for file in files},
            self.path: answer((FIXTURES / self.page).read_bytes(), Content_Type="text/html"),
        }


class TestOsakaCity(PageContract):
    page, folder = "sites/271004/opendata.html", "271004"
    path = "/271004/opendata.html"
    count = 4
    japanese = "施設情報ポイントデータ（全体）"

    def test_rows_and_list_items_are_read_without_a_recipe(self, site):
        records, facts = listed(site, self.source(site))
        assert [record.title for record in records] == [
            "一時避難場所・災害時避難所", "津波避難ビル", self.japanese, "子育て施設一覧（令和2年11月現在）",
        ]  # fmt: skip
        first = records[0]
        assert first.concepts["keyword"] == ["防災"] and "公園や学校" in first.concepts["description"]
        assert first.files == (
            {
                "file_title": "一時避難場所・災害時避難所",
                "file_download_url": f"{site.url}/271004/271004_evacuation_2015.csv",
                "file_format": "CSV",
                "file_size": "362KB",
            },
        )
        assert first.raw["files"][0]["sha256"] and facts.counts == {}

    def test_known_files_are_not_fetched_again(self, site):
        first, _ = listed(site, self.source(site))
        site.requests.clear()
        listed(site, self.source(site, last=Last(records={record.guid: record.raw for record in first})))
        assert [request.path for request in site.requests] == [self.path]

    def test_files_are_left_alone_where_the_recipe_says_so(self, site):
        records, _ = listed(site, self.source(site, options={"fingerprints": False}))
        assert [request.path for request in site.requests] == [self.path]
        assert len(records) == 4 and records[0].raw["files"][0]["sha256"] == ""


class TestIchikawa(PageContract):
    page, folder = "sites/122033/opendata.html", "122033"
    path = "/122033/opendata.html"
    count = 3
    japanese = "公衆無線LANアクセスポイント一覧"

    def test_a_definition_names_the_link_that_says_download(self, site):
        records, _ = listed(site, self.source(site))
        assert records[1].concepts["description"] == "市内の介護サービス事業所の所在地、サービスの種類などです。"
        assert records[1].files[0]["file_title"] == "介護サービス事業所一覧"


class TestKobeWaterTests(PageContract):
    """A real page in Shift_JIS: a year of monthly PDFs under one heading is one data set."""

    page = "html/281000_water_test_results_2015.html"
    count = 1
    japanese = "平成27年度 毎月検査結果(放射性物質)"
    options = {"extensions": ["pdf"], "fingerprints": False}

    def test_the_months_are_its_files(self, site):
        (record,), _ = listed(site, self.source(site))
        assert len(record.files) == 12
        assert record.files[0]["file_title"] == "平成28年3月"
        assert record.files[0]["file_download_url"] == f"{site.url}/life/town/waterworks/water/suishitu/3H28_3.pdf"


class TestKobeSchoolLunch(PageContract):
    """A real page whose headings are months; the recipe makes each one data set."""

    page = "html/281000_school_lunch_20160420.html"
    count = 2
    japanese = "献立表・使用食品一覧表 2月度"
    options = {"extensions": ["pdf"], "by_section": True, "fingerprints": False}

    def test_the_page_s_heading_goes_before_a_month(self, site):
        records, _ = listed(site, self.source(site))
        assert [len(record.files) for record in records] == [20, 20]  # some districts share a file


class TestShirasagi(PageContract):
    """A real page of a municipal CMS, read with a recipe."""

    page = "html/shirasagi_dataset1.html"
    path = "/dataset/1.html"
    count = 1
    japanese = "サンプルデータ【1】"
    options = {"item": "body", "title": "h1.name", "link": "a.download", "fingerprints": False}


def html(*links, closed=True):
    return f"<html><body><h1>データ</h1><h2>防災</h2>{''.join(links)}{'</body></html>' if closed else ''}"


def link(href, words):
    return f'<ul><li><a href="{href}">{words}</a></li></ul>'


def read(body, files=None, **more):
    pages = {"/p.html": answer(body), **{path: answer(content) for path, content in (files or {}).items()}}
    with serve(pages) as site:
        records, facts = listed(site, Source("x", f"{site.url}/p.html", "html_page", **more))
        return records, facts, [request.path for request in site.requests]


def test_only_links_to_data_count():
    records, _, _ = read(
        html(
            link("a.csv", "避難所"), link("about.html", "このページについて"), link("mailto:x@a.jp", "問い合わせ"),
            link("javascript:void(0)", "開く.csv"), link("#top.csv", "上へ"), f"<nav>{link('menu.csv', '案内')}</nav>",
        ),
        {"/a.csv": b"x"},
    )  # fmt: skip
    assert [record.title for record in records] == ["避難所"]


def test_csv_and_excel_of_one_name_are_one_data_set():
    records, _, _ = read(
        html(link("a.csv", "避難所（CSV：1KB）"), link("a.xlsx", "避難所（Excel：9KB）"), link("b.csv", "投票所")),
        {"/a.csv": b"x", "/a.xlsx": b"y", "/b.csv": b"z"},
    )
    assert [[file["file_format"] for file in record.files] for record in records] == [["CSV", "XLSX"], ["CSV"]]


@pytest.mark.parametrize("tag", ["p", "li", "div", "td"])
@pytest.mark.parametrize(
    "lines, expected",
    [
        (
            "避難所一覧 [a.csv CSV] [a.xlsx Excel]<br>公衆トイレ一覧 [b.csv CSV]",
            {"避難所一覧": ["a.csv", "a.xlsx"], "公衆トイレ一覧": ["b.csv"]},
        ),
        (
            "避難所一覧<br>[a.csv <b>CSV</b>]<br>公衆トイレ一覧<br/>[b.csv CSV]<br>[b.xlsx Excel]",
            {"避難所一覧": ["a.csv"], "公衆トイレ一覧": ["b.csv", "b.xlsx"]},
        ),
        ("人口<br>令和5年 [a.csv CSV]<br>令和6年 [b.csv CSV]", {"人口 令和5年 令和6年": ["a.csv", "b.csv"]}),
        (
            "避難所一覧<br>市内の指定避難所です。<br>[a.csv CSV] [a.xlsx Excel]",
            {"避難所一覧 市内の指定避難所です。": ["a.csv", "a.xlsx"]},
        ),
        (
            "避難所一覧 [a.csv CSV]<br>市内の指定避難所です。<br>公衆トイレ一覧 [b.csv CSV]",
            {"避難所一覧": ["a.csv"], "公衆トイレ一覧": ["b.csv"]},
        ),
        ("人口統計<br>北区 [a.csv CSV]<br>中央区 [b.csv CSV]", {"人口統計 北区 中央区": ["a.csv", "b.csv"]}),
        (
            "避難所一覧<br>UTF-8 [a.csv CSV]<br>Shift_JIS [b.csv CSV]",
            {"避難所一覧 UTF-8 Shift_JIS": ["a.csv", "b.csv"]},
        ),
        (
            "避難所一覧<br>[a.csv CSV]（市内全域）<br>[a.xlsx Excel]（データ定義書付き）",
            {"避難所一覧 （市内全域） （データ定義書付き）": ["a.csv", "a.xlsx"]},
        ),
    ],
    ids=[
        "a line each",
        "names above their links",
        "years of one thing",
        "one thing and its description",
        "a description between",
        "districts of one thing",
        "encodings of one thing",
        "notes beside the links",
    ],
)
def test_lines_of_one_element_that_name_several_things_are_several_data_sets(tag, lines, expected):
    written = re.sub(r"\[(\S+) (.*?)\]", r'<a href="\1">\2</a>', lines)
    row = f"<{tag}>{written}</{tag}>"
    page = {"li": f"<ul>{row}</ul>", "td": f"<table><tr>{row}</tr></table>"}.get(tag, row)
    records, _, _ = read(html(page), options={"fingerprints": False})
    found = {
        record.title: [file["file_download_url"].rpartition("/")[2] for file in record.files] for record in records
    }
    assert found == expected


def test_relative_addresses_hang_on_the_page_s_base():
    body = '<html><head><base href="/files/"></head><body>' + link("a.csv", "避難所") + "</body></html>"
    records, _, asked = read(body, {"/files/a.csv": b"x"})
    assert records[0].files[0]["file_download_url"].endswith("/files/a.csv") and asked == ["/p.html", "/files/a.csv"]


def test_files_of_other_hosts_are_listed_and_not_asked_for():
    records, facts, asked = read(html(link("https://elsewhere.example.jp/a.csv", "避難所")))
    assert records[0].files[0]["file_download_url"] == "https://elsewhere.example.jp/a.csv"
    assert asked == ["/p.html"] and facts.complete


def test_a_missing_file_is_told_and_listed():
    records, facts, _ = read(html(link("gone.csv", "避難所")))
    assert len(records) == 1 and facts.complete and facts.counts == {"file-unreachable": 1}


def test_a_page_of_documents_says_how_many_it_has():
    with pytest.raises(ListingError) as error:
        read(html(link("a.pdf", "計画"), link("b.pdf", "報告")))
    assert error.value.slug == "page-without-links" and "pdfが2件" in error.value.message


def test_a_page_without_its_end_is_partial():
    records, facts, _ = read(html(link("a.csv", "避難所"), closed=False), {"/a.csv": b"x"})
    assert len(records) == 1 and not facts.complete and facts.counts == {"page-cut": 1}


def test_bytes_decide_on_the_encoding_where_header_and_meta_are_wrong():
    body = html('<meta charset="utf-8">', link("a.csv", "避難所一覧㈱")).encode("cp932")
    records, _, _ = read(body, {"/a.csv": b"x"})
    assert records[0].title == "避難所一覧㈱"


def test_a_page_in_no_encoding_is_refused():
    with pytest.raises(ListingError) as error:
        read("避難所".encode() + b"\xff\xfe\x80" + "投票所".encode("cp932") + b"</html>")
    assert error.value.slug == "text-undecodable"


def test_a_cms_that_renumbers_and_renames_makes_no_duplicates():
    files = {"/1.csv": b"shelters", "/2.csv": b"polls", "/3.csv": b"toilets"}
    first, _, _ = read(html(link("1.csv", "避難所"), link("2.csv", "投票所"), link("3.csv", "トイレ")), files)
    files = {"/1.csv": b"new", "/12.csv": b"shelters", "/13.csv": b"polls 2", "/14.csv": b"toilets"}
    now = html(
        link("1.csv", "ごみ収集日"),
        link("12.csv", "災害時の避難先"),
        link("13.csv", "投票所（令和7年）"),
        link("14.csv", "トイレ"),
    )
    second, _, _ = read(now, files, last=Last(records={record.guid: record.raw for record in first}))
    assert [record.guid for record in second][1:] == [record.guid for record in first]
    assert second[0].guid not in {record.guid for record in first}


@pytest.mark.parametrize("options", [{"scope": "div[["}, {"item": 3}, {"link": ["a"]}])
def test_a_recipe_that_is_none_is_refused(options):
    with pytest.raises(ListingError) as error:
        read(html(link("a.csv", "避難所")), options=options)
    assert error.value.slug == "option-refused"


@pytest.mark.parametrize("href", ["http://[host]/x.csv", "//[x", "https://ex.jp／x.csv", "http://℀.jp/x.csv"])
def test_a_link_to_no_address_is_told_and_costs_no_other(href):
    records, facts, _ = read(html(link("a.csv", "避難所"), link(href, "投票所")), {"/a.csv": b"x"})
    assert [record.title for record in records] == ["避難所"] and facts.complete
    (notice,) = facts.notices
    assert (notice.slug, notice.where) == ("link-malformed", href)


@pytest.mark.parametrize("href", ["http://[x/", "//[x"])
def test_a_base_that_is_no_address_is_passed_over(href):
    body = html(link("a.csv", "避難所")).replace("<body>", f'<head><base href="{href}"></head><body>')
    records, facts, _ = read(body, {"/a.csv": b"x"})
    assert records[0].files[0]["file_download_url"].endswith("/a.csv") and facts.counts == {"link-malformed": 1}


def rows(*cells, header=""):
    """A table; the last cell of each row is a link that says CSV."""
    told = "".join(f"<th>{words}</th>" for words in header.split("|")) if header else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{words}</td>" for words in said) + f'<td><a href="{n}.csv">CSV</a></td></tr>'
        for n, said in enumerate(cells)
    ).replace("<td>↓</td>", "").replace("<td>2:", '<td rowspan="2">').replace("<td>3:", '<td rowspan=3>')  # fmt: skip
    return html(f"<table><tr>{told}</tr>{body}</table>")


@pytest.mark.parametrize(
    ("header", "cells", "titles"),
    [
        ("所管課|データ名称|CSV", [("危機管理課", "避難所"), ("危機管理課", "消火栓")], ["避難所", "消火栓"]),
        ("No|課名|データ名|", [("1", "危機管理課", "避難所"), ("2", "危機管理課", "消火栓")], ["避難所", "消火栓"]),
        ("分野|名称|CSV", [("2:人口", "町別人口"), ("↓", "年齢別人口")], ["町別人口", "年齢別人口"]),
        (
            "課|分野|名称|", [("3:総務課", "2:人口", "町別"), ("↓", "↓", "年齢別"), ("↓", "防災", "避難所")],
            ["町別", "年齢別", "避難所"],
        ),
        # known by the first cells, which tell them apart as well
        ("分野|名称|CSV", [("防災の部", "避難所"), ("人口の部", "町別人口")], ["防災の部", "人口の部"]),
        ("データ名称|所管課|CSV", [("避難所", "危機管理課"), ("消火栓", "危機管理課")], ["避難所", "消火栓"]),
    ],
)  # fmt: skip
def test_the_column_of_names_names_rows_that_the_first_one_does_not_tell_apart(header, cells, titles):
    records, facts, _ = read(rows(*cells, header=header), options={"fingerprints": False})
    assert [record.title for record in records] == titles and facts.counts == {}


def test_rows_of_one_name_that_say_different_things_are_told_with_a_recipe_that_parts_them():
    page = rows(("人口", "年齢別人口"), ("人口", "町別人口"), ("世帯", "令和6年"), ("世帯", "令和5年"))
    records, facts, _ = read(page, options={"fingerprints": False})
    assert [record.title for record in records] == ["人口", "世帯"]
    (notice,) = facts.notices
    assert notice.slug == "rows-merged" and "人口" in notice.message
    told = {"fingerprints": False, "item": "tr", "title": "td:nth-child(2)"}
    records, facts, _ = read(page, options=told)
    assert [record.title for record in records][:2] == ["年齢別人口", "町別人口"] and facts.counts == {}


@pytest.mark.parametrize("href", ["/download.php?id=3", "/dl/3", "/file/3/"])
def test_words_that_note_format_and_size_tell_a_file_behind_any_address(href):
    records, facts, _ = read(html(link(href, "AED設置場所（CSV：12KB）")), options={"fingerprints": False})
    (record,) = records
    assert record.title == "AED設置場所" and record.files[0]["file_format"] == "CSV"
    assert record.files[0]["file_download_url"].endswith(href) and facts.counts == {}


def test_words_that_note_a_format_alone_are_counted():
    page = html(
        link("a.csv", "避難所"), link("/dl?id=3", "AED設置場所（CSV）"), link("/about.html", "使い方（CSV：1KB）"),
        link("/dl?id=4", "CSVの使い方"), link("/dl?id=5", "要綱（PDF：9KB）"),
    )  # fmt: skip
    records, facts, _ = read(page, options={"fingerprints": False})
    assert len(records) == 1 and facts.skipped == {"link-without-extension": 1, "document-pdf": 1} and facts.complete


def test_one_file_under_two_headings_is_told():
    page = html(
        "<h2>新着</h2>", link("a.csv", "避難所一覧"), "<h2>防災</h2>", link("a.csv", "避難所一覧（CSV）"),
        link("b.zip", "まとめて"), "<h2>福祉</h2>", link("b.zip", "福祉をまとめて"),
    )  # fmt: skip
    records, facts, _ = read(page, options={"fingerprints": False})
    assert len(records) == 4 and facts.complete
    (notice,) = facts.notices
    assert notice.slug == "file-repeated" and notice.where.endswith("/a.csv")
