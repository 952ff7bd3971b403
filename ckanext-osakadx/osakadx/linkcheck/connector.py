"""Where a connection of the link check may go: aiohttp asks right before it connects, with the exact address.

The check sits where the socket is made and not in the resolver, which literal addresses never see. What is looked up is
connected to as it was judged: nothing is looked up twice, nothing is remembered.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from osakadx.addresses import AddressPolicy, Target
from osakadx.errors import RefusedAddress
from osakadx.transport import Resolve

_CANDIDATES = 4  # addresses of a host that are tried
_LOOK_UPS = 32  # at a time; the system's own knows no limit of time, and one slow name server must not hold up all


@dataclass
class Way:
    """One request on its way out.

    Attributes:
        target: what is asked. refusal: why an address was not connected to. tried: addresses that were.
    """

    target: Target
    refusal: RefusedAddress | None = None
    tried: int = 0


# aiohttp tells its socket factory the address, and not for which request: that is here, also in tasks it starts.
WAY: ContextVar[Way] = ContextVar("WAY")


class _RefusedError(PermissionError):
    """As the layers below want it: an OSError, so that the next address of the host is tried."""


class GuardedConnector(aiohttp.TCPConnector):
    """Connections to admitted addresses; limits are the agenda's business.

    Args:
        policy: which addresses may be asked.
        resolve: name server; called in a thread.
        seconds: that it may take.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve, seconds: float) -> None:
        self._policy = policy
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            limit=0,
            limit_per_host=0,
            use_dns_cache=False,
            resolver=_Resolver(resolve, seconds),
            happy_eyeballs_delay=None,  # one address after the other, as the system prefers them
            socket_factory=self._socket,
        )

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        way = WAY.get()
        try:
            self._policy.admit(way.target, str(info[4][0]))
        except RefusedAddress as error:
            way.refusal = error
            raise _RefusedError(str(error)) from error
        way.tried += 1
        if way.tried > _CANDIDATES:
            raise ConnectionRefusedError("no address of the host answers")
        return socket.socket(info[0], info[1], info[2])


class _Resolver(AbstractResolver):
    def __init__(self, resolve: Resolve, seconds: float) -> None:
        self._resolve, self._seconds = resolve, seconds
        self._threads = ThreadPoolExecutor(_LOOK_UPS, "osakadx-names")

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> list[ResolveResult]:
        """See aiohttp.

        Args:
            family: not asked for: every address is judged, whatever its family.

        Raises:
            OSError: there is no such name, no address, or no answer in time.
        """
        del family
        loop = asyncio.get_running_loop()
        look_up = loop.run_in_executor(self._threads, self._resolve, host, port)
        try:
            found = await asyncio.wait_for(look_up, self._seconds)
        except asyncio.TimeoutError:
            raise socket.gaierror(socket.EAI_AGAIN, "the name server is slow") from None
        if not found:
            raise OSError("no address")
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=address[1],
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in found
        ]

    async def close(self) -> None:
        """See aiohttp."""
        self._threads.shutdown(wait=False, cancel_futures=True)
