"""What must hold whatever went wrong: nothing lost, nothing doubled, nothing half done, and the index says the same."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from typing import Any

from .portal import WORKERS, Portal

PACKAGES = """
    SELECT p.id, p.title, p.state, p.metadata_modified AS modified, p.name,
           (SELECT count(*) FROM resource r WHERE r.package_id = p.id AND r.state = 'active') AS files,
           i.source_id, i.guid, i.state AS standing
    FROM package p LEFT JOIN osakadx_harvest_item i ON i.package_id = p.id
    WHERE p.type = 'dataset' AND p.state = 'active'
"""


def invariants(portal: Portal, seconds: float = 60) -> dict[str, list[Any]]:
    """Wait until the portal has come to rest, and name every breach; empty lists where all is well."""
    portal.settle(seconds)
    packages = portal.rows(PACKAGES)
    return {
        "lost": _lost(portal),
        "doubled": _doubled(portal, packages),
        "half_written": _half_written(portal, packages),
        "not_in_index": _not_in_index(portal, packages),
        "unproved": portal.rows(
            "SELECT id, counts FROM osakadx_harvest_run WHERE state = 'finished' "
            "AND counts->>'proved' IS DISTINCT FROM 'true'"
        ),
        "untrue": _untrue(portal),
        "other_resources": _other_resources(portal),
        "silent": _silent(portal),
    }


def assert_sound(portal: Portal, seconds: float = 60) -> None:
    """Fail with the breaches, a few of each."""
    found = invariants(portal, seconds)
    assert not any(found.values()), {name: (len(each), each[:3]) for name, each in found.items() if each}


def _silent(portal: Portal) -> list[str]:
    """Programs that run, or should, and give no sign of life: what they do is done again by others."""
    names = (*WORKERS, "scheduler")
    deadline = time.monotonic() + 30  # one that has just begun, or hangs in what was dropped, is given its time
    while silent := [name for name in names if portal.number(name) not in portal.at_work()]:
        if time.monotonic() > deadline:
            return silent
        time.sleep(0.1)
    return []


def _lost(portal: Portal) -> list[Any]:
    """Records that were listed and have no data set, or one that is not there any more."""
    lost: list[Any] = []
    for source in portal.sources:
        items = source.items()
        there = {row["id"] for row in portal.rows(
            "SELECT id FROM package WHERE state = 'active' AND id = ANY(%s)", list(items.values()))}  # fmt: skip
        lost += [(source.catalog.key, guid) for guid in source.owed if items.get(guid) not in there]
    return lost


def _doubled(portal: Portal, packages: list[dict[str, Any]]) -> list[Any]:
    """Data sets that belong to no record, and titles that stand twice."""
    strays = [each["title"] for each in packages if each["guid"] is None and each["id"] not in portal.local]
    titles = Counter(each["title"] for each in packages)
    return strays + [title for title, number in titles.items() if number > 1]


def _half_written(portal: Portal, packages: list[dict[str, Any]]) -> list[Any]:
    """Present data sets without some of the files that their record has."""
    records = {source.id: source.catalog.packages for source in portal.sources}
    return [
        (each["title"], each["files"])
        for each in packages
        if each["standing"] == "present"
        and (record := records.get(each["source_id"], {}).get(each["guid"])) is not None
        and len(record["resources"]) != each["files"]
    ]


def _not_in_index(portal: Portal, packages: list[dict[str, Any]]) -> list[Any]:
    """Data sets whose document is missing or stale, and documents of no data set."""
    portal.solr("update", b"{}", commit="true")
    found = portal.solr("select", q="dataset_type:dataset", fl="id,metadata_modified", rows="100000")
    indexed = {each["id"]: _milliseconds(each["metadata_modified"]) for each in found["response"]["docs"]}
    stored = {each["id"]: _milliseconds(each["modified"].isoformat()) for each in packages}
    return [(id_, stored.get(id_), indexed.get(id_)) for id_ in stored.keys() | indexed.keys()
            if stored.get(id_) != indexed.get(id_)]  # fmt: skip


def _milliseconds(written: str) -> int:
    moment = datetime.fromisoformat(written.removesuffix("Z"))
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def _untrue(portal: Portal) -> list[Any]:
    """Runs whose state is not what they are: two open ones of a source, ended ones without an end or an open job."""
    return portal.rows(
        "SELECT r.id, r.state, j.status FROM osakadx_harvest_run r JOIN harvest_job j ON j.id = r.job_id "
        "WHERE (r.state IN ('finished', 'failed', 'held')) "
        "AND (r.finished IS NULL OR j.status <> 'Finished' OR (r.state = 'failed') <> (r.error IS NOT NULL))"
    )


def _other_resources(portal: Portal) -> list[Any]:
    """Files that are where they were and have another id; those seen for the first time are remembered."""
    rows = portal.rows("SELECT package_id, url, id FROM resource WHERE state = 'active'")
    return [
        (row["url"], known)
        for row in rows
        if (known := portal.resources.setdefault((row["package_id"], row["url"]), row["id"])) != row["id"]
    ]
