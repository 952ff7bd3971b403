"""Where each municipality stands on the tile map (タイルマップ), and where its office stands on the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data

_TILES = "vocabularies/tile_map.csv"
_OFFICES = "vocabularies/offices.csv"


@dataclass(frozen=True)
class Tile:
    """A municipality's place in the grid: row from the north, column from the west, both from 1; span is its size.

    ``parts_ja`` and ``parts_en`` are its name without 市, 町, 村 (City …), in parts between which a line may break.
    """

    code: str
    row: int
    column: int
    span: int
    parts_ja: tuple[str, ...] = ()
    parts_en: tuple[str, ...] = ()


@cache
def tiles() -> tuple[Tile, ...]:
    """Return the tiles of the 43 municipalities, row by row."""
    return tuple(
        Tile(
            row["code"],
            int(row["row"]),
            int(row["column"]),
            int(row["span"]),
            tuple(row["parts_ja"].split("|")),
            tuple(row["parts_en"].split("|")),
        )
        for row in data.rows(_TILES, ("code", "row", "column", "span", "parts_ja", "parts_en"))
    )


@cache
def offices() -> Mapping[str, tuple[float, float]]:
    """Return latitude and longitude (degrees, WGS 84) of the office of each municipality and ward, by code."""
    return {
        row["code"]: (float(row["latitude"]), float(row["longitude"]))
        for row in data.rows(_OFFICES, ("code", "latitude", "longitude"))
    }
