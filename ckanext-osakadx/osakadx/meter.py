"""How long one exchange may take and how much it may weigh, and the stopwatch and scales that see to it."""

from __future__ import annotations

from dataclasses import dataclass

from osakadx.errors import FetchError
from osakadx.manners import Clock

MIB = 1 << 20
BUFFER = 8192  # http.client reads the head through a buffer of this size, so the head's count may hold some body


@dataclass(frozen=True)
class Limits:
    """Time in seconds, weight in bytes.

    Args:
        resolve: for the name server.
        connect: for each address of the host, and again for the TLS handshake.
        first_byte: from the request to the end of the answer's head.
        idle: between two reads of the body.
        total: for everything.
        rate: bytes a second that must arrive in each `window` seconds of the body.
        head: of the answer's head. Its fields are at most 100, the limit of Python's own parser.
        body: of the body, as sent and as unpacked.
        ratio: of unpacked to sent; below `small` bytes unpacked, ten times that.
    """

    resolve: float = 10.0
    connect: float = 5.0
    first_byte: float = 15.0
    idle: float = 10.0
    total: float = 60.0
    rate: float = 1024.0
    window: float = 10.0
    head: int = 64 << 10
    body: int = 64 * MIB
    ratio: int = 100
    small: int = MIB


class Meter:
    """Asked by the socket of an exchange before and after every read."""

    def __init__(self, limits: Limits, clock: Clock, where: str) -> None:
        self.limits = limits
        self.received = 0
        self._now, self._where = clock.monotonic, where
        self._began = self._asked = self._window_began = self._now()
        self._window_received = 0
        self._in_body = False

    def asked(self) -> None:
        """The request is on its way."""
        self._asked = self._now()

    def begin_body(self) -> None:
        """The head is complete."""
        self._in_body = True
        self._window_began, self._window_received = self._now(), self.received

    def patience(self) -> float:
        """Seconds that the next read may take."""
        now = self._now()
        left = self._began + self.limits.total - now
        if self._in_body:
            self._check_rate(now)
            left = min(left, self.limits.idle)
        else:
            left = min(left, self._asked + self.limits.first_byte - now)
        if left <= 0:
            raise too_slow("時間内に終わりませんでした", self._where)
        return left

    def count(self, received: int) -> None:
        """Add what a read brought; nothing is the end of the connection, and within a head that has begun, a cut."""
        if not received and self.received and not self._in_body:
            raise cut_short(self._where)  # http.client would take what came for the whole head of an empty answer
        self.received += received
        if not self._in_body and self.received > self.limits.head + BUFFER:
            raise head_too_large(self._where)
        if self.received > self.limits.body + self.limits.head + BUFFER:
            raise too_large(self.limits.body, self._where)

    def _check_rate(self, now: float) -> None:
        took = now - self._window_began
        if took < self.limits.window:
            return
        if self.received - self._window_received < self.limits.rate * took:
            raise too_slow("送られてくる速さが毎秒1キロバイトに足りません", self._where)
        self._window_began, self._window_received = now, self.received


def too_slow(what: str, where: str) -> FetchError:
    """The error of an answer that takes too long."""
    fix = "時間を置いてやり直してください。続くときは、公開元のサーバーの混み具合や大きさの制限を見直してください。"
    return FetchError(f"応答が遅く、{what}。", where=where, fix=fix, slug="too-slow", transient=True)


def cut_short(where: str) -> FetchError:
    """The error of an answer that ends before its end."""
    fix = "時間を置いてやり直してください。続くときは、公開元で同じアドレスを最後まで開けるかを確かめてください。"
    return FetchError("応答が途中で切れています。", where=where, fix=fix, slug="answer-cut", transient=True)


def head_too_large(where: str) -> FetchError:
    """The error of an answer whose head alone is beyond its limit."""
    fix = "公開元のサーバーの設定を確かめてください。"
    return FetchError("応答のヘッダーが大きすぎます。", where=where, fix=fix, slug="head-too-large")


def too_large(limit: int, where: str) -> FetchError:
    """The error of a body beyond its limit."""
    return FetchError(
        f"大きすぎるため、途中で取得をやめました(上限 {limit / MIB:,.1f} MB)。",
        where=where, fix="分割して公開してください。", slug="too-large",
    )  # fmt: skip
