"""The coverage matrix as the API, the CSV and the page show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from osakadx.quality.coverage import STATES
from osakadx.quality.peers import peers_of
from osakadx.standards import all_standards
from osakadx.vocab.place import Municipality, municipalities

from .age import instant
from .bodies import described
from .coverage import Figures

WORDS = {"conforming": "基準に合う", "published": "公開済み", "planned": "準備中", "none": "まだない"}


def shown(figures: Figures, peers: str = "") -> dict[str, Any]:
    """The matrix as the API shows it; see the action `osakadx_quality_coverage`."""
    matrix = figures.matrix
    return {
        "states": list(STATES),
        "counts": matrix.counts.as_dict(),
        "standards": [
            {"number": one.number, "name": one.name, "name_en": one.name_en, **matrix.column(one.number).as_dict()}
            for one in all_standards()
        ],
        "municipalities": [_row(town, figures) for town in of(peers)],
        "trend": [vars(point) | {"day": point.day.isoformat()} for point in figures.trend],
        "as_of": instant(figures.as_of),
        "scores": figures.age().as_dict(),
    }


def of(peers: str = "") -> list[Municipality]:
    """The municipalities of a group of peers, or all; in the order of their codes."""
    known = peers_of()
    return [town for town in municipalities() if peers in ("", known[town.code].slug)]


def _row(town: Municipality, figures: Figures) -> dict[str, Any]:
    return {
        "code": town.code,
        "name": town.name_ja,
        "name_en": town.name_en,
        "peers": peers_of()[town.code].slug,
        **figures.matrix.row(town.code).as_dict(),
        "scores": figures.age(town.code).as_dict(),
        "cells": [
            {key: value for key, value in described(one, cell).items() if not key.startswith("name")}
            for one in all_standards()
            for cell in [figures.matrix.cell(town.code, one.number)]
        ],
    }


def table(figures: Figures, peers: str = "") -> tuple[list[str], Iterator[list[object]]]:
    """The matrix as a table in Japanese: its header and its rows, one for each municipality."""
    header = ["全国地方公共団体コード", "市町村", "区分", *WORDS.values()]
    header += [f"{one.number} {one.name}" for one in all_standards()]
    header += ["集計日時", "最も古い採点日時"]
    return header, (_line(town, figures) for town in of(peers))


def _line(town: Municipality, figures: Figures) -> list[object]:
    counts = figures.matrix.row(town.code)
    cells = [WORDS[figures.matrix.cell(town.code, one.number).state] for one in all_standards()]
    group = peers_of()[town.code].label
    oldest = figures.age(town.code).oldest
    when = [instant(figures.as_of), instant(oldest) if oldest else ""]
    return [town.code, town.name_ja, group, *(getattr(counts, state) for state in WORDS), *cells, *when]
