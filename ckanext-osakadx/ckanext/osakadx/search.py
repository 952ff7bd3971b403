"""Japanese search through CKAN's own hooks, so that the pages, the API and everything built on them share it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import ckan.plugins as p
from ckan.lib.search import SearchQueryError
from osakadx.search import places, syntax
from osakadx.search.query import Query, build
from osakadx.search.syntax import RefusedQuery, quoted

from ckanext.osakadx.index import document

QUERY_FIELDS = "title^6 text"
# For operators a person wrote, where no word can be told from another.
ALL_FIELDS = f"{QUERY_FIELDS} text_2g^0.5"
# A data set of the place itself before one of a ward in it, before the prefecture's; the year; the very list named.
OWN, WITHIN, WIDER, YEAR, NAMED = 4, 2, 0.3, 8, 2
MAX_START, MAX_FACET_VALUES, MAX_FACETS = 100_000, 1_000, 20
_SYNTAX = re.compile(r"[{}\\\"$]")
_RANKED = ("", "rank", "score desc", "score desc, metadata_modified desc")


class JapaneseSearch(p.SingletonPlugin):
    """What the plugin `osakadx` does to searches and to the search index."""

    p.implements(p.IPackageController, inherit=True)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Read the text of a person as Japanese; see `parameters`."""
        return parameters(search_params)

    def after_dataset_search(self, search_results: dict[str, Any], search_params: dict[str, Any]) -> dict[str, Any]:
        """Say how the query was understood, under ``osakadx_search``."""
        query = (search_params.get("extras") or {}).pop("osakadx_query", None)
        return search_results | ({"osakadx_search": understood(query)} if query else {})

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Add places, years and facets; see `ckanext.osakadx.index`."""
        return document(pkg_dict)


def parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of `package_search` with words turned into a query.

    Queries with names of fields stay as they are, and so does everything where the caller chose a parser or fields.

    Raises:
        SearchQueryError: the query, the page or the facets ask for more than a search may cost.
    """
    params = given | {"q": syntax.sound(given.get("q") or "")} | _bounded(given)
    kind = syntax.kind(params["q"])
    if kind in ("fields", "operators"):
        _check(params["q"])
    if kind in ("everything", "fields") or params.get("defType") or params.get("qf"):
        return params
    if kind == "operators":
        return params | _edismax(params["q"], ALL_FIELDS)
    query = build(params["q"], ranked=(params.get("sort") or "") in _RANKED)
    params["extras"] = {**(params.get("extras") or {}), "osakadx_query": query}
    params["fq_list"] = [*params.get("fq_list", []), *filters(query.places)]
    return params | _edismax(query.q) | boost(query)


def _check(text: str) -> None:
    try:
        syntax.check(text)
    except RefusedQuery as refused:
        raise SearchQueryError(str(refused)) from refused


def _bounded(given: dict[str, Any]) -> dict[str, Any]:
    if int(given.get("start") or 0) > MAX_START:
        raise SearchQueryError(f"start は {MAX_START:,} までです。fq で範囲を分けて取得してください。")
    if len(given.get("facet.field") or ()) > MAX_FACETS:
        raise SearchQueryError(f"facet.field は {MAX_FACETS} 個までです。")
    limit = given.get("facet.limit")
    wide = limit is not None and not 0 <= int(limit) <= MAX_FACET_VALUES
    return {"facet.limit": MAX_FACET_VALUES} if wide else {}


def _edismax(q: str, fields: str = QUERY_FIELDS) -> dict[str, Any]:
    return {"q": q, "defType": "edismax", "qf": fields, "tie": "0.1", "mm": "0%"}


def boost(query: Query) -> dict[str, str]:
    """The factors that multiply a score: whose data, of which year, and is it the very list that was named."""
    factors: list[str] = []
    if query.places:
        within = f"if({_has('osakadx_area', query.places)},{WITHIN},{WIDER})"
        factors.append(f"if({_has('osakadx_place', query.places)},{OWN},{within})")
    if query.years:
        factors.append(f"if({_has('osakadx_year', map(str, query.years))},{YEAR},1)")
    if query.subject and not _SYNTAX.search(query.subject):
        factors.append(f"if({_has('osakadx_subject', [query.subject])},{NAMED},1)")
    if not factors:
        return {}
    return {"boost": factors[0] if len(factors) == 1 else f"product({','.join(factors)})"}


def _has(field: str, terms: Iterable[str]) -> str:
    found = [f"termfreq({field},{quoted(term)})" for term in terms]
    return found[0] if len(found) == 1 else f"sum({','.join(found)})"


def filters(codes: tuple[str, ...]) -> list[str]:
    """Return the filter for the places a query names: about them, or by the body that holds them.

    A prefecture means all that lies in it. A town elsewhere may be a district of Osaka: its name in a text counts too.
    """
    if not codes:
        return []
    known = [places.places()[code] for code in codes]
    about = [f"{place.code[:2]}*" if place.kind == "prefecture" else place.code for place in known]
    clauses = [f"osakadx_area:({' OR '.join(about)})"]
    if wider := dict.fromkeys(holder for code in codes for holder in places.holders(code)):
        clauses.append(f"osakadx_place:({' OR '.join(wider)})")
    clauses += [f"text:{quoted(place.label)}" for place in known if not place.at_home and place.kind != "prefecture"]
    return [" OR ".join(clauses)]


def understood(query: Query) -> dict[str, Any]:
    """How a query was read, for pages to show: its places, years and words, and the words alone to search further."""
    return {
        "places": [{"code": code, "label": places.label(code)} for code in query.places],
        "years": list(query.years),
        "words": list(query.words),
        "without_place": " ".join(query.words) if query.places else "",
    }
