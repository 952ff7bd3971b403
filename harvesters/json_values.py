"""Values out of other people's JSON, whatever stands where one was promised: nothing here raises."""

from __future__ import annotations

from typing import Any, cast


def text(value: Any) -> str:
    """A scalar as text, without blanks around it; anything else is empty."""
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def texts(value: Any) -> list[str]:
    """The scalars of a list, or the one that stands in place of a list, without empty ones."""
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [said for item in items if (said := text(item))]


def mapping(value: Any) -> dict[str, Any]:
    """An object; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, without what else stands in it."""
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return objects(items)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or the one that stands in place of a list."""
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [mapping(item) for item in items if isinstance(item, dict)]
