"""Tags by name: those that exist, and those that a batch needs made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from ckan import model

Name = tuple[str, str | None]  # name, id of the vocabulary


def tag_ids(tags: Iterable[dict[str, Any]]) -> dict[Name, str]:
    """Return the id of each tag; those that do not exist are made.

    Two workers that need the same new tag would both make it, as nothing in CKAN's table forbids it: new ones are made
    one worker at a time, in a transaction of their own, so that nobody waits for the rest of a batch.
    """
    wanted = {(tag["name"], tag.get("vocabulary_id")) for tag in tags}
    if not wanted:
        return {}
    found = _known(model.Session, wanted)
    if missing := wanted - found.keys():
        with model.meta.engine.begin() as connection:  # type: ignore[union-attr]
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('osakadx_new_tags'))"))
            found |= _known(connection, missing)
            new = [
                {"id": str(uuid.uuid4()), "name": name, "vocabulary_id": vocabulary}
                for name, vocabulary in sorted(missing - found.keys(), key=str)
            ]
            if new:
                connection.execute(sa.insert(model.tag_table), new)
                found |= {(tag["name"], tag["vocabulary_id"]): tag["id"] for tag in new}
    return found


def _known(connection: Any, wanted: Iterable[Name]) -> dict[Name, str]:
    table = model.tag_table
    names = {name for name, _ in wanted}
    rows = connection.execute(sa.select(table.c.name, table.c.vocabulary_id, table.c.id).where(table.c.name.in_(names)))
    found: dict[Name, str] = {}
    for name, vocabulary, tag_id in rows:
        found.setdefault((name, vocabulary), tag_id)
    return {key: tag_id for key, tag_id in found.items() if key in set(wanted)}
