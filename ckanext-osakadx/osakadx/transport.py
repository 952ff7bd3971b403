"""One guarded HTTP exchange: which address it connects to, how it is read. Redirects and manners are `fetch`'s.

The guard sits in the socket: it connects to addresses that the policy admits, knows before every read how long the
exchange may still take, and counts every byte that arrives, whatever the layers above make of it. No proxy, cookie,
credential or environment variable takes part.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, IncompleteRead, LineTooLong
from typing import Any, cast
from urllib.parse import urlsplit

import certifi
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import HTTPResponse

from osakadx.addresses import AddressPolicy, Target
from osakadx.errors import FetchError, RefusedAddress
from osakadx.failures import certificate_refused, connection_failed, name_not_found, tls_failed
from osakadx.manners import Clock
from osakadx.meter import Limits, Meter, cut_short, head_too_large, too_large, too_slow
from osakadx.unpack import unpacked

_CANDIDATES = 4
_CHUNK = 1 << 16

Address = tuple[int, tuple[Any, ...]]  # socket family, socket address
Resolve = Callable[[str, int], list[Address]]


def look_up(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order the system prefers."""
    return [(family, address) for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Reply:
    """An answer whose head has been read.

    Attributes:
        headers: names in lower case; repeated ones joined by a comma.
        body: the unpacked body as it arrives; reading it raises FetchError at a limit.
        meter: knows how many bytes came over the wire.
    """

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]
    meter: Meter


@contextmanager
def exchange(
    target: Target,
    headers: Mapping[str, str],
    *,
    policy: AddressPolicy,
    limits: Limits,
    clock: Clock,
    resolve: Resolve = look_up,
    verify: bool = True,
) -> Generator[Reply]:
    """Ask once (GET), and hold the connection while the answer is read.

    Args:
        verify: False lets a broken certificate pass, for a host that an operator has excepted.

    Raises:
        RefusedAddress: no address of the host is one to connect to.
        FetchError: no connection, no answer, or an answer beyond the limits.
    """
    meter = Meter(limits, clock, target.url)
    with _in_our_words(target):
        sock = _secured(_connected(target, policy, limits, resolve), target, verify)
    with ExitStack() as stack:
        stack.enter_context(sock)
        sock.meter = meter
        with _in_our_words(target):
            response = _asked(sock, target, headers, meter)
        stack.callback(response.close)
        named = {name.lower(): ", ".join(response.headers.getlist(name)) for name in response.headers}
        if named.get("content-length", "").isdecimal() and int(named["content-length"]) > limits.body:
            raise too_large(limits.body, target.url)
        body = unpacked(_read(response, target), named.get("content-encoding", ""), limits, target.url)
        yield Reply(response.status, named, body, meter)


class _Socket(socket.socket):
    """A plain connection that asks the meter."""

    meter: Meter | None = None

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        if self.meter is None:
            return super().recv_into(buffer, nbytes, flags)
        self.settimeout(self.meter.patience())
        received = super().recv_into(buffer, nbytes, flags)
        self.meter.count(received)
        return received


class _TLSSocket(ssl.SSLSocket):
    """The same over TLS. Its handshake has a time limit of its own, the one for connecting."""

    meter: Meter | None = None

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        if self.meter is None:
            return super().recv_into(buffer, nbytes, flags)
        self.settimeout(self.meter.patience())
        received = super().recv_into(buffer, nbytes, flags)
        self.meter.count(received)
        return received


def _secured(sock: _Socket, target: Target, verify: bool) -> _Socket | _TLSSocket:
    if target.scheme == "http":
        return sock
    try:
        return cast("_TLSSocket", _tls(verify).wrap_socket(sock, server_hostname=target.host))
    except BaseException:
        sock.close()
        raise


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = _TLSSocket
    return context


def _connected(target: Target, policy: AddressPolicy, limits: Limits, resolve: Resolve) -> _Socket:
    """A connection to the first address of the host that is admitted and answers."""
    failure: Exception = OSError("no address")
    refusal: RefusedAddress | None = None
    tried = 0
    for family, address in _within(limits.resolve, lambda: resolve(target.host, target.port)):
        try:
            policy.admit(target, str(address[0]))
        except RefusedAddress as refused:
            refusal = refused
            continue
        tried += 1
        sock = _Socket(family, socket.SOCK_STREAM)
        sock.settimeout(limits.connect)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
        if tried == _CANDIDATES:
            break
    if refusal and not tried:
        raise refusal
    raise ConnectionError(str(failure)) from failure


def _within(seconds: float, look: Callable[[], list[Address]]) -> list[Address]:
    """What the look-up returns, if it does in time: the system's own knows no limit."""
    answers: queue.Queue[list[Address] | Exception] = queue.Queue()

    def run() -> None:
        try:
            answers.put(look())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "the name server is slow") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _asked(sock: socket.socket, target: Target, headers: Mapping[str, str], meter: Meter) -> HTTPResponse:
    """Send the request and read the head of the answer."""
    parts = urlsplit(target.url)
    connection = HTTPConnection(target.host, target.port, timeout=meter.limits.idle)
    connection.sock = sock
    connection.auto_open = 0  # a connection it opened itself would pass the guard by
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request(
        "GET", path, headers={"Host": parts.netloc, "Connection": "close", **headers}, preload_content=False
    )
    meter.asked()
    response = connection.getresponse()
    meter.begin_body()
    return response


def _read(response: HTTPResponse, target: Target) -> Iterator[bytes]:
    while True:
        with _in_our_words(target):
            chunk = response.read1(_CHUNK, decode_content=False)
        if not chunk:
            return
        yield chunk


@contextmanager
def _in_our_words(target: Target) -> Generator[None]:
    """Turn what the libraries raise into a FetchError that says what happened, and whether later may be better."""
    try:
        yield
    except FetchError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise certificate_refused(error, target.url) from error
    except ssl.SSLError as error:
        raise tls_failed(target.url) from error
    except socket.gaierror as error:
        raise name_not_found(target.host, target.url) from error
    except (TimeoutError, ReadTimeoutError) as error:
        raise too_slow("待ち時間を超えました", target.url) from error
    except (HTTPError, HTTPException, OSError) as error:
        if isinstance(error.__cause__, IncompleteRead):
            raise cut_short(target.url) from error
        if isinstance(error, LineTooLong) or type(error) is HTTPException:  # how http.client says "too many fields"
            raise head_too_large(target.url) from error
        raise connection_failed(target.url) from error
