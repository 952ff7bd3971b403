"""The Internet of a network namespace: every address there is, names, public sites, and canaries everywhere else.

Every IPv4 and IPv6 address is local here (a route of type `local` for all of them), so whatever is connected to
answers, and nothing leaves. A few addresses stand for the public Internet; all others belong to canaries.
"""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.unit.loopback import answer

WEB, OTHER_WEB, NAME_SERVER = "93.184.216.34", "93.184.216.35", "93.184.216.53"
WEB_V6 = "2606:2800:220:1:248:1893:25c8:1946"
PUBLIC = frozenset({WEB, OTHER_WEB, NAME_SERVER, WEB_V6})
SITE = "public.example"
BOTH = {SITE: [[WEB]], "www.public.example": [[OTHER_WEB]], "six.example": [[WEB_V6]]}
PORTS = (21, 22, 25, 70, 80, 389, 443, 2628, 3128, 5432, 6379, 8080, 8983, 11211)
BODY = b"public"

# Successive answers to a name, the last one for ever; each a list of addresses, "=name" for an alias in between.
Names = Mapping[str, Sequence[Sequence[str]]]


class World:
    """What names and public sites answer; tests change it between attempts."""

    def __init__(self) -> None:
        self.names: Names = {}
        self.pages: Mapping[str, bytes] = {}
        self.accepted: list[tuple[str, int]] = []
        self._asked: dict[str, int] = {}

    def become(self, names: Names, pages: Mapping[str, bytes]) -> None:
        self.names, self.pages, self.accepted, self._asked = {**BOTH, **names}, pages, [], {}

    def addresses(self, name: str, first: bool) -> Sequence[str] | None:
        """What a name stands for now; `first` is the first of the two questions of one look-up."""
        if name not in self.names:
            return None
        self._asked[name] = self._asked.get(name, 0) + first
        answers = self.names[name]
        return answers[min(self._asked[name], len(answers)) - 1]

    def page(self, path: str) -> bytes:
        return self.pages.get(path, answer(BODY))


@contextmanager
def built(folder: Path) -> Iterator[World]:
    """Bring up the network of this namespace; it must be one of the test's own."""
    _addresses()
    _system_files(folder)
    world = World()
    tls = _tls(folder)
    servers: list[socketserver.BaseServer] = [_NameServer(world)]
    servers += [_Web(world, family, port, tls) for family in (socket.AF_INET, socket.AF_INET6) for port in PORTS]
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield world
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _addresses() -> None:
    routes = subprocess.run(["ip", "route"], capture_output=True, text=True, check=True).stdout
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout.splitlines()
    if routes.strip() or any("LOOPBACK" not in link for link in links if "state UP" in link):
        raise SystemExit("this is not a network namespace of the test's own")
    for line in (
        "link set lo up",
        "route add local 0.0.0.0/0 dev lo",
        "-6 route add local ::/0 dev lo",
        f"-6 addr add {WEB_V6}/128 dev lo nodad",  # so that its own packets do not come from ::1
    ):
        subprocess.run(["ip", *line.split()], check=True)


def _system_files(folder: Path) -> None:
    """Let the system's resolver ask our name server; seen in this mount namespace alone."""
    files = {
        "/etc/resolv.conf": f"nameserver {NAME_SERVER}\nsearch search.example\noptions timeout:1 attempts:1\n",
        "/etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.20.30.40 inside.hosts.example\n",
        "/etc/nsswitch.conf": "hosts: files dns\n",
    }
    for place, text in files.items():
        ours = folder / Path(place).name
        ours.write_text(text, encoding="utf-8")
        if Path(place).exists():
            subprocess.run(["mount", "--bind", str(ours), place], check=True)
    if Path("/run/nscd").is_dir():  # the cache of names of the world outside
        empty = folder / "nscd"
        empty.mkdir()
        subprocess.run(["mount", "--bind", str(empty), "/run/nscd"], check=True)


def _tls(folder: Path) -> ssl.SSLContext:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={SITE}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


class _Web(socketserver.ThreadingTCPServer):
    """One port of every address of a family."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, world: World, family: socket.AddressFamily, port: int, tls: ssl.SSLContext) -> None:
        self.address_family, self.world, self.tls = family, world, tls if port == 443 else None
        super().__init__(("" if family == socket.AF_INET else "::", port), _Visit)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class _Visit(socketserver.BaseRequestHandler):
    server: _Web

    def handle(self) -> None:
        address, port = self.request.getsockname()[:2]
        address = str(ipaddress.ip_address(address.partition("%")[0]))
        self.request.settimeout(10)
        canary = address not in PUBLIC
        if canary:  # noted before anything is read: the connection is the offence
            self.server.world.accepted.append((address, port))
        sock = self.server.tls.wrap_socket(self.request, server_side=True) if self.server.tls else self.request
        with sock:
            head = b""
            while b"\r\n\r\n" not in head:
                data = sock.recv(1 << 14)
                if not data or data.startswith(b"\x16"):  # TLS where none is spoken
                    return
                head += data
            path = head.split(b" ", 2)[1].decode("latin-1")
            sock.sendall(answer(b"canary") if canary else self.server.world.page(path))


class _NameServer(socketserver.UDPServer):
    """DNS (RFC 1035), as much of it as a resolver's two questions need."""

    def __init__(self, world: World) -> None:
        self.world = world
        super().__init__((NAME_SERVER, 53), _Question)


class _Question(socketserver.BaseRequestHandler):
    server: _NameServer

    def handle(self) -> None:
        data, sock = self.request
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode("ascii"))
            at += 1 + data[at]
        end = at + 5
        kind = struct.unpack("!H", data[at + 1 : at + 3])[0]
        found = self.server.world.addresses(".".join(labels).lower(), first=kind == 1)
        records = list(_records(found or (), kind))
        head = struct.pack("!2sHHHHH", data[:2], 0x8580 if found is not None else 0x8583, 1, len(records), 0, 0)
        sock.sendto(head + data[12:end] + b"".join(records), self.client_address)


def _records(found: Sequence[str], kind: int) -> Iterator[bytes]:
    name = b"\xc0\x0c"  # the name asked for
    for text in found:
        if text.startswith("="):
            alias = b"".join(bytes([len(label)]) + label.encode() for label in text[1:].split(".")) + b"\0"
            yield name + struct.pack("!HHIH", 5, 1, 0, len(alias)) + alias
            name = alias
            continue
        address = ipaddress.ip_address(text)
        if kind == {4: 1, 6: 28}[address.version]:
            yield name + struct.pack("!HHIH", kind, 1, 0, len(address.packed)) + address.packed
