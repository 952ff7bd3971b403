"""The findings of a file, marked in its own sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from osakadx.quality import sheet
from osakadx.tables.members import MENDED_BEFORE

from .quality import alike, osakadx_score, spoken
from .site import osakadx_plugin

_MOST = 50  # kinds of findings
_PLACES = 12  # places named for each


def osakadx_sheets(package: dict[str, Any], resource: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the findings of a file and the corners of its sheets where they stand; None where nothing was found.

    Returns:
        findings: one for all that are mended alike, as `spoken` gives them, each with ``number``, ``spots`` (dicts of
        place, value, anchor: id of its cell or row, or empty where it is not shown) and ``more`` (spots left out), and
        with gain and minutes where mending is known to gain something; sheets: dicts of number, name, asked (the anchor
        that the page's address asks for) and sheet (`osakadx.quality.sheet.Sheet`); note: what to know about mending a
        file without cells, in Japanese and ``en`` in English, or None.
    """
    evidence = tk.h.osakadx_reading(resource["id"]) if osakadx_plugin("osakadx_intake") else {}
    groups = list(_groups(package, resource, evidence).values())[:_MOST]
    if not groups:
        return None
    numbered = [(number, finding) for number, group in enumerate(groups, start=1) for finding in group]
    anchors: dict[int, str] = {}
    sheets = list(_sheets(resource["id"], numbered, evidence, anchors))
    tables = (evidence.get("reading") or {}).get("tables") or ()
    read = bool(evidence.get("reading"))
    return {
        "note": MENDED_BEFORE if any(table.get("features") for table in tables) else None,
        "findings": [_group(number, group, anchors, read=read) for number, group in enumerate(groups, start=1)],
        "sheets": sheets,
    }


def _groups(
    package: dict[str, Any], resource: Mapping[str, Any], evidence: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """What costs points first, in the order in which it is worth mending, then what else was seen."""
    score = osakadx_score(package) or {"findings": []}
    reading = evidence.get("reading") or {}
    found = [finding for finding in score["findings"] if finding.get("resource_id") == resource["id"]]
    seen = [*reading.get("findings", ()), *(reading.get("check") or {}).get("findings", ())]
    groups: dict[str, list[dict[str, Any]]] = {}
    told: set[tuple[Any, ...]] = set()
    for finding in (*found, *map(spoken, seen)):
        what = (alike(finding), finding.get("sheet"), finding.get("row"), finding.get("column"))
        if what not in told:
            told.add(what)
            groups.setdefault(alike(finding), []).append(finding)
    return groups


def _group(number: int, group: Sequence[dict[str, Any]], anchors: Mapping[int, str], *, read: bool) -> dict[str, Any]:
    placed = [finding for finding in group if finding["place"]]
    spots = [
        {"place": finding["place"], "value": finding.get("value"), "anchor": anchors.get(id(finding), "")}
        for finding in placed[:_PLACES]
    ]
    # What costs points says how often its rule is broken in the file, in whatever way and sheet; how often in this way
    # is known from what was read: what is listed, and the finding that stands for the others.
    told = len(placed) + sum(finding.get("more") or 0 for finding in group) if read else group[0].get("places") or 0
    return {**group[0], "number": number, "spots": spots, "more": max(0, told - len(spots)) if spots else 0}


def _sheets(
    resource_id: str,
    findings: Sequence[tuple[int, dict[str, Any]]],
    evidence: Mapping[str, Any],
    anchors: dict[int, str],
) -> Iterator[dict[str, Any]]:
    tables = (evidence.get("reading") or {}).get("tables") or ()
    loaded = evidence.get("table") or {}
    for number, table in enumerate(tables, start=1):
        here = [(at, one) for at, one in findings if one.get("row") and one.get("sheet") == table["sheet"]]
        if not here:
            continue
        places = [_place(at, finding) for at, finding in here]
        shape = sheet.Shape.from_dict(table)
        stored = bool(loaded.get("loaded")) and loaded.get("sheet") == table["sheet"]
        rows = _rows(resource_id, sheet.wanted(places, shape), shape) if stored else {}
        laid_out = sheet.sheet(places, shape, rows)
        for _at, finding in here:
            anchors[id(finding)] = _anchor(number, finding.get("cell"), finding["row"], laid_out)
        yield {
            "number": number,
            "name": table["sheet"] or "",
            "sheet": laid_out,
            "asked": _asked(number, table, laid_out),
        }


def _asked(number: int, table: Mapping[str, Any], laid_out: sheet.Sheet) -> str:
    """The anchor of the place that a link from elsewhere leads to (``?sheet=…&cell=C12`` or ``?row=12``)."""
    args = tk.request.args
    if args.get("sheet", table["sheet"] or "") != (table["sheet"] or ""):
        return ""
    row = args.get("row", "")
    return _anchor(number, args.get("cell"), int(row) if row.isdecimal() else 0, laid_out)


def _anchor(number: int, cell: str | None, row: int, laid_out: sheet.Sheet) -> str:
    if cell and any(one.address == cell for line in laid_out.lines for one in line.cells):
        return f"cell-{number}-{cell}"
    return f"row-{number}-{row}" if any(line.number == row for line in laid_out.lines) else ""


def _place(number: int, finding: Mapping[str, Any]) -> sheet.Place:
    severity = finding.get("severity") or "warning"
    return sheet.Place(number, finding["row"], finding.get("column"), finding.get("value"), severity)


def _rows(resource_id: str, numbers: Sequence[int], shape: sheet.Shape) -> dict[int, list[str]]:
    """Rows of the loaded table by the number they have in the sheet; none where they may not be seen."""
    if not numbers or shape.first_data_row is None:
        return {}
    before = shape.first_data_row - 1
    query = {
        "resource_id": resource_id,
        "filters": {"_id": [number - before for number in numbers]},
        "limit": len(numbers),
        "records_format": "lists",
        "sort": "_id",
    }
    try:
        found = tk.get_action("datastore_search")({}, query)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return {}
    return {row[0] + before: ["" if cell is None else str(cell) for cell in row[1:]] for row in found["records"]}
