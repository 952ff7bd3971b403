"""Which IP addresses are of the public Internet, and which never are."""

from __future__ import annotations

import ipaddress

# IANA special-purpose address registries (RFC 6890 and its later entries), plus one cloud's fixed address.
_RESERVED_V4 = [
    (ipaddress.IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "このネットワーク"),
        ("10.0.0.0/8", "組織内のネットワーク"),
        ("100.64.0.0/10", "事業者内の共有アドレス"),
        ("127.0.0.0/8", "自分自身"),
        ("168.63.129.16/32", "クラウドの管理用アドレス"),
        ("169.254.0.0/16", "リンクローカル(クラウドの管理用を含む)"),
        ("172.16.0.0/12", "組織内のネットワーク"),
        ("192.0.0.0/24", "プロトコル用の予約"),
        ("192.0.2.0/24", "文書用の例示アドレス"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4の中継"),
        ("192.168.0.0/16", "組織内のネットワーク"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "性能試験用"),
        ("198.51.100.0/24", "文書用の例示アドレス"),
        ("203.0.113.0/24", "文書用の例示アドレス"),
        ("224.0.0.0/4", "マルチキャスト"),
        ("240.0.0.0/4", "将来用の予約"),
    )
]
# Public IPv6 lies in 2000::/3 alone; what is carved out of it is listed. Everything else (::1, ::ffff:0:0/96 with an
# IPv4 address inside, NAT64 64:ff9b::/96, unique local, link-local, site-local, multicast, SRv6) is outside.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_RESERVED_V6 = [
    (ipaddress.IPv6Network(network), name)
    for network, name in (
        ("2001::/23", "プロトコル用の予約(Teredoを含む)"),
        ("2001:db8::/32", "文書用の例示アドレス"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "文書用の例示アドレス"),
    )
]
# Not even an operator's exception opens these: no data lies there, and cloud credentials do. The single addresses are
# where clouds keep them outside 169.254.0.0/16: Alibaba, Azure, Oracle; by IPv6 Scaleway, Akamai, Oracle, AWS,
# Alibaba, Google.
_UNREACHABLE = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.100.100.200/32", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.192/32", "224.0.0.0/4",
        "240.0.0.0/4", "::/128", "2001::/32", "2002::/16", "fd00:42::42/128", "fd00:a9fe:a9fe::1/128",
        "fd00:c1::a9fe:a9fe/128", "fd00:ec2::/32", "fd00:100::100:200/128", "fd20:ce::254/128", "fe80::/10", "ff00::/8",
    )
]  # fmt: skip
_LOOPBACK_V6 = ipaddress.IPv6Address("::1")
# The last 32 bits of these are an IPv4 address that a gateway, or the system itself, goes on to.
_WITH_V4_INSIDE = [
    ipaddress.IPv6Network(network)
    for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
]


def reserved(address: str) -> str:
    """Why an IP address is not one of the public Internet, in Japanese; empty when it is public."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "IPアドレスとして読めない"
    if isinstance(parsed, ipaddress.IPv4Address):
        return next((name for network, name in _RESERVED_V4 if parsed in network), "")
    if parsed.scope_id or parsed not in _PUBLIC_V6:
        return "IPv6の公開範囲の外"
    return next((name for network, name in _RESERVED_V6 if parsed in network), "")


def unreachable(address: str) -> bool:
    """Whether not even an operator's exception opens this address: metadata, link-local, multicast, unspecified.

    An IPv4 address inside an IPv6 one counts like itself; by 6to4 and Teredo nothing is opened.
    """
    parsed = ipaddress.ip_address(address)
    if any(parsed in network for network in _UNREACHABLE):
        return True
    if isinstance(parsed, ipaddress.IPv4Address) or parsed == _LOOPBACK_V6:
        return False
    if any(parsed in network for network in _WITH_V4_INSIDE):
        return unreachable(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    return bool(parsed.scope_id)
