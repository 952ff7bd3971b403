"""What the intake makes of names: columns in a database, files in a download folder."""

from __future__ import annotations

import pytest
from ckanext.osakadx.intake.names import column_ids
from ckanext.osakadx.intake.views import FILES, disposition
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.text(max_size=80), max_size=20))
def test_column_ids_are_what_the_datastore_takes(header: list[str]) -> None:
    from ckanext.datastore.helpers import is_valid_field_name

    ids = column_ids(header)
    assert len(set(ids)) == len(header)
    for name in ids:
        assert is_valid_field_name(name)
        assert 0 < len(name.encode()) <= 63
        assert not set(name) & set(',:"')


def test_ordinary_names_stay_as_they_are() -> None:
    header = ["名称", "所在地_都道府県", "構成比(%)", "ＡＥＤ設置数", "lat"]
    assert column_ids(header) == tuple(header)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AED設置箇所一覧", "AED設置箇所一覧.csv"),
        ("AED設置箇所一覧.xlsx", "AED設置箇所一覧.csv"),
        ("人口 2024.10.1現在", "人口 2024.10.1現在.csv"),
        ("../../etc/passwd", "_.._etc_passwd.csv"),
        ('a"b\r\nSet-Cookie: x', "a_b__Set-Cookie_ x.csv"),
        ("   ", "table.csv"),
    ],
)
def test_a_download_is_named_for_its_file(title: str, name: str) -> None:
    from urllib.parse import unquote

    header = disposition(title, FILES["csv"])
    assert header.startswith("attachment; filename=\"table.csv\"; filename*=UTF-8''")
    assert unquote(header.partition("''")[2]) == name
    assert header.isascii() and "\n" not in header
