"""schemas/linkcheck.yaml against the code that reads it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from osakadx import data
from osakadx.errors import DataFileError
from osakadx.linkcheck.rules import FILE, rules


def test_the_file_says_when_and_how() -> None:
    said = rules()
    assert said.hours == (12, 24, 168, 720)
    assert said.head_bytes < said.page_bytes and said.stretch >= 1
    assert {sign.kind for sign in said.signs} == {"waf", "login"}
    assert all(sign.source.startswith("https://") for sign in said.signs)
    assert all(source.startswith("https://") for source in data.document(FILE)["login_hosts"].values())


@pytest.mark.parametrize(
    "broken",
    [
        {"hours": []}, {"hours": ["soon"]}, {"jitter": -1}, {"stretch": True}, {"pause": 3}, {"head_bytes": None},
        {"signs": [{"name": "a", "kind": "waf", "source": "https://a"}]},
        {"signs": [{"name": "a", "kind": "page", "text": ["a"], "source": "https://a"}]},
        {"signs": [{"name": "a", "kind": "waf", "text": ["a"]}]},
        {"signs": [{"name": "a", "kind": "waf", "text": ["("], "source": "https://a"}]},
    ],
)  # fmt: skip
def test_a_file_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]) -> None:
    said = copy.deepcopy(data.document(FILE)) | broken
    monkeypatch.setattr(data, "document", lambda path: said)
    rules.cache_clear()
    with pytest.raises(DataFileError, match="リンクの確認の決まり"):
        rules()
    rules.cache_clear()
