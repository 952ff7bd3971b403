"""What the front page counts: data sets, publishers, files, fields, the 43 municipalities. Only what is public."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from osakadx.vocab.place import municipalities
from osakadx.vocab.publisher import PREFECTURE, publishers
from osakadx.vocab.theme import themes
from osakadx.vocab.tile import tiles

from .facets import NEWEST
from .language import is_japanese

# Words to begin with; one that finds nothing today is not offered.
_EXAMPLES = ("避難所", "AED", "公衆トイレ", "子育て", "人口", "ごみ", "公衆無線LAN", "投票所", "図書館")
_SHOWN = 6
_SHADES = (1, 5, 20, 100)  # a tile is one step darker from each of these numbers on
_KEPT_SECONDS = 300


def osakadx_counts() -> dict[str, Any]:
    """Count what is public of the prefecture and its municipalities, and what others publish here beside it.

    Returns:
        datasets, files, and changed, the time of the last change, of the prefecture and its municipalities;
        elsewhere: data sets of other bodies; publishers: bodies with data, whoever; municipalities, of
        all_municipalities; by_publisher and by_field: data sets for each organisation and group name, titles: what the
        organisations that publish are called.
    """
    found = _search(**{"q": "*:*", "rows": 0, "facet.field": ["organization", "groups"], "facet.limit": -1})
    by_publisher = found["facets"].get("organization", {})
    codes = {entry.code for entry in municipalities()}
    datasets = sum(by_publisher.get(entry.name, 0) for entry in publishers())
    newest = _search(_ours(), q="*:*", rows=1, sort="metadata_modified desc")["results"]
    return {
        "datasets": datasets,
        "elsewhere": found["count"] - datasets,
        "files": _files(),
        "publishers": len(by_publisher),
        "municipalities": len(codes & by_publisher.keys()),
        "all_municipalities": len(codes),
        "changed": newest[0]["metadata_modified"] if newest else None,
        "by_publisher": by_publisher,
        "titles": {item["name"]: item["display_name"] for item in found["search_facets"]["organization"]["items"]},
        "by_field": found["facets"].get("groups", {}),
    }


def _search(fq: str = "", **query: Any) -> dict[str, Any]:
    """Search what an anonymous visitor may see, whoever asks: figures must not differ with who is signed in."""
    anonymous = {"user": "", "auth_user_obj": None}
    return tk.get_action("package_search")(anonymous, query | {"fq": f"+dataset_type:dataset +capacity:public {fq}"})


def _ours() -> str:
    """The filter for the data sets of the prefecture, its departments and municipalities."""
    return "+organization:({})".format(" OR ".join(f'"{entry.name}"' for entry in publishers()))


def _files() -> int:
    query = sa.select(sa.func.count(model.Resource.id)).join(model.Package)
    query = query.join(model.Group, model.Group.id == model.Package.owner_org)
    query = query.where(model.Group.name.in_([entry.name for entry in publishers()]))
    public = (model.Package.state == "active", model.Package.private.is_(False), model.Package.type == "dataset")
    return model.Session.scalar(query.where(model.Resource.state == "active", *public)) or 0


def osakadx_examples() -> list[str]:
    """Words to search for that find something."""
    return [word for word in _EXAMPLES if _finds(word, int(time.time() / _KEPT_SECONDS))][:_SHOWN]


@lru_cache(maxsize=64)
def _finds(word: str, period: int) -> bool:
    """Whether a word finds something; ``period`` is part of the key, so that answers grow old."""
    return _search(q=word, rows=0)["count"] > 0


def osakadx_newest(limit: int = 5) -> list[dict[str, Any]]:
    """Return the data sets of the prefecture and its municipalities whose data changed last, or else of anybody."""
    query = {"q": "*:*", "rows": limit, "sort": NEWEST}
    return _search(_ours(), **query)["results"] or _search(**query)["results"]


def osakadx_fields(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """List the 17 fields in their order: name, label in the page's language, count and address."""
    return [
        {
            "name": theme.name,
            "label": theme.label_ja if is_japanese() else theme.label_en,
            "count": counts.get(theme.name, 0),
            "url": tk.h.url_for("group.read", id=theme.name),
        }
        for theme in themes()
    ]


def osakadx_tiles(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """List the 43 municipalities as tiles: row, column, span, name (parts, suffix), count, shade (0 to 4), address."""
    towns = {entry.code: entry for entry in municipalities()}
    found = []
    for tile in tiles():
        town, count = towns[tile.code], counts.get(tile.code, 0)
        suffix = town.name_en.rpartition(" ")[2]
        found.append(
            {
                "row": tile.row,
                "column": tile.column,
                "span": tile.span,
                "parts": tile.parts_ja if is_japanese() else tile.parts_en,
                "suffix": town.name_ja[-1] if is_japanese() else f" {suffix}",
                "name": town.name_ja if is_japanese() else town.name_en,
                "count": count,
                "shade": sum(count >= step for step in _SHADES),
                "region": town.region,
                "population": town.population,
                "url": tk.h.url_for("organization.read", id=tile.code),
            }
        )
    return found


def osakadx_shades() -> list[dict[str, Any]]:
    """Explain the shades of the tiles: shade, and the numbers it stands for (least, most; most is None at the end)."""
    steps = (0, *_SHADES)
    return [
        {"shade": shade, "least": least, "most": steps[shade + 1] - 1 if shade < len(_SHADES) else None}
        for shade, least in enumerate(steps)
    ]


def osakadx_publishers(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Sort the publishers: the prefecture, its departments, municipalities by region, and others that publish here.

    Args:
        figures: as `osakadx_counts` gives them.

    Returns:
        prefecture, departments, regions (by name) and others; each body a dict of name, title, count and address.
    """
    counts = figures["by_publisher"]
    known = {entry.name for entry in publishers()}
    departments = [_entry(entry, counts) for entry in publishers() if entry.parent == PREFECTURE]
    prefecture = next(_entry(entry, counts) for entry in publishers() if entry.name == PREFECTURE)
    regions: dict[str, list[dict[str, Any]]] = {}
    titles = {entry.name: entry for entry in publishers()}
    for town in municipalities():
        regions.setdefault(town.region, []).append(_entry(titles[town.code], counts))
    return {
        "prefecture": prefecture,
        "departments": departments,
        "regions": regions,
        "others": [
            {
                "name": name,
                "title": figures["titles"].get(name, name),
                "count": count,
                "url": tk.h.url_for("organization.read", id=name),
            }
            for name, count in counts.items()
            if name not in known
        ],
    }


def _entry(publisher: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": publisher.name,
        "title": publisher.title_ja if is_japanese() else publisher.title_en,
        "count": counts.get(publisher.name, 0),
        "url": tk.h.url_for("organization.read", id=publisher.name),
    }


def osakadx_region(name: str) -> str:
    """Name one of the prefecture's regions in the page's language."""
    _ = tk._
    names = {
        "大阪市": _("Osaka City (region)"),
        "豊能": _("Toyono region"),
        "三島": _("Mishima region"),
        "北河内": _("Kitakawachi region"),
        "中河内": _("Nakakawachi region"),
        "南河内": _("Minamikawachi region"),
        "泉北": _("Senboku region"),
        "泉南": _("Sennan region"),
    }
    return names.get(name, name)


def osakadx_departments(name: str) -> list[dict[str, Any]]:
    """List the bodies beneath an organisation, in their official order."""
    beneath = [entry for entry in publishers() if entry.parent == name]
    counts = osakadx_counts()["by_publisher"] if beneath else {}
    return [_entry(entry, counts) for entry in beneath]
