"""One publisher: its index, what it has of the standard data sets, what got better this month, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from osakadx.quality import coverage
from osakadx.quality.coverage import NOTHING, Cell
from osakadx.quality.peers import Peers, Rank, peers_of
from osakadx.quality.rulebook import rulebook
from osakadx.standards import Standard, all_standards

from . import advice, history
from .age import instant
from .coverage import Figures
from .model import JAPAN, Score

_MENDS = 2  # of the next actions; the rest are data sets to publish
_NEXT = 3
_IMPROVED = 50  # rows of this month


def show(body: Mapping[str, Any], figures: Figures, inside: bool) -> dict[str, Any]:
    """Describe a publisher.

    Args:
        body: id, name and title of the organisation.
        figures: of the whole catalog.
        inside: whether who asks belongs to it; its place in the lower half of its peers is for its own people.
    """
    name = body["name"]
    place = figures.ranks.get(name)
    peers = peers_of().get(name)
    return {
        "name": name,
        "title": body["title"],
        "index": figures.indexes.get(name),
        "datasets": figures.datasets.get(name, 0),
        "peers": _group(peers),
        "place": place and _place(place) if place and (inside or place.named) else None,
        "coverage": {
            **figures.bodies.row(name).as_dict(),
            "standards": [described(one, figures.bodies.cell(name, one.number)) for one in all_standards()],
        },
        "badges": badges(body["id"]),
        "improved": improved(body["id"]),
        "next": next_actions(body, figures),
        "as_of": instant(figures.as_of),
        "scores": figures.age(name).as_dict(),
    }


def _group(peers: Peers | None) -> dict[str, str] | None:
    return vars(peers) | {} if peers else None


def _place(found: Rank) -> dict[str, Any]:
    return {"place": found.place, "of": found.of, "named": found.named}


def described(standard: Standard, cell: Cell = NOTHING) -> dict[str, Any]:
    """A cell as the API shows it."""
    entry = cell.entry
    return {
        "number": standard.number,
        "name": standard.name,
        "name_en": standard.name_en,
        "state": cell.state,
        "datasets": cell.datasets,
        "dataset": entry.dataset if entry else None,
        "title": entry.title if entry else None,
        "grade": entry.grade if entry else None,
        "points": entry.points if entry else None,
    }


def badges(organization_id: str) -> list[dict[str, Any]]:
    """Count the badges of public data sets, the highest first."""
    table = model.Package
    query = (
        sa.select(Score.badge, sa.func.count())
        .join(table, table.id == Score.package_id)
        .where(table.owner_org == organization_id, table.state == "active", table.private.is_(False))
        .group_by(Score.badge)
    )
    counts = dict(model.Session.execute(query).tuples().all())
    return [
        {"badge": one.key, "label": one.label, "label_en": one.label_en, "datasets": counts[one.key]}
        for one in reversed(rulebook().badges)
        if counts.get(one.key)
    ]


def improved(organization_id: str) -> list[dict[str, Any]]:
    """Return what was mended since the beginning of the month (of Japan): each data set once, the newest first."""
    begun = datetime.now(JAPAN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    _count, rows = history.improvements(organization_id, begun, limit=_IMPROVED)
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = {key: row[key] for key in ("name", "title", "grade", "points", "mended", "at")}
        known = found.setdefault(row["name"], one)
        known["points_before"], known["grade_before"] = row["points_before"], row["grade_before"]
    return list(found.values())


def next_actions(body: Mapping[str, Any], figures: Figures) -> list[dict[str, Any]]:
    """Return three things to do: what is mended fastest for the most, then a standard data set that peers publish.

    Each has ``kind`` (mend, publish) and ``minutes``; those to publish ``index_gain``: what the index would have more.
    """
    mends = list(_mends(body, figures))
    missing = list(_missing(body["name"], figures))
    chosen = mends[:_MENDS]
    chosen += missing[: _NEXT - len(chosen)]
    return (chosen + mends[_MENDS:])[:_NEXT]


def _mends(body: Mapping[str, Any], figures: Figures) -> Iterator[dict[str, Any]]:
    """The first step of each public data set, the most worthwhile first (gain times views by the minute)."""
    table = model.Package
    mine = (table.owner_org == body["id"], table.private.is_(False))
    _count, rows = advice.ranked(*mine, each=1, limit=_NEXT)
    for row in rows:
        yield {
            "kind": "mend",
            **{key: value for key, value in row.items() if key not in ("owner_org", "private")},
        }


def _missing(name: str, figures: Figures) -> Iterator[dict[str, Any]]:
    """Standard data sets that a body has not, those most of its peers have first."""
    known = peers_of()
    peers = [other for other, group in known.items() if group == known.get(name) and other != name]
    holders = {
        one.number: [
            other for other in peers if figures.bodies.cell(other, one.number).state in ("conforming", "published")
        ]
        for one in all_standards()
    }
    lacking = [one for one in all_standards() if figures.bodies.cell(name, one.number).state in ("none", "planned")]
    for one in sorted(
        lacking, key=lambda one: (-len(holders[one.number]), -figures.matrix.column(one.number).covered, one.number)
    ):
        yield {
            "kind": "publish",
            "standard": one.number,
            "name": one.name,
            "name_en": one.name_en,
            "peers": len(holders[one.number]),
            "municipalities": figures.matrix.column(one.number).covered,
            "index_gain": figures.gain(name, one.number),
            "minutes": coverage.publishing_minutes(),
        }


def needing_help(figures: Figures, bodies: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for the desk, the bodies with the lowest index first: what they lack and what they could do next."""
    rows = [
        {
            "name": body,
            "index": figures.indexes.get(body, 0.0),
            "datasets": figures.datasets.get(body, 0),
            **figures.bodies.row(body).as_dict(),
            "next": next(_missing(body, figures), None),
        }
        for body in bodies
    ]
    return sorted(rows, key=lambda row: (row["index"], row["name"]))
