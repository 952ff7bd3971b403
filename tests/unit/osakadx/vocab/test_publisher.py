import re

from osakadx import data, vocab


def test_the_organisations_are_the_prefecture_its_departments_and_the_municipalities():
    departments = len(data.rows("departments.csv"))
    assert len(vocab.publishers()) == 1 + departments + 43
    assert vocab.publishers()[0].name == vocab.PREFECTURE == "270008"


def test_names_are_unique_and_legal_for_ckan():
    names = [entry.name for entry in vocab.publishers()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9-]{2,100}", name) for name in names)


def test_departments_stand_beneath_the_prefecture_and_carry_its_code():
    departments = [entry for entry in vocab.publishers() if entry.parent]
    assert {entry.parent for entry in departments} == {vocab.PREFECTURE}
    assert all(entry.code == vocab.PREFECTURE and entry.title_en for entry in departments)


def test_every_publisher_is_found_by_name_and_titles():
    for entry in vocab.publishers():
        for name in (entry.name, entry.title_ja, entry.title_en):
            assert vocab.publisher_of(name) == entry


def test_a_five_digit_code_and_a_name_with_its_prefecture_are_enough():
    assert vocab.publisher_of("27140") == vocab.publisher_of("大阪府堺市") == vocab.publisher_of("271403")
    assert vocab.publisher_of("東京都") is None
