from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.networks import reserved


@pytest.mark.parametrize("address", ["8.8.8.8", "210.168.0.1", "1.1.1.1", "2404:6800:4004::1", "2001:200::1"])
def test_public_addresses_pass(address):
    assert reserved(address) == ""


@given(st.ip_addresses())
def test_nothing_that_python_knows_to_be_private_passes(address):
    if not address.is_global or address.is_multicast:
        assert reserved(str(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_never_passes(address):
    number = int(address)
    for form in (
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address(number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x20010000 << 96) | number),
    ):
        assert reserved(str(form))
