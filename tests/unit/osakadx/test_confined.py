from __future__ import annotations

import pytest
from osakadx import confined
from osakadx.confined import MEBI, Caps, StoppedError
from osakadx.errors import OsakadxError

LINKS = "ckanext.osakadx.harvesters.page_links:parsed"
RECIPE = {"scope": "body", "extensions": None}


def links(body: bytes, caps: Caps | None = None, **recipe):
    return confined.call(LINKS, body, {"url": "https://a.jp/", "recipe": RECIPE | recipe}, caps=caps, name="a.html")


def test_what_a_function_returns_comes_back():
    (offer,) = links("<body><a href='a.csv'>避難所一覧</a></body>".encode())["offers"]
    assert (offer["title"], offer["files"][0]["url"]) == ("避難所一覧", "https://a.jp/a.csv")


@pytest.mark.parametrize("name", ["scope", "item", "title", "description", "section", "link"])
def test_its_error_comes_back_with_its_words(name):
    with pytest.raises(OsakadxError) as error:
        links(b"<body></body>", **{name: "[["})
    assert error.value.slug == "option-refused" and error.value.where == "https://a.jp/"
    assert f"{name}「[[」はCSSセレクターになっていません" in error.value.message and error.value.fix


@pytest.mark.parametrize(
    ("body", "caps", "said"),
    [
        (b"<div>" * 60_000, Caps(cpu_seconds=1), "1 秒の計算"),
        (b"<div>" * 60_000, Caps(wall_seconds=0.01), "0.01 秒で"),
        (b"<a href=a.csv>x</a>" * 2_000_000, Caps(memory_bytes=150 * MEBI), "150 MB のメモリ"),
    ],
    ids=["processor", "waiting", "memory"],
)
def test_one_that_takes_too_much_is_stopped_and_says_where(body, caps, said):
    with pytest.raises(StoppedError) as error:
        links(body, caps)
    assert error.value.slug == "reading-stopped" and said in error.value.message and error.value.where == "a.html"


def test_a_function_that_fails_otherwise_is_stopped_too():
    with pytest.raises(StoppedError):
        confined.call(LINKS, b"", {"nothing": "known"})
