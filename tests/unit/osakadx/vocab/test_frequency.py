import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import data, vocab

SPELLINGS = data.rows("vocabularies/frequency_spellings.csv")


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: row["spelling"])
def test_every_spelling_seen_leads_to_its_frequency(row):
    found = vocab.frequency_of(row["spelling"])
    assert found is not None
    assert found.key == row["frequency"]


def test_all_97_spellings_of_the_tokyo_catalog_are_there():
    assert sum(row["origin"] == "東京都オープンデータカタログ" for row in SPELLINGS) == 97


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1回/2週", "fortnightly"),
        ("3年に1度", "triennial"),
        ("3箇月ごと", "quarterly"),
        ("三か月毎", "quarterly"),
        ("3ケ月", "quarterly"),
        ("週２回", "twice-weekly"),
        ("年2回（4月・10月）", "twice-yearly"),
        ("毎週月曜日", "weekly"),
        ("毎月10日頃", "monthly"),
        ("四半期ごとに更新", "quarterly"),
        ("1日1回", "daily"),
        ("概ね10年ごと", "decennial"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL", "annual"),
        ("annually", "annual"),
        ("R/P3M", "quarterly"),
        ("", "unknown"),
    ],
)
def test_spellings_never_seen_are_read_by_their_pattern(written, key):
    found = vocab.frequency_of(written)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("written", ["適当", "7年ごと", "0年ごと", "年0回", "令和6年4月1日"])
def test_what_names_no_known_frequency_is_not_guessed(written):
    assert vocab.frequency_of(written) is None


@given(st.text(alphabet="年月週日毎回度0123456789か月ごとに半四期/ 一二三"))
def test_reading_a_frequency_never_fails(written):
    found = vocab.frequency_of(written)
    assert found is None or found in vocab.frequencies()


def test_a_number_longer_than_any_period_is_no_frequency():
    assert vocab.frequency_of("9" * 5000 + "年ごと") is None


def test_only_frequencies_with_a_period_have_days():
    without = {entry.key for entry in vocab.frequencies() if entry.days is None}
    assert without == {"continual", "as-needed", "hourly", "irregular", "never", "other", "unknown"}


def test_every_frequency_has_its_own_eu_term_and_finds_itself_by_every_name():
    assert len({entry.uri for entry in vocab.frequencies()}) == len(vocab.frequencies())
    for entry in vocab.frequencies():
        for name in (entry.key, entry.label_ja, entry.label_en, entry.uri):
            assert vocab.frequency_of(name) == entry
