"""Where a harvested data set stands at its source: present, absent (greyed) or archived (out of the search)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.harvest.model import HarvestSource

from .calendar import settings
from .model import Item


def index_state(document: dict[str, Any]) -> dict[str, Any]:
    """Put the state of a harvested data set into its search document."""
    state = of(document["id"])
    if state:
        document["extras_osakadx_harvest_state"] = state
    return document


_known: ContextVar[Mapping[str, str] | None] = ContextVar("osakadx_harvest_states", default=None)


@contextmanager
def known(package_ids: Collection[str]) -> Iterator[None]:
    """Ask once for the states of many data sets; within it `of` knows them."""
    query = sa.select(Item.package_id, Item.state).where(Item.package_id.in_(list(package_ids)))
    token = _known.set(dict(model.Session.execute(query).tuples().all()))
    try:
        yield
    finally:
        _known.reset(token)


def of(package_id: str) -> str:
    """present, absent or archived; empty for a data set that no source lists."""
    states = _known.get()
    if states is not None:
        return states.get(package_id, "")
    return model.Session.scalar(sa.select(Item.state).where(Item.package_id == package_id)) or ""


def keeps_to_robots(package_id: str) -> bool:
    """Whether the files of a data set are fetched as their site's robots.txt says; its source may set that aside."""
    query = (
        sa.select(HarvestSource.config)
        .join(Item, Item.source_id == HarvestSource.id)
        .where(Item.package_id == package_id)
    )
    return settings(model.Session.scalar(query)).get("respect_robots", True) is not False


def setting_robots_aside(package_ids: Collection[str]) -> set[str]:
    """Those of many data sets whose source has set robots.txt aside for their files."""
    query = (
        sa.select(Item.package_id, HarvestSource.config)
        .join(HarvestSource, Item.source_id == HarvestSource.id)
        .where(Item.package_id.in_(list(package_ids)), HarvestSource.config.contains("respect_robots"))
    )
    rows = model.Session.execute(query).tuples().all()
    return {package_id for package_id, config in rows if settings(config).get("respect_robots", True) is False}
