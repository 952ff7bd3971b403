"""Rows in one list of cells look like a list of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.tables.evenrows import EncodedRows, TextRows


def text(rows, width):
    return TextRows([cell for row in rows for cell in row], width)


def encoded(rows, width):
    return EncodedRows([cell.encode("cp932") for row in rows for cell in (*row, "\0")], width, "cp932", "strict")


@pytest.mark.parametrize("kind", [text, encoded])
@given(st.integers(1, 4), st.integers(0, 6), st.integers(-8, 8), st.integers(-8, 8))
def test_they_are_a_list_of_rows(kind, width, count, start, stop):
    rows = [[f"{row % 2}区{column}" * (row != 3) for column in range(width)] for row in range(count)]
    even = kind(rows, width)
    assert (list(even), len(even), bool(even)) == (rows, count, bool(rows))
    assert list(even[start:stop]) == rows[start:stop]
    assert [even.column(place) for place in range(width)] == [[row[place] for row in rows] for place in range(width)]
    assert [even.values(place) for place in range(width)] == [{row[place] for row in rows} for place in range(width)]
    if -count <= start < count:
        assert even[start] == rows[start]
    else:
        with pytest.raises(IndexError):
            even[start]
