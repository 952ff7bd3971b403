"""Other plugins beside a batch: whether one of them stands in front of an action, contexts for hooks, CKAN's signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan import logic
from ckan import plugins as p
from ckan.lib import signals
from ckan.plugins import toolkit as tk
from ckan.types import Context

from . import activities

Dict = dict[str, Any]


def usual(actions: Iterable[str]) -> bool:
    """Whether these are CKAN's own actions: no other plugin has put one of its in front."""
    return all(tk.get_action(name).__wrapped__.__module__.startswith("ckan.logic.action.") for name in actions)


def somebody_watches_objects() -> bool:
    """Whether a plugin is to be told of each new object of the session; rows that are written by table are none."""
    return any(True for _ in p.PluginImplementations(p.IDomainObjectModification))


def context(user: str, extra: Dict) -> Context:
    """The context of an action that leaves the commit to its caller.

    Args:
        user: name of the user in whose name it is done.
        extra: what else hooks find in it.
    """
    return logic._prepopulate_context(Context({"user": user, "ignore_auth": True, "defer_commit": True, **extra}))


def succeeded(action: str, done: Iterable[tuple[Context, Dict, str]]) -> None:
    """Send CKAN's signal, but to the keeper of activities, which are kept by the batch.

    Args:
        done: of each data set: context, what was asked for, id.
    """
    for receiver in signals.action_succeeded.receivers_for(action):
        if not activities.is_keeper(receiver):
            for given, asked, package_id in done:
                receiver(action, context=given, data_dict=asked, result=package_id)
