"""Rows in one list of cells look like a list of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.tables.evenrows import EvenRows


@given(st.integers(1, 4), st.integers(0, 6), st.integers(-8, 8), st.integers(-8, 8))
def test_they_are_a_list_of_rows(width, count, start, stop):
    rows = [[f"{row}-{column}" for column in range(width)] for row in range(count)]
    even = EvenRows([cell for row in rows for cell in row], width)
    assert (list(even), len(even), bool(even)) == (rows, count, bool(rows))
    assert list(even[start:stop]) == rows[start:stop]
    assert [even.column(place) for place in range(width)] == [[row[place] for row in rows] for place in range(width)]
    if -count <= start < count:
        assert even[start] == rows[start]
    else:
        with pytest.raises(IndexError):
            even[start]
