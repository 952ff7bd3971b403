"""The filters of a search: which there are, in which order, and what their values are called."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from osakadx import vocab
from osakadx.vocab.publisher import publishers
from osakadx.vocab.theme import themes

from .dataset import osakadx_license
from .language import is_japanese
from .site import osakadx_plugin
from .standards import standard_label

NEWEST = "osakadx_changed desc, metadata_modified desc"  # by the date that lists show
_FEW = 8


class Facets(p.SingletonPlugin):
    """Mixin for the plugin `osakadx`."""

    p.implements(p.IFacets, inherit=True)

    def dataset_facets(self, facets_dict: OrderedDict[str, str], package_type: str) -> OrderedDict[str, str]:
        return _facets() if package_type == "dataset" else facets_dict

    def organization_facets(self, facets_dict: Any, organization_type: str, package_type: str | None) -> Any:
        return _facets("organization")

    def group_facets(self, facets_dict: Any, group_type: str, package_type: str | None) -> Any:
        return _facets("groups")


def _facets(without: str = "") -> OrderedDict[str, str]:
    _ = tk._
    titles = OrderedDict(
        organization=_("Publisher"),
        groups=_("Subject field"),
        osakadx_standard=_("Standard data set"),
        osakadx_format=_("Kind"),
        res_format=_("Format"),
        osakadx_license=_("License"),
        osakadx_grade=_("Quality"),
        osakadx_updated=_("Updated"),
    )
    titles.pop(without, None)
    return titles


def osakadx_facets(titles: Mapping[str, str], search_facets: Mapping[str, Any], total: int) -> list[dict[str, Any]]:
    """List the filters to show, each with its values.

    Args:
        titles: field → title, in the order to show.
        search_facets: as `package_search` gives them.
        total: number of results; a value that all of them have narrows nothing.

    Returns:
        Dicts of field, title, more (whether values were left out), all (whether all are shown on request), and items:
        dicts of name, label, count, active and the address that chooses the value or takes it back.
    """
    found = []
    for field, title in titles.items():
        items = _items(field, search_facets)
        chosen = any(item["active"] for item in items)
        if not chosen and all(item["count"] == total for item in items):
            continue
        everything = f"_{field}_limit" in tk.request.args
        shown = items if everything else [item for at, item in enumerate(items) if at < _FEW or item["active"]]
        found.append(
            {"field": field, "title": title, "items": shown, "more": len(items) > len(shown), "all": everything}
        )
    return found


def _items(field: str, search_facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = (search_facets.get(field) or {}).get("items") or []
    params = set(tk.request.args.items(multi=True))
    items = [
        {
            "name": value["name"],
            "label": osakadx_facet_label(field, value["name"], value.get("display_name", "")),
            "count": value["count"],
            "active": (field, value["name"]) in params,
        }
        for value in values
    ]
    items.sort(key=_order(field))
    for item in items:
        item["url"] = _without(field, item["name"]) if item["active"] else _with(field, item["name"])
    return items


def _order(field: str) -> Callable[[dict[str, Any]], Any]:
    if field == "osakadx_updated":
        return lambda item: -int(item["name"]) if item["name"].isdecimal() else 0
    if field in ("osakadx_grade", "osakadx_standard"):  # the grades, and after them `none`
        return lambda item: item["name"]
    return lambda item: (-item["count"], item["label"])


def _with(field: str, value: str) -> str:
    return tk.h.add_url_param(new_params={field: value}, alternative_url=_here())


def _without(field: str, value: str) -> str:
    return tk.h.remove_url_param(field, value=value, alternative_url=_here())


def osakadx_without(field: str, value: str) -> str:
    """Address of this search without one chosen value."""
    return _without(field, value)


def _here() -> str:
    """Address of this page without its query, in the page's language."""
    return tk.h.url_for(tk.request.endpoint, **(tk.request.view_args or {})).partition("?")[0]


def osakadx_facet_label(field: str, name: str, display_name: str = "") -> str:
    """Word a value of a filter in the page's language."""
    label = _LABELS.get(field)
    return (label(name) if label else "") or display_name or name


def _organization(name: str) -> str:
    return next((_spoken(entry.title_ja, entry.title_en) for entry in publishers() if entry.name == name), "")


def _group(name: str) -> str:
    return next((_spoken(entry.label_ja, entry.label_en) for entry in themes() if entry.name == name), "")


def _license(key: str) -> str:
    if key in ("none", "notspecified"):
        return tk._("Not stated")
    return osakadx_license(key)["short"] if vocab.license_of(key) else ""


def _format(group: str) -> str:
    return osakadx_kinds().get(group, group)


def osakadx_kinds() -> dict[str, str]:
    """What files are good for, by the group of formats that the index knows."""
    _ = tk._
    return {
        "table": _("Tables"),
        "map": _("Maps"),
        "document": _("Documents"),
        "linked": _("Linked data"),
        "transit": _("Transit (GTFS)"),
        "image": _("Pictures"),
        "other": _("Other"),
    }


def _grade(grade: str) -> str:
    if grade == "none":
        return tk._("Not examined yet")
    return tk._("Grade {grade}").format(grade=grade)


def _year(year: str) -> str:
    return tk._("{year} (year)").format(year=year)


def _spoken(japanese: str, english: str) -> str:
    return japanese if is_japanese() else english or japanese


_LABELS: Mapping[str, Callable[[str], str]] = {
    "organization": _organization,
    "groups": _group,
    "osakadx_standard": standard_label,
    "osakadx_format": _format,
    "osakadx_license": _license,
    "license_id": _license,
    "osakadx_grade": _grade,
    "osakadx_updated": _year,
}


def osakadx_chosen(fields_grouped: Mapping[str, list[str]], search_facets: Mapping[str, Any]) -> list[dict[str, str]]:
    """List the chosen values as chips: title of the filter, label, and the address without it."""
    titles = _facets() | {"tags": tk._("Keyword"), "license_id": tk._("License")}
    shown = {
        (field, value["name"]): value.get("display_name", "")
        for field, facet in search_facets.items()
        for value in facet.get("items") or ()
    }
    return [
        {
            "title": titles.get(field, field),
            "label": osakadx_facet_label(field, value, shown.get((field, value), "")),
            "url": _without(field, value),
        }
        for field, values in fields_grouped.items()
        for value in values
    ]


def osakadx_sorts(selected: str | None) -> list[dict[str, Any]]:
    """List the orders of a search: value of the parameter, label, and whether it is the one in force."""
    _ = tk._
    orders = [
        ("score desc, metadata_modified desc", _("Best match first")),
        (NEWEST, _("Last changed first")),
        ("title_string asc", _("By title")),
    ]
    if osakadx_plugin("osakadx_quality"):
        orders.insert(2, ("osakadx_score desc, metadata_modified desc", _("Best quality first")))
    return [{"value": value, "label": label, "selected": value == selected} for value, label in orders]


def osakadx_feed(q: str, fields: list[tuple[str, str]]) -> str:
    """Address of the Atom feed of this search."""
    return tk.h.url_for("feeds.custom", _external=True, q=q or "*:*", **_many(fields))


def _many(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for field, value in fields:
        grouped.setdefault(field, []).append(value)
    return grouped
