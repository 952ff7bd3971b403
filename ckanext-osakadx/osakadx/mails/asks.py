"""What somebody is asked to mend: a few things, the most worthwhile first, and none that they have just been told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

MOST = 3  # things in one mail; a longer list is one that nobody begins
_SAME = ("package_id", "resource_id", "rule", "sheet", "cell", "row", "message")


def identity(step: Mapping[str, Any]) -> str:
    """Return what makes a step the same thing when it is met again: place and words, not what mending it would gain."""
    told = json.dumps([step.get(key) for key in _SAME], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def choose(steps: Iterable[Mapping[str, Any]], told: Collection[str], most: int = MOST) -> list[Mapping[str, Any]]:
    """Return the most worthwhile steps that were not told yet, one for each file and rule.

    Args:
        steps: with ``worth``: gain times views by the minute.
        told: identities of what the person was told lately.
        most: how many.
    """
    chosen: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for step in sorted(steps, key=lambda step: (-step["worth"], step["package_id"], identity(step))):
        thing = (step["package_id"], step.get("resource_id"), step["rule"])
        if thing not in chosen and identity(step) not in told:
            chosen[thing] = step
    return list(chosen.values())[:most]


def facts(step: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return what the templates say of a step; texts that a language lacks are those of the other."""
    return {
        "number": number,
        "key": identity(step),
        "package_id": step["package_id"],
        "rule": step["rule"],
        "dataset": step["title"],
        "file": step.get("resource_name") or "",
        "where": step.get("where") or "",
        "cell": step.get("cell") or "",
        "sheet": step.get("sheet") or "",
        "message": step["message"],
        "message_en": step.get("message_en") or step["message"],
        "fix": step.get("fix") or "",
        "fix_en": step.get("fix_en") or step.get("fix") or "",
        "more": max(0, int(step.get("places") or 1) - 1),
        "gain": f"{step['gain']:g}" if step["gain"] else "",
        "grade": step.get("lifts_to") or "",
        "minutes": step["minutes"],
        "link": step["link"],
        "edit": step.get("edit_link") or "",
        # Kept elsewhere, and no file: its description stands in the publisher's list.
        "elsewhere": "" if step.get("edit_link") or step.get("resource_name") else "1",
        "original": (step.get("original") or "") if not step.get("edit_link") else "",
    }
