import pytest
from osakadx import vocab


def test_all_43_municipalities_and_31_wards_have_codes_with_right_check_digits():
    assert len(vocab.municipalities()) == 43
    assert len(vocab.wards()) == 31
    codes = [entry.code for entry in (*vocab.municipalities(), *vocab.wards())]
    assert len(set(codes)) == 74
    assert all(vocab.is_local_government_code(code) and code.startswith("27") for code in codes)


@pytest.mark.parametrize(("code5", "digit"), [("27000", "8"), ("27100", "4"), ("13113", "0"), ("01100", "2")])
def test_check_digits_are_those_of_published_codes(code5, digit):
    assert vocab.check_digit(code5) == digit


@pytest.mark.parametrize("code", ["271005", "27100", "27100a", "２７１００４", "", "2710044"])
def test_what_is_no_code_is_refused(code):
    assert not vocab.is_local_government_code(code)


def test_the_population_of_the_census_adds_up():
    assert sum(entry.population for entry in vocab.municipalities()) == 8_837_685
    for city in ("271004", "271403"):
        total = sum(ward.population for ward in vocab.wards() if ward.city == city)
        assert total == next(entry.population for entry in vocab.municipalities() if entry.code == city)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("大阪市の避難所", ["271004"]),
        ("東大阪市 避難所一覧", ["272272"]),
        ("四条畷市公園一覧", ["272299"]),
        ("大阪狭山市・泉大津市", ["272311", "272060"]),
        ("大阪府南河内郡太子町", ["273813"]),
        ("兵庫県太子町", []),
        ("宮城県遠田郡河南町", []),
        ("下水道堺市", ["271403"]),
        ("大阪府の一覧", []),
        ("東大阪市と大阪市", ["272272", "271004"]),
        ("大 阪 市", []),
    ],
)
def test_places_are_found_in_free_text_without_confusion(written, codes):
    assert [place.code for place in vocab.places_in(written)] == codes


def test_every_name_in_a_title_finds_its_own_municipality_and_no_other():
    for entry in vocab.municipalities():
        found = vocab.place_in(f"{entry.name_ja}避難所一覧（令和6年度）")
        assert found == entry
        assert vocab.place_in(f"避難所一覧_{entry.name_ja}") == entry


def test_a_text_that_names_two_places_has_no_single_place():
    assert vocab.place_in("堺市・大阪市の広域避難場所") is None


def test_every_municipality_is_found_by_code_name_reading_and_english_name():
    for entry in vocab.municipalities():
        for name in (entry.code, entry.code[:5], entry.name_ja, f"大阪府{entry.name_ja}", entry.kana, entry.name_en):
            assert vocab.municipality_of(name) == entry


def test_osaka_alone_may_be_the_prefecture_and_is_not_taken_for_the_city():
    assert vocab.municipality_of("大阪") is None
    assert vocab.municipality_of("堺") == vocab.municipality_of("271403")


def test_wards_of_the_same_name_need_their_city():
    assert vocab.ward_of("西区") is None
    for ward in vocab.wards():
        city = vocab.municipality_of(ward.city)
        assert city is not None
        assert vocab.ward_of(ward.name_ja, ward.city) == ward
        assert vocab.ward_of(city.name_ja + ward.name_ja) == ward
        assert vocab.ward_of(ward.code) == ward
