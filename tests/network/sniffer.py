"""Sees every packet that is sent in this network namespace, whoever sends it."""

from __future__ import annotations

import ipaddress
import socket
import struct
import time
from dataclasses import asdict, dataclass
from typing import Any

TCP, UDP = 6, 17
_ETH_P_ALL, _IPV4, _IPV6 = 0x0003, 0x0800, 0x86DD
_OUTGOING = 4  # PACKET_OUTGOING: on loopback each packet passes twice, once in each direction
_SOL_PACKET, _STATISTICS = 263, 6
_MARK_PORT = 9
PATIENCE = 5.0


@dataclass(frozen=True)
class Packet:
    to: str
    port: int
    protocol: int
    syn: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Sniffer:
    """A raw socket on all interfaces.

    Args:
        public: the addresses that stand for the public Internet; a packet to any other is reported. What is blocked is
            thus not asked of the code under test.
        mark: one of them; a datagram sent there ends each window, so that silence is never a deaf sniffer's.
    """

    def __init__(self, public: frozenset[str], mark: str) -> None:
        self.windows = 0
        self.packets = 0
        self._public, self._mark = public, mark
        self._wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
        self._wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._wire.settimeout(PATIENCE)
        self._marker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def window(self) -> list[Packet]:
        """The packets to addresses that are not public since the last call, in order.

        Raises:
            TimeoutError: the sniffer does not see its own mark.
        """
        self.windows += 1
        mark = b"window %d" % self.windows
        self._marker.sendto(mark, (self._mark, _MARK_PORT))
        seen: list[Packet] = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            data, (_, ethernet, kind, *_rest) = self._wire.recvfrom(1 << 16)
            if kind != _OUTGOING:
                continue
            self.packets += 1
            packet = _read(ethernet, data)
            if packet is None:
                continue
            if packet.to == self._mark and packet.port == _MARK_PORT and data.endswith(mark):
                return seen
            if packet.to not in self._public:
                seen.append(packet)
        raise TimeoutError("the sniffer does not see its own mark")

    def missed(self) -> int:
        """Packets the kernel could not hand over since the last call."""
        return struct.unpack("II", self._wire.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]


def _read(ethernet: int, data: bytes) -> Packet | None:
    if ethernet == _IPV4:
        protocol, to, rest = data[9], ipaddress.ip_address(data[16:20]), data[(data[0] & 15) * 4 :]
    elif ethernet == _IPV6:
        protocol, to, rest = data[6], ipaddress.ip_address(data[24:40]), data[40:]
    else:
        return None
    port = struct.unpack("!H", rest[2:4])[0] if protocol in (TCP, UDP) else 0
    # SYN without ACK: somebody opens a connection
    return Packet(str(to), port, protocol, syn=protocol == TCP and rest[13] & 0x12 == 0x02)
