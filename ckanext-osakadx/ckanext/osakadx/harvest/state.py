"""Where a harvested data set stands at its source: present, absent (greyed) or archived (out of the search)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from .model import Item


def index_state(document: dict[str, Any]) -> dict[str, Any]:
    """Put the state of a harvested data set into its search document."""
    state = of(document["id"])
    if state:
        document["extras_osakadx_harvest_state"] = state
    return document


def of(package_id: str) -> str:
    """present, absent or archived; empty for a data set that no source lists."""
    return model.Session.scalar(sa.select(Item.state).where(Item.package_id == package_id)) or ""
