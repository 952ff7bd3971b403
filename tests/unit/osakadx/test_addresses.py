from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.addresses import AddressPolicy
from osakadx.errors import RefusedAddress

POLICY = AddressPolicy()


@pytest.mark.parametrize(
    "written, sent",
    [
        ("http://example.lg.jp", "http://example.lg.jp/"),
        ("  https://example.lg.jp/a.csv　", "https://example.lg.jp/a.csv"),
        ("HTTPS://Example.LG.jp:443/a", "https://example.lg.jp/a"),
        ("http://example.lg.jp./", "http://example.lg.jp/"),
        ("https://example.lg.jp/大阪 一覧.csv", "https://example.lg.jp/%E5%A4%A7%E9%98%AA%20%E4%B8%80%E8%A6%A7.csv"),
        ("https://example.lg.jp/%E5%A4%A7%20.csv", "https://example.lg.jp/%E5%A4%A7%20.csv"),
        ("https://example.lg.jp/%25E5%25A4%25A7", "https://example.lg.jp/%25E5%25A4%25A7"),
        ("https://example.lg.jp/50%?a=10%", "https://example.lg.jp/50%25?a=10%25"),
        ("https://example.lg.jp/?q=避難所#x", "https://example.lg.jp/?q=%E9%81%BF%E9%9B%A3%E6%89%80"),
        ("https://example.lg.jp/data\\list.csv", "https://example.lg.jp/data/list.csv"),
        ("https://大阪.jp/", "https://xn--pssu33l.jp/"),
        ("https://%E5%A4%A7%E9%98%AA.jp/", "https://xn--pssu33l.jp/"),
        ("https://ex%61mple%2Ejp/", "https://example.jp/"),
        ("https://ｅｘａｍｐｌｅ.jp/", "https://example.jp/"),
    ],
)
def test_urls_are_sent_in_one_spelling(written, sent):
    assert POLICY.target(written).url == sent


@pytest.mark.parametrize(
    "url, slug",
    [
        ("file:///etc/passwd", "scheme-refused"),
        ("gopher://example.jp/", "scheme-refused"),
        ("ftp://example.jp/a.csv", "scheme-refused"),
        ("javascript:alert(1)", "scheme-refused"),
        ("//example.jp/a.csv", "scheme-refused"),
        ("example.jp/a.csv", "scheme-refused"),
        ("", "scheme-refused"),
        ("http://user:pass@example.jp/", "credentials-refused"),
        ("http://example.jp@127.0.0.1/", "credentials-refused"),
        ("http://example.jp\\@127.0.0.1/", "credentials-refused"),
        ("http://example.jp:25/", "port-refused"),
        ("http://example.jp:8080/", "port-refused"),
        ("http://example.jp:0/", "port-refused"),
        ("http://example.jp:70000/", "port-refused"),
        ("http://example.jp/a\r\nX-Injected: 1", "control-characters"),
        ("http://exa\tmple.jp/", "control-characters"),
        ("http://example.jp/" + "a" * 10_000, "url-too-long"),
        ("http://2130706433/", "numeric-host"),
        ("http://0177.0.0.1/", "numeric-host"),
        ("http://0x7f.0.0.1/", "numeric-host"),
        ("http://0x7f000001/", "numeric-host"),
        ("http://127.1/", "numeric-host"),
        ("http://127.0.0.01/", "numeric-host"),
        ("http://127.0.0.1.5/", "numeric-host"),
        ("http://127.0.0.1/", "address-not-public"),
        ("http://127.0.0.1./", "address-not-public"),
        ("http://%31%32%37.0.0.1/", "address-not-public"),
        ("http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/", "address-not-public"),
        ("http://example.jp%40127.0.0.1/", "host-malformed"),
        ("http://example.jp%2F.evil.jp/", "host-malformed"),
        ("http://example.jp%00/", "host-malformed"),
        ("http://%FF.jp/", "host-malformed"),
        ("http://%2531.jp/", "host-malformed"),
        ("http://１２７.０.０.１/", "address-not-public"),
        ("http://127。0。0。1/", "address-not-public"),
        ("http://①②⑦.0.0.1/", "address-not-public"),
        ("http://169.254.169.254/latest/meta-data/", "address-not-public"),
        ("http://168.63.129.16/", "address-not-public"),
        ("http://100.100.100.200/", "address-not-public"),
        ("http://0.0.0.0/", "address-not-public"),
        ("http://255.255.255.255/", "address-not-public"),
        ("http://[::1]/", "address-not-public"),
        ("http://[::]/", "address-not-public"),
        ("http://[::ffff:127.0.0.1]/", "address-not-public"),
        ("http://[::ffff:8.8.8.8]/", "address-not-public"),
        ("http://[::127.0.0.1]/", "address-not-public"),
        ("http://[2002:7f00:1::]/", "address-not-public"),
        ("http://[64:ff9b::7f00:1]/", "address-not-public"),
        ("http://[64:ff9b:1::7f00:1]/", "address-not-public"),
        ("http://[2001:0:7f00:1::]/", "address-not-public"),
        ("http://[fd00:ec2::254]/", "address-not-public"),
        ("http://[fe80::1]/", "address-not-public"),
        ("http://[fe80::1%25eth0]/", "address-not-public"),
        ("http://[fec0::1]/", "address-not-public"),
        ("http://[ff02::1]/", "address-not-public"),
        ("http://[2001:db8::1]/", "address-not-public"),
        ("http://[::1", "url-malformed"),
        ("http://example..jp/", "host-malformed"),
        ("http://-example.jp/", "host-malformed"),
        ("http:///path", "host-malformed"),
        ("http://" + "a." * 130 + "jp/", "host-malformed"),
        ("http://exa mple.jp/", "host-malformed"),
        ("http://ex＠ample.jp/", "url-malformed"),
    ],
)
def test_urls_that_are_never_asked(url, slug):
    with pytest.raises(RefusedAddress) as refused:
        POLICY.target(url)
    assert refused.value.slug == slug
    assert refused.value.message.endswith("。")
    assert not any(ord(character) < 32 for character in str(refused.value))


def test_an_exception_opens_one_port_of_one_host_and_loopback_behind_it():
    policy = AddressPolicy(allow_hosts=frozenset({"127.0.0.1:15080", "town.example:8080"}))
    assert policy.target("http://127.0.0.1:15080/a").port == 15080
    for url in ("http://127.0.0.1/", "http://127.0.0.1:15081/", "http://127.0.0.2:15080/", "http://localhost:15080/"):
        with pytest.raises(RefusedAddress):
            policy.admit(policy.target(url), "127.0.0.1")
    policy.admit(policy.target("http://town.example:8080/"), "10.1.2.3")
    with pytest.raises(RefusedAddress):
        policy.admit(policy.target("http://town.example/"), "10.1.2.3")


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "168.63.129.16", "fe80::1", "ff02::1"])
def test_no_exception_opens_metadata_multicast_or_the_unspecified_address(address):
    policy = AddressPolicy(allow_hosts=frozenset({"town.example:80"}))
    with pytest.raises(RefusedAddress):
        policy.admit(policy.target("http://town.example/"), address)


def test_mapped_link_local_is_not_opened_by_an_exception_either():
    policy = AddressPolicy(allow_hosts=frozenset({"town.example:80"}))
    with pytest.raises(RefusedAddress):
        policy.admit(policy.target("http://town.example/"), "::ffff:169.254.169.254")


def test_a_closed_network_asks_the_listed_hosts_alone():
    policy = AddressPolicy(only_hosts=frozenset({"data.example.jp:443"}))
    assert policy.target("https://data.example.jp/a").host == "data.example.jp"
    with pytest.raises(RefusedAddress) as refused:
        policy.target("https://other.example.jp/a")
    assert refused.value.slug == "host-not-listed"


@pytest.mark.parametrize("location", ["//[x", "http://[bad/", "https://ex.jp\xef\xbc\x8fx", "http://[::1"])
def test_a_redirect_to_no_address_is_refused(location):
    with pytest.raises(RefusedAddress) as refused:
        POLICY.redirected(POLICY.target("http://example.jp/a/"), location)
    assert refused.value.slug in ("url-malformed", "host-malformed") and refused.value.fix


def test_international_names_are_known_as_such():
    assert POLICY.target("https://大阪.jp/").international
    assert not POLICY.target("https://www.pref.osaka.lg.jp/").international


@given(st.text(st.characters(max_codepoint=255), max_size=30), st.sampled_from(["", "//", "//[", "http://["]))
def test_any_redirect_leads_to_a_target_or_is_refused(text, start):
    try:
        POLICY.redirected(POLICY.target("http://example.jp/a/"), start + text)
    except RefusedAddress:
        return


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://a.jp/", "http://["]))
def test_any_text_is_a_target_or_a_refusal(text, start):
    try:
        target = POLICY.target(start + text)
    except RefusedAddress:
        return
    assert target.url.isascii() and " " not in target.url
    assert POLICY.target(target.url).url == target.url
