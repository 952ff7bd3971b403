"""What CKAN's plugin `activity` keeps of a change, kept for many data sets at once; nothing where it is not enabled."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from ckan.lib.plugins import get_permission_labels
from ckan.plugins import toolkit as tk

from .shown import Shown

SUBSCRIBER = "ckanext.activity.subscriptions"
NEW, CHANGED = "new package", "changed package"


def is_keeper(receiver: Callable[..., Any]) -> bool:
    """Whether a receiver of CKAN's signals is the one whose work `keep` does."""
    return getattr(receiver, "__module__", "") == SUBSCRIBER


def keep(kind: str, changed: Sequence[Shown], user: str) -> None:
    """Write the activities in the present transaction.

    Args:
        kind: ``new package`` or ``changed package``; a change that leaves a data set deleted is a ``deleted package``.
        changed: data sets as they are now.
        user: name of the user who did it.
    """
    if not changed or not p.plugin_loaded("activity") or not tk.config.get("ckan.activity_streams_enabled"):
        return
    from ckanext.activity.model import Activity

    actor = model.User.get(user)
    if actor is None:
        raise tk.ValidationError({"user_id": ["User not found"]})
    labels = get_permission_labels()
    rows = [
        {
            "id": str(uuid.uuid4()),
            "timestamp": datetime.now(timezone.utc).replace(tzinfo=None),
            "user_id": actor.id,
            "object_id": each.package.id,
            "activity_type": "deleted package" if kind == CHANGED and each.package.state == "deleted" else kind,
            "data": {"package": each.own, "actor": actor.name},
            "permission_labels": labels.get_dataset_labels(each.package),
        }
        for each in changed
    ]
    model.Session.execute(sa.insert(Activity), rows)
