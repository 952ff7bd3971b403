"""What the public catalog holds of the standard data sets, asked once for each version of the search index."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p
from ckan.lib.search import common
from osakadx.quality import coverage, organization, peers
from osakadx.standards import all_standards
from osakadx.vocab.place import municipalities
from osakadx.vocab.publisher import PREFECTURE, publishers
from osakadx.vocab.theme import themes

from ckanext.osakadx.solr import TROUBLE

from .age import AGE, Age, age_of, together
from .interfaces import IEvidence
from .model import JAPAN, History, Score

_MONTHS = 12
_CONFORMANCE: Any = sa.literal_column("""'$[*] ? (@.slug == "conformance")'::jsonpath""")
_PREPARING = '"status": *"preparing"'  # 配信準備中, in the JSON text of a file's own fields


@dataclass(frozen=True)
class Figures:
    """All that the pages on coverage count, of public data sets only.

    Attributes:
        matrix: the 43 municipalities × the 31 standards. bodies: the same for each publisher by its name, with all that
            its departments have for the prefecture.
        indexes: by name of the publisher; only of those that have data. ranks: of those that have peers.
        standings: by name of the publisher, what its index is made of: of other data sets only the best of each theme.
        datasets: number of all, by name of the publisher.
        trend: the ends of the last twelve months, then today.
        as_of: when all of this was counted. ages: by name of the publisher, how old the scores are that were counted.
    """

    matrix: coverage.Coverage
    bodies: coverage.Coverage
    indexes: Mapping[str, float]
    ranks: Mapping[str, peers.Rank]
    standings: Mapping[str, Sequence[organization.Standing]]
    datasets: Mapping[str, int]
    trend: tuple[coverage.Point, ...]
    as_of: datetime
    ages: Mapping[str, Age]

    def age(self, body: str = "") -> Age:
        """How old the scores are that were counted of a publisher, or of all; the prefecture's with its departments."""
        bodies = {body, *(_departments() if body == PREFECTURE else ())}
        return together(age for name, age in self.ages.items() if not body or name in bodies)

    def gain(self, body: str, standard: str) -> float:
        """What a perfect data set of a standard would add to the index of a body."""
        perfect = organization.Standing("", 100.0, standard)
        with_it = organization.index([*self.standings.get(body, ()), perfect], self.bodies.standards)
        return round(with_it.points - self.indexes.get(body, 0.0), 1)


def figures() -> Figures:
    """Return the figures; asked anew only after the search index has changed, or on another day."""
    version = _index_version()
    today = datetime.now(JAPAN).date()
    return _figures(today) if version is None else _known(version, today)


@functools.lru_cache(maxsize=1)
def _known(version: str, today: date) -> Figures:
    return _figures(today)


def _index_version() -> str | None:
    """Name and version of the search index, which changes with every data set and score; None while it is away."""
    try:
        told = common.make_connection()._send_request("get", "admin/luke?show=index&numTerms=0&wt=json")
        found = common.make_connection().decoder.decode(told)["index"]
    except (*TROUBLE, KeyError, ValueError):
        return None
    return f"{found['version']} {found.get('directory', '')} {found.get('lastModified', '')}"


def _figures(today: date) -> Figures:
    as_of = datetime.now(JAPAN)
    numbers = [entry.number for entry in all_standards()]
    codes = [entry.code for entry in municipalities()]
    known = [entry.name for entry in publishers()]
    entries = _entries()
    others, datasets, ages = _others()
    standard = [entry for entry in entries if coverage.standard_of(entry)]
    with_prefecture = [*standard, *_of_prefecture(standard)]
    bodies = [*known, *sorted(datasets.keys() - {*known})]
    matrix = coverage.coverage(standard, codes, numbers)
    standings: dict[str, list[organization.Standing]] = {body: [*others.get(body, ())] for body in bodies}
    for entry in with_prefecture:
        standings[entry.body].append(_standing(entry))
    indexes = {body: organization.index(standings[body], numbers).points for body in datasets}
    history = _history([entry.dataset for entry in standard])
    return Figures(
        matrix=matrix,
        bodies=coverage.coverage(with_prefecture, bodies, numbers),
        indexes=indexes,
        ranks=peers.ranked(indexes),
        standings=standings,
        datasets=datasets,
        trend=tuple(coverage.trend(matrix, standard, history, _days(today))),
        as_of=as_of,
        ages=ages,
    )


def _standing(entry: coverage.Entry) -> organization.Standing:
    share = (entry.points or 0.0) if entry.offered else 0.0
    return organization.Standing(entry.dataset, share, coverage.standard_of(entry))


def _of_prefecture(entries: Sequence[coverage.Entry]) -> list[coverage.Entry]:
    """What departments have, once more as what the prefecture has."""
    departments = _departments()
    return [replace(entry, body=PREFECTURE) for entry in entries if entry.body in departments]


def _departments() -> set[str]:
    return {entry.name for entry in publishers() if entry.parent == PREFECTURE}


def _days(today: date) -> list[date]:
    """The last days of the last twelve months, and today."""
    found = [today]
    first = today.replace(day=1)
    for _ in range(_MONTHS):
        found.append(first - timedelta(days=1))
        first = found[-1].replace(day=1)
    return found[::-1]


def _seen() -> sa.Subquery:
    """What the files of each data set were recognised as: package_id, and number → confidence as JSON."""
    queries = [query for plugin in p.PluginImplementations(IEvidence) if (query := plugin.standards()) is not None]
    if not queries:
        nothing = sa.select(*(sa.literal(None, sa.UnicodeText).label(name) for name in ("package_id", "seen")))
        return nothing.where(sa.false()).subquery()
    each = sa.union_all(*queries).subquery()
    most = sa.select(each.c.package_id, each.c.standard, sa.func.max(each.c.confidence).label("confidence"))
    best = most.group_by(each.c.package_id, each.c.standard).subquery()
    together = sa.func.jsonb_object_agg(best.c.standard, best.c.confidence).label("seen")
    return sa.select(best.c.package_id, together).group_by(best.c.package_id).subquery()


def _public(query: Any) -> Any:
    table = model.Package
    return query.where(table.state == "active", table.private.is_(False), table.type == "dataset")


_DECLARED = sa.func.coalesce(model.Package.extras["standard_dataset_no"].astext, "")
# Of several fields the first: scheming stores the list as JSON text.
_THEME: Any = sa.func.substring(model.Package.extras["theme"].astext, '"([0-9]{2})"')
_POINTS = sa.case((Score.grade.is_not(None), 100 * Score.points / sa.func.nullif(Score.maximum, 0)))


def _entries() -> list[coverage.Entry]:
    """Ask for the data sets that are, or say they are, standard data sets."""
    seen = _seen()
    package = model.Package
    files = sa.exists().where(
        model.Resource.package_id == package.id,
        model.Resource.state == "active",
        ~sa.func.coalesce(sa.cast(model.Resource.extras, sa.UnicodeText), "").regexp_match(_PREPARING),
    )
    query = (
        sa.select(
            model.Group.name.label("body"),
            package.name.label("dataset"),
            package.title,
            _DECLARED.label("declared"),
            seen.c.seen,
            sa.func.jsonb_path_query_first(Score.dimensions, _CONFORMANCE).label("part"),
            Score.grade,
            _POINTS.label("points"),
            files.label("offered"),
            package.metadata_created.label("since"),
        )
        .join(model.Group, model.Group.id == package.owner_org)
        .outerjoin(Score, Score.package_id == package.id)
        .outerjoin(seen, seen.c.package_id == package.id)
        .where(sa.or_(_DECLARED != "", seen.c.package_id.is_not(None)))
    )
    return [_entry(row) for row in model.Session.execute(_public(query))]


def _entry(row: Any) -> coverage.Entry:
    return coverage.Entry(
        body=row.body,
        dataset=row.dataset,
        title=row.title or row.dataset,
        declared=row.declared,
        seen=row.seen or {},
        conformance=_share(row.part),
        grade=row.grade,
        points=None if row.points is None else round(row.points, 1),
        offered=row.offered,
        since=row.since.replace(tzinfo=timezone.utc).astimezone(JAPAN).date(),
    )


def _others() -> tuple[dict[str, list[organization.Standing]], dict[str, int], dict[str, Age]]:
    """Ask for the best of the other data sets by publisher and theme, and for the number and age of all."""
    seen = _seen()
    package = model.Package
    other = sa.and_(_DECLARED == "", seen.c.package_id.is_(None))
    query = (
        sa.select(
            model.Group.name,
            _THEME.label("theme"),
            sa.func.max(_POINTS).filter(other).label("best"),
            sa.func.count(package.id).label("datasets"),
            *AGE,
        )
        .join(model.Group, model.Group.id == package.owner_org)
        .outerjoin(Score, Score.package_id == package.id)
        .outerjoin(seen, seen.c.package_id == package.id)
        .group_by(model.Group.name, _THEME)
    )
    names = {theme.code: theme.name for theme in themes()}
    found: dict[str, list[organization.Standing]] = {}
    datasets: Counter[str] = Counter()
    ages: dict[str, Age] = {}
    for row in model.Session.execute(_public(query)):
        datasets[row.name] += row.datasets
        ages[row.name] = together([ages.get(row.name, Age()), age_of(row)])
        if row.best is not None:
            found.setdefault(row.name, []).append(organization.Standing("", row.best, theme=names.get(row.theme, "")))
    return found, dict(datasets), ages


def _history(names: Sequence[str]) -> dict[str, list[tuple[date, float | None]]]:
    part = sa.func.jsonb_path_query_first(History.dimensions, _CONFORMANCE).label("part")
    query = (
        sa.select(model.Package.name, History.day, part)
        .join(History, History.package_id == model.Package.id)
        .where(model.Package.name.in_(list(names)))
        .order_by(History.day)
    )
    found: dict[str, list[tuple[date, float | None]]] = {}
    for name, day, conformance in model.Session.execute(query):
        found.setdefault(name, []).append((day, _share(conformance)))
    return found


def _share(part: Mapping[str, float] | None) -> float | None:
    """The part (0 to 1) of the points of a dimension; None where it was not examined."""
    return part["points"] / part["max"] if part and part.get("max") else None
