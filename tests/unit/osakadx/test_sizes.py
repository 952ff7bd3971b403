import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import sizes


@pytest.mark.parametrize(
    "written, size",
    [
        ("49152", 49152),
        ("48 KB", 49152),
        ("1.5MB", 1572864),
        ("４８キロバイト", 49152),
        ("約3メガバイト", 3145728),
        ("1,234 バイト", 1234),
        ("10KiB", 10240),
        ("[CSV形式／48KB]", 49152),
        ("0", 0),
        ("", None),
        ("大", None),
        ("-1", None),
        ("CSV 12KB、PDF 3MB", None),
        ("9" * 15 + "TB", None),
    ],
)
def test_a_size_is_read_in_bytes(written, size):
    assert sizes.byte_size(written) == size


@given(st.text())
def test_no_text_makes_it_stumble(written):
    size = sizes.byte_size(written)
    assert size is None or 0 <= size < 2**63
