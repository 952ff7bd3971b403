"""Every way to an address that must not be asked, as far as we know of it: one row each.

The identifiers are stable. `ends` is the slug of the refusal, or `answered` where a public site answers in the end.
`reaches` says whether a canary is connected to when nothing is checked: such a row proves that the check is what
keeps it away. The others fail before that (no such scheme, no such name) or must simply not be followed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.network.world import OTHER_WEB, SITE, WEB, WEB_V6, Names
from tests.unit.loopback import answer

PRIVATE, SCHEME, PORT, HOST = "address-not-public", "scheme-refused", "port-refused", "host-malformed"
NUMERIC, MALFORMED, CONTROL, USER = "numeric-host", "url-malformed", "control-characters", "credentials-refused"
ANSWERED = "answered"
METADATA = "169.254.169.254"
PROXY = "http://10.9.9.9:3128"


@dataclass(frozen=True)
class Attempt:
    """One row.

    Attributes:
        pages: what the public site answers, by path. names: what the name server answers.
        resolved: successive results of the look-up itself, instead of the system's; each a list of family and address.
        environment: variables set meanwhile. allow, only: the operator's options.
    """

    id: str
    what: str
    url: str
    ends: str = PRIVATE
    reaches: bool = True
    pages: Mapping[str, bytes] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    resolved: Sequence[Sequence[tuple[int, tuple[Any, ...]]]] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    allow: frozenset[str] = frozenset()
    only: frozenset[str] | None = None


# --- addresses as they are -----------------------------------------------------------------------------------------

# The kernel itself opens no TCP connection to a group or to everybody.
NOT_TCP = ("224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1", "ff0e::1")

IPV4 = {
    "loopback": "127.0.0.1",
    "loopback-last": "127.255.255.254",
    "private-10": "10.0.0.1",
    "private-10-last": "10.255.255.254",
    "private-172": "172.16.0.1",
    "private-172-last": "172.31.255.254",
    "private-192": "192.168.0.1",
    "private-192-last": "192.168.255.254",
    "metadata": METADATA,
    "metadata-of-containers": "169.254.170.2",
    "link-local": "169.254.1.1",
    "metadata-azure": "168.63.129.16",
    "metadata-alibaba": "100.100.100.200",
    "metadata-oracle": "192.0.0.192",
    "carrier": "100.64.0.1",
    "carrier-last": "100.127.255.254",
    "protocol": "192.0.0.1",
    "documentation-1": "192.0.2.1",
    "documentation-2": "198.51.100.1",
    "documentation-3": "203.0.113.1",
    "benchmark": "198.18.0.1",
    "benchmark-last": "198.19.255.254",
    "6to4-relay": "192.88.99.1",
    "as112": "192.31.196.1",
    "as112-direct": "192.175.48.1",
    "amt": "192.52.193.1",
    "unspecified": "0.0.0.0",
    "this-network": "0.1.2.3",
    "multicast": "224.0.0.1",
    "multicast-ssdp": "239.255.255.250",
    "future": "240.0.0.1",
    "broadcast": "255.255.255.255",
}
IPV6 = {
    "loopback": "::1",
    "loopback-in-full": "0000:0000:0000:0000:0000:0000:0000:0001",
    "unspecified": "::",
    "mapped-loopback": "::ffff:127.0.0.1",
    "mapped-in-hex": "::FFFF:7F00:1",
    "mapped-private": "::ffff:10.0.0.1",
    "mapped-metadata": f"::ffff:{METADATA}",
    "compatible-loopback": "::127.0.0.1",
    "compatible-private": "::10.0.0.1",
    "translated": "::ffff:0:127.0.0.1",
    "nat64-loopback": "64:ff9b::127.0.0.1",
    "nat64-metadata": "64:ff9b::a9fe:a9fe",
    "nat64-local": "64:ff9b:1::10.0.0.1",
    "6to4-loopback": "2002:7f00:1::1",
    "6to4-private": "2002:a00:1::1",
    "6to4-metadata": "2002:a9fe:a9fe::1",
    "teredo": "2001:0:7f00:1::1",
    "teredo-client": "2001::53aa:64c:0:0:f5ff:fffe",
    "benchmark": "2001:2::1",
    "orchid": "2001:20::1",
    "as112": "2001:4:112::1",
    "as112-direct": "2620:4f:8000::1",
    "unique-local": "fc00::1",
    "unique-local-assigned": "fd12:3456:789a::1",
    "metadata-aws": "fd00:ec2::254",
    "link-local": "fe80::1%25lo",
    "link-local-no-zone": "fe80::1",
    "zone-on-loopback": "::1%25lo",
    "site-local": "fec0::1",
    "multicast-link": "ff02::1",
    "multicast-global": "ff0e::1",
    "documentation": "2001:db8::1",
    "documentation-new": "3fff::1",
    "discard": "100::1",
    "segment-routing": "5f00::1",
    "never-assigned": "4000::1",
}
# connect fails before any packet without a zone for a link-local address, getaddrinfo with one for another.
NO_PACKET = {*NOT_TCP, "fe80::1", "::1%25lo"}


def plain() -> Iterator[Attempt]:
    for name, address in IPV4.items():
        yield Attempt(f"ipv4-{name}", f"{address} as it is", f"http://{address}/", reaches=address not in NO_PACKET)
    for name, address in IPV6.items():
        yield Attempt(f"ipv6-{name}", f"{address} as it is", f"http://[{address}]/", reaches=address not in NO_PACKET)
    yield Attempt("ipv4-tls", "loopback over TLS", "https://127.0.0.1/")
    yield Attempt("ipv6-tls", "mapped metadata over TLS", f"https://[::ffff:{METADATA}]/")


# --- other spellings of the same -----------------------------------------------------------------------------------

SPELLINGS = [
    ("decimal", "2130706433", NUMERIC),
    ("decimal-metadata", "2852039166", NUMERIC),
    ("octal", "0177.0.0.1", NUMERIC),
    ("octal-one-number", "017700000001", NUMERIC),
    ("octal-zeros", "00000177.0.0.1", NUMERIC),
    ("octal-private", "012.0.0.1", NUMERIC),
    ("hex", "0x7f.0.0.1", NUMERIC),
    ("hex-one-number", "0x7f000001", NUMERIC),
    ("hex-upper", "0X7F000001", NUMERIC),
    ("hex-metadata", "0xa9.0xfe.0xa9.0xfe", NUMERIC),
    ("mixed", "0x7f.1", NUMERIC),
    ("mixed-three", "127.0.0x1", NUMERIC),
    ("short-two", "127.1", NUMERIC),
    ("short-three", "127.0.1", NUMERIC),
    ("short-private", "10.1", NUMERIC),
    ("short-192", "192.168.257", NUMERIC),
    ("zero", "0", NUMERIC),
    ("hex-zero", "0x0", NUMERIC),
    ("leading-zeros", "127.000.000.001", NUMERIC),
    ("trailing-dot", "127.0.0.1.", PRIVATE),
    ("trailing-dots", "127.0.0.1..", HOST),
    ("full-width", "１２７.０.０.１", PRIVATE),
    ("full-width-metadata", "１６９.２５４.１６９.２５４", PRIVATE),
    ("full-width-hex", "０ｘ７ｆ.１", NUMERIC),
    ("ideographic-stops", "127。0。0。1", PRIVATE),
    ("half-width-stops", "127｡0｡0｡1", PRIVATE),
    ("full-width-stops", "127．0．0．1", PRIVATE),
    ("circled", "①②⑦.⓪.⓪.①", PRIVATE),
    ("superscript", "¹²⁷.⁰.⁰.¹", PRIVATE),
    ("mathematical", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", PRIVATE),
    ("soft-hyphen", "127.0\u00ad.0.1", PRIVATE),
    ("zero-width-space", "127.0.0.1\u200b", PRIVATE),
    ("word-joiner", "127.0.\u20600.1", PRIVATE),
    ("percent", "%31%32%37.0.0.1", PRIVATE),
    ("percent-dots", "127%2e0%2e0%2e1", PRIVATE),
    ("percent-twice", "%2531%2532%2537.0.0.1", HOST),
    ("percent-full-width", quote("１２７.０.０.１"), PRIVATE),
    ("ipv6-no-brackets-end", "[::1", MALFORMED),
    ("ipv6-full-width", "[：：１]", MALFORMED),
    ("ipv6-percent", "%5B::1%5D", HOST),
    ("ipv6-ipv4-in-brackets", "[127.0.0.1]", MALFORMED),
    ("ipv6-decimal-tail", "[::ffff:2130706433]", MALFORMED),
    ("localhost", "localhost", PRIVATE),
    ("localhost-dot", "localhost.", PRIVATE),
    ("localhost-upper", "LOCALHOST", PRIVATE),
    ("localhost-full-width", "ｌｏｃａｌｈｏｓｔ", PRIVATE),
    ("localhost-circled", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", PRIVATE),
    ("localhost-long-s", "localho\u017ft", PRIVATE),
    ("localhost-ipv6", "ip6-localhost", PRIVATE),
]
READ_BY_NOBODY = {"percent-twice", "ipv6-decimal-tail"}


def spellings() -> Iterator[Attempt]:
    for name, host, ends in SPELLINGS:
        reaches = name not in READ_BY_NOBODY
        yield Attempt(f"host-{name}", f"host written {host!r}", f"http://{host}/", ends, reaches)


# --- other places in a URL -----------------------------------------------------------------------------------------

URLS = [
    ("user", "http://public.example@127.0.0.1/", USER),
    ("user-password", "http://public.example:80@127.0.0.1/", USER),
    ("user-twice", "http://a@public.example@127.0.0.1/", USER),
    ("user-empty", "http://@127.0.0.1/", USER),
    ("user-full-width-at", "http://public.example＠127.0.0.1/", MALFORMED),
    ("user-percent-at", "http://public.example%40127.0.0.1/", HOST),
    ("backslash-at", "http://public.example\\@127.0.0.1/", USER, False),
    ("backslash-host", "http://127.0.0.1\\@public.example/", USER),
    ("backslash-path", "http://127.0.0.1\\.public.example/", USER),
    ("backslashes", "http:\\\\127.0.0.1\\", HOST),
    ("one-slash", "http:/127.0.0.1/", HOST),
    ("no-slash", "http:127.0.0.1/", HOST),
    ("three-slashes", "http:///127.0.0.1/", HOST),
    ("four-slashes", "http:////127.0.0.1/", HOST),
    ("no-scheme", "//127.0.0.1/", SCHEME),
    ("no-scheme-or-slash", "127.0.0.1", SCHEME),
    ("fragment-first", "http://127.0.0.1#@public.example/", PRIVATE),
    ("query-first", "http://127.0.0.1?@public.example/", PRIVATE),
    ("semicolon", "http://127.0.0.1;public.example/", HOST),
    ("comma", "http://127.0.0.1,public.example/", HOST),
    ("blank-in-host", "http://127.0.0.1 .public.example/", HOST),
    ("blank-before", "  http://127.0.0.1/", PRIVATE),
    ("ideographic-blank-before", "\u3000http://127.0.0.1/", PRIVATE),
    ("blank-after-scheme", "http:// 127.0.0.1/", HOST),
    ("tab-in-host", "http://127.0\t.0.1/", CONTROL),
    ("newline-in-host", "http://127.0.0\n.1/", CONTROL),
    ("newline-in-scheme", "ht\ntp://127.0.0.1/", CONTROL),
    ("crlf-header", "http://127.0.0.1/\r\nHost: public.example", CONTROL),
    ("crlf-redis", "http://127.0.0.1:6379/\r\nSLAVEOF 10.0.0.1 6379\r\n", CONTROL),
    ("nul", "http://127.0.0.1\0.public.example/", CONTROL),
    ("c1-control", "http://127.0.0.1\x85/", CONTROL),
    ("upper-scheme", "HTTP://127.0.0.1/", PRIVATE),
    ("very-long", "http://127.0.0.1/" + "a" * 10_000, "url-too-long"),
    ("japanese-path", "http://127.0.0.1/避難所一覧.csv", PRIVATE),
    ("dots-in-path", "http://127.0.0.1/../../", PRIVATE),
    ("port-ssh", "http://public.example:22/", PORT, False),
    ("port-smtp", "http://public.example:25/", PORT, False),
    ("port-loopback-ssh", "http://127.0.0.1:22/", PORT),
    ("port-loopback-smtp", "http://127.0.0.1:25/", PORT),
    ("port-loopback-database", "http://127.0.0.1:5432/", PORT),
    ("port-loopback-redis", "http://127.0.0.1:6379/", PORT),
    ("port-loopback-search", "http://localhost:8983/solr/", PORT),
    ("port-loopback-memcached", "http://[::1]:11211/", PORT),
    ("port-80-tls", "https://127.0.0.1:80/", PRIVATE),
    ("port-443-plain", "http://127.0.0.1:443/", PRIVATE),
    ("port-empty", "http://127.0.0.1:/", PRIVATE),
    ("port-zeros", "http://127.0.0.1:00080/", PRIVATE),
    ("port-plus", "http://127.0.0.1:+80/", PORT),
    ("port-arabic", "http://127.0.0.1:٨٠/", PORT),
    ("port-full-width", "http://127.0.0.1:８０/", PORT),
    ("port-wrapped", "http://127.0.0.1:65616/", PORT),
    ("port-twice", "http://127.0.0.1:80:443/", PORT),
    ("port-text", "http://127.0.0.1:http/", PORT),
    ("scheme-file", "file:///etc/passwd", SCHEME, False),
    ("scheme-file-host", "file://127.0.0.1/etc/passwd", SCHEME),
    ("scheme-gopher", "gopher://127.0.0.1:6379/_INFO", SCHEME),
    ("scheme-ftp", "ftp://127.0.0.1/a.csv", SCHEME),
    ("scheme-dict", "dict://127.0.0.1:11211/stats", SCHEME),
    ("scheme-data", "data:text/csv,a", SCHEME, False),
    ("scheme-jar", "jar:http://127.0.0.1/a.jar!/a", SCHEME),
    ("scheme-ldap", "ldap://127.0.0.1/", SCHEME),
    ("scheme-sftp", "sftp://127.0.0.1/", SCHEME),
    ("scheme-websocket", "ws://127.0.0.1/", SCHEME),
    ("scheme-view-source", "view-source:http://127.0.0.1/", SCHEME),
    ("scheme-url", "url:http://127.0.0.1/", SCHEME),
    ("scheme-javascript", "javascript:fetch('//127.0.0.1')", SCHEME, False),
    ("scheme-unix", "http+unix://%2Frun%2Fdocker.sock/info", SCHEME, False),
]


def urls() -> Iterator[Attempt]:
    for name, url, ends, *reaches in URLS:
        yield Attempt(f"url-{name}", f"{url[:60]!r}", url, ends, *reaches)


# --- names ---------------------------------------------------------------------------------------------------------

NAMES: list[tuple[str, str, Sequence[Sequence[str]], str, bool]] = [
    ("loopback", "a name of loopback", [["127.0.0.1"]], PRIVATE, True),
    ("private", "a name inside", [["10.1.2.3"]], PRIVATE, True),
    ("metadata", "a name of the metadata service", [[METADATA]], PRIVATE, True),
    ("carrier", "a name in shared address space", [["100.64.3.4"]], PRIVATE, True),
    ("unspecified", "a name of 0.0.0.0", [["0.0.0.0"]], PRIVATE, True),
    ("broadcast", "a name of everybody", [["255.255.255.255"]], PRIVATE, False),
    ("ipv6-loopback", "AAAA ::1", [["::1"]], PRIVATE, True),
    ("ipv6-mapped", "AAAA ::ffff:10.0.0.1", [["::ffff:10.0.0.1"]], PRIVATE, True),
    ("ipv6-mapped-metadata", "AAAA of mapped metadata", [[f"::ffff:{METADATA}"]], PRIVATE, True),
    ("ipv6-compatible", "AAAA ::127.0.0.1", [["::127.0.0.1"]], PRIVATE, True),
    ("ipv6-nat64", "AAAA 64:ff9b::7f00:1", [["64:ff9b::7f00:1"]], PRIVATE, True),
    ("ipv6-6to4", "AAAA 2002:7f00:1::", [["2002:7f00:1::1"]], PRIVATE, True),
    ("ipv6-teredo", "AAAA in Teredo", [["2001:0:a00:1::1"]], PRIVATE, True),
    ("ipv6-unique-local", "AAAA fd00::", [["fd00::5"]], PRIVATE, True),
    ("ipv6-link-local", "AAAA fe80::1 (no zone)", [["fe80::1"]], PRIVATE, False),
    ("ipv6-site-local", "AAAA fec0::1", [["fec0::1"]], PRIVATE, True),
    ("both-inside", "A and AAAA inside", [["10.1.2.3", "fd00::5"]], PRIVATE, True),
    ("many-inside", "24 addresses inside", [[f"10.1.2.{last}" for last in range(1, 25)]], PRIVATE, True),
    ("mixed-inside-first", "inside, then public", [["10.1.2.3", WEB]], ANSWERED, True),
    ("mixed-public-first", "public, then inside", [[WEB, "10.1.2.3"]], ANSWERED, False),
    ("mixed-many", "20 inside, then public", [[*(f"192.168.1.{last}" for last in range(1, 21)), WEB]], ANSWERED, True),
    ("mixed-families", "A inside, AAAA public", [["10.1.2.3", WEB_V6]], ANSWERED, False),
    ("mixed-families-other", "A public, AAAA inside", [[WEB, "::1"]], ANSWERED, True),
    ("alias", "an alias of a name inside", [["=db.inside.example", "10.1.2.3"]], PRIVATE, True),
    ("alias-localhost", "an alias of localhost", [["=localhost", "127.0.0.1"]], PRIVATE, True),
    ("alias-chain", "two aliases, then metadata", [["=a.example", "=b.example", METADATA]], PRIVATE, True),
    ("rebind-inside-first", "inside at first, public from then on", [["10.1.2.3"], [WEB]], PRIVATE, True),
    ("rebind-after-check", "public when checked, inside right after", [[WEB], ["127.0.0.1"]], ANSWERED, False),
]


def names() -> Iterator[Attempt]:
    for name, what, answers, ends, reaches in NAMES:
        host = f"{name}.names.example"
        yield Attempt(f"name-{name}", what, f"http://{host}/", ends, reaches, names={host: answers})
    yield Attempt("name-tls", "a name inside, over TLS", "https://t.example/", names={"t.example": [["10.1.2.3"]]})
    yield Attempt("name-port", "a name inside, database port", "http://t.example:5432/", PORT,
                  names={"t.example": [["10.1.2.3"]]})  # fmt: skip
    yield Attempt("name-hosts-file", "a name of /etc/hosts", "http://inside.hosts.example/")
    yield Attempt("name-search-domain", "one label, found by the search domain", "http://portal/",
                  names={"portal.search.example": [["10.1.2.3"]]})  # fmt: skip
    yield Attempt("name-of-localhost", "a name below localhost", "http://a.localhost/",
                  names={"a.localhost": [["127.0.0.1"]]})  # fmt: skip
    yield Attempt("name-looks-numeric", "an address inside a public-looking name", "http://127.0.0.1.nip.example/",
                  names={"127.0.0.1.nip.example": [["127.0.0.1"]]})  # fmt: skip
    yield Attempt("name-homograph", "a Cyrillic look-alike that leads inside", "http://раураl.example/",
                  names={"xn--l-7sba6dbr.example": [["10.1.2.3"]]})  # fmt: skip
    yield Attempt("name-japanese", "a Japanese name that leads inside", "http://大阪.example/",
                  names={"xn--pssu33l.example": [["10.1.2.3"]]})  # fmt: skip
    yield Attempt("name-unknown", "no such name", "http://nowhere.example/", "name-not-found", reaches=False)
    rebound = {"turn.example": [[WEB], ["10.1.2.3"]]}
    yield Attempt("name-rebind-on-redirect", "public at first, inside when it redirects to itself",
                  "http://turn.example/", names=rebound,
                  pages={"/": answer(status=302, Location="http://turn.example/again")})  # fmt: skip
    yield Attempt("name-rebind-on-relative", "the same with a relative redirect", "http://turn.example/",
                  names=rebound, pages={"/": answer(status=307, Location="/again")})  # fmt: skip
    for name, what, first in (
        ("cut", "cuts its answer short", answer(b"public")[:-3]),
        ("hang-up", "hangs up", b""),
        ("busy", "is busy", answer(status=503)),
        ("broken", "sends a broken packed body", answer(b"\x1f\x8b\x08 broken", Content_Encoding="gzip")),
    ):
        yield Attempt(f"name-rebind-on-retry-{name}", f"{what} at first, metadata when tried again",
                      "http://turn.example/", names={"turn.example": [[WEB], [METADATA]]},
                      pages={"/": first})  # fmt: skip


def looked_up() -> Iterator[Attempt]:
    """What a resolver of another kind might hand over: the text that is connected to is the text that is judged."""
    four, six = int(socket.AF_INET), int(socket.AF_INET6)
    for name, what, found, ends, reaches in (
        ("address", "loopback", (four, ("127.0.0.1", 80)), PRIVATE, True),
        ("mapped", "a mapped address", (six, ("::ffff:127.0.0.1", 80, 0, 0)), PRIVATE, True),
        ("zone", "a link-local address with its zone", (six, ("fe80::1%lo", 80, 0, 1)), PRIVATE, True),
        ("zone-number", "a link-local address with a numbered zone", (six, ("fe80::1", 80, 0, 1)), PRIVATE, True),
        ("zone-public", "a public address with a zone", (six, (f"{WEB_V6}%lo", 80, 0, 1)), PRIVATE, False),
        ("name", "a name for an address", (four, ("localhost", 80)), PRIVATE, True),
        ("empty", "no address, which means 0.0.0.0", (four, ("", 80)), PRIVATE, True),
        ("everybody", "a word for broadcast", (four, ("<broadcast>", 80)), PRIVATE, False),
        ("short", "a short form", (four, ("127.1", 80)), PRIVATE, True),
        ("hex", "a hexadecimal form", (four, ("0x7f000001", 80)), PRIVATE, True),
        ("leading-zeros", "octal or decimal?", (four, ("0127.0.0.1", 80)), PRIVATE, True),
        ("full-width", "digits that are not ASCII", (four, ("１２７.0.0.1", 80)), PRIVATE, True),
    ):  # fmt: skip
        yield Attempt(f"look-up-{name}", f"a look-up that gives {what}", f"http://{SITE}/", ends, reaches,
                      resolved=[[found]])  # fmt: skip
    yield Attempt("look-up-nothing", "a look-up that gives nothing", f"http://{SITE}/", "connection-failed", False,
                  resolved=[[]])  # fmt: skip
    yield Attempt("look-up-other-port", "a look-up that gives another port inside", f"http://{SITE}/",
                  resolved=[[(four, ("127.0.0.1", 6379))]])  # fmt: skip


# --- redirects -----------------------------------------------------------------------------------------------------

LOCATIONS: list[tuple[str, str | bytes, str, bool]] = [
    ("private", "http://10.0.0.1/", PRIVATE, True),
    ("metadata", f"http://{METADATA}/latest/meta-data/", PRIVATE, True),
    ("ipv6", "http://[::1]/", PRIVATE, True),
    ("ipv6-zone", "http://[fe80::1%25lo]/", PRIVATE, True),
    ("mapped", "http://[::ffff:127.0.0.1]/", PRIVATE, True),
    ("nat64", "http://[64:ff9b::7f00:1]/", PRIVATE, True),
    ("name", "http://inside.hosts.example/", PRIVATE, True),
    ("localhost", "http://localhost/", PRIVATE, True),
    ("upper", "HTTP://LOCALHOST/", PRIVATE, True),
    ("decimal", "http://2130706433/", NUMERIC, True),
    ("octal", "http://0177.0.0.1/", NUMERIC, True),
    ("hex", "http://0x7f.1/", NUMERIC, True),
    ("short", "http://127.1/", NUMERIC, True),
    ("trailing-dot", "http://127.0.0.1./", PRIVATE, True),
    ("protocol-relative", "//127.0.0.1/", PRIVATE, True),
    ("protocol-relative-name", "//inside.hosts.example/", PRIVATE, True),
    ("user", "http://public.example@127.0.0.1/", USER, True),
    ("user-port", "http://public.example:80@127.0.0.1/", USER, True),
    ("fragment", "http://127.0.0.1#@public.example/", PRIVATE, True),
    ("query", "http://127.0.0.1?@public.example/", PRIVATE, True),
    ("backslash-at", "http://public.example\\@127.0.0.1/", USER, False),
    ("backslashes", "\\\\127.0.0.1\\", ANSWERED, False),
    ("backslash-slash", "/\\127.0.0.1/", ANSWERED, False),
    ("scheme-backslashes", "http:\\\\127.0.0.1\\", ANSWERED, False),
    ("three-slashes", "///127.0.0.1/", ANSWERED, False),
    ("no-slash", "http:127.0.0.1/", ANSWERED, False),
    ("blank-before", "   http://127.0.0.1/", PRIVATE, True),
    ("blank-inside", "http://127.0.0.1 .public.example/", HOST, True),
    ("tab-inside", "http://127.0\t.0.1/", HOST, True),
    ("folded", "http://127.0\r\n .0.1/", HOST, True),
    ("percent", "http://%31%32%37.0.0.1/", PRIVATE, True),
    ("full-width", "http://１２７.０.０.１/".encode(), PRIVATE, True),
    ("ideographic-stops", "http://127。0。0。1/".encode(), PRIVATE, True),
    ("latin-1", b"http://127.0.0.1\xa0/", HOST, True),
    ("port-redis", "http://127.0.0.1:6379/", PORT, True),
    ("port-database", "http://localhost:5432/", PORT, True),
    ("port-smtp", "http://10.0.0.25:25/", PORT, True),
    ("port-public", "http://public.example:11211/", PORT, False),
    ("file", "file:///etc/passwd", SCHEME, False),
    ("gopher", "gopher://127.0.0.1:6379/_INFO", SCHEME, True),
    ("ftp", "ftp://127.0.0.1/", SCHEME, True),
    ("dict", "dict://127.0.0.1:11211/stats", SCHEME, True),
    ("data", "data:text/csv,a", SCHEME, False),
    ("jar", "jar:http://127.0.0.1/a.jar!/", SCHEME, True),
    ("ldap", "ldap://127.0.0.1/", SCHEME, True),
    ("to-tls", "https://127.0.0.1/", PRIVATE, True),
    ("very-long", "http://127.0.0.1/" + "a" * 9_000, "url-too-long", True),
    ("header-after", "http://127.0.0.1/\r\nX-More: 1", PRIVATE, True),
    ("twice", "http://127.0.0.1/\r\nLocation: http://public.example/end", PRIVATE, True),
    ("relative", "/end", ANSWERED, False),
    ("relative-at", "@127.0.0.1/", ANSWERED, False),
    ("relative-dots", "../../..//127.0.0.1/", ANSWERED, False),
    ("empty", "", "too-many-redirects", False),
]
STATUSES = (301, 302, 303, 307, 308)


def _moved(location: str | bytes, status: int = 302) -> bytes:
    written = location if isinstance(location, bytes) else location.encode()
    return b"HTTP/1.1 %d Moved\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % (status, written)


def _chain(hops: int, last: str) -> dict[str, bytes]:
    pages = {f"/{hop}": _moved(f"/{hop + 1}") for hop in range(1, hops)}
    return {**pages, f"/{hops}": _moved(last)}


def redirects() -> Iterator[Attempt]:
    start, secure = f"http://{SITE}/1", f"https://{SITE}/1"
    for status in STATUSES:
        yield Attempt(f"redirect-{status}", f"{status} to loopback", start,
                      pages={"/1": _moved("http://127.0.0.1/", status)})  # fmt: skip
    for name, location, ends, reaches in LOCATIONS:
        yield Attempt(f"redirect-{name}", f"Location: {location[:60]!r}", start, ends, reaches,
                      pages={"/1": _moved(location)})  # fmt: skip
    for name, what, url, pages, ends, reaches in (
        ("chain", "five hops, then inside", start, _chain(5, "http://10.0.0.1/"), PRIVATE, True),
        ("chain-too-long", "six hops, then inside", start, _chain(6, "http://10.0.0.1/"), "too-many-redirects", False),
        ("chain-of-hosts", "by another public host", start,
         {"/1": _moved("//www.public.example/2"), "/2": _moved("http://10.0.0.1/")}, PRIVATE, True),
        ("loop", "to itself for ever", start, {"/1": _moved("/1")}, "too-many-redirects", False),
        ("chain-21", "twenty-one hops", start, _chain(21, "http://10.0.0.1/"), "too-many-redirects", False),
        ("by-ipv6", "from a public IPv6 site", "http://six.example/1", {"/1": _moved("http://[::1]/")}, PRIVATE, True),
        ("by-ipv6-literal", "from a public IPv6 address", f"http://[{WEB_V6}]/1",
         {"/1": _moved("//127.0.0.1/")}, PRIVATE, True),
        ("by-ipv4-literal", "from a public IPv4 address", f"http://{OTHER_WEB}/1",
         {"/1": _moved("//127.0.0.1/")}, PRIVATE, True),
        ("from-tls", "from TLS to loopback over TLS", secure, {"/1": _moved("https://127.0.0.1/")}, PRIVATE, True),
        ("from-tls-relative", "from TLS, protocol-relative", secure, {"/1": _moved("//127.0.0.1/")}, PRIVATE, True),
        ("from-tls-plain", "from TLS to loopback in plain", secure,
         {"/1": _moved("http://127.0.0.1/")}, PRIVATE, False),
        ("from-tls-name", "from TLS to a name inside in plain", secure,
         {"/1": _moved("http://inside.hosts.example/")}, "downgrade-refused", False),
        ("to-tls-back", "to TLS and back", start,
         {"/1": _moved(f"https://{SITE}/2"), "/2": _moved(f"http://{SITE}/3")}, "downgrade-refused", False),
    ):  # fmt: skip
        yield Attempt(f"redirect-{name}", what, url, ends, reaches, pages=pages)


def not_followed() -> Iterator[Attempt]:
    """What points inside without being a redirect."""
    inside = "http://127.0.0.1/"
    for name, what, page, ends in (
        ("refresh", "Refresh header", answer(b"public", Refresh=f"0; url={inside}"), ANSWERED),
        ("meta-refresh", "meta refresh", answer(f'<meta http-equiv="refresh" content="0;url={inside}">'), ANSWERED),
        ("script", "a script", answer(f"<script>location={inside!r}</script>"), ANSWERED),
        ("content-location", "Content-Location", answer(b"public", Content_Location=inside), ANSWERED),
        ("link", "Link: preload", answer(b"public", Link=f"<{inside}>; rel=preload"), ANSWERED),
        ("alt-svc", "Alt-Svc", answer(b"public", Alt_Svc='h2="127.0.0.1:443"; ma=60'), ANSWERED),
        ("location-200", "Location on a 200", answer(b"public", Location=inside), ANSWERED),
        ("location-201", "Location on a 201", answer(b"public", status=201, Location=inside), "http-error"),
        ("location-300", "Location on a 300", answer(b"public", status=300, Location=inside), "http-error"),
        ("location-304", "Location on a 304", answer(status=304, Location=inside), "http-error"),
        ("use-proxy", "305 Use Proxy", answer(status=305, Location=inside), "http-error"),
        ("switch-proxy", "306 Switch Proxy", answer(status=306, Location=inside), "http-error"),
        ("proxy-login", "407 with a realm", answer(status=407, Proxy_Authenticate=f'Basic realm="{inside}"'),
         "http-error"),
        ("error-location", "Location on a 404", answer(status=404, Location=inside), "not-found"),
        ("early-hints", "103 with a Link", b"HTTP/1.1 103 X\r\nLink: <http://127.0.0.1/>; rel=preload\r\n\r\n"
         + answer(b"public"), "http-error"),
        ("xml-entity", "an external entity", answer(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{inside}">]><a>&b;</a>'),
         ANSWERED),
    ):  # fmt: skip
        yield Attempt(f"ignore-{name}", what, f"http://{SITE}/1", ends, False, pages={"/1": page})


# --- the environment, and the operator's options -------------------------------------------------------------------


def environments() -> Iterator[Attempt]:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        yield Attempt(f"proxy-{variable}", f"{variable} set to a canary", f"http://{SITE}/", ANSWERED, False,
                      environment={variable: PROXY})  # fmt: skip
    for variable in ("https_proxy", "HTTPS_PROXY"):
        yield Attempt(f"proxy-{variable}", f"{variable} set to a canary", f"https://{SITE}/", ANSWERED, False,
                      environment={variable: PROXY})  # fmt: skip
    yield Attempt("proxy-and-inside", "a proxy, and loopback asked", "http://127.0.0.1/",
                  environment={"http_proxy": PROXY})  # fmt: skip


def options() -> Iterator[Attempt]:
    """An exception is for exactly one host and port; some addresses no exception opens."""
    one = frozenset({"127.0.0.1:8080"})
    for name, url, allow, ends in (
        ("other-port", "http://127.0.0.1/", one, PRIVATE),
        ("other-port-too", "http://127.0.0.1:8983/", one, PORT),
        ("other-loopback", "http://127.0.0.2:8080/", one, PORT),
        ("other-name", "http://localhost:8080/", one, PORT),
        ("other-family", "http://[::1]:8080/", one, PORT),
        ("other-form", "http://[::ffff:127.0.0.1]:8080/", one, PORT),
        ("short-form", "http://127.1:8080/", one, NUMERIC),
        ("default-port", "http://127.0.0.1/", frozenset({"127.0.0.1:443"}), PRIVATE),
        ("metadata", f"http://{METADATA}/", frozenset({f"{METADATA}:80"}), PRIVATE),
        ("metadata-azure", "http://168.63.129.16/", frozenset({"168.63.129.16:80"}), PRIVATE),
        ("unspecified", "http://0.0.0.0:8080/", frozenset({"0.0.0.0:8080"}), PRIVATE),
        ("unspecified-ipv6", "http://[::]:8080/", frozenset({"[::]:8080"}), PRIVATE),
        ("mapped-metadata", f"http://[::ffff:{METADATA}]/", frozenset({"[::ffff:a9fe:a9fe]:80"}), PRIVATE),
        ("link-local", "http://[fe80::1%25lo]/", frozenset({"[fe80::1%25lo]:80", "[fe80::1%lo]:80"}), PRIVATE),
        ("future", "http://240.0.0.1/", frozenset({"240.0.0.1:80"}), PRIVATE),
        ("redirect-to-other", "http://public.example/1", one, PRIVATE),
    ):
        yield Attempt(f"exception-{name}", f"{url} with an exception for {', '.join(sorted(allow))}", url, ends,
                      allow=allow, pages={"/1": _moved("http://127.0.0.1/")})  # fmt: skip
    for name, what, found in (
        ("name-metadata", "an excepted name that leads to metadata", METADATA),
        ("name-mapped", "an excepted name that leads to mapped metadata", f"::ffff:{METADATA}"),
        ("name-nat64", "an excepted name that leads to metadata by NAT64", "64:ff9b::a9fe:a9fe"),
        ("name-6to4", "an excepted name that leads to metadata by 6to4", "2002:a9fe:a9fe::1"),
        ("name-compatible", "an excepted name that leads to compatible metadata", "::a9fe:a9fe"),
        ("name-metadata-aws", "an excepted name that leads to metadata's IPv6 address", "fd00:ec2::254"),
        ("name-metadata-google", "an excepted name that leads to metadata's other IPv6 address", "fd20:ce::254"),
        ("name-teredo", "an excepted name that leads to metadata by Teredo", "2001:0:a9fe:a9fe::1"),
        ("name-metadata-alibaba", "an excepted name that leads to metadata in shared space", "100.100.100.200"),
        ("name-metadata-oracle", "an excepted name that leads to metadata in protocol space", "192.0.0.192"),
    ):
        yield Attempt(f"exception-{name}", what, "http://town.example/", allow=frozenset({"town.example:80"}),
                      names={"town.example": [[found]]})  # fmt: skip
    yield Attempt("only-other", "a host that is not listed", "http://127.0.0.1/", "host-not-listed",
                  only=frozenset({"public.example:80"}))  # fmt: skip
    yield Attempt("only-redirect", "a listed host redirects to one that is not", f"http://{SITE}/1", "host-not-listed",
                  only=frozenset({"public.example:80"}), pages={"/1": _moved("http://127.0.0.1/")})  # fmt: skip
    yield Attempt("only-listed-inside", "listed, but not excepted", "http://127.0.0.1/",
                  only=frozenset({"127.0.0.1:80"}))  # fmt: skip
    yield Attempt("only-listed-name", "listed, but the name leads inside", f"http://{SITE}/",
                  only=frozenset({"public.example:80"}), names={SITE: [["10.1.2.3"]]})  # fmt: skip


# What an operator does open: exactly this host and port is reached.
OPENED = [
    (Attempt("opened-address", "an excepted address", "http://127.0.0.1:8080/", ANSWERED,
             allow=frozenset({"127.0.0.1:8080"})), "127.0.0.1", 8080),
    (Attempt("opened-ipv6", "an excepted IPv6 address", "http://[::1]:8080/", ANSWERED,
             allow=frozenset({"[::1]:8080"})), "::1", 8080),
    (Attempt("opened-name", "an excepted name of a closed network", "http://town.example:8080/", ANSWERED,
             allow=frozenset({"town.example:8080"}), names={"town.example": [["10.1.2.3"]]}), "10.1.2.3", 8080),
    (Attempt("opened-redirect", "a public site redirects to an excepted address", f"http://{SITE}/1", ANSWERED,
             allow=frozenset({"127.0.0.1:8080"}), pages={"/1": _moved("http://127.0.0.1:8080/")}), "127.0.0.1", 8080),
]  # fmt: skip

ATTEMPTS = [
    *plain(), *spellings(), *urls(), *names(), *looked_up(), *redirects(), *not_followed(), *environments(), *options(),
]  # fmt: skip
