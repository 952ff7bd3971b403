import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import formats


@pytest.mark.parametrize(
    "written, first",
    [(["Web Page", "text/html"], "text/html"), (["", "Web Page", "x"], "Web Page"), (["CSV", "ZIP"], "CSV"), ([], "")],
)
def test_of_several_names_the_first_known_one_stands(written, first):
    assert formats.first_known(written) == first


@pytest.mark.parametrize(
    "written, url, key",
    [
        ("CSV", "", "CSV"),
        ("ＣＳＶ", "", "CSV"),
        (".csv", "", "CSV"),
        ("csvファイル", "", "CSV"),
        ("CSV（UTF-8）", "", "CSV"),
        ("text/csv", "", "CSV"),
        ("xisx", "", "XLSX"),
        ("_2CSV", "", "CSV"),
        ("エクセル", "", "XLSX"),
        ("application/zip", "", "ZIP"),
        ("シェープファイル", "", "SHP"),
        ("CSV", "https://a.jp/a.zip", "CSV"),
        ("エクセル", "https://a.jp/a.xls", "XLS"),
        ("", "https://a.jp/a.csv?v=1", "CSV"),
        ("", "https://a.jp/%E9%81%BF.CSV", "CSV"),
        ("", "https://a.jp/a.geojson", "GeoJSON"),
        ("謎の形式", "https://a.jp/a.pdf", "PDF"),
        ("dxf", "https://a.jp/download", "DXF"),
        ("", "https://a.jp/download", ""),
        ("表計算ソフトで開いてお使いください。" * 5, "", ""),
    ],
)
def test_a_format_is_known_by_its_word_or_by_the_ending_of_the_address(written, url, key):
    assert formats.resolve(written, url) == key


def test_every_format_is_found_by_its_own_name_and_by_its_ending():
    for key, known in formats.formats().items():
        assert formats.format_of(key) == known
    assert formats.format_of_link("https://a.jp/x.xlsx") == formats.format_of("XLSX")


@given(st.text(), st.text())
def test_no_text_makes_it_stumble(written, url):
    formats.resolve(written, url)
