import pytest
from osakadx import files

BASE = "https://www.city.osaka.lg.jp/opendata/"


def resource(**file):
    found = files.resources([{"file_download_url": "https://a.lg.jp/a.csv"} | file], [], BASE)
    assert len(found) == 1
    return found[0]


def slugs(*written):
    notices = []
    files.resources(written, notices, BASE)
    return [slug for slug, _ in notices]


def test_a_file_is_described_in_the_words_of_the_catalog():
    read = resource(
        file_title="避難所　一覧",
        file_format="csvファイル",
        file_license="CC BY 4.0",
        file_size="48 KB",
        file_modified="令和6年4月1日",
        file_status="配信中",
        file_language=["日本語", "英語"],
        file_api="無",
        file_terms="出典を書いてください。",
        file_copyright="© 大阪市",
        file_access_url="https://a.lg.jp/page.html",
        file_id="0001",
    )
    assert (read.name, read.format, read.license) == ("避難所 一覧", "CSV", "cc-by-4.0")
    assert (read.size, read.modified, read.status) == (49152, "2024-04-01", "available")
    assert (read.language, read.api_available) == (("ja", "en"), "no")
    assert read.rights == "出典を書いてください。\n© 大阪市"
    assert (read.access_url, read.identifier) == ("https://a.lg.jp/page.html", "0001")


def test_a_file_without_title_is_called_as_its_file():
    assert resource(file_download_url="/f/避難所.csv").name == "避難所.csv"
    assert resource(file_download_url="https://a.lg.jp").name == "a.lg.jp"


def test_a_relative_address_hangs_on_the_page_of_the_source():
    assert resource(file_download_url="f/a.csv").url == "https://www.city.osaka.lg.jp/opendata/f/a.csv"


def test_a_file_that_has_only_a_page_is_got_there():
    found = files.resources([{"file_access_url": "https://a.lg.jp/page.html"}], [], "")
    assert [(one.url, one.access_url, one.format) for one in found] == [("https://a.lg.jp/page.html", "", "HTML")]


def test_every_address_of_a_cell_becomes_a_file():
    cell = "https://a.lg.jp/1.csv\nhttps://a.lg.jp/2.xlsx"
    found = files.resources([{"file_title": "一覧", "file_download_url": cell, "file_license": "CC0"}], [], "")
    assert [(one.name, one.format, one.license) for one in found] == [
        ("一覧", "CSV", "cc0-1.0"),
        ("2.xlsx", "XLSX", "cc0-1.0"),
    ]


def test_the_same_address_twice_is_one_file():
    same = {"file_download_url": "https://a.lg.jp/a.csv"}
    assert slugs(same, same) == ["file-duplicate"]
    assert len(files.resources([same, same], [], "")) == 1


@pytest.mark.parametrize("written", ["javascript:alert(1)", "data:text/html,x", "https://user:pw@a.lg.jp/a.csv", ""])
def test_a_file_without_an_address_to_publish_is_left_out_and_noted(written):
    assert files.resources([{"file_download_url": written}], [], "") == ()
    assert "file-without-link" in slugs({"file_download_url": written})


def test_a_licence_in_unknown_words_is_kept_as_terms_of_use():
    read = resource(file_license="○○市オープンデータ利用規約")
    assert (read.license, read.rights) == ("notspecified", "○○市オープンデータ利用規約")


@pytest.mark.parametrize(
    "written, url, noted",
    [
        ("CSV", "https://a.lg.jp/a.xlsx", True),
        ("CSV", "https://a.lg.jp/a.csv", False),
        ("CSV", "https://a.lg.jp/a.zip", False),
        ("CSV", "https://a.lg.jp/download.php", False),
        ("エクセル", "https://a.lg.jp/a.xls", False),
        ("xisx", "https://a.lg.jp/a.xlsx", False),
    ],
)
def test_a_format_that_differs_from_the_ending_is_noted(written, url, noted):
    assert ("file-format-differs" in slugs({"file_format": written, "file_download_url": url})) is noted


@pytest.mark.parametrize("written, read", [("有", "yes"), ("○", "yes"), ("無", "no"), ("－", "no"), ("検討中", None)])
def test_yes_and_no_are_read_in_any_sign(written, read):
    assert files.yes_no(written) == read
