"""Rows of a loaded table, by pages, searched and sorted; and the points among them."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from osakadx import pointmap
from osakadx.vocab.place import municipalities, wards
from osakadx.vocab.tile import offices

from .language import is_japanese
from .site import osakadx_plugin

_MOST_POINTS = 2000
_ROWS_PER_PAGE = 50
_SHOWN_CHARACTERS = 300


def osakadx_table_preview(
    resource_id: str,
    limit: int = 10,
    offset: int = 0,
    q: str = "",
    sort: str = "",
    filters: dict[str, Any] | None = None,
) -> dict[str, Any] | None:
    """Return rows of a file's table for the person who looks; None where there is no table or they may not see it.

    Args:
        resource_id: id of the file.
        limit, offset: which rows, counted from 0.
        q: part of a text that a row holds, whatever its width (substring, not words: Japanese has no spaces).
        sort: column id, or column id and ``desc``; an unknown column is ignored.
        filters: column id → value that must be equal; ``contains`` searches ``q`` in the columns named there.

    Returns:
        fields: dicts of id, label (the heading as published), type (of PostgreSQL) and is_number;
        rows: lists of cells (text, or empty); total: number of rows that match; sort: the order in force.
    """
    columns = _columns(resource_id)
    if not columns:
        return None
    known = {column["id"] for column in columns}
    name, _space, direction = sort.rpartition(" ") if sort.endswith((" asc", " desc")) else (sort, "", "asc")
    wanted = dict(filters or {})
    searched = [column for column in wanted.pop("contains", []) if column in known]
    query: dict[str, Any] = {"resource_id": resource_id, "limit": limit, "offset": offset, "records_format": "lists"}
    query["fields"] = [column["id"] for column in columns]
    query["filters"] = {key: value for key, value in wanted.items() if key in known}
    if name in known:
        query["sort"] = [f'"{name}" {direction} nulls last', "_id"]
    if q and osakadx_plugin("osakadx_rows"):
        query["contains"] = json.dumps({"text": q, "columns": searched}, ensure_ascii=False)
    elif q:
        query["q"] = q
    try:
        found = tk.get_action("datastore_search")({}, query)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return None
    return {
        "fields": columns,
        "rows": [[_cell(value) for value in row] for row in found["records"]],
        "total": found.get("total", 0),
        "sort": {"field": name, "direction": direction} if name in known else {},
    }


def _columns(resource_id: str) -> list[dict[str, Any]]:
    try:
        info = tk.get_action("datastore_info")({}, {"id": resource_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return []
    return [
        {
            "id": field["id"],
            "label": (field.get("info") or {}).get("label") or field["id"],
            "notes": (field.get("info") or {}).get("notes") or "",
            "type": field.get("type", "text"),
            "is_number": field.get("type") in ("numeric", "int4", "int8", "float8", "int", "float"),
        }
        for field in info.get("fields", [])
        if field["id"] != "_id"
    ]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def osakadx_table_page(resource_id: str) -> dict[str, Any] | None:
    """Return the rows that the page's own address asks for (q, column, sort, page), with links to the next ones."""
    args = tk.request.args
    page = tk.h.get_page_number(args)
    q, column, sort = args.get("q", "").strip(), args.get("column", ""), args.get("sort", "")
    filters = {"contains": [column]} if column else {}
    found = osakadx_table_preview(resource_id, _ROWS_PER_PAGE, (page - 1) * _ROWS_PER_PAGE, q, sort, filters)
    if found is None:
        return None
    pages = max(-(-found["total"] // _ROWS_PER_PAGE), 1)
    first = (page - 1) * _ROWS_PER_PAGE
    return found | {
        "q": q,
        "column": column,
        "sort_text": sort,
        "page": page,
        "pages": osakadx_pages(page, pages),
        "first": first + 1 if found["rows"] else 0,
        "last": first + len(found["rows"]),
    }


def osakadx_pages(page: int, pages: int) -> list[int | None]:
    """List the page numbers to offer: first, last and those around this one; None stands for a gap."""
    near = sorted({1, pages, *range(max(page - 2, 1), min(page + 2, pages) + 1)})
    found: list[int | None] = []
    for number in near:
        if found and number - (found[-1] or 0) > 1:
            found.append(None)
        found.append(number)
    return found


def osakadx_points(resource_id: str) -> dict[str, Any] | None:
    """Draw the points of a file's table to scale; None where it has no coordinates.

    Returns:
        drawing (`osakadx.pointmap.Drawing`), data (JSON of [x, y, name] for the script), places (dicts of name and
        address on the map of 国土地理院), total (rows with a place) and shown.
    """
    columns = _columns(resource_id)
    found = pointmap.columns([column["label"] for column in columns])
    if found is None:
        return None
    ids = [columns[at]["id"] for at in (found.latitude, found.longitude)]
    ids += [columns[found.name]["id"]] if found.name >= 0 else []
    query = {"resource_id": resource_id, "fields": ids, "limit": _MOST_POINTS, "records_format": "lists"}
    try:
        answer = tk.get_action("datastore_search")({}, query)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return None
    read = (pointmap.point(row[0], row[1], row[2] if len(row) > 2 else "") for row in answer["records"])
    points = [point for point in read if point]
    drawing = pointmap.draw(points, _landmarks())
    if drawing is None:
        return None
    return {
        "drawing": drawing,
        "data": json.dumps([[mark.x, mark.y, mark.name] for mark in drawing.marks if mark.name], ensure_ascii=False),
        "places": [{"name": point.name, "url": _gsi(point)} for point in points[:20] if point.name],
        "total": answer.get("total", len(points)),
        "shown": len(points),
    }


def _gsi(point: pointmap.Point) -> str:
    return f"https://maps.gsi.go.jp/#17/{point.latitude:.6f}/{point.longitude:.6f}/"


def _landmarks() -> list[pointmap.Point]:
    """Municipalities, then wards, at their offices: what to find one's way by."""
    bodies = [*municipalities(), *wards()]
    return [
        pointmap.Point(*offices()[body.code], body.name_ja if is_japanese() else body.name_en)
        for body in bodies
        if body.code in offices()
    ]


def osakadx_type(kind: str) -> str:
    """Name a column's type for people."""
    _ = tk._
    names = {"numeric": _("Number"), "text": _("Text"), "date": _("Date"), "timestamp": _("Date and time")}
    return names.get(kind, _("Number") if kind.startswith(("int", "float")) else kind)
