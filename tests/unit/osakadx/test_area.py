import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import area


@pytest.mark.parametrize(
    "written, codes",
    [
        ("大阪市", ["271004"]),
        ("大阪府豊中市", ["272035"]),
        ("堺市北区", ["271462"]),
        ("大阪府", ["270008"]),
        ("大阪市全域", ["271004"]),
        ("大阪市、堺市", ["271004", "271403"]),
        ("271004", ["271004"]),
        ("東大阪市", ["272272"]),
        ("太子町", ["273813"]),
        ("大阪府南河内郡太子町", ["273813"]),
        ("豊能郡能勢町", ["273228"]),
        ("兵庫県太子町", ["284645"]),
        ("北区", []),
        ("東京都千代田区", ["131016"]),
        ("Osaka Prefecture", ["270008"]),
        ("北摂地域", []),
        ("大阪市とその周辺", []),
        ("大阪市、北摂地域", []),
        ("", []),
    ],
)
def test_an_area_is_known_by_its_name(written, codes):
    assert [one.code for one in area.areas_of(written)] == codes


def test_an_area_has_its_address_in_the_statistics_lod():
    found = area.area("271004")
    assert found == area.Area("271004", "大阪市", found.label_en)
    assert found.uri == "http://data.e-stat.go.jp/lod/sac/C27100"
    assert area.area("999999") is None


@given(st.text())
def test_no_text_makes_it_stumble(written):
    area.areas_of(written)
