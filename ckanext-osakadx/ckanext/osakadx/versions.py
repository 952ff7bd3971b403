"""Keeps code and tables together: a worker of before a migration stops, since it knows nothing of the new tables."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

LOOK = 5.0  # seconds between two looks
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND right(tablename, 15) = 'alembic_version'"

Ask = Callable[[str], Awaitable[list[dict[str, Any]]]]  # a query's rows, as dictionaries


async def until_migrated(ask: Ask) -> None:
    """Return when a migration of CKAN or of a plugin has gone through since the call.

    A database that does not answer is no migration: whoever works will notice it themselves.

    Args:
        ask: runs a query in the portal's database.
    """
    began: dict[str, str] = {}
    while (now := await _stamps(ask)) == began or not (now and began):
        began = began or now
        await asyncio.sleep(LOOK)
    changed = sorted(table.removesuffix("_alembic_version") for table in now if now[table] != began.get(table))
    log.warning("the tables of %s were migrated: this process stops and begins anew with their code", changed)


async def _stamps(ask: Ask) -> dict[str, str]:
    """Table of versions → version; empty where the database does not answer."""
    try:
        tables = sorted(row["tablename"] for row in await ask(_TABLES))
        each = (f"SELECT '{table}' AS name, version_num FROM public.\"{table}\"" for table in tables)  # noqa: S608
        rows = await ask(" UNION ALL ".join(each)) if tables else []
    except Exception:
        log.debug("the versions of the tables could not be asked for", exc_info=True)
        return {}
    return {row["name"]: row["version_num"] for row in rows}
