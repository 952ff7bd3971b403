"""A TCP proxy on loopback that can be told to fail, between the portal's workers and a service of theirs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Literal

Mode = Literal["pass", "refuse", "drop", "mute"]
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends a reset


class Proxy:
    """Passes bytes to a port on loopback and back.

    ``mode``: ``pass`` them; ``refuse`` connections, ending those there are; ``drop`` what either side sends;
    ``mute`` the service: it gets what is sent to it, and its answers are kept back until the mode changes.

    Attributes:
        port: where it listens. delay: seconds before each piece is passed on.
        muted: answers that are kept back, or were.
    """

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        self.muted = 0
        self.port = 0
        self._target = target
        self._mode: Mode = "pass"
        self._open: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(self._listen())

    @property
    def mode(self) -> Mode:
        """What happens to what is sent."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "refuse":
            self.reset()

    def reset(self) -> None:
        """End every open connection with a reset."""
        self._do(self._reset())

    def lose(self) -> None:
        """Drop from now on what either side sends on the connections there are, without a word; new ones pass."""
        self._dead |= self._open

    def close(self) -> None:
        """Stop listening and end the thread."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._joined, "127.0.0.1", 0, backlog=200)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _end(self) -> None:
        self._server.close()
        await self._reset()

    async def _reset(self) -> None:
        for writer in list(self._open):
            _abort(writer)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "refuse":
            _abort(writer)
            return
        try:
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _abort(writer)
            return
        both = {writer, behind}
        self._open |= both
        try:
            await asyncio.wait(
                [
                    asyncio.ensure_future(self._pass(reader, behind, answers=False)),
                    asyncio.ensure_future(self._pass(behind_reader, writer, answers=True)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._open -= both
            self._dead -= both
            for each in both:
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                if self._mode == "drop" or writer in self._dead:
                    continue
                if self.delay:
                    await asyncio.sleep(self.delay)
                if answers and self._mode == "mute":
                    self.muted += 1
                    while self._mode == "mute":
                        await asyncio.sleep(0.01)
                writer.write(piece)
                await writer.drain()


def _abort(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
