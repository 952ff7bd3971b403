"""Two readings of a record, compared."""

from __future__ import annotations

import pytest
from osakadx.changes import compare


def record(files: list[dict[str, str]] | None = None, **concepts: object) -> dict[str, object]:
    return {"concepts": concepts, "files": files or []}


def told(before: dict[str, object] | None, after: dict[str, object] | None) -> list[tuple[str, str, str, str]]:
    return [(each.concept, each.kind, each.before, each.after) for each in compare(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"title": "一覧"}, {"title": "一覧"}, []),
        ({"title": "一覧"}, {"title": "名簿"}, [("title", "changed", "一覧", "名簿")]),
        ({}, {"title": "名簿"}, [("title", "added", "", "名簿")]),
        ({"title": "一覧"}, {}, [("title", "removed", "一覧", "")]),
        ({"title": "一覧"}, {"title": None}, [("title", "removed", "一覧", "")]),
        ({"keyword": ["a", "b"]}, {"keyword": ["b", "c"]}, [("keyword", "changed", "a、b", "b、c")]),
        ({"keyword": "a"}, {"keyword": ["a"]}, []),
    ],
)
def test_fields_that_differ_are_told(before, after, said):
    assert told(record(**before), record(**after)) == said


def test_nothing_before_or_after_is_all_new_or_all_gone():
    assert told(None, record(title="一覧")) == [("title", "added", "", "一覧")]
    assert told(record(title="一覧"), None) == [("title", "removed", "一覧", "")]


def test_members_of_a_list_stay_come_and_go():
    (change,) = compare(record(keyword=["a", "b"]), record(keyword=["b", "c"]))
    assert change.parts == (("same", "b"), ("added", "c"), ("removed", "a"))


def test_a_long_text_is_told_by_its_sentences():
    before = (
        "市内の公共施設の一覧です。年に一度、四月に更新します。" + "施設の名前と所在地と電話番号を載せています。" * 2
    )
    after = before.replace("年に一度、四月に", "毎月")
    (change,) = compare(record(description=before), record(description=after))
    assert [kind for kind, _ in change.parts] == ["same", "removed", "added", "same"]
    assert "".join(text for kind, text in change.parts if kind != "added") == before
    assert "".join(text for kind, text in change.parts if kind != "removed") == after


def test_a_short_text_needs_no_parts():
    (change,) = compare(record(title="一覧"), record(title="名簿"))
    assert change.parts == ()


def test_files_are_the_same_by_address_or_title_or_they_come_and_go():
    a = {"file_title": "A", "file_download_url": "https://example.jp/a.csv", "file_format": "CSV"}
    moved = {**a, "file_download_url": "https://example.jp/new/a.csv"}
    b = {"file_title": "B", "file_download_url": "https://example.jp/b.csv"}
    changes = compare(record([a]), record([moved, b]))
    assert [(each.concept, each.kind, each.file) for each in changes] == [
        ("file_download_url", "changed", "A"),
        ("file", "added", "B"),
    ]
    assert [(each.concept, each.kind) for each in compare(record([a, b]), record([a]))] == [("file", "removed")]


@pytest.mark.parametrize("odd", [{}, {"concepts": None, "files": None}, {"concepts": [], "files": {}}, {"files": [1]}])
def test_odd_records_compare_as_empty_ones(odd):
    assert compare(odd, odd) == ()
