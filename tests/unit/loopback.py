"""A real web server on loopback that answers with exactly the bytes a test gives it, well or badly."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


# What a page sends: whole bytes, or pieces and pauses (seconds) between them.
Piece = bytes | float
Page = Callable[[Request], bytes | Iterable[Piece]]


def answer(body: bytes | str = b"", status: int = 200, **headers: str) -> bytes:
    """One well-formed HTTP answer, the only one of its connection; header names with `_` for `-`."""
    body = body.encode() if isinstance(body, str) else body
    named = {"Content-Length": str(len(body)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + body


@dataclass
class Site:
    pages: dict[str, Page | bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.key}"

    @property
    def key(self) -> str:
        return f"{self.host}:{self.port}"

    def answer(self, request: Request) -> Iterable[Piece]:
        page = self.pages.get(request.path) or self.pages.get("*") or answer("not here", status=404)
        said = page(request) if callable(page) else page
        return [said] if isinstance(said, bytes) else said


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        try:
            words = self.rfile.readline().decode("latin-1").split()
            if len(words) < 2:
                return
            headers = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            parts = urlsplit(words[1])
            request = Request(unquote(parts.path), parse_qs(parts.query), headers)
            site.requests.append(request)
            for piece in site.answer(request):
                if isinstance(piece, bytes):
                    self.wfile.write(piece)
                    self.wfile.flush()
                else:
                    time.sleep(piece)
        except OSError:
            return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    tls: ssl.SSLContext | None = None

    def get_request(self):
        sock, address = super().get_request()
        self.site.connections += 1  # type: ignore[attr-defined]
        return (self.tls.wrap_socket(sock, server_side=True) if self.tls else sock), address

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up is what these tests are about."""


@contextmanager
def serve(
    pages: dict[str, Page | bytes] | None = None,
    tls: ssl.SSLContext | None = None,
    address: tuple[str, int] = ("127.0.0.1", 0),
    poll: float = 0.01,
) -> Iterator[Site]:
    """Serve pages (path → bytes or function) until the block ends; `*` answers every other path."""
    server = _Server(address, _Handler)
    server.tls = tls
    site = Site(pages or {}, port=server.server_address[1], scheme="https" if tls else "http", host=address[0])
    server.site = site  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": poll}, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
