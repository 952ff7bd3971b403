"""The score of data sets, where the plugin that makes it is enabled."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from osakadx.quality import chart
from osakadx.quality.finding import Finding
from osakadx.quality.rulebook import rulebook
from osakadx.vocab.publisher import publishers

from .language import is_japanese
from .site import osakadx_plugin

_PLUGIN = "osakadx_quality"
_CHART = (300, 70)
_CHANGES = 100  # of a history, the newest


def osakadx_score(package: dict[str, Any]) -> dict[str, Any] | None:
    """Return the score of a data set as `osakadx_quality_show` gives it; None where no plugin scores it.

    Dimensions carry their ``name`` in the page's language, findings what `spoken` adds.
    """
    found = _asked("osakadx_quality_show", package)
    if not found:
        return None
    label = "label" if is_japanese() else "label_en"
    parts = [part | {"name": part.get(label) or part["label"]} for part in found["dimensions"]]
    numbers: dict[str, list[str]] = {}
    findings = []
    for finding in found["findings"]:
        file = finding.get("resource_id") or ""
        known = numbers.setdefault(file, [])
        if alike(finding) not in known:
            known.append(alike(finding))
        findings.append(spoken(finding) | {"url": _page(package, file, known.index(alike(finding)) + 1)})
    badge = next((one for one in rulebook().badges if one.key == found.get("badge")), None)
    named = {"key": badge.key, "name": getattr(badge, label)} if badge else None
    return found | {"dimensions": parts, "findings": findings, "badge": named}


def alike(finding: Mapping[str, Any]) -> str:
    """What findings share that are mended alike; they have one number on the page of their file."""
    return str(finding.get("fix") or finding["message"])


def spoken(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with ``said``, ``mend`` and ``lang`` (English only where it is known), and ``place`` in words."""
    english = not is_japanese() and bool(finding.get("message_en"))
    return {
        **finding,
        "said": finding["message_en"] if english else finding["message"],
        "mend": (english and finding.get("fix_en")) or finding.get("fix") or "",
        "lang": "en" if english else "ja",
        "place": _place(finding),
    }


def _place(finding: Mapping[str, Any]) -> str:
    _ = tk._
    where = finding.get("cell") or (_("row {number}").format(number=finding["row"]) if finding.get("row") else "")
    if finding.get("member") is not None and finding.get("row"):
        at = Finding(rule="", severity="advice", message="", row=finding["row"], member=finding["member"]).place
        where = at if is_japanese() else at.en
    if finding.get("sheet") and where:
        return _("sheet {sheet}, {where}").format(sheet=finding["sheet"], where=where)
    return _("sheet {sheet}").format(sheet=finding["sheet"]) if finding.get("sheet") else where


def _page(package: Mapping[str, Any], file: str, number: int) -> str:
    if not file:
        return ""
    return tk.h.url_for("dataset_resource.read", id=package["name"], resource_id=file) + f"#finding-{number}"


def osakadx_score_history(package: dict[str, Any]) -> dict[str, Any] | None:
    """Return how the points of a data set went: drawing and entries (day, grade, points of a hundred), or None.

    There is nothing to tell before the second day.
    """
    rows = [row for row in _asked("osakadx_quality_history", package, limit=_CHANGES) or [] if row["max"] > 0]
    entries = [
        {"day": row["day"], "grade": row["grade"], "points": round(100 * row["points"] / row["max"], 1)} for row in rows
    ]
    if len(entries) < 2:
        return None
    values = [(datetime.date.fromisoformat(entry["day"]), entry["points"]) for entry in entries]
    line = chart.line(values, 100, *_CHART, until=datetime.date.today(), steps=True)
    return {"line": line, "width": _CHART[0], "height": _CHART[1], "entries": entries[::-1]}


def _asked(action: str, package: Mapping[str, Any], **more: Any) -> Any:
    if not osakadx_plugin(_PLUGIN):
        return None
    try:
        return tk.get_action(action)({}, {"id": package["id"], **more})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def osakadx_covered(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how a publisher stands in short: index, counts by state, as_of, url; None for a body elsewhere."""
    if not osakadx_plugin(_PLUGIN) or body.get("name") not in {entry.name for entry in publishers()}:
        return None
    from ckanext.osakadx.quality.coverage import figures

    found = figures()
    url = tk.h.url_for("osakadx_quality.organization", id=body["name"])
    name = body["name"]
    return {"index": found.indexes.get(name), "counts": found.bodies.row(name), "as_of": found.as_of, "url": url}


def osakadx_grades(packages: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the grades of the data sets of a list by their ids, in one question to the database."""
    ids = [package["id"] for package in packages if package.get("id")]
    if not ids or not osakadx_plugin(_PLUGIN):
        return {}
    from ckanext.osakadx.quality.model import Score

    query = sa.select(Score.package_id, Score.grade).where(Score.package_id.in_(ids), Score.grade.is_not(None))
    return {row.package_id: row.grade for row in model.Session.execute(query)}
