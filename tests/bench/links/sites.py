"""Many hosts on loopback, each an address of its own, that answer after a while and write down when they were asked.

python -m tests.bench.links.sites SECONDS   prints its port, then, once its standard input ends, its log as JSON
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

# Bytes of the files: as files of municipalities are, most of them small.
SIZES = (2_000, 8_000, 20_000, 60_000, 200_000)
PAGE = b"<!DOCTYPE html><html><body>" + b"\xe3\x81\x8a\xe7\x9f\xa5\xe3\x82\x89\xe3\x81\x9b " * 200 + b"</body></html>"
LOGIN = b"<!DOCTYPE html><html><form><input type='password'></form></html>"
ETAG = '"1"'


def kind(url: str) -> str:
    """What a link is, by its address: a file, or what else is met in its place."""
    return urlsplit(url).path.split("/")[1]


def place(number: int, hosts: int) -> tuple[int, str]:
    """Number of the host and path of a link; every host has links of most kinds, and most links are files."""
    host, turn = number % hosts, number // hosts
    kinds = {3: "gone", 7: "page", 11: "login", 13: "moved", 17: "unchanged"}
    return host, f"/{kinds.get((host + 3 * turn) % 20, 'file')}/{number}"


def body(number: int) -> bytes:
    """The file of a number."""
    size = SIZES[number % len(SIZES)]
    return ("番号,名称\r\n".encode("cp932") + b"1,abcdefgh\r\n" * (size // 12))[:size]


def reply(path: str, known: str) -> bytes:
    """The whole answer to a path such as ``/file/12``."""
    if path == "/robots.txt":
        return _answer(200, b"User-agent: *\nDisallow: /admin/\n")
    what, _, number = path.strip("/").partition("/")
    if what == "gone":
        return _answer(404, b"not here")
    if what == "moved":
        return _answer(302, b"", f"Location: /file/{number}\r\n")
    if what in ("page", "login"):
        return _answer(200, PAGE if what == "page" else LOGIN)
    if what == "unchanged" and known == ETAG:
        return _answer(304, b"", f"ETag: {ETAG}\r\n")
    return _answer(200, body(int(number)), f"ETag: {ETAG}\r\n")


def _answer(status: int, content: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content


class _Host(asyncio.Protocol):
    """One connection to one of the hosts."""

    def __init__(self, seconds: float, log: list[tuple[str, str, float, float]]) -> None:
        self._seconds, self._log, self._received = seconds, log, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._asked(head.decode("latin-1"))

    def _asked(self, head: str) -> None:
        first, *fields = head.split("\r\n")
        named = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        path = urlsplit(first.split()[1]).path
        answer = reply(path, named.get("if-none-match", ""))
        asyncio.get_running_loop().call_later(self._seconds, self._answer, path, time.monotonic(), answer)

    def _answer(self, path: str, began: float, answer: bytes) -> None:
        self._log.append((self._host, path, began, time.monotonic()))
        self._transport.write(answer)  # type: ignore[attr-defined]


async def serve(seconds: float) -> None:
    """Serve until standard input ends."""
    log: list[tuple[str, str, float, float]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Host(seconds, log), "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    while command := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        if command == "log":
            print(json.dumps(log), flush=True)
            log.clear()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
