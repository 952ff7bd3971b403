"""Where a request came from, and a digest of it that is good for one day."""

import ipaddress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.askers import digest, origin

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),  # nobody vouches for that header
        ("172.18.0.5", "1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "9.9.9.9, 1.1.1.1", "1.1.1.1"),  # the first one may be the asker's invention
        ("127.0.0.1", "nonsense", ""),  # everybody would be the proxy
        ("127.0.0.1", "1.1.1.1:5678", "1.1.1.1"),
        ("127.0.0.1", "[2001:4860:4860:1:2::1]:44", "2001:4860:4860:1::"),
        ("unix", "x", ""),
        ("127.0.0.1", "", "127.0.0.1"),
        ("2001:4860:4860:1::8888", "", "2001:4860:4860:1::"),
        ("127.0.0.1", "2001:4860:4860:1:2::1", "2001:4860:4860:1::"),
        ("::ffff:8.8.8.8", "", "8.8.8.8"),
        ("", "", ""),
        ("unix", "", ""),
    ],
)
def test_a_header_is_believed_of_a_proxy_beside_us_only(peer, forwarded, address):
    assert origin(peer, forwarded) == address


def test_a_digest_is_the_same_on_one_day_and_with_one_secret_only():
    assert digest("s", DAY, "8.8.8.8") == digest("s", DAY, "8.8.8.8")
    others = {digest("s", DAY, "8.8.4.4"), digest("s", date(2026, 11, 27), "8.8.8.8"), digest("t", DAY, "8.8.8.8")}
    assert len(others | {digest("s", DAY, "8.8.8.8")}) == 4


@given(st.text(), st.text(max_size=50))
def test_whatever_a_request_says_is_an_address_or_nothing(peer, forwarded):
    found = origin(peer, forwarded)
    assert found == "" or ipaddress.ip_address(found)
    assert len(digest("s", DAY, found)) == 32
