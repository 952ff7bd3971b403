"""CKAN's own search code pointed at one core: stock's parameters, or those of the portal's hook."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pysolr
from ckan.common import config
from ckan.lib.search import common
from ckan.lib.search.query import PackageSearchQuery
from ckanext.osakadx import search, solr
from ckanext.osakadx.index import document
from osakadx.search import query as japanese

BATCH = 100
STOCK_FACETS = ["organization", "groups", "tags", "res_format", "license_id", "dataset_type"]
OUR_FACETS = [f"osakadx_{name}" for name in ("area", "theme", "standard", "format", "license", "updated")]


class Portal:
    """One catalog as CKAN sees it.

    Args:
        address: of the Solr core.
        japanese: whether the portal's hooks take part.
    """

    def __init__(self, address: str, *, japanese: bool) -> None:
        self.address, self.japanese = address, japanese
        self.solr = pysolr.Solr(address, timeout=120)

    def clear(self) -> None:
        """Empty the index."""
        self.solr.delete(q="*:*", commit=True)

    def index(self, documents: list[dict[str, Any]]) -> None:
        """Send documents, through the portal's hook if it takes part."""
        self.solr.add([document(each) for each in documents] if self.japanese else documents, commit=False)

    def commit(self) -> None:
        """Let searches see what was sent."""
        self.solr.commit()

    def search(self, q: str, *, site: str = "bench", fq: str = "", **more: Any) -> tuple[int, list[Any]]:
        """Ask as `package_search` asks: count and results."""
        common.pysolr = solr.KEPT if self.japanese else pysolr
        config.update({
            "solr_url": self.address, "solr_user": None, "solr_password": None, "solr_timeout": 60,
            "ckan.site_id": site, "search.facets.limit": 50, "ckan.search.solr_allowed_query_parsers": [],
        })  # fmt: skip
        params = {"q": q, "df": "text", "sort": "score desc, metadata_modified desc", "fq": fq, **more}
        if self.japanese:
            params = search.parameters(params)
        params["fq"] = f"+capacity:public {params['fq']} +state:(active)"
        params.pop("extras", None)
        answer = PackageSearchQuery().run(params, permission_labels=["public"])
        return answer["count"], answer["results"]

    def names(self, q: str, rows: int = 100, **more: Any) -> tuple[int, tuple[str, ...]]:
        """Count, and the names of the first data sets."""
        count, results = self.search(q, rows=rows, fl="name", **{"facet": "false"} | more)
        return count, tuple(results)

    def page(self, q: str) -> float:
        """Seconds for one result page of twenty with six facets, its JSON read as `package_search` reads it."""
        japanese.build.cache_clear()
        start = time.perf_counter()
        facets = OUR_FACETS if self.japanese else STOCK_FACETS
        _, results = self.search(q, rows=20, fl="id validated_data_dict", **{"facet.field": facets})
        for result in results:
            json.loads(result["validated_data_dict"])
        return time.perf_counter() - start


@contextmanager
def without_thesaurus() -> Iterator[None]:
    """Search with the analysis, the places and the years alone: what unknown words can expect."""
    with mock.patch("osakadx.search.query._others", return_value=[]):
        japanese.build.cache_clear()
        yield
    japanese.build.cache_clear()
