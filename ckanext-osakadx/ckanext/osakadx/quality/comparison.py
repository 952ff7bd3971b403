"""The number that data.europa.eu would give (MQA, 405 points), for comparison; no score of ours uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx.package import entries, from_package
from osakadx.quality.described import described
from osakadx.quality.evidence import Link
from osakadx.quality.mqa import DIMENSIONS, assess

from .interfaces import IEvidence

COLUMNS = ("name", "title", "organization", "points", "rating", *DIMENSIONS)
PROFILE = "osakadx_dcat_goj"


def assessed(packages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the number of each of these data sets (as ``package_show`` gives them), asking for evidence once."""
    links: dict[str, Link] = {}
    for plugin in p.PluginImplementations(IEvidence):
        known = plugin.evidence([package["id"] for package in packages])
        links.update({resource_id: link for resource_id, seen in known.items() if (link := seen.link) is not None})
    return [_one(package, links) for package in packages]


def pages(ids: Iterable[Sequence[str]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the numbers of the public ones among these data sets, page by page."""
    for page in ids:
        asked = {"fq": f"id:({' OR '.join(page)})", "sort": "name asc", "rows": len(page)}
        yield assessed(tk.get_action("package_search")({"user": "", "ignore_auth": False}, asked)["results"])


def _one(package: Mapping[str, Any], links: Mapping[str, Link]) -> dict[str, Any]:
    files = entries(package, "resources")
    at = {place: links[file["id"]] for place, file in enumerate(files) if file.get("id") in links}
    found = assess(described(from_package(dict(package)), at, compliant=_compliant()))
    return {
        "package_id": package["id"],
        "name": package["name"],
        "title": package.get("title") or package["name"],
        "organization": (package.get("organization") or {}).get("name"),
        "points": found.points,
        "max": 405,
        "rating": found.rating,
        "dimensions": dict(found.dimensions),
    }


def _compliant() -> bool:
    """Whether data sets go out by the profile that passes the shapes of DCAT-AP, which its tests prove."""
    return p.plugin_loaded("dcat") and PROFILE in str(tk.config.get("ckanext.dcat.rdf.profiles") or "").split()
