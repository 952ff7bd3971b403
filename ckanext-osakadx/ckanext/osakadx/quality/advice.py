"""What to mend next, over one data set or all of an organisation, with the links that lead there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded
from osakadx.quality import progress
from osakadx.quality.way import way
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.osakadx import addressing, viewed

from .model import Score

LEAST = 0.05  # points that a better grade counts for at the least: scores are told to a tenth
STEPS = 3  # what somebody is asked to do next: more would be a list that nobody begins


@dataclass(frozen=True)
class Known:
    """What leads from findings to where they are mended.

    Attributes:
        harvested: ids of data sets that are kept elsewhere. addresses: id → address of files kept elsewhere.
    """

    harvested: frozenset[str]
    addresses: Mapping[str, str]


def known(package_ids: Collection[str], file_ids: Collection[str]) -> Known:
    """Ask once for all that links to these data sets and files need."""
    table = model.Resource
    elsewhere = sa.or_(table.url_type.is_(None), table.url_type != "upload")
    query = sa.select(table.id, table.url).where(table.id.in_(list(file_ids)), elsewhere)
    return Known(_harvested(package_ids), dict(model.Session.execute(query).tuples().all()))


def _harvested(package_ids: Collection[str]) -> frozenset[str]:
    if not plugin_loaded("osakadx_harvest"):
        return frozenset()
    from ckanext.osakadx.harvest.model import Item  # only there when the harvest is

    return frozenset(model.Session.scalars(sa.select(Item.package_id).where(Item.package_id.in_(list(package_ids)))))


def linked(findings: Iterable[Mapping[str, Any]], package_id: str, name: str, facts: Known) -> list[dict[str, Any]]:
    """Return findings with the addresses that lead to them.

    ``link``: where it is seen; ``edit_link``: the form and field that mend it, None where the data set is kept
    elsewhere; ``original``: address of the file as its publisher keeps it, None where it lies in the catalog.
    """
    return [dict(one) | _links(one, package_id, name, facts) for one in findings]


def _links(finding: Mapping[str, Any], package_id: str, name: str, facts: Known) -> dict[str, Any]:
    found = way(finding, name, harvested=package_id in facts.harvested)
    return {
        "link": addressing.page(found.see),
        "edit_link": addressing.page(found.mend) if found.mend else None,
        "original": facts.addresses.get(finding.get("resource_id") or ""),
    }


def of_dataset(package: model.Package, findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The findings of one data set with their links."""
    facts = known([package.id], {one["resource_id"] for one in findings if one.get("resource_id")})
    return linked(findings, package.id, package.name, facts)


def ranked(
    *conditions: sa.ColumnElement[bool], each: int | None = None, limit: int | None = None, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many steps gain something, and a page of them: gain times views by the minute, the best first.

    Some gain no tenth of a point and yet a grade, which an error had held down.

    Args:
        conditions: which data sets, on `model.Package`.
        each: no more than so many of one data set.
        limit, offset: the page.
    """
    finding = sa.func.jsonb_array_elements(Score.findings).table_valued(sa.column("value", JSONB)).render_derived()
    said, package, seen = finding.c.value, model.Package, viewed.lately()
    lifts = sa.func.coalesce(said.op("->>")("grade") < Score.grade, sa.false())
    gain = sa.func.greatest(sa.cast(said.op("->>")("gain"), sa.Float), sa.case((lifts, LEAST), else_=0))
    views = sa.func.coalesce(seen.c.views, 0)
    minutes = sa.func.greatest(sa.cast(said.op("->>")("minutes"), sa.Float), 1)
    worth = (gain * (1 + views) / minutes).label("worth")
    order = (worth.desc(), package.id, said.op("->>")("rule"), said.op("->>")("resource_id"), said.op("->>")("message"))
    rank = sa.func.row_number().over(partition_by=package.id, order_by=order).label("rank")
    place = sa.func.row_number().over(order_by=order).label("at")
    query = (
        sa.select(
            package.id, package.name, package.title, package.owner_org, package.private, Score.grade.label("now"),
            said.label("finding"), views.label("views"), worth, rank, place,
        )
        .select_from(Score)
        .join(package, package.id == Score.package_id)
        .join(finding, sa.true())
        .outerjoin(seen, seen.c.package_id == package.id)
        .where(package.state == "active", gain > 0, *conditions)
    ).subquery()  # fmt: skip
    kept = [query.c.rank <= each] if each else []
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query).where(*kept))
    page = sa.select(query).where(*kept).order_by(query.c.at).limit(limit).offset(offset)
    return int(count or 0), _shown(model.Session.execute(page).mappings().all())


def _shown(rows: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    files = {row["finding"]["resource_id"] for row in rows if row["finding"].get("resource_id")}
    facts = known({row["id"] for row in rows}, files)
    return [
        {
            "package_id": row["id"],
            "name": row["name"],
            "title": row["title"] or row["name"],
            "owner_org": row["owner_org"],
            "private": row["private"],
            "views": row["views"],
            "worth": round(row["worth"], 3),
            "lifts_to": progress.lifts(row["finding"], row["now"]) or None,
            **linked([row["finding"]], row["id"], row["name"], facts)[0],
        }
        for row in rows
    ]
