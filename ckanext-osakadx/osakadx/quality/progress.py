"""What was really mended between two scores of a data set (改善), so that praise goes to work and not to luck.

A finding may also vanish because nobody could look any more, because the file went away, because something graver hides
it or because the rules changed: none of that is mending.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from osakadx.quality.evidence import Evidence
from osakadx.quality.rulebook import Rulebook

Findings = Sequence[Mapping[str, Any]]  # as `osakadx.quality.advice.Step.as_dict` makes them, the most worthwhile first
_LEAST = 0.05  # points; what is lost is stored to a tenth


def share(points: float, maximum: float) -> float:
    """Return points of a hundred examined points, to a tenth; 0 where nothing was examined."""
    return round(100 * points / maximum, 1) if maximum > 0 else 0.0


def lifts(finding: Mapping[str, Any], grade: str | None) -> str:
    """Return the better grade that mending a finding alone would bring; empty where the grade stays.

    Args:
        finding: as `osakadx.quality.advice.Step.as_dict` makes it; ``grade`` in it is what the data set would have.
        grade: what the data set has now.
    """
    then = finding.get("grade")
    return then if grade and then and then < grade else ""  # "A" is before "B"


def looked_at(evidence: Evidence) -> frozenset[str]:
    """Return the ids of files that came when they were asked for and were read: what is said of them is known."""
    return frozenset(
        file.id for file in evidence.files if file.link is not None and file.link.answers and file.reading is not None
    )


def newest_look(evidence: Evidence) -> str:
    """Return when one of the files was last asked for (ISO 8601 with offset); empty where none ever was."""
    return max((file.link.checked for file in evidence.files if file.link is not None), default="")


def mended(before: Findings, after: Findings, looked: Collection[str], book: Rulebook) -> list[dict[str, Any]]:
    """Return what was mended, the most worthwhile first.

    Args:
        before, after: the findings of a data set then and now, by the same rules.
        looked: files of the data set that are there now and were read (`looked_at`).
        book: the rules, of which it is asked which of them hide others.

    Returns:
        Dicts of rule, label, label_en, resource_id (empty: the data set as a whole), resource_name, message,
        message_en, places, points (of the hundred that the file gets back), and whole (False: only a part was mended).
    """
    now = _lost(after)
    return [
        _told(finding, lost - now.get(key, 0.0), whole=key not in now)
        for key, lost in _lost(before).items()
        if lost - now.get(key, 0.0) > _LEAST
        and (finding := _first(before, key))
        and _known(key, looked)
        and now.keys().isdisjoint((rule, key[1]) for rule in _hiding(key[0], book))
    ]


Key = tuple[str, str]  # rule, id of the file


def _key(finding: Mapping[str, Any]) -> Key:
    return finding["rule"], finding.get("resource_id") or ""


def _lost(findings: Findings) -> dict[Key, float]:
    """Points lost by rule and file, in the order of the findings."""
    found: dict[Key, list[float]] = {}
    for finding in findings:
        found.setdefault(_key(finding), []).append(float(finding["lost"]))
    return {key: fsum(lost) for key, lost in found.items()}


def _first(findings: Findings, key: Key) -> Mapping[str, Any]:
    return next(finding for finding in findings if _key(finding) == key)


def _known(key: Key, looked: Collection[str]) -> bool:
    return not key[1] or key[1] in looked


def _hiding(slug: str, book: Rulebook) -> Iterator[str]:
    """Rules that silence this one where they are not met, directly or through others."""
    needs = {rule.slug: rule.needs for dimension in book.dimensions for rule in dimension.rules}
    waiting = [slug]
    while waiting:
        needed = needs.get(waiting.pop(), ())
        yield from needed
        waiting += needed


def _told(finding: Mapping[str, Any], points: float, *, whole: bool) -> dict[str, Any]:
    kept = ("rule", "label", "label_en", "resource_id", "resource_name", "message", "message_en", "places")
    return {**{key: finding.get(key) for key in kept}, "points": round(points, 1), "whole": whole}
