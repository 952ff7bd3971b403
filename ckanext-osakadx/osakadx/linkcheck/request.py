"""One GET of the link check: as far into the body as it takes to know a page from a file, and no further.

The verdict is what a plain GET gets, as people send it: servers answer HEAD and Range in ways of their own.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import aiohttp
import certifi
from yarl import URL

from osakadx import failures
from osakadx.addresses import AddressPolicy, Target
from osakadx.errors import FetchError
from osakadx.fetch import GOOD
from osakadx.linkcheck.connector import WAY, GuardedConnector, Way
from osakadx.linkcheck.rules import Rules
from osakadx.meter import Limits, cut_short, head_too_large, too_slow
from osakadx.tables.signature import is_page
from osakadx.transport import Resolve, look_up
from osakadx.unpack import unpacked

LIMITS = Limits(total=30.0)
_CHUNK = 1 << 14
_CHEAPER = 1 << 14  # bytes of a body whose end costs less than the next connection


@dataclass(frozen=True)
class Reply:
    """An answer, as far as it was read.

    Attributes:
        headers: names in lower case; repeated ones joined by a comma.
        head: first bytes of the body, unpacked; empty where the body was not read.
        wire: bytes of the body that were read, as sent.
    """

    status: int
    headers: Mapping[str, str]
    head: bytes = b""
    wire: int = 0

    @property
    def length(self) -> int | None:
        """Bytes of the file; None where the answer does not say."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isdecimal() and not self.headers.get("content-encoding") else None


class Client:
    """Asks, within an ``async with``.

    Args:
        policy: which addresses may be asked.
        rules: how far bodies are read.
        limits: in time, and of the head.
        unverified: ``host:port`` whose broken certificate an operator has excepted.
        resolve: name server.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        rules: Rules,
        *,
        limits: Limits = LIMITS,
        unverified: frozenset[str] = frozenset(),
        resolve: Resolve = look_up,
    ) -> None:
        self._policy, self._rules, self._limits = policy, rules, limits
        self._unverified, self._resolve = unverified, resolve

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession(
            connector=GuardedConnector(self._policy, self._resolve, self._limits.resolve),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_field_size=self._limits.head // 4,
            timeout=aiohttp.ClientTimeout(
                total=self._limits.total, sock_connect=self._limits.connect, sock_read=self._limits.first_byte
            ),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ask(
        self, target: Target, headers: Mapping[str, str], known: Mapping[str, str] | None = None, most: int = 0
    ) -> Reply:
        """Ask once.

        Args:
            headers: of the request.
            known: what is known of the file, in the names of `Reply.headers`; a body with the same ETag, or the same
                date and length, is not read.
            most: bytes of the body to read, whatever it is; 0: as many as it takes to tell a file from a page.

        Raises:
            FetchError: no answer, or one beyond the limits. RefusedAddress: no address is one to connect to.
        """
        way = Way(target)
        token = WAY.set(way)
        try:
            return await self._asked(target, headers, known or {}, most)
        except Exception as error:
            raise _in_our_words(error, way) from error
        finally:
            WAY.reset(token)

    async def _asked(self, target: Target, headers: Mapping[str, str], known: Mapping[str, str], most: int) -> Reply:
        request = self._session.get(
            URL(target.url, encoded=True),
            headers=headers,
            allow_redirects=False,
            ssl=_tls(target.key not in self._unverified),
        )
        async with request as response:
            reply = Reply(response.status, _named(response, target, self._limits))
            try:
                if reply.status in GOOD and not same(known, reply.headers):
                    return await self._read(response, reply, target, most)
                if reply.status >= 400:  # a firewall's page says so in its text
                    return await self._read(response, reply, target, self._rules.page_bytes)
                return reply
            finally:
                response.close()  # what was not read is not waited for

    async def _read(self, response: aiohttp.ClientResponse, reply: Reply, target: Target, most: int) -> Reply:
        sent = await _some(response, b"", most or self._rules.head_bytes)
        head = _opened(sent, reply, target, most or self._rules.head_bytes)
        if not most and is_page(head):
            sent = await _some(response, sent, self._rules.page_bytes)
            head = _opened(sent, reply, target, self._rules.page_bytes)
        elif (reply.length or _CHEAPER + 1) <= _CHEAPER:
            sent = await _some(response, sent, _CHEAPER + 1)
        return Reply(reply.status, reply.headers, head, len(sent))


def same(known: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether an answer's head says that the file is the one that is known: the same ETag, or date and length."""
    etag = headers.get("etag", "")
    if etag and known.get("etag"):
        return etag.removeprefix("W/") == known["etag"].removeprefix("W/")
    dated = ("last-modified", "content-length")
    return all(headers.get(name) and headers[name] == known.get(name) for name in dated)


async def _some(response: aiohttp.ClientResponse, sent: bytes, size: int) -> bytes:
    while len(sent) < size:
        chunk = await response.content.read(min(_CHUNK, size - len(sent)))
        if not chunk:
            break
        sent += chunk
    return sent


def _opened(sent: bytes, reply: Reply, target: Target, size: int) -> bytes:
    """The first bytes of a body that may be packed."""
    coding = reply.headers.get("content-encoding", "")
    if not coding:
        return sent
    head = b""
    try:
        for piece in unpacked([sent], coding, LIMITS, target.url):
            head += piece
            if len(head) >= size:
                break
    except FetchError as error:
        if error.slug != "answer-cut":  # it was we who stopped reading
            raise
    return head[:size]


def _named(response: aiohttp.ClientResponse, target: Target, limits: Limits) -> dict[str, str]:
    """The headers with their bytes as Latin-1, like every other HTTP library of ours gives them."""
    if sum(len(name) + len(value) for name, value in response.raw_headers) > limits.head:
        raise head_too_large(target.url)
    named: dict[str, str] = {}
    for name, value in response.raw_headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        named[key] = f"{named[key]}, {text}" if key in named else text
    return named


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _in_our_words(error: Exception, way: Way) -> FetchError:
    """What happened, and whether later may be better."""
    url = way.target.url
    if isinstance(error, FetchError):
        return error
    if way.refusal and not way.tried:
        return way.refusal
    if isinstance(error, aiohttp.ClientConnectorDNSError) and isinstance(error.os_error, socket.gaierror):
        return failures.name_not_found(way.target.host, url)
    if isinstance(error, aiohttp.ClientSSLError):
        return _tls_trouble(error, url)
    if isinstance(error, asyncio.TimeoutError):
        return too_slow("待ち時間を超えました", url)
    if isinstance(error, aiohttp.ClientPayloadError):
        return cut_short(url)
    if isinstance(error, aiohttp.ClientResponseError) and "more than" in error.message:
        return head_too_large(url)
    if isinstance(error, aiohttp.ClientError | OSError):
        return failures.connection_failed(url)
    raise error


def _tls_trouble(error: aiohttp.ClientSSLError, url: str) -> FetchError:
    cause = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return failures.certificate_refused(cause, url)
    return failures.tls_failed(url)
