"""What one more reading adds to the history of a file: when its content changed, whether address and row ids stayed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx import vocab
from osakadx.quality.evidence import Change, Check, Identity
from osakadx.quality.history import change_after, identity_after
from osakadx.vocab import Municipality
from sqlalchemy.dialects.postgresql import insert

from .model import Content

JAPAN = timezone(timedelta(hours=9))


def today() -> str:
    """The day in Japan, YYYY-MM-DD."""
    return datetime.now(JAPAN).date().isoformat()


def municipality(package_id: str) -> Municipality | None:
    """The municipality whose organisation publishes a data set; None for others and for the prefecture."""
    query = sa.select(model.Group.name).join(model.Package, model.Package.owner_org == model.Group.id)
    name = model.Session.scalar(query.where(model.Package.id == package_id))
    return vocab.municipality_of(name) if name else None


def of(resource: model.Resource, before: dict[str, Any], check: Check | None, address: str) -> dict[str, Any]:
    """Return the history of a file after a reading, JSON-able, in the caller's transaction.

    Args:
        resource: the file. before: facts of the reading before, empty at the first.
        check: what was found in its cells; None where there were none, which changes nothing.
        address: what was read.

    Returns:
        ``change`` and ``identity``, as `osakadx.quality.evidence.Change` and `Identity` write them down, or None.
    """
    if check is None:
        return {key: before.get(key) for key in ("change", "identity")}
    known = Check.from_dict(before["check"]) if before.get("check") else None
    change = Change.from_dict(before["change"]) if before.get("change") else None
    identity = Identity.from_dict(before["identity"]) if before.get("identity") else None
    change = change_after(change, known.content if known else "", check.content, _first_seen(check.content), today())
    identity = identity_after(
        identity,
        moved=bool(before.get("address")) and before["address"] != address,
        ids_before=known.ids if known else (),
        ids=check.ids,
        day=today() if identity else _registered(resource.package_id),
    )
    return {"change": change.as_dict(), "identity": identity.as_dict()}


def _first_seen(content: str) -> str:
    if not content:
        return today()
    insertion = insert(Content.__table__).values(content=content, first_seen=date.fromisoformat(today()))
    model.Session.execute(insertion.on_conflict_do_nothing())
    found = model.Session.scalar(sa.select(Content.first_seen).where(Content.content == content))
    return found.isoformat() if found else today()


def _registered(package_id: str) -> str:
    created = model.Session.scalar(sa.select(model.Package.metadata_created).where(model.Package.id == package_id))
    return created.replace(tzinfo=timezone.utc).astimezone(JAPAN).date().isoformat() if created else today()
