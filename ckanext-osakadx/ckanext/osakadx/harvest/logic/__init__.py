"""What the harvest offers as actions: runs in ``action``, sources in ``source_action``."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers, isfunction
from typing import Any


def actions() -> dict[str, Callable[..., Any]]:
    """All actions by name."""
    from . import action, source_action

    return {
        name: function
        for module in (action, source_action)
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
