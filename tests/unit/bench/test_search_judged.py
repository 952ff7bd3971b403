"""The judged queries stay as they were frozen, and make sense."""

import hashlib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
JUDGED = ROOT / "tests/bench/search/judged"
FROZEN = [line.split("  ") for line in (JUDGED / "FROZEN.sha256").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def bench(monkeypatch):
    """corpus and judge, as `python -m tests.bench.search` imports them."""
    monkeypatch.syspath_prepend(ROOT)
    return import_module("tests.bench.search.corpus"), import_module("tests.bench.search.judge")


@pytest.mark.parametrize("digest, name", FROZEN, ids=[name for _, name in FROZEN])
def test_nothing_judged_has_changed_since_it_was_frozen(digest, name):
    assert hashlib.sha256((JUDGED / name).read_bytes()).hexdigest() == digest


def test_every_query_has_something_relevant(bench):
    corpus, judge = bench
    items = corpus.items()
    assert [q.id for q in judge.queries() if not any(judge.grade(q, item.truth) for item in items)] == []


def test_the_catalog_and_the_queries_are_as_large_as_promised(bench):
    corpus, judge = bench
    assert len(corpus.items()) >= 2000
    assert len(judge.queries()) >= 300
    assert {query.group for query in judge.queries()} == set("abcde")


def test_a_neighbours_list_is_confusion_and_the_prefectures_is_not(bench):
    corpus, judge = bench
    query = next(query for query in judge.queries() if query.text == "大阪市 避難所")

    def truth(place):
        return corpus.Truth(frozenset({"shelter"}), frozenset(), place, frozenset())

    assert judge.confused(query, truth("272272"))
    assert not judge.confused(query, truth("270008"))
    assert [judge.grade(query, truth(place)) for place in ("271004", "271276", "270008", "272272")] == [2, 1, 1, 0]
