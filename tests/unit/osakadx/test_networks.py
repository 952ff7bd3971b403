from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.networks import reserved, unreachable


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


@pytest.mark.parametrize(
    "address",
    [
        "100.100.100.200", "168.63.129.16", "169.254.169.254", "192.0.0.192",
        "fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42", "fd00:100::100:200", "fd00:a9fe:a9fe::1",
    ],
)  # fmt: skip
def test_no_exception_opens_the_metadata_of_a_cloud(address):
    assert unreachable(address)


@given(st.ip_addresses(v=4, network="169.254.0.0/16"))
def test_no_exception_opens_metadata_inside_an_ipv6_address(address):
    number = int(address)
    for form in (
        (0xFFFF << 32) | number,
        (0xFFFF << 48) | number,
        number,
        (0x2002 << 112) | (number << 80) | 1,
        (0x64FF9B << 96) | number,
        (0x64FF9B0001 << 80) | number,
        (0x20010000 << 96) | (number << 64),
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),
    ):
        assert unreachable(str(ipaddress.IPv6Address(form)))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1", "::ffff:10.0.0.1",
     "64:ff9b::10.0.0.1", "8.8.8.8", "2404:6800:4004::1"],
)  # fmt: skip
def test_an_exception_opens_loopback_and_private_networks(address):
    assert not unreachable(address)
