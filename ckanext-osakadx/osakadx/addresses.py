"""Which addresses may be asked at all: one policy for every outgoing request, whichever library makes it.

Two questions, both answered here: may this URL be asked (`target`), and may a connection go to this exact IP address
(`admit`, called by the connector right before it connects, so that what the name server says in between is no matter).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

from osakadx.errors import RefusedAddress
from osakadx.networks import reserved, unreachable

LONGEST_URL = 8000
SCHEMES = {"http": 80, "https": 443}
PORTS = frozenset(SCHEMES.values())

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LABELS = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # a last label that browsers and resolvers read as part of an IPv4 address
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Target:
    """A URL that may be asked, in the one spelling that is sent: ASCII, canonical host, no fragment."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def key(self) -> str:
        """``host:port``, as exceptions are written (``[::1]:8080`` for IPv6)."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def international(self) -> bool:
        """Whether the host is an internationalised name, shown to people in punycode because it may imitate another."""
        return any(label.startswith("xn--") for label in self.host.split("."))


@dataclass(frozen=True)
class AddressPolicy:
    """What may be asked.

    Args:
        allow_hosts: exceptions, each one exact ``host:port``: this port, and a loopback or private address behind it.
        only_hosts: where given, nothing but these ``host:port`` is asked (a demo, a closed network).
    """

    allow_hosts: frozenset[str] = frozenset()
    only_hosts: frozenset[str] | None = None

    def target(self, url: str) -> Target:
        """Check a URL and bring it into the spelling that is sent.

        Args:
            url: as a publisher wrote it: Japanese unencoded or encoded, spaces around it.

        Raises:
            RefusedAddress: scheme, port, form or host is not one to be asked.
        """
        parts = _split(url)
        if parts.scheme.lower() not in SCHEMES:
            raise RefusedAddress(
                "httpとhttps以外のアドレスは取得しません。",
                where=_shown(url), fix="http:// か https:// で始まるアドレスにしてください。", slug="scheme-refused",
            )  # fmt: skip
        scheme = parts.scheme.lower()
        if "@" in parts.netloc or "\\" in parts.netloc:
            raise RefusedAddress(
                "利用者名やパスワードを含むアドレスは取得しません。",
                where=_shown(url), fix="「@」より前を除いたアドレスにしてください。", slug="credentials-refused",
            )  # fmt: skip
        host, port = _host(parts.hostname or "", url), _port(parts, scheme, url)
        target = Target(_rebuilt(parts, scheme, host, port), scheme, host, port)
        self._check(target)
        if _is_address(host):
            self.admit(target, host)
        return target

    def redirected(self, target: Target, location: str) -> Target:
        """Check where an answer points, like any other address.

        Args:
            location: the header as HTTP libraries hand it over, its bytes read as Latin-1.

        Raises:
            RefusedAddress: it is not one to be asked, or leads from https to http.
        """
        # Japanese servers send UTF-8 unencoded (RFC 9110 wants it percent-encoded).
        written = quote(location.encode("latin-1", "replace"), safe="%/:@!$&'()*+,;=?#[]~ \\")
        try:
            complete = urljoin(target.url, written)
        except ValueError:
            raise _malformed(location) from None
        following = self.target(complete)
        if target.scheme == "https" and following.scheme == "http":
            raise RefusedAddress(
                "httpsからhttpへの転送には従いません。",
                where=target.url, fix="転送先をhttpsにしてください。", slug="downgrade-refused",
            )  # fmt: skip
        return following

    def admit(self, target: Target, address: str) -> None:
        """Let a connection through to one exact address, or refuse it.

        Args:
            target: what is being asked.
            address: the IP address the socket is about to connect to, as text.

        Raises:
            RefusedAddress: the address is not public and no exception names this host and port.
        """
        reason = reserved(address)
        if not reason or (target.key in self.allow_hosts and not unreachable(address)):
            return
        raise RefusedAddress(
            f"公開されていないアドレス({address}、{reason})には接続しません。",
            where=target.url, fix="インターネットに公開しているアドレスにしてください。", slug="address-not-public",
        )  # fmt: skip

    def _check(self, target: Target) -> None:
        if self.only_hosts is not None and target.key not in self.only_hosts:
            raise RefusedAddress(
                "この環境からは、決められた相手のほかには接続しません。",
                where=target.url, slug="host-not-listed",
                fix="お試しの環境は手元の見本だけを集めます。ほかの相手から集めるには、管理者に "
                "ckanext.osakadx.fetch.only_hosts の見直しを依頼してください。",
            )  # fmt: skip
        if target.port not in PORTS and target.key not in self.allow_hosts:
            raise RefusedAddress(
                f"{target.port}番ポートのアドレスは取得しません。",
                where=target.url,
                fix="80番(http)か443番(https)で公開するか、管理者に例外の登録を依頼してください。",
                slug="port-refused",
            )


def _is_address(host: str) -> bool:
    return ":" in host or _NUMBER.fullmatch(host.rsplit(".", 1)[-1]) is not None


def _split(url: str) -> SplitResult:
    """The parts of a URL without the blanks around it; refused when it is too long or holds control characters."""
    stripped = url.strip()
    if len(stripped) > LONGEST_URL:
        raise RefusedAddress(
            f"アドレスが長すぎます({len(stripped)}字。上限は{LONGEST_URL}字)。", where=_shown(url), slug="url-too-long"
        )
    if _CONTROL.search(stripped):
        raise RefusedAddress(
            "アドレスの途中に改行などの制御文字があります。",
            where=_shown(url), fix="1行で書き直してください。", slug="control-characters",
        )  # fmt: skip
    try:
        return urlsplit(stripped)
    except ValueError:
        raise _malformed(url) from None


def _malformed(url: str) -> RefusedAddress:
    return RefusedAddress(
        "アドレスの書き方に誤りがあります。", where=_shown(url),
        fix="https://example.jp/list.csv のような、半角で書いた正しいアドレスにしてください。", slug="url-malformed",
    )  # fmt: skip


def _host(written: str, url: str) -> str:
    """The host in canonical form: lower case, punycode, no trailing dot; IP addresses in their plain form only.

    A percent-encoded name is decoded first, as browsers do: one host has one spelling, however a redirect writes it.
    """
    refusal = RefusedAddress(
        "アドレスのホスト名に誤りがあります。",
        where=_shown(url),
        fix="ホスト名を確かめてください。",
        slug="host-malformed",
    )
    if ":" in written:  # urlsplit has taken the brackets off
        try:
            return str(ipaddress.IPv6Address(written))
        except ValueError:
            raise refusal from None
    try:
        host = unquote(written, errors="strict")
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise refusal from None
    host = host.lower().removesuffix(".")
    if len(host) > 253 or not _LABELS.fullmatch(host):
        raise refusal
    if _is_address(host):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise RefusedAddress(
                "数字だけで書かれたホスト名は取得しません。",
                where=_shown(url), fix="ホスト名で書き直してください。", slug="numeric-host",
            ) from None  # fmt: skip
    return host


def _port(parts: SplitResult, scheme: str, url: str) -> int:
    try:
        port = parts.port
    except ValueError:
        raise RefusedAddress("ポート番号に誤りがあります。", where=_shown(url), slug="port-refused") from None
    return SCHEMES[scheme] if port is None else port


def _rebuilt(parts: SplitResult, scheme: str, host: str, port: int) -> str:
    """The URL as it is sent: Japanese percent-encoded once, what is encoded already left as it is."""
    netloc = f"[{host}]" if ":" in host else host
    if port != SCHEMES[scheme]:
        netloc = f"{netloc}:{port}"
    # Backslashes in a path are slashes, as browsers read them.
    path = _encoded(parts.path.replace("\\", "/") or "/", safe="%/:@!$&'()*+,;=~")
    return urlunsplit((scheme, netloc, path, _encoded(parts.query, safe="%/:@!$&'()*+,;=?~"), ""))


def _encoded(text: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe, errors="replace")


def _shown(url: str) -> str:
    """A URL short and plain enough to stand in a message."""
    return _CONTROL.sub("�", url[:200])
