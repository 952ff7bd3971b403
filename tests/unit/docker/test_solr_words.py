"""The word lists of the configset say what schemas/ says."""

import importlib.util
import sys
from pathlib import Path

import pytest

SOLR = Path(__file__).parents[3] / "docker" / "solr"


@pytest.fixture
def words(monkeypatch):
    spec = importlib.util.spec_from_file_location("solr_words", SOLR / "words.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "solr_words", module)
    spec.loader.exec_module(module)
    return module


def test_the_lists_are_those_that_the_data_give(words):
    for name, lines in words.FILES.items():
        kept = (SOLR / "conf" / "lang" / name).read_text(encoding="utf-8").splitlines()
        assert kept[1:] == list(lines()), f"run {words.__name__}: {name} is not what schemas/vocabularies says"


def test_the_parts_of_a_word_make_up_the_word_and_have_a_reading_each(words):
    for line in words.user_dictionary():
        surface, parts, readings, _ = line.split(",")
        assert parts.replace(" ", "") == surface
        assert len(parts.split()) == len(readings.split()), line


def test_every_municipality_with_a_name_of_two_or_more_characters_is_a_word(words):
    surfaces = {line.split(",")[0] for line in words.user_dictionary()}
    assert {"東大阪市", "泉大津市", "四条畷市", "千早赤阪村", "寝屋川市", "都島区", "aed設置箇所一覧"} <= surfaces
    assert len([name for name in surfaces if name[-1] in "市町村"]) > 1_550
