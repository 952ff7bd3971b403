import pytest
from osakadx import vocab


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("ja", ("ja",)),
        ("jpn", ("ja",)),
        ("Japanese", ("ja",)),
        ("日本語", ("ja",)),
        ("ja_JP", ("ja",)),
        ("jpn,eng", ("ja", "en")),
        ("日本語、英語", ("ja", "en")),
        ("English/Japanese", ("en", "ja")),
        ("中国語（簡体字）", ("zh-Hans",)),
        ("zh-TW", ("zh-Hant",)),
        ("韓国・朝鮮語", ("ko",)),
        ("http://publications.europa.eu/resource/authority/language/JPN", ("ja",)),
        ("", ()),
        ("エスペラント", ()),
    ],
)
def test_names_and_codes_become_iso_639(written, keys):
    assert vocab.languages_of(written) == keys


def test_every_language_finds_itself_by_every_name():
    for entry in vocab.languages():
        for name in (entry.key, entry.label_ja, entry.label_en):
            assert vocab.languages_of(name) == (entry.key,)
