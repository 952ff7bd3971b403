"""What the pages on coverage show, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from ckan.plugins import toolkit as tk
from osakadx.quality import chart
from osakadx.quality.coverage import STATES, Cell, Counts
from osakadx.quality.peers import PEERS, Peers, peers_of
from osakadx.standards import Standard, all_standards
from osakadx.vocab.place import Municipality, municipalities
from osakadx.vocab.publisher import publishers
from osakadx.vocab.tile import tiles

from . import matrix
from .coverage import Figures

_SHADES = (1, 4, 11, 21)  # of 31: a tile is one step darker from each of these numbers on
_CHART = (600, 140)


def coverage(figures: Figures, peers: str) -> dict[str, Any]:
    """The page of the matrix."""
    towns = matrix.of(peers)
    return {
        "words": words(),
        "counts": figures.matrix.counts,
        "with_data": sum(figures.matrix.row(town.code).covered > 0 for town in municipalities()),
        "standards": [_column(figures, one) for one in all_standards()],
        "rows": [_row(figures, town) for town in towns],
        "tiles": [_tile(figures, town, place) for town, place in _placed(towns)],
        "groups": [{"slug": one.slug, "label": _said(one), "on": one.slug == peers} for one in PEERS[:-1]],
        "peers": peers,
        "trend": _trend(figures),
        "rankings": _rankings(figures, peers),
        "as_of": figures.as_of,
        "age": figures.age(),
        "names": {entry.name: entry.title_ja if _japanese() else entry.title_en for entry in publishers()},
    }


def standard(figures: Figures, one: Standard) -> dict[str, Any]:
    """The page of a standard data set."""
    placed = [_tile_of(figures, town, place, one) for town, place in _placed(municipalities())]
    by_code = sorted(placed, key=lambda tile: tile["code"])
    return {
        "words": words(),
        "number": one.number,
        "name": _name(one),
        "description": one.description,
        "counts": figures.matrix.column(one.number),
        "tiles": placed,
        "states": [(state, [tile for tile in by_code if tile["state"] == state]) for state in STATES],
        "frequency": one.usual_frequency,
        "as_of": figures.as_of,
        "age": figures.age(),
    }


def organization(figures: Figures, found: Mapping[str, Any], organization_id: str) -> dict[str, Any]:
    """The page of a publisher: what the action gives, with names and addresses."""
    peers = found["peers"]
    name = next((e.title_ja if _japanese() else e.title_en for e in publishers() if e.name == found["name"]), "")
    group = [body for body, one in peers_of().items() if peers and one.slug == peers["slug"]]
    indexes = [figures.indexes[body] for body in group if body in figures.indexes]
    return {
        "words": words(),
        "id": organization_id,
        "body": found,
        "name": name or found["title"],
        "cells": [
            {**one, "label": one["name"] if _japanese() else one["name_en"], "url": _address(one)}
            for one in found["coverage"]["standards"]
        ],
        "peers": peers and (peers["label"] if _japanese() else peers["label_en"]),
        "median": round(median(indexes), 1) if indexes else None,
        "member": tk.h.check_access("package_create", {"owner_org": organization_id}),
        "as_of": figures.as_of,
        "age": figures.age(found["name"]),
    }


def words() -> dict[str, str]:
    """The states of a cell in the page's language."""
    _ = tk._
    return {
        "conforming": _("Meets the standard"),
        "published": _("Available"),
        "planned": _("In preparation"),
        "none": _("None so far"),
    }


def _japanese() -> bool:
    return tk.h.lang() == "ja"


def _said(peers: Peers) -> str:
    return peers.label if _japanese() else peers.label_en


def _name(one: Standard) -> str:
    return one.name if _japanese() else one.name_en


def _town(town: Municipality) -> str:
    return town.name_ja if _japanese() else town.name_en


def _column(figures: Figures, one: Standard) -> dict[str, Any]:
    short = one.name.removesuffix("一覧") if _japanese() else one.name_en
    url = tk.h.url_for("osakadx_quality.standard", number=one.number)
    return {
        "number": one.number,
        "name": _name(one),
        "short": short,
        "url": url,
        "counts": figures.matrix.column(one.number),
    }


def _row(figures: Figures, town: Municipality) -> dict[str, Any]:
    return {
        "code": town.code,
        "name": _town(town),
        "url": tk.h.url_for("osakadx_quality.organization", id=town.code),
        "counts": figures.matrix.row(town.code),
        "cells": [_cell(one, figures.matrix.cell(town.code, one.number)) for one in all_standards()],
    }


def _cell(one: Standard, cell: Cell) -> dict[str, Any]:
    said = {"dataset": cell.entry.dataset if cell.entry else None}
    return {"state": cell.state, "name": _name(one), "url": _address(said)}


def _address(cell: Mapping[str, Any]) -> str:
    """Where a cell leads: to the best of its data sets; empty without any."""
    return tk.h.url_for("dataset.read", id=cell["dataset"]) if cell["dataset"] else ""


def _placed(towns: Sequence[Municipality]) -> list[tuple[Municipality, Any]]:
    known = {town.code: town for town in towns}
    return [(known[place.code], place) for place in tiles() if place.code in known]


def _tile(figures: Figures, town: Municipality, place: Any) -> dict[str, Any]:
    counts: Counts = figures.matrix.row(town.code)
    url = tk.h.url_for("osakadx_quality.organization", id=town.code)
    shade = sum(counts.covered >= step for step in _SHADES)
    return {**_spot(town, place), "url": url, "covered": counts.covered, "shade": shade}


def _tile_of(figures: Figures, town: Municipality, place: Any, one: Standard) -> dict[str, Any]:
    cell = figures.matrix.cell(town.code, one.number)
    url = _cell(one, cell)["url"] or tk.h.url_for("osakadx_quality.organization", id=town.code)
    entry = cell.entry
    return {
        **_spot(town, place),
        "url": url,
        "state": cell.state,
        "title": entry.title if entry else "",
        "grade": entry.grade if entry else None,
    }


def _spot(town: Municipality, place: Any) -> dict[str, Any]:
    stem, _space, suffix = town.name_en.rpartition(" ")
    return {
        "code": town.code,
        "row": place.row,
        "column": place.column,
        "big": place.span > 1,
        "name": _town(town),
        "stem": town.stem if _japanese() else stem,
        "suffix": town.name_ja[-1] if _japanese() else f" {suffix}",
    }


def _trend(figures: Figures) -> dict[str, Any]:
    points = figures.trend
    most = max(1, *(point.covered for point in points))
    until = points[-1].day
    lines = {
        kind: chart.line([(point.day, getattr(point, kind)) for point in points], most, *_CHART, until)
        for kind in ("covered", "conforming")
    }
    return {"points": points, "most": most, "width": _CHART[0], "height": _CHART[1], **lines}


def _rankings(figures: Figures, wanted: str) -> list[dict[str, Any]]:
    """The upper half of each group by place; of the others only how many they are."""
    names = {entry.name: entry.title_ja if _japanese() else entry.title_en for entry in publishers()}
    found = []
    for peers in PEERS:
        placed = [(body, place) for body, place in figures.ranks.items() if place.peers == peers]
        upper = sorted((pair for pair in placed if pair[1].named), key=lambda pair: (pair[1].place, pair[0]))
        if (not wanted or wanted == peers.slug) and upper:
            found.append(
                {
                    "label": _said(peers),
                    "of": sum(group == peers for group in peers_of().values()),
                    "bodies": [
                        {
                            "name": names[body],
                            "place": place.place,
                            "index": place.index,
                            "url": tk.h.url_for("osakadx_quality.organization", id=body),
                        }
                        for body, place in upper
                    ],
                }
            )
    return found
