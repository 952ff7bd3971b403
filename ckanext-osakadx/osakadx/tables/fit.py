"""Whether a table is small enough to be kept as rows in a database, and what is said of one that is not."""

from __future__ import annotations

from dataclasses import dataclass

from osakadx.quality.finding import Finding
from osakadx.tables.findings import found
from osakadx.tables.table import Table


@dataclass(frozen=True)
class Room:
    """How much there is room for."""

    rows: int = 1_000_000
    columns: int = 500


def misfit(table: Table, room: Room) -> Finding | None:
    """Return what is too large about a table, None where nothing is."""
    if table.rows > room.rows:
        return found("table-too-long", sheet=table.sheet, count=f"{table.rows:,}", limit=f"{room.rows:,}")
    if table.columns > room.columns:
        return found("table-too-wide", sheet=table.sheet, count=f"{table.columns:,}", limit=f"{room.columns:,}")
    return None


def overlong(table: Table) -> Finding:
    """Return the finding of a table that a database refused for the length of its rows."""
    return found("table-does-not-fit", sheet=table.sheet)
