"""The turns of hosts that all workers share, whatever process or machine they run in: a row per host in PostgreSQL.

A row is a lease: a worker that has the turn says so again every few seconds, and one that died or stands still loses it
within a minute. The database's clock counts, so workers' clocks may differ.
"""

from __future__ import annotations

import os
import threading
import uuid
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.manners import Wait

LEASE = 45.0  # seconds until the turn of a worker that says nothing is over
RENEWAL = 10.0  # seconds between two signs of life


class SharedTurns:
    """`osakadx.manners.Turns` in the portal's database, on connections apart from any run's transaction."""

    def __init__(self) -> None:
        self._holder = f"{os.getpid()}-{uuid.uuid4()}"
        self._held: set[str] = set()
        self._door = threading.Lock()
        self._renewing = False

    def take(self, host: str) -> Wait | None:
        """See `osakadx.manners.Turns`."""
        taken = self._one(
            "INSERT INTO osakadx_host AS h (host, holder, held_until) "
            "VALUES (:host, :holder, clock_timestamp() + :lease * interval '1 second') "
            "ON CONFLICT (host) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until "
            "WHERE (h.holder IS NULL OR h.held_until < clock_timestamp()) "
            "AND coalesce(h.free_at, '-infinity') <= clock_timestamp() RETURNING 1",
            {"host": host, "lease": LEASE},
        )
        if taken is None:
            seconds = self._one(
                "SELECT extract(epoch FROM free_at - clock_timestamp()) FROM osakadx_host WHERE host = :host",
                {"host": host},
            )
            return Wait(max(0.0, float(seconds or 0)))
        with self._door:
            self._held.add(host)
            if not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, name="osakadx-turns", daemon=True).start()
        return None

    def give_back(self, host: str, gap: float, answered: bool = False) -> None:
        """See `osakadx.manners.Turns`. A turn that has gone to another meanwhile is left alone."""
        with self._door:
            self._held.discard(host)
        self._one(
            "UPDATE osakadx_host SET holder = NULL, held_until = NULL, "
            "free_at = greatest(free_at, clock_timestamp() + :seconds * interval '1 second'), "
            "failures = CASE WHEN :answered THEN 0 ELSE failures END "
            "WHERE host = :host AND holder = :holder RETURNING 1",
            {"host": host, "seconds": gap, "answered": answered},
        )

    def answered(self, host: str) -> None:
        """See `osakadx.manners.Turns`."""
        self._one(
            "UPDATE osakadx_host SET failures = 0 WHERE host = :host AND failures > 0 RETURNING 1", {"host": host}
        )

    def failed(self, host: str) -> int:
        """See `osakadx.manners.Turns`."""
        return int(
            self._one(
                "INSERT INTO osakadx_host AS h (host, failures) VALUES (:host, 1) "
                "ON CONFLICT (host) DO UPDATE SET failures = h.failures + 1 RETURNING failures",
                {"host": host},
            )
        )

    def rest(self, host: str, seconds: float) -> None:
        """See `osakadx.manners.Turns`."""
        self._one(
            "INSERT INTO osakadx_host AS h (host, free_at) "
            "VALUES (:host, clock_timestamp() + :seconds * interval '1 second') "
            "ON CONFLICT (host) DO UPDATE SET free_at = greatest(h.free_at, excluded.free_at) RETURNING 1",
            {"host": host, "seconds": seconds},
        )

    def _renew(self) -> None:
        """Say that this process still asks the hosts it asks; ends when it asks none."""
        pause = threading.Event()
        while True:
            pause.wait(RENEWAL)
            with self._door:
                held = list(self._held)
                if not held:
                    self._renewing = False
                    return
            try:
                self._one(
                    "UPDATE osakadx_host SET held_until = clock_timestamp() + :lease * interval '1 second' "
                    "WHERE host = ANY(:hosts) AND holder = :holder RETURNING 1",
                    {"hosts": held, "lease": LEASE},
                )
            except sa.exc.SQLAlchemyError:
                continue  # a database that restarts; the lease outlives several of these

    def _one(self, statement: str, given: dict[str, Any]) -> Any:
        """Do one statement in a transaction of its own; the first value it returns, or None."""
        with model.meta.engine.begin() as connection:  # type: ignore[union-attr]
            row = connection.execute(sa.text(statement), {"holder": self._holder, **given}).first()
        return row[0] if row else None
